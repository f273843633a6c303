"""Audit log of a Kubernetes API server: who did what to which object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, flat, own
from investigator.sources._values import read_values

EXAMPLE = """\
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"4d2c8b7e-0a51-4a3c-9a27-1f6d2a7b3c4d","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/prod/deployments/indexer","verb":"patch","user":{"username":"dana@platform.example","groups":["system:authenticated"]},"sourceIPs":["10.0.0.7"],"objectRef":{"resource":"deployments","namespace":"prod","name":"indexer"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-06-17T07:12:00.120412Z","stageTimestamp":"2026-06-17T07:12:00.391001Z"}
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"5e3d9c8f-1b62-4b4d-8b38-2a7e3b8c4d5e","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/prod/secrets/db","verb":"get","user":{"username":"system:serviceaccount:prod:default"},"objectRef":{"resource":"secrets","namespace":"prod","name":"db"},"responseStatus":{"code":403},"stageTimestamp":"2026-06-17T07:12:01.000000Z"}
"""
EXPECT = {
    "events": 2,
    "kind": "audit",
    "time": "2026-06-17T07:12:00.120412",
    "severity": 9,
    "service": "kube-apiserver",
    "body": "patch deployments/prod/indexer by dana@platform.example: 200",
}


def sure(head: Head) -> Sure:
    """Objects with an auditID, a verb and a requestURI."""
    found = max(
        head.having("auditID", "verb", "requestURI"), float(head.opens("auditID", "verb", "requestURI"))
    )
    return Sure(0.98 * found, "Kubernetes' auditID, verb and requestURI")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an audit event."""
    yield from read_values(content, _items, _event, "audit event")


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else value.get("items") or [value]


def _event(event: dict) -> dict[str, str | None]:
    target = event.get("objectRef") or {}
    where = "/".join(
        str(target[key]) for key in ("resource", "namespace", "name", "subresource") if target.get(key)
    )
    code = at(event, "responseStatus", "code")
    user = as_text(at(event, "user", "username"))
    gone = ("stageTimestamp", "requestReceivedTimestamp", "verb", "user", "kind", "apiVersion", "level")
    rest = flat({key: value for key, value in event.items() if key not in gone})
    return {
        **rest,
        "time": as_text(event.get("requestReceivedTimestamp") or event["stageTimestamp"]),
        "body": f"{event['verb']} {where or event['requestURI']} by {user}" + (f": {code}" if code else ""),
        "user": user,
        "action": as_text(event["verb"]),
        "groups": as_text(flat(event.get("user") or {}).get("groups")),
        "severity": None if not code else "error" if code >= 500 else "warning" if code >= 400 else "info",
        "service": "kube-apiserver",
    }


FORMAT = Records(
    read,
    kind="audit",
    line_based=True,
    roles=own("time", "body", "severity", "service"),
)
