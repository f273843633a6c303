"""Events of Kubernetes as JSON: `kubectl get events -o json`, or one event a line from an exporter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, at, own
from investigator.sources._kubernetes import event_fields
from investigator.sources._values import read_values

EXAMPLE = """\
{"apiVersion":"v1","kind":"List","items":[
{"apiVersion":"v1","kind":"Event","metadata":{"name":"indexer.17d9","namespace":"prod","creationTimestamp":"2026-06-17T07:12:00Z"},"involvedObject":{"kind":"Pod","name":"indexer-6c8f7d9b5-x2x7p","namespace":"prod"},"reason":"BackOff","message":"Back-off restarting failed container indexer","type":"Warning","count":14,"firstTimestamp":"2026-06-17T07:12:00Z","lastTimestamp":"2026-06-17T07:14:07Z","source":{"component":"kubelet","host":"node-3"}},
{"apiVersion":"v1","kind":"Event","metadata":{"name":"search.17da","namespace":"prod"},"involvedObject":{"kind":"Deployment","name":"search","namespace":"prod"},"reason":"ScalingReplicaSet","message":"Scaled up replica set search-5f5d8c7c4 to 3","type":"Normal","eventTime":"2026-06-17T07:14:08.002000Z","reportingComponent":"deployment-controller"}
]}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "severity": 13,
    "service": "indexer",
    "body": "BackOff: Back-off restarting failed container indexer",
}


def sure(head: Head) -> Sure:
    """Objects with an involvedObject, a reason and a message."""
    inside = head.opens("involvedObject", "reason") or head.opens("regarding", "reason")
    return Sure(0.97 if inside else 0.0, "Kubernetes' involvedObject and reason")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an event, at its last time; the first and the count are kept beside."""
    yield from read_values(content, _items, event_fields, "event")


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value.get("items"), list):
        return value["items"]
    return [at(value, "object") if isinstance(at(value, "object"), dict) else value]


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    listing=True,
    roles=own("time", "severity", "service", "host", "body"),
)
