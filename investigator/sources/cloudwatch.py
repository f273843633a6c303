"""AWS CloudWatch Logs as JSON: filter-log-events, get-log-events, the results of an Insights query, subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import (
    Head,
    Readable,
    Record,
    Records,
    Sure,
    as_text,
    flat,
    instant,
    own,
    value_of,
)
from investigator.sources._values import read_values

EXAMPLE = """\
{"events":[
{"logStreamName":"indexer/4711","timestamp":1781680447120,"message":"{\\"level\\":\\"error\\",\\"msg\\":\\"could not index DOC-1\\",\\"service\\":\\"indexer\\"}","ingestionTime":1781680448002,"eventId":"36"},
{"logStreamName":"indexer/4711","timestamp":1781680448120,"message":"2026-06-17T07:14:08.120Z WARN 14 waiting\\n","ingestionTime":1781680449002,"eventId":"37"}
],"searchedLogStreams":[]}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}


def sure(head: Head) -> Sure:
    """Events with ingestionTime, fields of a query with @timestamp, or a subscription's logEvents."""
    found = (
        head.opens("events", "timestamp", "message", "ingestionTime")
        or (head.opens("results", "field", "value") and "@timestamp" in head.text)
        or head.opens("logGroup", "logStream", "logEvents")
    )
    return Sure(0.96 if found else 0.0, "CloudWatch's log events")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an event."""
    yield from read_values(content, _items, _event, "log event")


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
        return
    for item in value.get("events") or []:
        yield item
    for row in value.get("results") or []:
        yield {cell["field"]: cell.get("value") for cell in row}
    shared = {key: value[key] for key in ("logGroup", "logStream", "owner") if value.get(key)}
    for item in value.get("logEvents") or []:
        yield {**shared, **item}


def _event(event: dict) -> dict[str, str | None]:
    found = {key.removeprefix("@"): value for key, value in event.items() if key != "@ptr"}
    message = found.pop("message", None)
    inner = value_of(message) if isinstance(message, str) and message.startswith("{") else None
    rest = flat({key: value for key, value in found.items() if key not in ("timestamp", "ingestionTime")})
    group = str(found.get("logGroup") or found.get("log") or found.get("logGroupName") or "")
    stream = as_text(found.get("logStreamName") or found.get("logStream"))
    rest.setdefault(
        "service", group.rpartition(":")[2].rpartition("/")[2] or (stream or "").split("/")[0] or None
    )
    inside = flat(inner) if isinstance(inner, dict) else {}
    for key in ("timestamp", "time", "ts", "@timestamp"):
        inside.pop(key, None)
    body = (
        message
        if not inside
        else inside.get("message") or inside.get("msg") or inside.get("event") or message
    )
    return {
        **rest,
        **inside,
        "time": instant(found["timestamp"]),
        "observed_time": instant(found.get("ingestionTime")),
        "body": (as_text(body) or "").rstrip() or None,
    }


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    listing=True,
    roles={**own("time", "observed_time", "body"), "eventId": "", "log": ""},
)
