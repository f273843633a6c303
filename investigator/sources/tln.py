"""Timelines as TLN and L2TTLN: five or seven columns with bars between, the time as an epoch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, instant, own, rows
from investigator.sources._rows import first_line

EXAMPLE = """\
Time|Source|Host|User|Description|TZ|Notes
1781680447|LOG|node-3|-|2026-06-17T07:14:07+00:00; Content Modification Time; [indexer, pid: 4711] could not index DOC-1|UTC|File: OS:/var/log/syslog
1781680448|FILE|node-3|-|2026-06-17T07:14:08+00:00; Last Access Time; OS:/srv/objects/DOC-1 Type: file|UTC|File: OS:/srv/objects/DOC-1 inode: 351025
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "service": "LOG",
    "body": "[indexer, pid: 4711] could not index DOC-1",
}

#: An epoch in seconds, a source, a host and a user, each one word or none.
_ROW = re.compile(r"-?\d{1,10}\|[^|\s]*\|[^|\s]*\|[^|]*\|[^|]*(?:\|[^|]*\|.*)?$")
_SAID = re.compile(r"^(?P<time>\d{4}-\d{2}-\d{2}T\S+); (?P<what>[^;]*); (?P<body>.*)$", re.DOTALL)


def sure(head: Head) -> Sure:
    """The header of TLN, or rows of five or seven cells that begin with an epoch."""
    lines = head.lines
    if not lines:
        return Sure(0.0)
    if lines[0].lower().startswith("time|source|host|user|description"):
        return Sure(0.98, "the header of TLN")
    hits = sum(map(bool, map(_ROW.match, lines)))
    return Sure(0.9 * hits / len(lines), f"{hits} of {len(lines)} rows begin with an epoch")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row. Descriptions may hold bars: what is too much belongs to them."""
    seven = (content.header or content.head().text.split("\n", 1)[0]).count("|") >= 6
    for row in rows(content):
        line = row.text
        if not line.strip():
            yield row.structural("blank")
            continue
        cells = line.split("|")
        if cells[0].strip().lower() == "time":
            yield row.structural("header")
            continue
        if len(cells) < 5 or not cells[0].strip().lstrip("-").isdigit():
            yield row.reject("no time and four cells after it")
            continue
        zone, notes = (cells[-2], cells[-1]) if seven and len(cells) >= 7 else (None, None)
        said = "|".join(cells[4 : len(cells) - 2 if zone is not None else None])
        match = _SAID.match(said)
        fields: dict[str, str | None] = {
            "time": match["time"] if match else instant(cells[0].strip()),
            "source_short": cells[1],
            "host": cells[2],
            "user": cells[3],
            "timestamp_desc": match["what"] if match else None,
            "body": match["body"] if match else said,
            "notes": notes,
        }
        yield row.event({k: None if v in ("-", "") else v for k, v in fields.items()})


def _header(text: str) -> str:
    return first_line(text)


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    header=_header,
    roles={**own("time", "body", "host"), "source_short": "service"},
)
