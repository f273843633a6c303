"""Zipkin v2 spans as JSON: an array of spans, or of traces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, flat, own
from investigator.sources._values import read_values

EXAMPLE = """\
[{"traceId":"5aab74dbb904746bb33447baae403ed6","parentId":"05e3ac9a4f6e3b90","id":"e457b5a2e4d86bd1","kind":"CONSUMER",
  "name":"next-message","timestamp":1781680447120043,"duration":14250,"localEndpoint":{"serviceName":"indexer"},
  "tags":{"document":"DOC-1","error":"unsupported schema 3"}}]
"""
EXPECT = {
    "events": 1,
    "kind": "span",
    "time": "2026-06-17T07:14:07.120043",
    "severity": 17,
    "service": "indexer",
    "body": "next-message",
}


def sure(head: Head) -> Sure:
    """Objects with a traceId, an id and an endpoint, a timestamp or a kind."""
    share = max(
        head.having("traceId", "id", "localEndpoint"), head.having("traceId", "id", "timestamp", "name")
    )
    if not share and head.text.lstrip().startswith("["):
        share = float(head.opens("traceId", "id", "localEndpoint"))
    return Sure(0.97 * share, "Zipkin spans")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a span."""
    yield from read_values(content, _spans, _span, "span")


def _spans(value: Any) -> Iterator[Any]:
    for item in value if isinstance(value, list) else [value]:
        yield from item if isinstance(item, list) else [item]


def _span(span: dict) -> dict[str, str | None]:
    rest = {
        key: value
        for key, value in span.items()
        if key
        not in ("traceId", "parentId", "id", "kind", "name", "timestamp", "duration", "tags", "localEndpoint")
    }
    tags = flat(span.get("tags") or {}) if span.get("tags") else {}
    duration = span.get("duration")
    return {
        **flat(rest),
        **tags,
        "span_kind": as_text(span.get("kind")),
        "time": as_text(span.get("timestamp")),
        "duration_ms": f"{int(duration) / 1000:.15g}" if duration is not None else None,
        "service": as_text(at(span, "localEndpoint", "serviceName")),
        "host": as_text(at(span, "localEndpoint", "ipv4")),
        "body": as_text(span.get("name")) or "",
        "trace_id": str(span["traceId"]).lower(),
        "span_id": str(span["id"]).lower(),
        "parent_span_id": as_text(span.get("parentId")),
        "severity": "error" if tags.get("error") not in (None, "false") else None,
    }


FORMAT = Records(
    read,
    kind="span",
    line_based=True,
    roles=own("time", "service", "host", "body", "trace_id", "span_id", "severity"),
)
