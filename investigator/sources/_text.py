"""Lines of text whose bytes are not quite text: another code page, NULs that a crash left, UTF-16 behind UTF-8."""

from __future__ import annotations

import codecs
import re

MARK = b"\xef\xbb\xbf"
_ENDS = re.compile(rb"[\r\n]*\Z")
#: Of a line that was UTF-16, so many of its second bytes are NUL.
_SECOND_NULS = 0.8
#: Of a line in a code page, so many characters lie in the upper half at most.
_UPPER_AT_MOST = 0.5
_SIGNS = frozenset("–—‘’‚“”„…€°§·•«»¿¡£¥²³½¼¾±×÷©®™ªº¹\u00a0´¨¬¢µ¶†‡‰‹›")

WINDOWS, NULS, WIDE, NONE = (
    "{n:,} lines are no UTF-8: read as Windows-1252, where another code page has other accents",
    "{n:,} lines lie beside NUL bytes, which are left out: a crash or a cut log leaves them",
    "{n:,} lines are UTF-16 amid UTF-8: read as such",
    "{n:,} lines are no UTF-8: those bytes are shown as \\xNN",
)


def line_end(block: bytes) -> int:
    """10 for LF and CRLF; 13 where there is no LF in the first block and there are CRs."""
    return 13 if b"\n" not in block and b"\r" in block.rstrip(b"\r") else 10


#: What a line begins with that stands behind a bare CR: a day and a clock.
_BEGUN = re.compile(
    rb"\r(?=[\[<(\"]?(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{4}|[A-Z][a-z]{2} [ \d]\d)[ T,]{1,2}\d\d:\d\d)"
)


def begun(block: bytes) -> bytes:
    """A block in which each line that begins with its time begins on a line of its own; as long as it was."""
    # To count pairs takes fifty times as long as to see that there is none.
    return _BEGUN.sub(b"\n", block) if b"\r" in block and block.count(b"\r") > block.count(b"\r\n") else block


def _windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8, as Windows writes them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    return raw.decode("cp1252", errors="strict"), error.end


codecs.register_error("investigator-windows", _windows)


def mended(line: bytes) -> tuple[str, str]:
    """A line as text, and what was not as it should be, as a sentence that lacks its number; NULs in it stay."""
    why = ""
    if b"\0" in line:
        wide = _wide(line)
        if wide is not None:
            return wide, WIDE
        end = _ENDS.search(line).group()  # type: ignore[union-attr]  # it always matches
        body = line[: len(line) - len(end)]
        bare = body.strip(b"\0")
        if bare != body:
            line, why = bare + end, NULS
    try:
        return line.decode("utf-8"), why
    except UnicodeDecodeError:
        pass
    try:
        text = line.decode("utf-8", errors="investigator-windows")
    except UnicodeError:
        text = ""
    upper = [c for c in text if c > "\x7f"]
    written = all((c.isalpha() and c not in "ÿþ") or c in _SIGNS for c in upper)
    if upper and written and len(upper) <= max(2, _UPPER_AT_MOST * len(text)) and not _controls(text):
        return text, WINDOWS
    return line.decode("utf-8", errors="backslashreplace"), NONE


def _wide(line: bytes) -> str | None:
    """A piece between two bytes of a line end as UTF-16; None where it is none."""
    if line[:2] in (b"\xff\xfe", b"\xfe\xff"):
        line = line[2:]
    begins = line[:1] == b"\0"  # the second half of the line end before it
    body = line[1:] if begins else line
    if body[:2] == b"\xff\xfe":
        body = body[2:]
    firsts, seconds = body[0::2], body[1::2]
    if len(seconds) < 2 or firsts.count(0) or seconds.count(0) < _SECOND_NULS * len(seconds):
        return None
    text = (body + b"\0" * (len(body) % 2)).decode("utf-16-le", errors="backslashreplace")
    return text.lstrip("\ufeff")


def _controls(text: str) -> bool:
    return any(c < " " and c not in "\t\r\n\x1b\x0b\x0c" for c in text)


#: Bytes that no text has, in whatever alphabet.
_UNWRITTEN = bytes(c for c in range(1, 32) if c not in b"\t\n\x0b\x0c\r\x1b")


def is_text(data: bytes) -> bool:
    """Whether bytes with NULs in them are text but for those, in whatever alphabet."""
    bare = data.replace(b"\0", b"")
    if len(bare) < 16 or len(bare) < 0.02 * len(data):
        return False
    unwritten = len(bare) - len(bare.translate(None, _UNWRITTEN))
    return unwritten <= 0.01 * len(bare) and b"\n" in bare


def holds_bytes(head: bytes) -> bool:
    """Whether a content holds NULs, and is no text that a crash left them in."""
    return b"\0" in head[:4096] and not is_text(head)


def said(counts: dict[str, int]) -> list[str]:
    """What was mended, in sentences."""
    return [why.format(n=n) if n > 1 else _one(why) for why, n in counts.items() if why and n]


def _one(why: str) -> str:
    return why.format(n=1).replace("1 lines are", "1 line is").replace("1 lines lie", "1 line lies")
