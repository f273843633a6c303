"""Flow log of an AWS VPC: who talked to whom, accepted or rejected; with a header or in the default order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 123456789012 eni-1235b8ca123456789 10.0.0.7 10.0.1.9 50412 443 6 20 4249 1781680447 1781680507 ACCEPT OK
2 123456789012 eni-1235b8ca123456789 10.0.0.8 10.0.1.9 49761 5432 6 1 40 1781680450 1781680510 REJECT OK
2 123456789012 eni-1235b8ca123456789 - - - - - - - 1781680510 1781680570 - NODATA
"""
EXPECT = {
    "events": 3,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 9,
    "service": "vpc",
    "body": "ACCEPT TCP 10.0.0.7:50412 to 10.0.1.9:443, 20 packets, 4249 bytes",
}

DEFAULT = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
).split()
_PROTOCOLS = {"1": "ICMP", "6": "TCP", "17": "UDP", "58": "ICMPv6"}


def sure(head: Head) -> Sure:
    """A header with srcaddr and log-status, or rows of the default order."""
    lines = head.lines
    if not lines:
        return Sure(0.0)
    if {"srcaddr", "dstaddr"} <= set(lines[0].split()):
        return Sure(0.98, "a header with srcaddr and dstaddr")
    hits = sum(bool(_row(line.split())) for line in lines)
    return Sure(0.95 * hits / len(lines), f"{hits} of {len(lines)} lines are flows")


def _row(cells: list[str]) -> bool:
    return (
        len(cells) == len(DEFAULT)
        and cells[12] in ("ACCEPT", "REJECT", "-")
        and cells[13] in ("OK", "NODATA", "SKIPDATA")
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a flow."""
    names = content.header.split() if content.header else DEFAULT
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        cells = raw.decode("utf-8", errors="backslashreplace").split()
        if not cells:
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
        elif "srcaddr" in cells:
            names = cells
            yield Record({}, unit, 1, byte, len(raw), structural="header")
        elif len(cells) != len(names):
            reason = f"{len(cells)} cells where there should be {len(names)}"
            yield Record({}, unit, 1, byte, len(raw), reject=reason, text=" ".join(cells)[:2000])
        else:
            fields = {name: None if cell == "-" else cell for name, cell in zip(names, cells, strict=True)}
            protocol = _PROTOCOLS.get(fields.get("protocol") or "", fields.get("protocol") or "?")
            ends = [f"{fields.get(f'{side}addr')}:{fields.get(f'{side}port')}" for side in ("src", "dst")]
            verdict = fields.get("action") or fields.get("log-status") or "flow"
            flow = f"{verdict} {protocol} {' to '.join(ends)}" if fields.get("srcaddr") else verdict
            counts = (
                f", {fields['packets']} packets, {fields.get('bytes')} bytes" if fields.get("packets") else ""
            )
            severity = "warning" if fields.get("action") == "REJECT" else "info"
            yield Record({**fields, "body": flow + counts, "severity": severity}, unit, 1, byte, len(raw))


def _header(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if "srcaddr" in first.split() else ""


FORMAT = Records(
    read,
    kind="access",
    line_based=True,
    header=_header,
    roles={"start": "time", "body": "body", "severity": "severity_text", "interface-id": "host"},
    service="vpc",
)
