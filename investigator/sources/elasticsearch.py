"""Hits of Elasticsearch, OpenSearch and Kibana: the answer of a search, or one document a line with its _source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, at, flat
from investigator.sources._values import read_values

EXAMPLE = """\
{"took":5,"timed_out":false,"hits":{"total":{"value":2,"relation":"eq"},"hits":[
{"_index":"logs-2026.06.17","_id":"a1","_score":1.0,"_source":{"@timestamp":"2026-06-17T07:14:07.120Z","log":{"level":"error"},"service":{"name":"indexer"},"message":"could not index DOC-1","trace":{"id":"5b8efff798038103d269b633813fc60c"}}},
{"_index":"logs-2026.06.17","_id":"a2","_score":1.0,"_source":{"@timestamp":"2026-06-17T07:14:08.002Z","log":{"level":"info"},"service":{"name":"search"},"message":"14 hits"}}]}}
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
    """Objects with _index and _source or fields."""
    found = head.opens("_index", "_source") or head.opens("_index", "fields", "hits")
    return Sure(0.96 if found else 0.0, "hits with _index and _source")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a document."""
    yield from read_values(content, _items, _hit, "hit")


def _items(value: Any) -> Iterator[Any]:
    for item in value if isinstance(value, list) else [value]:
        hits = at(item, "hits", "hits") or at(item, "rawResponse", "hits", "hits")
        yield from hits if isinstance(hits, list) else [item]


def _hit(hit: dict) -> dict[str, str | None]:
    source = hit.get("_source")
    if not isinstance(source, dict) or not source:
        # Fields come as lists, also where there is one value.
        fields = hit["fields"]
        source = {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in fields.items()}
    return {**flat(source), "_index": str(hit["_index"]), "_id": str(hit.get("_id") or "") or None}


FORMAT = Records(read, line_based=True, roles={"_id": ""})
