"""Traces of Jaeger as JSON, as its UI and API give them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, own
from investigator.sources._values import read_values

EXAMPLE = """\
{"data":[{"traceID":"5b8efff798038103d269b633813fc60c","spans":[
{"traceID":"5b8efff798038103d269b633813fc60c","spanID":"eee19b7ec3c1b174","operationName":"index document","references":[{"refType":"CHILD_OF","traceID":"5b8efff798038103d269b633813fc60c","spanID":"eee19b7ec3c1b173"}],"startTime":1781680447120043,"duration":271500,"tags":[{"key":"error","type":"bool","value":true},{"key":"document","type":"string","value":"DOC-1"}],"logs":[],"processID":"p1"}
],"processes":{"p1":{"serviceName":"indexer","tags":[{"key":"hostname","type":"string","value":"node-3"}]}}}]}
"""
EXPECT = {
    "events": 1,
    "kind": "span",
    "time": "2026-06-17T07:14:07.120043",
    "severity": 17,
    "service": "indexer",
    "body": "index document",
}


def sure(head: Head) -> Sure:
    """Spans with traceID, spanID, operationName and startTime."""
    found = head.opens("traceID", "spanID", "operationName", "startTime")
    return Sure(0.97 if found else 0.0, "Jaeger's spans")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a span."""
    yield from read_values(content, _spans, _span, "span")


def _spans(value: Any) -> Iterator[Any]:
    traces = value if isinstance(value, list) else value.get("data") or [value]
    for trace in traces:
        processes = trace.get("processes") or {}
        for span in trace.get("spans") or ([trace] if "spanID" in trace else []):
            yield {**span, "process": span.get("process") or processes.get(str(span.get("processID"))) or {}}


def _span(span: dict) -> dict[str, str | None]:
    tags = {str(tag["key"]): as_text(tag.get("value")) for tag in span.get("tags") or []}
    process = {str(tag["key"]): as_text(tag.get("value")) for tag in at(span, "process", "tags") or []}
    parents = [r.get("spanID") for r in span.get("references") or [] if r.get("refType") == "CHILD_OF"]
    failed = tags.get("error") == "true" or tags.get("otel.status_code") == "ERROR"
    logs = span.get("logs")
    return {
        **process,
        **tags,
        "time": str(int(span["startTime"])),
        "duration_ms": f"{int(span.get('duration') or 0) / 1000:.15g}",
        "service": as_text(at(span, "process", "serviceName")),
        "host": process.get("hostname") or process.get("host.name"),
        "body": as_text(span["operationName"]),
        "trace_id": str(span["traceID"]).lower(),
        "span_id": str(span["spanID"]).lower(),
        "parent_span_id": as_text(parents[0] if parents else span.get("parentSpanID")),
        "span_kind": tags.get("span.kind"),
        "severity": "error" if failed else None,
        "span_events": json.dumps(logs, ensure_ascii=False, separators=(",", ":")) if logs else None,
    }


FORMAT = Records(
    read,
    kind="span",
    line_based=True,
    roles=own("time", "service", "host", "body", "trace_id", "span_id", "severity"),
)
