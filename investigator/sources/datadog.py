"""Logs of Datadog as JSON: the answer of its API, or an export with content and attributes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, flat, own
from investigator.sources._values import read_values

EXAMPLE = """\
{"data":[
{"id":"AQAAAY1","type":"log","attributes":{"timestamp":"2026-06-17T07:14:07.120Z","status":"error","service":"indexer","host":"node-3","message":"could not index DOC-1","tags":["env:prod","version:2.3.0"],"attributes":{"dd":{"trace_id":"6602340034523412345","span_id":"123"},"document":"DOC-1"}}},
{"id":"AQAAAY2","type":"log","attributes":{"timestamp":"2026-06-17T07:14:08.002Z","status":"info","service":"search","message":"14 hits","tags":[]}}
],"meta":{"page":{}}}
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
    """Logs with a status, a service, a message and tags, under attributes or content."""
    inside = head.opens("attributes", "status", "message", "tags") or head.opens(
        "content", "service", "message", "tags"
    )
    return Sure(0.95 if inside and head.opens("id", "timestamp") else 0.0, "Datadog's logs with tags")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a log."""
    yield from read_values(content, _items, _log, "log")


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return value.get("data") or value.get("logs") or [value]


def _log(log: dict) -> dict[str, str | None]:
    outer = log.get("content") or log["attributes"]
    inner = outer.get("attributes") or {}
    tags = dict(str(tag).partition(":")[::2] for tag in outer.get("tags") or [])
    return {
        **{key: value or None for key, value in tags.items()},
        **(flat(inner) if inner else {}),
        "time": as_text(outer["timestamp"]),
        "severity": as_text(outer.get("status") or inner.get("status") or inner.get("level")),
        "service": as_text(outer.get("service") or tags.get("service")),
        "host": as_text(outer.get("host")),
        "body": as_text(outer.get("message")) or "",
        "trace_id": as_text(at(inner, "dd", "trace_id") or inner.get("trace_id")),
        "span_id": as_text(at(inner, "dd", "span_id") or inner.get("span_id")),
        "datadog_id": as_text(log.get("id")),
    }


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    listing=True,
    roles=own("time", "severity", "service", "host", "body", "trace_id", "span_id"),
)
