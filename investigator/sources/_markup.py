"""A page of marks (HTML) as the words that people see."""

from __future__ import annotations

import re
from html.parser import HTMLParser


def words(page: str) -> str:
    """The words of a page, line by line as its blocks are."""
    reader = _Words()
    try:
        reader.feed(page)
        reader.close()
    except (ValueError, AssertionError):
        return page  # the standard library's reader fails on some broken pages
    lines = (line.strip() for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line.strip("> ")) or page


class _Words(HTMLParser):
    """The words of a page, its blocks apart, and what it quotes as mails in text do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = self._quoted = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("style", "script", "head", "title")
        if tag in ("p", "br", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "table"):
            self._quoted += tag == "blockquote"
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self._quoted:
            self._quoted -= 1
            self._break()
        self._hidden -= tag in ("style", "script", "head", "title") and self._hidden > 0
        if tag in ("td", "th"):
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break(self) -> None:
        self.parts.append("\n" + "> " * self._quoted)
