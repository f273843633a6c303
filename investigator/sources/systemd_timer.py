"""A timer of systemd, as its unit file says it: when it runs (OnCalendar), what it starts, and what for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, rows

EXAMPLE = """\
[Unit]
Description=Discards drafts that nobody claims

[Timer]
OnCalendar=Mon..Fri *-*-* 18:00:00 Europe/Berlin
Unit=drafts-reaper.service
"""
EXPECT = {
    "events": 1,
    "kind": "note",
    "body": "Discards drafts that nobody claims: starts drafts-reaper.service at Mon..Fri *-*-* 18:00:00 Europe/Berlin",
}
_SECTION, _SET = re.compile(r"^\[\w[\w -]*\]\s*$"), re.compile(r"^([A-Z]\w*)\s*=\s*(.*?)\s*$")


def sure(head: Head) -> Sure:
    """Sections and settings alone, one of them a [Timer] that says when."""
    lines = [line for line in head.lines if line[:1] not in ("#", ";")]
    known = all(_SECTION.match(line) or _SET.match(line) for line in lines)
    timer = any(line.strip() == "[Timer]" for line in lines) and any(
        line.startswith("OnCalendar") for line in lines
    )
    return Sure(0.97 if known and timer else 0.0, "a timer's sections and settings")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record for each time that OnCalendar names."""
    lines = list(rows(content))
    told = {found[1]: found[2] for row in lines if (found := _SET.match(row.text.strip()))}
    starts = told.get("Unit", "")
    for row in lines:
        found = _SET.match(row.text.strip())
        if not found or found[1] != "OnCalendar":
            yield row.structural("setting" if found else "section or blank")
            continue
        what = told.get("Description", "")
        body = ": ".join(part for part in (what, f"starts {starts or 'its service'} at {found[2]}") if part)
        fields = {"schedule": found[2], "command": starts, "comment": what, "message": body}
        yield row.event({name: value for name, value in fields.items() if value})


FORMAT = Records(read, kind="note", listing=True, repeating=True, roles={"message": "body"})
