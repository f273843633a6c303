"""Any other text: lines with a leading time are events, others join them; without any time each line is a record."""

from __future__ import annotations

import re

from investigator.sources._dates import BEHIND_CLOCK
from investigator.sources._format import Head, Lines, Sure
from investigator.sources._text import holds_bytes

EXAMPLE = """\
2026-06-17 09:14:07 queue drained
2026-06-17 09:14:09 next run at 10:00
"""
EXPECT = {"events": 2, "kind": "log", "time": "2026-06-17T09:14:07", "body": "queue drained"}

FORMAT = Lines(
    pattern=(
        r"^[\[(]?(?P<time>\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
        + BEHIND_CLOCK
        + r"|\d{10}(?:\.\d{1,9})?|\d{13})[\])]?[\s:|,-]+(?P<body>.*)"
    ),
    headers=r"^(?:Common labels|Line limit|Total bytes processed): ",  # above what Grafana's Explore downloads
    joins=True,
    loose=True,
    led=True,
    untimed=Lines(pattern=r"^(?P<body>.*)", joins=False, kind="record", why="text without times"),
)


def sure(head: Head) -> Sure:
    """It is text."""
    if head.data and (holds_bytes(head.data) or _control(head.data[:4096]) > 0.1):
        return Sure(0.0)
    found = FORMAT.share(head)
    return Sure(0.1 + 0.3 * found.share, found.why or "text")


def _control(data: bytes) -> float:
    return len(re.findall(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", data)) / max(len(data), 1)
