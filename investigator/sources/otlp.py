"""OpenTelemetry's OTLP as JSON: logs, spans with their events, and metrics, a line a batch or one document."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, own
from investigator.sources._values import Piece, read_values

EXAMPLE = """\
{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"indexer"}}]},"scopeSpans":[{"scope":{"name":"worker"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173","name":"index document","kind":2,"startTimeUnixNano":"1781680447120000000","endTimeUnixNano":"1781680447391500000","attributes":[{"key":"document","value":{"stringValue":"DOC-1"}}],"status":{"code":2,"message":"unsupported schema 3"}}]}]}]}
{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"indexer"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1781680447391000000","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"could not index DOC-1"},"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]}]}]}
{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"indexer"}}]},"scopeMetrics":[{"metrics":[{"name":"queue.depth","unit":"1","gauge":{"dataPoints":[{"timeUnixNano":"1781680440000000000","asInt":"14","attributes":[{"key":"queue","value":{"stringValue":"documents"}}]}]}}]}]}]}
"""
EXPECT = {
    "events": 3,
    "kind": "span",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "indexer",
    "body": "index document",
}

_SIGNALS = ("resourceSpans", "resourceLogs", "resourceMetrics")
_SPAN_KINDS = ("", "internal", "server", "client", "producer", "consumer")
_STATUS = {2: "error", "STATUS_CODE_ERROR": "error", 1: "ok", "STATUS_CODE_OK": "ok"}
_METRICS = ("gauge", "sum", "histogram", "exponentialHistogram", "summary")


def sure(head: Head) -> Sure:
    """It holds resourceSpans, resourceLogs or resourceMetrics."""
    share = max((head.having(signal) for signal in _SIGNALS), default=0.0)
    if not share and not any(head.opens(signal, "resource") for signal in _SIGNALS):
        return Sure(0.0)
    return Sure(0.99, "OTLP: resources with their logs, spans or metrics")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a log record, span, span event or data point; the signal that comes first gives the file its kind."""
    first = ""

    def fields(part: tuple[str, dict, dict, Any]) -> Piece:
        nonlocal first
        signal, resource, scope, item = part
        first = first or signal
        member = "" if signal == first else signal
        shared = {**_attributes(resource.get("attributes")), **_scope(scope)}
        made = _log(item) if signal == "logs" else _span(item) if signal == "spans" else _point(item)
        kind = {"logs": "log", "spans": "span", "metrics": "metric"}[signal]
        return Piece({**shared, **made}, kind, member, item[-1] if isinstance(item, tuple) else item)

    yield from read_values(content, _parts, fields, "OTLP record")


def _parts(value: Any) -> Iterator[tuple[str, dict, dict, Any]]:
    for whole in value if isinstance(value, list) else [value]:
        for resource, scope, log in _inside(whole, "Logs", "logRecords"):
            yield "logs", resource, scope, log
        for resource, scope, span in _inside(whole, "Spans", "spans"):
            yield "spans", resource, scope, span
        for resource, scope, metric in _inside(whole, "Metrics", "metrics"):
            for name in _METRICS:
                for point in at(metric, name, "dataPoints") or []:
                    yield from (("metrics", resource, scope, made) for made in _values(metric, name, point))


def _inside(whole: dict, what: str, items: str) -> Iterator[tuple[dict, dict, Any]]:
    for group in whole.get(f"resource{what}") or []:
        resource = group.get("resource") or {}
        scopes = (
            group.get(f"scope{what}")
            or group.get(f"instrumentationLibrary{what}")  # as it was called until 2022
            or []
        )
        for scoped in scopes:
            for item in scoped.get(items) or []:
                yield resource, scoped.get("scope") or scoped.get("instrumentationLibrary") or {}, item


def _log(log: dict) -> dict[str, str | None]:
    body = _any(log.get("body"))
    name = log.get("eventName")
    at_ = _nanos(log.get("timeUnixNano")) or _nanos(log.get("observedTimeUnixNano"))
    return {
        **_attributes(log.get("attributes")),
        "event_name": as_text(name),
        "time": at_,
        "observed_time": _nanos(log.get("observedTimeUnixNano")),
        "severity_number": as_text(_severity(log.get("severityNumber"))),
        "severity": as_text(log.get("severityText")),
        "body": body if body is not None else as_text(name),
        "trace_id": _id(log.get("traceId")),
        "span_id": _id(log.get("spanId")),
    }


def _severity(number: Any) -> Any:
    """A number, or the name of one: SEVERITY_NUMBER_WARN2 is 14."""
    if not isinstance(number, str) or not number.startswith("SEVERITY_NUMBER_"):
        return number or None
    word = number.removeprefix("SEVERITY_NUMBER_")
    base = {"TRACE": 1, "DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17, "FATAL": 21}.get(word.rstrip("234"))
    return None if base is None else base + (int(word[-1]) - 1 if word[-1].isdigit() else 0)


def _span(span: dict) -> dict[str, str | None]:
    begin, end = int(span["startTimeUnixNano"]), int(span.get("endTimeUnixNano") or 0)
    kind = span.get("kind")
    if isinstance(kind, int):
        kind = _SPAN_KINDS[kind] if 0 <= kind < len(_SPAN_KINDS) else str(kind)
    status = span.get("status") or {}
    word = _STATUS.get(status.get("code") or 0)
    return {
        **_attributes(span.get("attributes")),
        "time": str(begin),
        "duration_ms": f"{(end - begin) / 1e6:.6g}" if end >= begin else None,
        "body": as_text(span.get("name")),
        "trace_id": _id(span.get("traceId")),
        "span_id": _id(span.get("spanId")),
        "parent_span_id": _id(span.get("parentSpanId")),
        "span_kind": str(kind).removeprefix("SPAN_KIND_").lower() if kind else None,
        "severity": "error" if word == "error" else None,
        "status": word,
        "status_message": as_text(status.get("message")) or None,
        "span_events": _json([_event(item) for item in span.get("events") or []]),
        "span_links": _json([_id(item.get("traceId")) for item in span.get("links") or []]),
    }


def _event(event: dict) -> dict[str, Any]:
    return {
        "time_unix_nano": _nanos(event.get("timeUnixNano")),
        "name": event.get("name"),
        **_attributes(event.get("attributes")),
    }


def _values(metric: dict, kind: str, point: dict) -> Iterator[tuple[dict, str, str, str | None, dict]]:
    """A point's numbers: a gauge or sum has one; a histogram its sum and count; a summary its quantiles, too."""
    name = str(metric["name"])
    if kind in ("gauge", "sum"):
        number = point.get("asDouble", point.get("asInt"))
        if number is not None:
            yield metric, kind, name, as_text(number), point
        return
    for part in ("count", "sum", "min", "max"):
        if point.get(part) is not None:
            yield metric, kind, f"{name}.{part}", as_text(point[part]), point
    for quantile in point.get("quantileValues") or []:
        yield (
            metric,
            kind,
            f"{name}.q{quantile.get('quantile', 0):.15g}",
            as_text(quantile.get("value", 0)),
            point,
        )


def _point(found: tuple[dict, str, str, str | None, dict]) -> dict[str, str | None]:
    metric, kind, name, number, point = found
    return {
        **_attributes(point.get("attributes")),
        "metric": name,
        "value": number,
        "time": _nanos(point["timeUnixNano"]),
        "unit": as_text(metric.get("unit")) or None,
        "metric_kind": kind,
        "monotonic": as_text(at(metric, kind, "isMonotonic")),
        "buckets": _json(point.get("bucketCounts")),
        "bounds": _json(point.get("explicitBounds")),
    }


def _scope(scope: dict) -> dict[str, str | None]:
    return {"scope": as_text(scope.get("name")) or None, **_attributes(scope.get("attributes"))}


def _attributes(items: Any) -> dict[str, str | None]:
    return {str(item["key"]): _any(item.get("value")) for item in items or []}


def _any(value: Any) -> str | None:
    """An AnyValue as text: lists and maps as JSON."""
    found = _plain(value)
    return _json(found) if isinstance(found, (list, dict)) else as_text(found)


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    for name, inner in value.items():
        if name == "arrayValue":
            return [_plain(item) for item in inner.get("values") or []]
        if name == "kvlistValue":
            return {str(item["key"]): _plain(item.get("value")) for item in inner.get("values") or []}
        return inner  # stringValue, intValue, doubleValue, boolValue, bytesValue
    return None


def _nanos(value: Any) -> str | None:
    return str(value) if value not in (None, "", 0, "0") else None


def _id(value: Any) -> str | None:
    """Hex in small letters. The standard's JSON has hex; what protobuf's own writer made of it is base64."""
    text = str(value or "")
    if len(text) in (24, 12) and not set(text) <= set("0123456789abcdefABCDEF"):
        try:
            text = base64.b64decode(text, validate=True).hex()
        except ValueError:
            return text
    return text.lower() if text.strip("0") else None


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None


FORMAT = Records(
    read,
    line_based=True,
    roles={
        "service.name": "service",
        "host.name": "host",
        **own("time", "observed_time", "severity_number", "severity", "body", "trace_id", "span_id"),
        "metric": "name",
        "value": "value",
    },
)
