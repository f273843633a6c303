"""A chat as a program exports it, as JSON: who wrote what and when, what was edited and what was deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from investigator.sources import _pages
from investigator.sources._format import Head, Readable, Record, Records, Sure, flat, value_of
from investigator.sources._said import Said, is_said, said, signs
from investigator.sources._slack import named, names_of, settled

EXAMPLE = """\
{"name": "Depot 4", "type": "private_group", "id": 17, "messages": [
 {"id": 1, "type": "service", "date": "2026-06-17T11:10:00", "date_unixtime": "1781687400", "actor": "Ana", "action": "create_group", "text": ""},
 {"id": 2, "type": "message", "date": "2026-06-17T11:14:07", "date_unixtime": "1781687647", "from": "Ana", "from_id": "user7",
  "text": ["see ", {"type": "link", "text": "https://depot.example/ORD-7"}]}]}
"""
EXPECT = {"events": 2, "kind": "message", "time": "2026-06-17T09:10:00", "body": "create_group"}

SIGNS_AT_LEAST, DEPTH_AT_MOST, LOOKED_AT = 2, 6, 50
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}\.json$")


def sure(head: Head) -> Sure:
    """Objects most of which say who, when and in which words, as only the messages of a chat do."""
    if head.text.lstrip()[:1] not in ("{", "["):
        return Sure(0.0)
    found = [settled(item) for item in _first(head)]
    hits = [item for item in found if is_said(item)]
    signed = set().union(*map(signs, found)) if found else set()
    if not hits or 2 * len(hits) < len([one for one in found if signs(one)]) or len(signed) < SIGNS_AT_LEAST:
        return Sure(0.0)
    return Sure(0.97, f"{len(hits)} of its first messages say who, when and what")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a message, in the order of the export; what of its lists is no message is a record without a time."""
    value = value_of(content.all())
    by_line = value is None
    found: list[tuple[Any, str | None]] = []
    if by_line:
        lines = [(unit, value_of(raw), raw) for unit, (_, raw) in enumerate(content.lines(), start=1)]
    else:
        found = list(_listed(value, None, 0))
        lines = [(unit, item, b"") for unit, (item, _) in enumerate(found, start=1)]
    people = _people(content, value)
    room = Path(content.name).parent.name if _DAY.match(Path(content.name).name) else None
    messages: list[tuple[int, Said | None, Record]] = []
    for unit, item, raw in lines:
        if not isinstance(item, dict):
            text = raw.decode("utf-8", errors="backslashreplace").strip() if by_line else str(item)
            reject = Record({}, unit, reject="no message", text=text[:2000])
            messages.append((unit, None, reject if text else Record({}, unit, structural="blank")))
            continue
        chat = None if by_line else found[unit - 1][1]
        one = said(settled(item), people, chat or room)
        held = flat(item)
        held["body"] = " ".join(f"{key}={value}" for key, value in held.items() if value)
        messages.append((unit, one, Record(held, unit)))
        replies = (value for _, value in _lists(item) if one and any(map(is_said, value)))
        for reply in (reply for held in replies for reply in held):
            if isinstance(reply, dict) and (
                answer := said(reply, people, one.fields["channel"] if one else chat)
            ):
                messages.append((unit, answer, Record({}, unit)))
    told = [shown for _, one, _ in messages if one for key in ("body", "user") if (shown := one.fields[key])]
    again = _pages.twice("\n".join(told))
    if again:
        content.doubt.append(_pages.TWICE)
    for record in _with_what_became(messages, people):
        meant = {
            key: _pages.once(words) if again and words else words for key, words in record.fields.items()
        }
        yield replace(record, fields=meant)
    if not messages:
        yield Record({}, 1, reject="it holds no whole list of messages", text=content.name)


def _with_what_became(
    messages: list[tuple[int, Said | None, Record]], people: dict[str, str]
) -> Iterator[Record]:
    """The messages as records, those that a later one takes back or rewords marked."""
    later: dict[str, str] = {}
    for _, one, _ in messages:
        if one and one.takes_back:
            later[one.takes_back] = f"deleted by {one.fields['user']}"
        elif one and one.rewords and one.rewords not in later:
            later[one.rewords] = f"edited, now: {one.fields['body']}"
    said_so = "\n".join(one.fields["body"] or "" for _, one, _ in messages if one)
    escaped = "&" in said_so and not re.search("&(?!amp;|lt;|gt;)", said_so)
    for unit, one, otherwise in messages:
        if one is None:
            yield otherwise
            continue
        fields = dict(one.fields)
        if people or escaped:
            fields["body"] = named(fields["body"] or "", people)
        if one.id in later:
            fields["afterwards"] = later[one.id]
        yield replace(
            otherwise, fields={key: value for key, value in fields.items() if value is not None}, unit=unit
        )


def _listed(value: Any, room: str | None, depth: int) -> Iterator[tuple[Any, str | None]]:
    """The items of each list of messages in a value, with the name of the chat that they lie in."""
    if depth > DEPTH_AT_MOST or not isinstance(value, (dict, list)):
        return
    if isinstance(value, list):
        objects = [settled(item) for item in value if isinstance(item, dict)]
        if any(is_said(item) for item in objects):
            yield from ((item, room) for item in value)
            return
    else:
        named = [value.get(key) for key in ("room_name", "displayName", "title", "name")]
        named += [value[key].get("name") for key in ("channel", "room") if isinstance(value.get(key), dict)]
        room = next((name for name in reversed(named) if isinstance(name, str) and name), room)
    for item in value.values() if isinstance(value, dict) else value:
        yield from _listed(item, room, depth + 1)


def _lists(item: Any) -> Iterator[tuple[str, list[Any]]]:
    """The lists of an object and of the one that it alone holds."""
    for key, value in item.items():
        if isinstance(value, list):
            yield key, value
        elif isinstance(value, dict):
            yield from _lists(value)


def _first(head: Head) -> list[dict[str, Any]]:
    """The first objects of the lists in a content of which only the beginning is here."""
    if head.json is not None:
        items = [item for item, _ in _listed(head.json, None, 0)]
        return [item for item in items if isinstance(item, dict)][:LOOKED_AT]
    if head.objects and len(head.lines) > 1 and value_of(head.lines[0]) is not None:
        return head.objects
    decoder = json.JSONDecoder()
    for begin in list(re.finditer(r"\[\s*(?=\{)", head.text))[:LOOKED_AT]:
        found: list[Any] = []
        position = begin.end()
        while len(found) < LOOKED_AT:
            try:
                item, position = decoder.raw_decode(head.text, position)
            except (ValueError, RecursionError):
                break
            found.append(item)
            position += len(head.text[position:]) - len(head.text[position:].lstrip(" \t\r\n,"))
        if any(isinstance(item, dict) and is_said(settled(item)) for item in found):
            return [item for item in found if isinstance(item, dict)]
    return []


def _people(content: Readable, value: Any) -> dict[str, str]:
    """What people are called by their id, where a list of them lies in the export or beside it."""
    for place in ("../users", "users"):
        there = content.beside(place) if content.beside else None
        if there is not None and (found := names_of(value_of(there.all()))):
            return found
    return names_of(value.get("users")) if isinstance(value, dict) else {}


FORMAT = Records(read, kind="message", listing=True, roles={"time": "time", "body": "body"})
