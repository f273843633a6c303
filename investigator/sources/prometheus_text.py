"""Metrics as Prometheus scrapes them: text exposition and OpenMetrics, a sample a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, instant, rows

EXAMPLE = """\
# HELP queue_depth Documents that wait.
# TYPE queue_depth gauge
queue_depth{job="indexer",queue="documents"} 14 1781680447120
# TYPE http_requests_total counter
http_requests_total{job="portal",code="502"} 3
http_request_seconds_bucket{job="portal",le="+Inf"} 2.5e+02
"""
EXPECT = {
    "events": 3,
    "kind": "metric",
    "time": "2026-06-17T07:14:07.12",
    "service": "indexer",
    "value": 14.0,
}

_SAMPLE = re.compile(
    r"^(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>(?:[^\"}]|\"(?:[^\"\\]|\\.)*\")*)\})?"
    r"\s+(?P<value>[-+]?(?:[0-9.]+(?:[eE][-+]?\d+)?|Inf|NaN))(?:\s+(?P<time>-?[0-9.]+))?(?:\s+#.*)?$"
)
_LABEL = re.compile(r'([a-zA-Z_][\w.]*)="((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")


def sure(head: Head) -> Sure:
    """Lines # TYPE, and samples: a name, labels, a number."""
    lines = head.lines
    typed = sum(line.startswith(("# TYPE ", "# HELP ")) for line in lines)
    hits = sum(bool(_SAMPLE.match(line)) for line in lines if not line.startswith("#"))
    rest = sum(not line.startswith("#") for line in lines)
    labelled = sum("{" in line for line in lines)
    if not rest or not hits or not (typed or labelled > 0.5 * rest):
        return Sure(0.0)
    return Sure(0.95 * hits / rest, f"{hits} of {rest} lines are samples")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a sample. A scrape says no time, unless its samples do: then it has none."""
    types: dict[str, str] = {}
    for row in rows(content, bare=True):
        line = row.text
        if not line:
            yield row.structural("blank")
        elif line.startswith("#"):
            words = line.split(None, 3)
            if len(words) == 4 and words[1] == "TYPE":
                types[words[2]] = words[3]
            yield row.structural("comment")
        elif not (match := _SAMPLE.match(line)):
            yield row.reject("no sample")
        else:
            labels = {key: _ESCAPE.sub(_plain, value) for key, value in _LABEL.findall(match["labels"] or "")}
            fields: dict[str, str | None] = {**labels, "metric": match["name"], "value": match["value"]}
            fields["metric_kind"] = types.get(match["name"]) or types.get(match["name"].rpartition("_")[0])
            fields["time"] = instant(match["time"]) if match["time"] else None
            yield row.event(fields)


def _plain(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]


FORMAT = Records(
    read,
    kind="metric",
    line_based=True,
    roles={
        "metric": "name",
        "value": "value",
        "time": "time",
        "service": "",
        "job": "service",
        "instance": "host",
    },
)
