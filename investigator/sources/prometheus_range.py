"""The answer of a Prometheus range query, as JSON: one series a unit, one event a sample."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
{"status":"success","data":{"resultType":"matrix","result":[
{"metric":{"__name__":"queue_depth","job":"indexer"},"values":[[1781680440,"3"],[1781680500,"14"]]}]}}
"""
EXPECT = {
    "events": 2,
    "kind": "metric",
    "time": "2026-06-17T07:14:00",
    "service": "indexer",
    "value": 3.0,
}


def sure(head: Head) -> Sure:
    """It has a status, a resultType and series."""
    start = head.text[:2000].replace(" ", "").replace("\n", "")
    found = '"resultType":"matrix"' in start or '"resultType":"vector"' in start
    return Sure(0.95 if found else 0.0, "a Prometheus result")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a sample; all samples of a series are one unit."""
    data = content.all()
    try:
        result = json.loads(data)["data"]["result"]
    except (ValueError, KeyError, TypeError) as error:
        text = data[:2000].decode("utf-8", errors="backslashreplace")
        yield Record({}, 1, 1, 0, len(data), reject=f"no Prometheus result: {error}", text=text)
        return
    for unit, series in enumerate(result, start=1):
        labels = {str(key): str(value) for key, value in series.get("metric", {}).items()}
        name = labels.pop("__name__", "") or "value"
        values = series.get("values") or ([series["value"]] if "value" in series else [])
        if not values:
            yield Record({}, unit, structural="empty series")
        for at, value in values:
            yield Record({**labels, "metric": name, "time": repr(float(at)), "value": str(value)}, unit)


FORMAT = Records(read, kind="metric", listing=True)
