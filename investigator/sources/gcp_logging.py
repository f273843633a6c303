"""Google Cloud Logging: entries as `gcloud logging read --format=json` gives them, or one a line from a sink."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, flat, own
from investigator.sources._values import read_values

EXAMPLE = """\
[{"insertId":"1f2","jsonPayload":{"message":"could not index DOC-1","build":"2.3.0"},"labels":{"k8s-pod/app":"indexer"},"logName":"projects/portal/logs/stderr","receiveTimestamp":"2026-06-17T07:14:08.002Z","resource":{"labels":{"container_name":"indexer","pod_name":"indexer-6c8f7d9b5-x2x7p","namespace_name":"prod"},"type":"k8s_container"},"severity":"ERROR","spanId":"eee19b7ec3c1b174","timestamp":"2026-06-17T07:14:07.120412345Z","trace":"projects/portal/traces/5b8efff798038103d269b633813fc60c"},
 {"insertId":"1f3","textPayload":"14 waiting","logName":"projects/portal/logs/stdout","resource":{"labels":{"container_name":"indexer"},"type":"k8s_container"},"severity":"INFO","timestamp":"2026-06-17T07:14:08.002Z"}]
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

_SERVICES = ("container_name", "service_name", "module_id", "function_name", "job_name", "project_id")


def sure(head: Head) -> Sure:
    """Objects with a logName, a resource and an insertId."""
    share = max(
        head.having("logName", "insertId", "timestamp"), float(head.opens("logName", "insertId", "resource"))
    )
    return Sure(0.97 * share, "Google Cloud's logName and insertId")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an entry."""
    yield from read_values(content, _items, _entry, "log entry")


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else value.get("entries") or [value]


def _entry(entry: dict) -> dict[str, str | None]:
    payload = entry.get("jsonPayload") or {}
    proto = entry.get("protoPayload") or {}
    http = entry.get("httpRequest") or {}
    labels = at(entry, "resource", "labels") or {}
    said = entry.get("textPayload") or payload.get("message") or payload.get("msg")
    if not said and proto:
        who = at(proto, "authenticationInfo", "principalEmail")
        said = f"{proto.get('methodName')} {proto.get('resourceName') or ''} by {who}"
    if not said and http:
        said = f"{http.get('requestMethod')} {http.get('requestUrl')} {http.get('status')}"
    gone = (
        "jsonPayload",
        "timestamp",
        "receiveTimestamp",
        "severity",
        "trace",
        "spanId",
        "textPayload",
        "insertId",
    )
    inside = {
        key: value for key, value in payload.items() if key not in ("message", "msg", "timestamp", "severity")
    }
    return {
        **flat({key: value for key, value in entry.items() if key not in gone}),
        **(flat(inside) if inside else {}),
        "time": as_text(entry.get("timestamp") or entry["receiveTimestamp"]),
        "observed_time": as_text(entry.get("receiveTimestamp")),
        "severity": as_text(entry.get("severity")),
        "service": as_text(next((labels[key] for key in _SERVICES if labels.get(key)), None)),
        "host": as_text(labels.get("pod_name") or labels.get("instance_id")),
        "body": as_text(said) or str(flat(payload or proto)),
        "trace_id": (as_text(entry.get("trace")) or "").rpartition("/")[2] or None,
        "span_id": as_text(entry.get("spanId")),
    }


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    roles=own("time", "observed_time", "severity", "service", "host", "body", "trace_id", "span_id"),
    levels={"default": 9},
)
