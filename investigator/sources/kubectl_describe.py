"""Output of `kubectl describe`: each object, when its containers started and ended, and its recent events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, own
from investigator.sources._kubernetes import workload

EXAMPLE = """\
Name:             indexer-6c8f7d9b5-x2x7p
Namespace:        prod
Node:             node-3/10.0.1.3
Start Time:       Wed, 17 Jun 2026 09:00:00 +0200
Labels:           app=indexer
Status:           Running
Containers:
  indexer:
    Image:          registry.example/indexer:2.3.0
    State:          Running
      Started:      Wed, 17 Jun 2026 09:14:12 +0200
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      Wed, 17 Jun 2026 09:00:02 +0200
      Finished:     Wed, 17 Jun 2026 09:14:07 +0200
    Restart Count:  3
Events:
  Type     Reason   Age                 From     Message
  ----     ------   ----                ----     -------
  Warning  BackOff  12s (x14 over 14m)  kubelet  Back-off restarting failed container indexer
"""
EXPECT = {
    "events": 6,
    "kind": "log",
    "time": "2026-06-17T07:00:00",
    "severity": 9,
    "service": "indexer",
    "body": "Start Time",
}

_KEY = re.compile(r"^(?P<indent> *)(?P<key>[A-Za-z][\w ./()-]*?):(?:\s+(?P<value>.*))?$")
_CELLS = re.compile(r"\s{2,}")


def sure(head: Head) -> Sure:
    """It begins with a Name, and a Namespace or Labels follow, and Events or Containers."""
    lines = head.lines
    begins = bool(lines) and lines[0].startswith("Name:") and len(lines) > 3
    keys = {match["key"] for match in map(_KEY.match, lines[:60]) if match and not match["indent"]}
    found = begins and bool({"Namespace", "Labels"} & keys) and len(keys & _OWN) >= 2
    return Sure(0.966 if found else 0.0, "what kubectl says of an object")


_OWN = {
    "Namespace",
    "Labels",
    "Annotations",
    "Containers",
    "Events",
    "Node",
    "Status",
    "Conditions",
    "Replicas",
    "Type",
}


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One unit an object over all its lines: its fields, an event for each time that it names, and its events.

    The events at its end have an age in place of a time, so they have none.
    """
    held: list[tuple[int, int, str]] = []
    begun = 0
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        if line.startswith("Name:") and held:
            yield from _object(held, begun)
            held = []
        if not held and not line.strip():
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
            continue
        if not held:
            begun = unit
        held.append((byte, len(raw), line))
    if held:
        yield from _object(held, begun)


def _object(lines: list[tuple[int, int, str]], unit: int) -> Iterator[Record]:
    byte, length = lines[0][0], sum(size for _, size, _ in lines)
    found, times, events = _parsed([line for _, _, line in lines])
    name = found.get("Name") or ""
    if not name:
        shown = "\n".join(line for _, _, line in lines)[:2000]
        yield Record({}, unit, len(lines), byte, length, reject="no object with a name", text=shown)
        return
    shared: dict[str, str | None] = {
        "object": name,
        "namespace": found.get("Namespace"),
        "service": workload(name),
        "host": (found.get("Node") or "").partition("/")[0] or None,
    }
    status = found.get("Status") or found.get("Replicas") or ""
    whole = {**found, **shared, "body": f"{name}: {status}".rstrip(": "), "severity": None, "time": None}
    yield Record(dict(list(whole.items())[-380:]), unit, len(lines), byte, length)
    for when, said, severity in times:
        yield Record(
            {**shared, "time": when, "body": said, "severity": severity}, unit, len(lines), byte, length
        )
    for fields in events:
        yield Record({**shared, **fields, "time": None}, unit, len(lines), byte, length)


_Times = list[tuple[str, str, str | None]]


def _parsed(lines: list[str]) -> tuple[dict[str, str | None], _Times, list[dict[str, str | None]]]:
    """Fields with dotted names, (time, what, severity) for each time, and the rows of the table of events."""
    found: dict[str, str | None] = {}
    times: _Times = []
    events: list[dict[str, str | None]] = []
    path: list[tuple[int, str, str]] = []  # indent, key, value
    last = ""
    for line in lines:
        if path and path[0][1] == "Events" and line.startswith(" "):
            cells = _CELLS.split(line.strip(), maxsplit=4)
            if len(cells) == 5 and cells[0] not in ("Type", "----"):
                kind, reason, age, component, said = cells
                event = {"severity": kind, "reason": reason, "age": age, "component": component}
                events.append({**event, "body": f"{reason}: {said}"})
            continue
        match = _KEY.match(line)
        if not match:
            if last and line.strip():
                found[last] = f"{found.get(last) or ''}, {line.strip()}".lstrip(", ")
            continue
        indent, key, value = len(match["indent"]), match["key"], (match["value"] or "").strip()
        path = [step for step in path if step[0] < indent] + [(indent, key, value)]
        last = ".".join(step[1] for step in path)
        if value:
            found[last] = value
        when = _iso(value)
        if when:
            above = path[-2] if len(path) > 1 else None
            place = path[-3][1] + " " if len(path) > 2 else ""
            prefix = last.rpartition(".")[0]
            reason = found.get(f"{prefix}.Reason")
            code = found.get(f"{prefix}.Exit Code")
            told = f"{above[1]} {above[2]}".strip() if above else ""
            more = ", ".join(part for part in (told, reason, f"exit code {code}" if code else "") if part)
            bad = key == "Finished" and code not in (None, "0")
            times.append((when, f"{place}{key}{': ' + more if more else ''}", "error" if bad else "info"))
    return found, times, events


def _iso(text: str) -> str | None:
    if not re.match(r"^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$", text):
        return None
    try:
        return parsedate_to_datetime(text).isoformat()
    except ValueError:
        return None


FORMAT = Records(
    read,
    kind="log",
    listing=True,
    roles={**own("time", "body", "service", "host", "severity"), "Start Time": "", "Events.Message": ""},
)
