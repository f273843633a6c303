"""An object-centric event log (OCEL 1 or 2) as JSON or XML: events with the objects that they name, and the objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text
from investigator.sources._ocel import Happened, Thing, log

EXAMPLE = """\
{"objectTypes": [{"name": "order", "attributes": []}, {"name": "invoice", "attributes": []}],
 "eventTypes": [{"name": "place", "attributes": []}],
 "objects": [{"id": "ORD-7", "type": "order", "attributes": [], "relationships": [{"objectId": "INV-7", "qualifier": "billed by"}]},
             {"id": "INV-7", "type": "invoice", "attributes": []}],
 "events": [{"id": "ev1", "type": "place", "time": "2026-06-17T09:14:07Z", "attributes": [{"name": "channel", "value": "web"}],
             "relationships": [{"objectId": "ORD-7", "qualifier": "order"}]}]}
"""
EXPECT = {"events": 3, "kind": "log", "time": "2026-06-17T09:14:07", "body": "place"}

_JSON = re.compile(
    r'"ocel:(?:global-log|events|objects)"\s*:|"objectTypes"\s*:.*"eventTypes"\s*:|"relationships"\s*:\s*\[\s*\{\s*"(?:objectId|qualifier)"',
    re.S,
)
_XML = re.compile(r"<(?:object-types|event-types)\b|<object\s+id=|\"object-id\"|key=\"ocel", re.S)


def sure(head: Head) -> Sure:
    """It is JSON or XML with the keys of an object-centric log."""
    text = head.text.lstrip("\ufeff \r\n")
    if text.startswith("{"):
        return Sure(0.99 if _JSON.search(text) else 0.0, "an object-centric log in JSON")
    return Sure(
        0.99 if text.startswith("<") and "<log" in text and _XML.search(text) else 0.0,
        "an object-centric log in XML",
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an event, then one an object, and one for each later change of an object."""
    data = content.all()
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            value = json.loads(data)
            events, things = _json(value if isinstance(value, dict) else {})
        else:
            events, things = _xml(ElementTree.fromstring(data))
    except (ValueError, RecursionError, ElementTree.ParseError) as error:
        text = data[:2000].decode("utf-8", errors="backslashreplace")
        yield Record({}, 1, 1, 0, len(data), reject=f"it is not whole: {error}", text=text)
        return
    yield from log(events, things, content.doubt)


def _json(value: Any) -> tuple[list[Happened], list[Thing]]:
    if "ocel:events" in value or "ocel:objects" in value:
        events = [
            Happened(
                str(key),
                str(one.get("ocel:activity", "")),
                as_text(one.get("ocel:timestamp")),
                _texts(one.get("ocel:vmap") or {}),
                [(str(other), "") for other in _omap(one.get("ocel:omap") or ())],
            )
            for key, one in _named(value.get("ocel:events"))
        ]
        return events, [
            Thing(
                str(key),
                str(one.get("ocel:type", "")),
                [(k, v, None) for k, v in _texts(one.get("ocel:ovmap") or {}).items()],
            )
            for key, one in _named(value.get("ocel:objects"))
        ]
    events = [
        Happened(
            str(one.get("id")),
            str(one.get("type", "")),
            as_text(one.get("time")),
            {str(item.get("name")): _text(item.get("value")) for item in _dicts(one.get("attributes"))},
            _related(one),
        )
        for one in _dicts(value.get("events"))
    ]
    return events, [
        Thing(
            str(one.get("id")),
            str(one.get("type", "")),
            [
                (str(item.get("name")), _text(item.get("value")), as_text(item.get("time")))
                for item in _dicts(one.get("attributes"))
            ],
            _related(one),
        )
        for one in _dicts(value.get("objects"))
    ]


def _named(given: Any) -> list[tuple[str, dict[str, Any]]]:
    return (
        [(str(key), one) for key, one in given.items() if isinstance(one, dict)]
        if isinstance(given, dict)
        else []
    )


def _omap(given: Any) -> list[str]:
    """The objects of an event: a list, a text that a table wrote of one (`['o1', 'o2']`, `o1, o2`), or one id."""
    if isinstance(given, str):
        return [one for part in given.strip("[](){} ").split(",") if (one := part.strip(" \t\"'"))]
    if not isinstance(given, (list, dict)):
        return [str(given)] if given else []
    return [str(item.get("ocel:oid") if isinstance(item, dict) else item) for item in given]


def _dicts(given: Any) -> list[dict[str, Any]]:
    """The objects of a list, without what is none."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _related(one: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(item.get("objectId")), str(item.get("qualifier") or ""))
        for item in _dicts(one.get("relationships"))
    ]


def _texts(values: dict[str, Any]) -> dict[str, str | None]:
    return {str(key): _text(value) for key, value in values.items()}


def _text(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else as_text(value)


def _xml(root: ElementTree.Element) -> tuple[list[Happened], list[Thing]]:
    for item in root.iter():
        item.tag = item.tag.rpartition("}")[2]
    events = [_happened(item) for item in root.iterfind("events/event")]
    return events, [_thing(item) for item in root.iterfind("objects/object")]


def _happened(item: ElementTree.Element) -> Happened:
    if item.get("id") is not None:
        return Happened(
            item.get("id") or "",
            item.get("type") or "",
            item.get("time"),
            {key: value for key, value, _ in _attributes(item)},
            _linked(item),
        )
    own = {one.get("key"): one.get("value") for one in item if one.tag != "list"}
    lists = {one.get("key"): one for one in item.iterfind("list")}
    named = [(one.get("value") or "", "") for one in lists.get("omap", ())]
    values = {one.get("key") or "": one.get("value") for one in lists.get("vmap", ())}
    return Happened(own.get("id") or "", own.get("activity") or "", own.get("timestamp"), values, named)


def _thing(item: ElementTree.Element) -> Thing:
    if item.get("id") is not None:
        return Thing(item.get("id") or "", item.get("type") or "", _attributes(item), _linked(item))
    own = {one.get("key"): one.get("value") for one in item if one.tag != "list"}
    values = [(one.get("key") or "", one.get("value"), None) for one in item.iterfind("list[@key='ovmap']/*")]
    return Thing(own.get("id") or "", own.get("type") or "", [*values])


def _attributes(item: ElementTree.Element) -> list[tuple[str, str | None, str | None]]:
    return [
        (one.get("name") or "", one.get("value", one.text), one.get("time"))
        for one in item.iterfind("attributes/attribute")
    ]


def _linked(item: ElementTree.Element) -> list[tuple[str, str]]:
    return [
        (one.get("object-id") or "", one.get("qualifier") or one.get("relationship") or "")
        for one in (*item.iterfind("objects/*"), *item.iterfind("relationships/*"))
        if one.get("object-id")
    ]


FORMAT = Records(read, listing=True, roles={"time": "time"})
