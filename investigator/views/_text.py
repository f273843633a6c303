"""Text from data made inert for plotly, whose labels are a small HTML of their own.

plotly draws `<a href>`, `<b>`, entities and, where MathJax is loaded, `$...$` in every label and hover. So
whatever came from data passes through here first; the table twin keeps it as it was.
"""

from __future__ import annotations

import re

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}
_SPECIAL = re.compile(r"[&<>$]")
# Control characters draw nothing or break a line; the bidirectional ones make a text read as another.
_CONTROL = re.compile("[\x00-\x1f\x7f\u2028\u2029]+")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain(value: object, *, at_most: int = 240) -> str:
    """A value as one line of text, shortened, without characters that hide or turn what is written."""
    text = "" if value is None or value != value else str(value)
    text = _DIRECTION.sub("\ufffd", _CONTROL.sub(" ", text[: at_most * 4])).strip()
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= at_most else text[: at_most - 1].rstrip() + "\u2026"


def inert(value: object, *, at_most: int = 240) -> str:
    """A value as one line that plotly shows as it is written: no link, no markup, no formula."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], plain(value, at_most=at_most))


def wrapped(value: object, *, width: int = 76, at_most: int = 240) -> str:
    """The same over several lines, for a hover: broken at spaces, and inside a word longer than a line."""
    import textwrap

    lines = textwrap.wrap(plain(value, at_most=at_most), width=width) or [""]
    return "<br>".join(inert(line, at_most=width + 1) for line in lines)


def lines(text: str, *, width: int = 126) -> str:
    """A sentence that is already inert over several lines: broken at spaces alone, so that no entity is cut."""
    import textwrap

    return "<br>".join(textwrap.wrap(text, width=width, break_long_words=False, break_on_hyphens=False))


def some(words: list[str], *, at_most: int = 3) -> str:
    """A list as people say it: a, b and c; a, b, c and 4 more."""
    if len(words) > at_most:
        return f"{', '.join(words[:at_most])} and {len(words) - at_most} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def several(count: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 event, 1,204 events."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
