"""Text whose lines begin with a clock and no day; other lines join them."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
09:14:07 queue drained
09:14:09.120 - could not index DOC-1
  unsupported schema 3
[09:15:00] next run
"""
EXPECT = {"events": 3, "kind": "record", "body": "queue drained"}

FORMAT = Lines(
    pattern=(
        r"^[\[(]?(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?)[\])]?[\s:|,-]+(?P<body>.*)"
    ),
    kind="record",
    loose=True,
    led=True,
)


def sure(head: Head) -> Sure:
    """Lines begin with a clock; whatever knows more of them reads them."""
    found = FORMAT.share(head)
    return Sure(0.3 * found.share if found.share >= 0.5 else 0.0, found.why)
