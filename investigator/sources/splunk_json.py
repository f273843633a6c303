"""Results of a Splunk search as JSON: one result a line, or all in one answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, flat, value_of
from investigator.sources._values import read_values

EXAMPLE = """\
{"preview":false,"offset":0,"result":{"_time":"2026-06-17T09:14:07.120+0200","_raw":"2026-06-17 09:14:07,120 ERROR could not index DOC-1","host":"node-3","source":"/var/log/indexer.log","sourcetype":"log4j","level":"ERROR","service":"indexer"}}
{"preview":false,"offset":1,"lastrow":true,"result":{"_time":"2026-06-17T09:14:08.002+0200","_raw":"2026-06-17 09:14:08,002 WARN 14 waiting","host":"node-3","source":"/var/log/indexer.log","sourcetype":"log4j","level":"WARN","service":"indexer"}}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "indexer",
    "body": "2026-06-17 09:14:07,120 ERROR could not index DOC-1",
}


def sure(head: Head) -> Sure:
    """Results with _time and _raw."""
    found = head.opens("_time", "_raw") or (head.opens("_time", "sourcetype") and head.opens("result"))
    return Sure(0.96 if found else 0.0, "Splunk's _time and _raw")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a result."""
    yield from read_values(content, _items, _result, "result")


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [item.get("result", item) for item in value]
    if isinstance(value.get("results"), list):
        return value["results"]
    result = value.get("result", value)
    return result if isinstance(result, list) else [result]


def _result(result: dict) -> dict[str, str | None]:
    raw = result.get("_raw")
    inner = value_of(raw) if isinstance(raw, str) and raw.startswith("{") else None
    fields = flat({key: value for key, value in result.items() if key == "_time" or not key.startswith("_")})
    if isinstance(inner, dict):
        inside = flat(inner)
        fields = {**inside, **fields}
        raw = inside.get("message") or inside.get("msg") or raw
    fields["body"] = str(raw) if raw else fields.get("message") or fields.get("event")
    if not fields.get("_time"):
        raise KeyError("_time")
    return fields


FORMAT = Records(read, kind="log", line_based=True, roles={"_time": "time", "body": "body"})
