"""A Slack export as its zip: every channel's days, with people's names and threads."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, flat, value_of
from investigator.sources._slack import named, names_of, settled

EXAMPLE = b"PK\x03\x04 users.json channels.json"  # its own tests make a whole one

ENTRIES_AT_MOST = 100_000
ENTRY_AT_MOST = 64 << 20
WHOLE_AT_MOST = 1 << 30
_DAY = re.compile(r"^(?P<channel>[^/\\]+)/\d{4}-\d{2}-\d{2}\.json$")


def sure(head: Head) -> Sure:
    """A zip that holds users.json, channels.json, or days of channels."""
    if not head.data.startswith(b"PK\x03\x04"):
        return Sure(0.0)
    named = sum(name in head.data for name in (b"users.json", b"channels.json", b"integration_logs.json"))
    days = len(re.findall(rb"[\w.-]+/\d{4}-\d{2}-\d{2}\.json", head.data))
    return Sure(
        0.98 if named >= 2 or (named and days) or days >= 2 else 0.0, "a zip of users, channels and days"
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a message, channel by channel, day by day. What is larger than any day of Slack is a reject."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield Record({}, 1, reject=f"the zip can't be read: {error}", text=content.name)
        return
    with archive:
        entries = archive.infolist()[:ENTRIES_AT_MOST]
        people = _people(archive, entries)
        days = sorted((e for e in entries if _DAY.match(e.filename)), key=lambda entry: entry.filename)
        unit = read_so_far = 0
        for entry in days:
            read_so_far += entry.file_size
            data = _data(archive, entry) if read_so_far <= WHOLE_AT_MOST else None
            messages = value_of(data) if data is not None else None
            if not isinstance(messages, list):
                unit += 1
                reason = "no list of messages" if data is not None else "too large, or it can't be unpacked"
                yield Record({}, unit, reject=reason, text=entry.filename)
                continue
            channel = _DAY.match(entry.filename)
            for message in messages:
                unit += 1
                if not isinstance(message, dict) or "ts" not in message:
                    yield Record({}, unit, reject="no message", text=as_text(str(message)[:2000]) or "")
                else:
                    yield Record(_message(message, channel["channel"] if channel else "", people), unit)


def _data(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """An entry's bytes, never more than a day can have, whatever its header says."""
    try:
        with archive.open(entry) as stream:
            data = stream.read(ENTRY_AT_MOST + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return None
    return data if len(data) <= ENTRY_AT_MOST else None


def _people(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        if entry.filename == "users.json":
            users = value_of(_data(archive, entry) or b"")
            found |= names_of(users)
    return found


def _message(message: dict, channel: str, people: dict[str, str]) -> dict[str, str | None]:
    message = settled(message)
    who = message.get("user") or message.get("bot_id")
    name = people.get(str(who)) or at(message, "user_profile", "real_name") or message.get("username") or who
    said = str(message.get("text") or "")
    for piece in message.get("attachments") or []:
        if not said and isinstance(piece, dict):
            said = " ".join(
                str(piece[key]) for key in ("pretext", "title", "text", "fallback") if piece.get(key)
            )
    said = named(said, people)
    rest = {
        k: v
        for k, v in message.items()
        if k in ("subtype", "bot_id", "reply_count", "client_msg_id", "edited", "before", "afterwards")
    }
    names = [str(item.get("name")) for item in message.get("files") or [] if isinstance(item, dict)]
    thread = as_text(message.get("thread_ts"))
    return {
        **(flat(rest) if rest else {}),
        "time": as_text(message["ts"]),
        "channel": channel,
        "user": as_text(name),
        "user_id": as_text(who),
        "body": said,
        "thread_ts": thread,
        "pinned": "true" if message.get("pinned_to") or message.get("pinned_info") else None,
        "reply_to": thread if thread and thread != message["ts"] else None,
        "files": ", ".join(names) or None,
        "reactions": " ".join(
            f":{item.get('name')}: {item.get('count')}"
            for item in message.get("reactions") or []
            if isinstance(item, dict)
        )
        or None,
    }


FORMAT = Records(
    read,
    kind="message",
    text=False,
    listing=True,
    zipped=True,
    members=frozenset(
        ("users.json", "channels.json", "groups.json", "dms.json", "mpims.json", "integration_logs.json")
    ),
    roles={"time": "time", "body": "body"},
)
