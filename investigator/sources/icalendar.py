"""A calendar (.ics, RFC 5545): one entry an event, at its start, with its words; one that ends repeating, each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from investigator import moment, zones
from investigator.errors import MomentError
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1@example.org
DTSTART;TZID=Europe/Lisbon:20260303T091500
DTEND;TZID=Europe/Lisbon:20260303T093000
SUMMARY:Permits are sealed
DESCRIPTION:whatever is unsigned\\, stays
  so
RRULE:FREQ=WEEKLY;BYDAY=TU
END:VEVENT
END:VCALENDAR
"""
EXPECT = {
    "events": 1,
    "kind": "note",
    "time": "2026-03-03T09:15:00",
    "body": "Permits are sealed: whatever is unsigned, stays so",
}

_LINE = re.compile(r"^([A-Za-z0-9-]+)((?:;[^:;=]+=(?:\"[^\"]*\"|[^:;]*))*):(.*)$", re.DOTALL)
_TIME = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$")
#: What is held of an entry while it is read; and so often an entry is told at most.
_START, _PLACE, _BUT, TIMES_AT_MOST = "\0start", "\0place", "\0but", 400
#: What of an entry is kept under its own name.
_KEPT = ("UID", "LOCATION", "STATUS", "ORGANIZER", "CATEGORIES")


def sure(head: Head) -> Sure:
    """It begins with BEGIN:VCALENDAR."""
    begins = head.text.lstrip("\ufeff \r\n")[:15].upper() == "BEGIN:VCALENDAR"
    return Sure(0.98 if begins else 0.0, "BEGIN:VCALENDAR")


def _unfolded(content: Readable) -> Iterator[tuple[str, int, int, int]]:
    """Each line of the calendar, of all the lines that it is folded over: text, first unit, units, byte."""
    held: tuple[str, int, int, int] | None = None
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        if held and line[:1] in (" ", "\t"):
            held = (held[0] + line[1:], held[1], held[2] + 1, held[3])
            continue
        if held:
            yield held
        held = (line, unit, 1, byte)
    if held:
        yield held


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an entry; what stands around the entries is structure."""
    entry: dict[str, str | None] | None = None
    begun, start, usual, nested = 0, 0, "", 0
    for line, unit, units, byte in _unfolded(content):
        match = _LINE.match(line)
        name, value = (match[1].upper(), match[3]) if match else ("", "")
        if name == "BEGIN" and value.upper() in ("VEVENT", "VTODO") and entry is None:
            entry, begun, start = {}, unit, byte
        elif entry is not None:
            if name == "END" and value.upper() in ("VEVENT", "VTODO"):
                for one in _each_time(entry):
                    yield _entry(one, begun, unit + units - begun, start)
                entry = None
            elif name in ("BEGIN", "END"):
                nested += 1 if name == "BEGIN" else -1
            elif match and not nested:
                _noted(entry, name, match[2], value, usual)
        else:
            if name == "X-WR-TIMEZONE":
                usual = value.strip()
            for each in range(units):
                yield Record({}, unit + each, structural="calendar" if line.strip() else "blank")
    if entry is not None:
        yield Record({}, begun, reject="an entry that does not end")


def _each_time(entry: dict[str, str | None]) -> Iterator[dict[str, str | None]]:
    """An entry, at each of the times that its rule gives it where these end; else once, with its rule."""
    begin, place, skipped = (
        entry.pop(_START, None),
        entry.pop(_PLACE, None) or "",
        entry.pop(_BUT, None) or "",
    )
    rule = (entry.get("schedule") or "").removeprefix("RRULE:")
    if not begin or not re.search(r"(?i)\b(?:COUNT|UNTIL)=", rule):
        yield entry
        return
    from dateutil.rrule import rrulestr

    match = _TIME.match(begin)
    try:
        first = datetime(*[int(part) for part in match.groups()[:6] if part])  # type: ignore[arg-type, union-attr]
        # The rule counts on the wall's clock.
        wall = re.sub(r"(?i)(UNTIL=\d{8}(?:T\d{6})?)Z", r"\1", rule)
        times = list(islice(rrulestr(wall, dtstart=first), TIMES_AT_MOST + 1))
    except (ValueError, TypeError, AttributeError):
        times = []
    if not 0 < len(times) <= TIMES_AT_MOST:
        yield entry
        return
    apart = {one[:8] if "T" not in one else one.rstrip("Z") for one in skipped.split(",")}
    for at in times:
        written = f"{at:%Y%m%dT%H%M%S}" if "T" in begin else f"{at:%Y%m%d}"
        if written not in apart:
            yield {
                **entry,
                "schedule": None,
                "time": _time(f"{written}{'Z' if begin.endswith('Z') else ''}", place),
            }


def _entry(entry: dict[str, str | None], unit: int, units: int, byte: int) -> Record:
    words = [text.strip() for name in ("summary", "description") if (text := entry.get(name))]
    entry = {key: value for key, value in entry.items() if not key.startswith("\0")}
    fields = {**entry, "message": ": ".join(word for word in words if word) or "an entry without words"}
    return Record(fields, unit, units, byte)


def _noted(entry: dict[str, str | None], name: str, more: str, value: str, usual: str) -> None:
    if name in ("DTSTART", "DTEND", "DUE"):
        zone = re.search(r"(?i);TZID=\"?([^;:\"]+)", more)
        key = {"DTSTART": "time", "DUE": "time" if "time" not in entry else "due", "DTEND": "end"}[name]
        entry[key] = _time(value.strip(), (zone[1] if zone else usual).strip())
        if name == "DTSTART":
            entry[_START], entry[_PLACE] = value.strip(), (zone[1] if zone else usual).strip()
        if name == "DTSTART" and (zone or usual):
            entry["zone"] = (zone[1] if zone else usual).strip()
    elif name == "EXDATE":
        entry[_BUT] = ",".join(filter(None, (entry.get(_BUT), value.strip())))
    elif name == "RRULE":
        entry["schedule"] = f"RRULE:{value.strip()}"
    elif name in ("SUMMARY", "DESCRIPTION", *_KEPT) and value.strip():
        entry[name.lower()] = _plain(value)


def _plain(value: str) -> str:
    """A text without the signs that keep commas and line breaks apart."""
    return re.sub(r"\\([nN,;\\])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def _time(value: str, zone: str) -> str:
    """A time of a calendar as ISO has it, with its offset where its zone is known; as it stands where it is none."""
    match = _TIME.match(value)
    if match is None:
        return value
    numbers = [int(part) for part in match.groups()[:6] if part]
    try:
        at = datetime(*numbers)  # type: ignore[arg-type]  # six numbers at most
    except ValueError:
        return value
    if match[7]:
        return f"{at.isoformat()}Z"
    found = zones.named(zone) if zone else None
    if found and found.place:
        try:
            return at.replace(tzinfo=moment.zone(found.place)).isoformat()
        except MomentError:
            pass
    return at.isoformat()


FORMAT = Records(read, kind="note", listing=True, roles={"time": "time", "message": "body"})
