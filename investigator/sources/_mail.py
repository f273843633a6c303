"""What a mail says, as fields: its headers, its time, its text."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

from investigator.sources._format import Record
from investigator.sources._markup import words
from investigator.sources._thread import Part, split

#: The key for how far the clock of whoever sent a mail is from UTC, as its Date says: +09:00.
OFFSET = "sent_offset"
FORWARDED_AT_MOST = 100
HEADERS = ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References")


def mails(data: bytes, unit: int = 1, byte: int = 0, *, head: int = 0) -> Iterator[Record]:
    """A mail, and each that it quotes or forwards as one of its own, by its own sender and at its own time.

    `unit` and `byte` are where its file's first line is, of which `head` lines are none of the mail. Its own sender and
    time are only of what stands outside all quotes. Attachments are named and stay in the evidence.
    """
    lines = data.split(b"\n")
    lines = lines if lines[-1] else lines[:-1] or lines
    mail = b"\n".join(line[1:] if head and re.match(rb"^>+From ", line) else line for line in lines[head:])
    message = email.message_from_bytes(mail, policy=email.policy.default)
    if head and not message.keys():
        shown = data[:2000].decode("utf-8", errors="backslashreplace")
        yield Record({}, unit, len(lines), byte, len(data), reject="a mail without headers", text=shown)
        return
    text, fields = _text(message, mail), _headers(message)
    parts = split(text.splitlines())
    words, subject = parts[0].text, fields.get("subject")
    fields["message"] = f"{subject}\n{words}" if subject else words
    whole = [line.decode("utf-8", errors="backslashreplace").rstrip() for line in lines]
    begin = _place(whole, [line.rstrip() for line in text.strip("\n").splitlines()])
    before = len(text) - len(text.lstrip("\n"))
    offset = fields.get(OFFSET)
    begins = [0, *(begin + part.line - before if begin else 0 for part in parts[1:])]
    for part, low, high in zip(parts, begins, [*begins[1:], len(lines)], strict=True):
        own = fields if part is parts[0] else fields_of(part, offset or "")
        if not begin:
            yield Record(own, unit, len(lines), byte, len(data))
            continue
        start = sum(len(line) + 1 for line in lines[:low])
        size = sum(len(line) + 1 for line in lines[low:high])
        yield Record(own, unit + low, high - low, byte + start, min(size, len(data) - start))
    for inner in _forwarded(message):
        own = _headers(inner)
        text, subject = _text(inner, b"").strip(), own.get("subject")
        yield Record(
            {**own, "message": f"{subject}\n{text}" if subject else text}, unit, len(lines), byte, len(data)
        )


def as_pasted(data: bytes) -> str:
    """A mail as somebody would paste it: who, when, what about, then its words, decoded; empty where it is no mail."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    head = [f"{name}: {said}" for name in ("From", "Date", "Subject") if (said := _header(message, name))]
    return "\n".join([*head, "", _text(message, data).strip()]) if len(head) > 1 else ""


def fields_of(part: Part, offset: str = "") -> dict[str, str | None]:
    """A quoted or forwarded mail as fields; `offset` is of the clock that wrote its head, where that is known."""
    said = part.time
    if said and offset.strip("+-0:") and part.direct and re.fullmatch(r"[\d: -]{11,}", said):
        said = f"{said} {offset}"
    words = f"{part.subject}\n{part.text}" if part.subject else part.text
    return {"from": part.sender, "to": part.to, "subject": part.subject, "time": said, "message": words}


def _place(lines: list[str], text: list[str]) -> int:
    """From which of these lines on a text stands there as it is; 0 where it doesn't."""
    if not text:
        return 0
    places = (at for at, line in enumerate(lines) if line == text[0] and lines[at : at + len(text)] == text)
    return next(places, 0)


def _headers(message: Any) -> dict[str, str | None]:
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
    try:
        names = [str(item.get_filename() or item.get_content_type()) for item in message.iter_attachments()]
        fields["attachments"] = ", ".join(names) or None
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        pass  # a broken structure
    return fields


def _forwarded(message: Any) -> list[Any]:
    """The mails that lie in a mail as a whole, however deep: each was written by its own sender."""
    try:
        parts = [part for part in message.walk() if part.get_content_type() == "message/rfc822"]
        return [part.get_payload(0) for part in parts if part.is_multipart()][:FORWARDED_AT_MOST]
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        return []  # a broken structure


def _text(message: Any, data: bytes) -> str:
    """The words of a mail; where its charset or structure is broken, the raw text that there is."""
    raw = re.split(r"\r?\n\r?\n", data.decode("utf-8", errors="backslashreplace"), maxsplit=1)[-1]
    try:
        part = (
            message.get_body(preferencelist=("plain", "html")) if isinstance(message, EmailMessage) else None
        )
        if part is None:
            return ""
        text = str(part.get_content())
        raw_bytes = part.get_payload(decode=True)
        if "\ufffd" in text and part.get_content_charset("us-ascii") == "us-ascii":
            # It names no charset, and is more than ASCII.
            text = _decoded(raw_bytes) if isinstance(raw_bytes, bytes) else text
        return words(text) if part.get_content_type() == "text/html" else text
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        return raw


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="backslashreplace")


def _header(message: Any, name: str) -> str:
    try:
        value = str(message.get(name) or "")
        if "\ufffd" in value:
            raw = next(said for key, said in message.raw_items() if key.lower() == name.lower())
            value = " ".join(_decoded(str(raw).encode("utf-8", errors="surrogateescape")).split())
        return value
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""  # the standard library's parser fails on some broken headers
