"""What a mail says, as fields: its headers, its time, its text."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

HEADERS = ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References")


def fields_of(message: Any, data: bytes) -> dict[str, str | None]:
    """Headers as fields, the text as `message`; attachments are named and stay in the evidence."""
    fields: dict[str, str | None] = {}
    for name in HEADERS:
        value = _header(message, name)
        if value:
            fields[name.lower()] = value
    try:
        fields["time"] = parsedate_to_datetime(_header(message, "Date")).isoformat()
    except (ValueError, TypeError, IndexError):
        fields["time"] = None
    text = data.decode("utf-8", errors="backslashreplace")
    try:
        part = (
            message.get_body(preferencelist=("plain", "html")) if isinstance(message, EmailMessage) else None
        )
        text = str(part.get_content()) if part is not None else ""
        names = [str(item.get_filename() or item.get_content_type()) for item in message.iter_attachments()]
        fields["attachments"] = ", ".join(names) or None
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        pass  # a broken charset or structure: the raw text is what there is
    subject = fields.get("subject") or ""
    fields["message"] = f"{subject}\n{text.strip()}" if subject else text.strip()
    return fields


def _header(message: Any, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""  # the standard library's parser fails on some broken headers
