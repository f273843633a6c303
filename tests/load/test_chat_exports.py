"""Chats as programs export them, as JSON: each message with who wrote it, when, in which words, and what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from investigator.events.events import Events
from investigator.events.store import Store
from investigator.load import adding

Said = list[tuple[str | None, str, str]]

#: What wraps its messages and how each says who, when and what -> the export, and who said what at which minute (UTC).
SHAPES: dict[str, tuple[object, Said]] = {
    "an author with a nickname": (
        {"guild": {"name": "Reef"}, "channel": {"name": "tanks"}, "messages": [
            {"id": "1", "timestamp": "2026-06-09T21:02:11+02:00", "timestampEdited": None, "content": "salinity falls", "isPinned": True,
             "author": {"id": "5", "name": "coralmia", "nickname": "Mia"}, "reactions": [{"emoji": {"name": "eyes"}, "count": 2}]},
            {"id": "2", "timestamp": "2026-06-09T21:03:00+02:00", "timestampEdited": "2026-06-09T21:05:40+02:00", "content": "valve is stuck",
             "author": {"id": "6", "name": "oleg"}, "reactions": [], "reference": {"messageId": "1"}}]},
        [("Mia", "salinity falls", "19:02"), ("oleg", "valve is stuck", "19:03")],
    ),
    "words inside of an object": (
        {"room_name": "Pilots", "messages": [
            {"type": "m.room.message", "sender": "@ada:sea", "content": {"msgtype": "m.text", "body": "no pilot"}, "origin_server_ts": 1781000100000, "event_id": "$1"},
            {"type": "m.room.message", "sender": "@bo:sea", "content": {"msgtype": "m.text", "body": "in 5"}, "origin_server_ts": 1781000160000, "event_id": "$2"}]},
        [("@ada:sea", "no pilot", "10:15"), ("@bo:sea", "in 5", "10:16")],
    ),
    "pages of marks, a sender inside of two objects": (
        {"value": [
            {"id": "7", "messageType": "message", "createdDateTime": "2026-06-14T07:30:00Z", "lastEditedDateTime": None, "deletedDateTime": None,
             "from": {"application": None, "user": {"id": "u1", "displayName": "Kos, Vesna"}}, "body": {"contentType": "html", "content": "<p>alarm&nbsp;E41 &amp; flue</p>"}},
            {"id": "8", "messageType": "message", "createdDateTime": "2026-06-14T07:35:00Z", "deletedDateTime": "2026-06-14T07:36:00Z",
             "from": {"user": {"displayName": "Tone"}}, "body": {"contentType": "html", "content": ""}}]},
        [("Kos, Vesna", "alarm E41 & flue", "07:30"), ("Tone", "(deleted)", "07:35")],
    ),
    "lines that each wrap one": (
        [{"envelope": {"source": "+43660", "sourceName": "Gerti", "dataMessage": {"timestamp": 1780301000123, "message": "door open", "expiresInSeconds": 0}, "timestamp": 1780301000123}},
         {"envelope": {"source": "+43661", "sourceName": "Sepp H.", "dataMessage": {"timestamp": 1780301060000, "message": "stopping", "expiresInSeconds": 0}, "timestamp": 1780301060000}}],
        [("Gerti", "door open", "08:03"), ("Sepp H.", "stopping", "08:04")],
    ),
    "posts with their replies": (
        [{"type": "version", "version": 1},
         {"type": "post", "post": {"channel": "grain", "user": "greta", "message": "dust alarm", "create_at": 1780383600000,
                                   "replies": [{"user": "hamid", "message": "fans off", "create_at": 1780383660000}]}}],
        [(None, "type=version version=1", ""), ("greta", "dust alarm", "07:00"), ("hamid", "fans off", "07:01")],
    ),
    "words in pieces, and an instant beside a wall clock": (
        {"name": "Bakers", "messages": [
            {"id": 2, "type": "message", "date": "2026-06-01T01:05:00", "date_unixtime": "1780268700", "from": "Zita", "from_id": "user1", "text": ["bin ", {"type": "bold", "text": "oven 3"}]},
            {"id": 3, "type": "service", "date": "2026-06-01T01:06:00", "date_unixtime": "1780268760", "actor": "Béla", "action": "pin_message", "text": ""}]},
        [("Zita", "bin oven 3", "23:05"), ("Béla", "pin_message", "23:06")],
    ),
    "nothing but an address": (
        {"items": [{"id": "a", "roomId": "r", "roomType": "group", "text": "rope torn", "personId": "p1", "personEmail": "ed@bell.example", "created": "2026-06-02T07:00:00.000Z"},
                   {"id": "b", "roomId": "r", "roomType": "group", "parentId": "a", "text": "at 10", "personId": "p2", "personEmail": "flo@bell.example", "created": "2026-06-02T07:05:00.000Z"}]},
        [("ed@bell.example", "rope torn", "07:00"), ("flo@bell.example", "at 10", "07:05")],
    ),
    "times in words": (
        {"messages": [{"creator": {"name": "Nneka", "email": "n@zoo.example", "user_type": "Human"}, "created_date": "Tuesday, June 2, 2026 at 1:41:09 PM UTC", "text": "pump is silent", "topic_id": "a", "message_id": "1"},
                      {"creator": {"name": "Jo", "user_type": "Human"}, "created_date": "Tuesday, June 2, 2026 at 1:43:00 PM UTC", "message_state": "DELETED", "topic_id": "a", "message_id": "2"}]},
        [("Nneka", "pump is silent", "13:41"), ("Jo", "(deleted)", "13:43")],
    ),
}  # fmt: skip


def _rows(path: Path) -> list[tuple[dict[str, str], object]]:
    store, _ = adding.read(path)
    events = Events.open(store.folder)
    found = events.fetch(events.table.order_by(["unit", "time"])).itertuples()
    return [(dict(row.attributes or {}), row) for row in found]


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_message_is_said_by_who_wrote_it(shape, lines, tmp_path):
    export, said = SHAPES[shape]
    listed = export if isinstance(export, list) else next(v for v in export.values() if isinstance(v, list))
    if not lines and isinstance(export, list):
        export = {"messages": export}
    text = "\n".join(map(json.dumps, listed)) if lines else json.dumps(export, indent=1)
    (tmp_path / "export.json").write_text(text)
    rows = _rows(tmp_path / "export.json")
    told = [
        (held.get("user"), row.body, "" if row.time is None else str(row.time)[11:16]) for held, row in rows
    ]
    assert [(who, body, when.replace("NaT", "")) for who, body, when in told] == said
    assert {row.kind for held, row in rows if held.get("user")} == {"message"}


def test_what_became_of_a_message_stands_with_it(tmp_path):
    listed = SHAPES["words inside of an object"][0]["messages"]  # type: ignore[index]
    again = {"type": "m.room.message", "sender": "@bo:sea", "origin_server_ts": 1781000200000, "event_id": "$3",
             "content": {"body": "* in 15", "m.new_content": {"body": "in 15"}, "m.relates_to": {"rel_type": "m.replace", "event_id": "$2"}}}  # fmt: skip
    gone = {"type": "m.room.redaction", "sender": "@ada:sea", "redacts": "$1", "content": {}, "origin_server_ts": 1781000300000, "event_id": "$4"}  # fmt: skip
    (tmp_path / "room.json").write_text(json.dumps({"messages": [*listed, again, gone]}))
    told = [(row.body, held.get("afterwards")) for held, row in _rows(tmp_path / "room.json")]
    assert told == [
        ("no pilot", "deleted by @ada:sea"), ("in 5", "edited, now: in 15"), ("in 15", None), ("m.room.redaction", None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "listed",
    [
        [{"timestamp": "2026-06-09T21:02:11Z", "user": "mia", "message": "login", "ip": "10.0.0.7"}],
        [{"id": 1, "author": {"name": "mia"}, "created_at": "2026-06-09T21:02:11Z", "body": "crashes", "state": "open", "subject": "x", "to": "desk"}],
        [{"ts": 1781000100.5, "level": "info", "msg": "sent message", "channel": "amqp"}],
    ],
)  # fmt: skip
def test_what_has_an_author_a_time_and_words_is_no_chat_yet(listed, tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps({"items": listed * 3}))
    assert {row.kind for _, row in _rows(tmp_path / "rows.json")} != {"message"}


def test_a_channel_that_lies_where_one_stands_is_read(tmp_path, monkeypatch):
    told = '{"type": "message", "user": "Ana", "ts": "1782309731.000000", "text": "LOT-1 is gone"}'
    (tmp_path / "channel.json").write_text(f"[{told}]")
    monkeypatch.chdir(tmp_path)
    (source,) = adding.add(
        Path("channel.json"), store=Store(tmp_path / "events"), vault=tmp_path / "kept", load=1
    ).sources
    assert (source.format, source.units.rejected) == ("chat_export", 0)
