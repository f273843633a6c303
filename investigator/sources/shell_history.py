"""History of a shell with times: bash's HISTTIMEFORMAT, tcsh and zsh; a command an event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, instant

EXAMPLE = """\
#1781680447
systemctl restart indexer
#1781680466
for document in DOC-1 DOC-2; do
  reindex "$document"
done
: 1781680500:12;curl -s http://search/health
"""
EXPECT = {
    "events": 3,
    "kind": "audit",
    "time": "2026-06-17T07:14:07",
    "service": "shell",
    "body": "systemctl restart indexer",
}

_STAMP = re.compile(r"^#\+?(\d{9,11})\s*$")
_ZSH = re.compile(r"^: (\d{9,11}):(\d+);(.*)$", re.S)


def sure(head: Head) -> Sure:
    """Comments of an epoch before commands, or zsh's colon, epoch and duration."""
    lines = head.lines
    stamps = sum(bool(_STAMP.match(line)) for line in lines)
    zsh = sum(bool(_ZSH.match(line)) for line in lines)
    begins = bool(lines) and bool(_STAMP.match(lines[0]) or _ZSH.match(lines[0]))
    found = stamps * 2 + zsh
    if not begins or found < 0.3 * len(lines):
        return Sure(0.0)
    return Sure(0.95, f"{stamps + zsh} of {len(lines)} lines are times of commands")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a command, over its lines and the line of its time."""
    held: list[tuple[int, int, str]] = []
    begun = 0
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        if _STAMP.match(line) or _ZSH.match(line):
            if held:
                yield _command(begun, held)
            held, begun = [(byte, len(raw), line)], unit
        elif held:
            held.append((byte, len(raw), line))
        elif line.strip():
            yield Record({}, unit, 1, byte, len(raw), reject="a command without a time", text=line[:2000])
        else:
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
    if held:
        yield _command(begun, held)


def _command(unit: int, lines: list[tuple[int, int, str]]) -> Record:
    first = lines[0][2]
    said = [line for _, _, line in lines[1:]]
    zsh = _ZSH.match(first)
    stamp = _STAMP.match(first)
    fields: dict[str, str | None] = {"time": instant((zsh or stamp or [None, None])[1])}
    if zsh:
        said.insert(0, zsh[3])
        fields["duration_seconds"] = zsh[2]
    fields["body"] = "\n".join(said).strip()
    return Record(fields, unit, len(lines), lines[0][0], sum(length for _, length, _ in lines))


FORMAT = Records(
    read,
    kind="audit",
    line_based=True,
    goes_on=True,
    roles={"time": "time", "body": "body"},
    service="shell",
)
