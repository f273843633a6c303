"""What a mail says, as fields: its headers, its time, its text."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

#: The key for how far the clock of whoever sent a mail is from UTC, as its Date says: +09:00.
OFFSET = "sent_offset"
HEADERS = ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References")


def fields_of(message: Any, data: bytes) -> dict[str, str | None]:
    """Headers as fields, the text as `message`; attachments are named and stay in the evidence."""
    fields: dict[str, str | None] = {}
    for name in HEADERS:
        value = _header(message, name)
        if value:
            fields[name.lower()] = value
    try:
        sent = parsedate_to_datetime(_header(message, "Date"))
        fields["time"] = sent.isoformat()
        if sent.tzinfo is not None:
            fields[OFFSET] = sent.isoformat()[-6:]
    except (ValueError, TypeError, IndexError):
        fields["time"] = None
    text = re.split(r"\r?\n\r?\n", data.decode("utf-8", errors="backslashreplace"), maxsplit=1)[-1]
    try:
        part = (
            message.get_body(preferencelist=("plain", "html")) if isinstance(message, EmailMessage) else None
        )
        text = str(part.get_content()) if part is not None else ""
        if part is not None and part.get_content_type() == "text/html":
            text = _words(text)
        names = [str(item.get_filename() or item.get_content_type()) for item in message.iter_attachments()]
        fields["attachments"] = ", ".join(names) or None
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        pass  # a broken charset or structure: the raw text is what there is
    subject = fields.get("subject") or ""
    fields["message"] = f"{subject}\n{text.strip()}" if subject else text.strip()
    return fields


class _Words(HTMLParser):
    """The words of a page, its blocks apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("style", "script", "head", "title")
        if tag in ("p", "br", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "table"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "head", "title") and self._hidden > 0
        if tag in ("td", "th"):
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _words(page: str) -> str:
    reader = _Words()
    try:
        reader.feed(page)
        reader.close()
    except (ValueError, AssertionError):
        return page  # the standard library's reader fails on some broken pages
    return re.sub(r"\n\s*\n+", "\n", "".join(reader.parts)).strip() or page


def _header(message: Any, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""  # the standard library's parser fails on some broken headers
