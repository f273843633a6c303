"""One day of one channel of a Slack export: an array of messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, flat
from investigator.sources._slack import named, names_of, settled

EXAMPLE = """\
[{"type":"message","user":"U01","text":"purge is at 18:00, right?","ts":"1781690400.000200"},
 {"type":"message","user":"U02","text":"yes","ts":"1781690460.000100"}]
"""
EXPECT = {
    "events": 2,
    "kind": "message",
    "time": "2026-06-17T10:00:00.0002",
    "body": "purge is at 18:00, right?",
}


def sure(head: Head) -> Sure:
    """An array of objects with type message, a text and a ts."""
    text = head.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("["):
        return Sure(0.0)
    hits = (
        text.count('"ts"')
        and text.count('"text"')
        and ('"type": "message"' in text or '"type":"message"' in text)
    )
    return Sure(0.93 if hits else 0.0, "messages with user, text and ts")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a message."""
    data = content.all()
    try:
        messages = json.loads(data)
    except ValueError as error:
        text = data[:2000].decode("utf-8", errors="backslashreplace")
        yield Record({}, 1, 1, 0, len(data), reject=f"no JSON: {error}", text=text)
        return
    people = _people(content)
    for unit, message in enumerate(messages if isinstance(messages, list) else [messages], start=1):
        if not isinstance(message, dict):
            yield Record({}, unit, reject="no message", text=str(message)[:2000])
            continue
        message = settled(message)
        found = flat(message)
        profile = message.get("user_profile") or {}
        found["user"] = str(
            profile.get("real_name")
            or people.get(str(message.get("user")))
            or message.get("user")
            or message.get("username")
            or ""
        )
        if message.get("text") and people:
            found["text"] = named(str(message["text"]), people)
        if message.get("pinned_to") or message.get("pinned_info"):
            found["pinned"] = "true"
        yield Record({**found, "channel": Path(content.name).parent.name}, unit)


def _people(content: Readable) -> dict[str, str]:
    """The names of people by their id, where the list of them lies in the folder above, as in an export."""
    there = content.beside("../users") if content.beside else None
    try:
        users = json.loads(there.all()) if there is not None else []
    except ValueError:
        return {}
    return names_of(users)


FORMAT = Records(read, kind="message", listing=True)
