"""Telegram's export of one chat or of all, as JSON: who wrote what and when, and when it was edited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, instant, value_of

EXAMPLE = """\
{"name": "Depot 4", "type": "private_group", "id": 17, "messages": [
 {"id": 1, "type": "service", "date": "2026-06-17T11:10:00", "date_unixtime": "1781687400", "actor": "Ana", "action": "create_group", "text": ""},
 {"id": 2, "type": "message", "date": "2026-06-17T11:14:07", "date_unixtime": "1781687647", "from": "Ana", "from_id": "user7",
  "text": ["see ", {"type": "link", "text": "https://depot.example/ORD-7"}]}]}
"""
EXPECT = {"events": 2, "kind": "message", "time": "2026-06-17T09:10:00", "body": "create_group"}


def sure(head: Head) -> Sure:
    """JSON with messages that have a date, who they are from with an id of Telegram's, or what was done in the chat."""
    text = head.text.lstrip("\ufeff \r\n")
    told = text.startswith("{") and re.search(
        r'"messages"\s*:\s*\[\s*\{\s*"id"\s*:\s*-?\d+,\s*"type"\s*:', text
    )
    return Sure(
        0.97 if told and ('"from_id"' in text or '"actor_id"' in text) else 0.0,
        "a chat as Telegram exports it",
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a message, in the order of the export."""
    value = value_of(content.all())
    value = value if isinstance(value, dict) else {}
    chats = value.get("chats") or {}
    listed = chats.get("list") if isinstance(chats, dict) else None
    unit = 0
    for chat in listed if isinstance(listed, list) else [value]:
        messages = chat.get("messages") if isinstance(chat, dict) else None
        for message in messages if isinstance(messages, list) else ():
            unit += 1
            if isinstance(message, dict):
                yield Record(_fields(message, as_text(chat.get("name"))), unit)
            else:
                yield Record({}, unit, reject="no message", text=str(message)[:2000])
    if not unit:
        yield Record({}, 1, reject="it holds no whole list of messages", text=content.name)


def _fields(message: dict[str, Any], chat: str | None) -> dict[str, str | None]:
    said = _words(message.get("text"))
    return {
        "time": instant(message["date_unixtime"])
        if message.get("date_unixtime")
        else as_text(message.get("date")),
        "user": as_text(message.get("from") or message.get("actor")),
        "body": said
        or as_text(message.get("action") or message.get("media_type") or message.get("file"))
        or "",
        "channel": chat,
        "message id": as_text(message.get("id")),
        "reply_to": as_text(message.get("reply_to_message_id")),
        "edited": instant(message["edited_unixtime"])
        if message.get("edited_unixtime")
        else as_text(message.get("edited")),
        "forwarded from": as_text(message.get("forwarded_from")),
    }


def _words(text: Any) -> str:
    """What was written: plain, or in pieces of which links and names are objects."""
    if isinstance(text, list):
        return "".join(_words(piece.get("text") if isinstance(piece, dict) else piece) for piece in text)
    return text if isinstance(text, str) else ""


FORMAT = Records(read, kind="message", listing=True, roles={"time": "time", "body": "body"})
