"""Grafana Loki: the streams that a query gives, lines of logcli, and what Explore downloads as JSON."""

from __future__ import annotations

import re
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
    at,
    flat,
    instant,
    own,
    value_of,
)
from investigator.sources._values import read_values

EXAMPLE = """\
{"status":"success","data":{"resultType":"streams","result":[
{"stream":{"app":"indexer","namespace":"prod","pod":"indexer-6c8f7d9b5-x2x7p","level":"error"},"values":[["1781680447120412345","level=error msg=\\"could not index DOC-1\\" trace_id=5b8efff798038103d269b633813fc60c"]]},
{"stream":{"app":"search","namespace":"prod"},"values":[["1781680448002000000","{\\"level\\":\\"warn\\",\\"msg\\":\\"slow query\\"}"]]}
]}}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

_SERVICES = (
    "service_name",
    "service",
    "app",
    "app_kubernetes_io_name",
    "container",
    "job",
    "component",
    "pod",
)
_LEVELS = ("level", "detected_level", "severity", "lvl")
_PAIR = re.compile(r'([A-Za-z_][\w.]*)=(?:"((?:[^"\\]|\\.)*)"|(\S+))')


def sure(head: Head) -> Sure:
    """Streams with values, or lines with labels or fields and a timestamp."""
    if head.opens("resultType", "stream", "values"):
        return Sure(0.97, "Loki's streams")
    share = max(head.having("line", "timestamp", "labels"), head.having("line", "timestamp", "fields"))
    share = max(
        share,
        sum({"line", "timestamp"} <= set(o) and bool({"labels", "fields"} & set(o)) for o in head.objects),
    )
    return Sure(0.96 * min(share, 1.0), "lines with their labels")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line."""
    yield from read_values(content, _items, _line, "line")


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
        return
    streams = at(value, "data", "result") or at(value, "streams")
    if not isinstance(streams, list):
        yield value
        return
    for stream in streams:
        for found in stream["values"]:
            more = found[2] if len(found) > 2 and isinstance(found[2], dict) else {}
            yield {
                "labels": {**(stream.get("stream") or {}), **more},
                "line": found[1],
                "timestamp": found[0],
            }


def _line(found: dict) -> dict[str, str | None]:
    line = str(found["line"])
    labels = {
        str(key): as_text(value) for key, value in (found.get("labels") or found.get("fields") or {}).items()
    }
    inner = value_of(line) if line.startswith("{") else None
    inside = flat(inner) if isinstance(inner, dict) else {}
    if not inside and line.count("=") >= 2:
        inside = {key: quoted or bare for key, quoted, bare in _PAIR.findall(line)}
    said = inside.get("message") or inside.get("msg") or inside.get("event")
    every = {**inside, **labels}
    return {
        **{
            key: value
            for key, value in every.items()
            if key not in ("msg", "message", "ts", "time", "t", "@timestamp")
        },
        "time": instant(found["timestamp"]),
        "severity": next((every[key] for key in _LEVELS if every.get(key)), inside.get("log.level")),
        "service": next((every[key] for key in _SERVICES if every.get(key)), inside.get("service.name")),
        "host": every.get("node_name") or every.get("host") or every.get("instance"),
        "body": said or line,
        "trace_id": next(
            (every[key] for key in ("trace_id", "traceID", "traceId", "trace.id") if every.get(key)), None
        ),
        "span_id": next(
            (every[key] for key in ("span_id", "spanID", "spanId", "span.id") if every.get(key)), None
        ),
    }


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    listing=True,
    roles=own("time", "severity", "service", "host", "body", "trace_id", "span_id"),
)
