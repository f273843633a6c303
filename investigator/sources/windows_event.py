"""Windows events as JSON: Get-WinEvent, evtx_dump, NXLog, or Winlogbeat's own keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, flat, instant
from investigator.sources._values import read_values

EXAMPLE = """\
[{"Id":4625,"LevelDisplayName":"Information","Level":0,"ProviderName":"Microsoft-Windows-Security-Auditing","LogName":"Security","MachineName":"web-2","TimeCreated":"/Date(1781680447120)/","RecordId":12050,"Message":"An account failed to log on."},
 {"Id":7036,"LevelDisplayName":"Error","Level":2,"ProviderName":"Service Control Manager","LogName":"System","MachineName":"web-2","TimeCreated":"2026-06-17T09:14:08.002+02:00","RecordId":12051,"Message":"The Indexer service terminated unexpectedly."}]
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 9,
    "service": "Microsoft-Windows-Security-Auditing",
    "body": "An account failed to log on.",
}

#: Windows counts from 1 (critical) to 5 (verbose); 0 is what security writes always.
_LEVELS = {"0": "info", "1": "critical", "2": "error", "3": "warning", "4": "info", "5": "debug"}
_DATE = re.compile(r"^/Date\((\d+)(?:[+-]\d{4})?\)/$")


def sure(head: Head) -> Sure:
    """Objects with TimeCreated and ProviderName, an Event with its System, or NXLog's EventTime and SourceName."""
    found = (
        head.opens("TimeCreated", "ProviderName")
        or head.opens("Event", "System", "EventID")
        or head.opens("EventTime", "EventID", "SourceName")
        or head.opens("winlog", "event_id")
    )
    return Sure(0.96 if found else 0.0, "Windows' own names for events")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an event."""
    yield from read_values(content, _items, _event, "Windows event")


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else at(value, "Events") or [value]


def _event(event: dict) -> dict[str, str | None]:
    if isinstance(event.get("Event"), dict):
        return _dumped(event["Event"])
    if "EventTime" in event:
        when, level = event["EventTime"], event.get("Severity") or _LEVELS.get(str(event.get("Level")))
        return _made(event, when, level, event.get("SourceName"), event.get("Hostname"), event.get("EventID"))
    if "winlog" in event:
        level = at(event, "log", "level") or event.get("level")
        host = at(event, "winlog", "computer_name") or at(event, "host", "name")
        provider = at(event, "winlog", "provider_name")
        return _made(event, event["@timestamp"], level, provider, host, at(event, "winlog", "event_id"))
    when = event["TimeCreated"]
    if isinstance(when, dict):
        when = when.get("DateTime") or when.get("value")
    level = _LEVELS.get(str(event.get("Level"))) or event.get("LevelDisplayName")
    return _made(event, when, level, event.get("ProviderName"), event.get("MachineName"), event.get("Id"))


def _dumped(event: dict) -> dict[str, str | None]:
    """What evtx_dump makes of the XML: attributes under #attributes."""
    system = event["System"]
    when = at(system, "TimeCreated", "#attributes", "SystemTime") or at(system, "TimeCreated", "SystemTime")
    provider = at(system, "Provider", "#attributes", "Name") or at(system, "Provider", "Name")
    number = system.get("EventID")
    number = at(number, "#text") if isinstance(number, dict) else number
    data = event.get("EventData") or event.get("UserData") or {}
    said = ", ".join(f"{key}={value}" for key, value in flat(data).items() if value) if data else ""
    found = {"Channel": system.get("Channel"), "RecordId": system.get("EventRecordID"), "Data": data or None}
    found["Message"] = f"{number} {provider} {said}".strip()
    return _made(found, when, _LEVELS.get(str(system.get("Level"))), provider, system.get("Computer"), number)


def _made(event: dict, when: Any, level: Any, provider: Any, host: Any, number: Any) -> dict[str, str | None]:
    match = _DATE.match(str(when))
    gone = ("Message", "message", "TimeCreated", "EventTime", "MachineName", "Hostname", "@timestamp")
    rest = {key: value for key, value in event.items() if key not in gone and value not in (None, [], {})}
    return {
        **(flat(rest) if rest else {}),
        "time": instant(match[1]) if match else str(when),
        "severity": as_text(level),
        "service": as_text(provider),
        "host": as_text(host),
        "event_id": as_text(number),
        "body": as_text(event.get("Message") or event.get("message")) or f"event {number}",
    }


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    roles={"time": "time", "severity": "severity_text", "service": "service", "host": "host", "body": "body"},
    levels={"audit_success": 9, "audit_failure": 13, "verbose": 5},
)
