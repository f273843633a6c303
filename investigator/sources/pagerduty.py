"""PagerDuty as JSON: incidents, their log entries, alerts and notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, own
from investigator.sources._values import Made, read_values

EXAMPLE = """\
{"incidents":[
{"id":"PT4KHLK","type":"incident","incident_number":1234,"title":"Search index lag above 30 min","created_at":"2026-06-17T07:20:00Z","resolved_at":"2026-06-17T15:10:00Z","status":"resolved","urgency":"high","service":{"id":"PIJ90N7","type":"service_reference","summary":"indexer"},"assignments":[{"assignee":{"summary":"Ivo"}}],"html_url":"https://platform.pagerduty.com/incidents/PT4KHLK"}
],"limit":25,"offset":0,"more":false}
"""
EXPECT = {
    "events": 2,
    "kind": "alert",
    "time": "2026-06-17T07:20:00",
    "severity": 17,
    "service": "indexer",
    "body": "Search index lag above 30 min",
}


def sure(head: Head) -> Sure:
    """Incidents with an incident_number or urgency and a service, or log entries."""
    found = head.opens("incident_number", "service", "created_at") or (
        head.opens("log_entries", "channel") or head.opens("urgency", "service", "created_at", "html_url")
    )
    return Sure(0.96 if found else 0.0, "PagerDuty's incidents or log entries")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One unit an incident: an event when it was triggered, and one when it was resolved. Log entries are one each."""
    yield from read_values(content, _items, _events, "incident")


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
        return
    names = ("incidents", "log_entries", "alerts", "notes")
    if not any(name in value for name in names):
        yield value.get("incident", value)
    for name in names:
        yield from value.get(name) or []


def _events(item: dict) -> list[Made]:
    urgency = as_text(at(item, "priority", "summary") or item.get("urgency") or item.get("severity"))
    title = as_text(item.get("title") or item.get("summary") or item.get("content")) or ""
    number = item.get("incident_number") or at(item, "incident", "summary")
    shared: dict[str, str | None] = {
        "service": as_text(at(item, "service", "summary")),
        "severity": "error"
        if urgency in ("high", "critical", "P1", "P2")
        else "warning"
        if urgency
        else None,
        "urgency": urgency,
        "incident": as_text(number),
        "pagerduty_id": as_text(item.get("id")),
        "url": as_text(item.get("html_url")),
        "user": as_text(at(item, "agent", "summary") or at(item, "user", "summary")),
        "assigned": ", ".join(str(at(a, "assignee", "summary")) for a in item.get("assignments") or [])
        or None,
    }
    kind = str(item.get("type") or "").removesuffix("_log_entry").removesuffix("_reference")
    first: Made = {**shared, "time": as_text(item["created_at"]), "body": title, "action": kind or None}
    made: list[Made] = [first]
    ended = item.get("resolved_at") or (
        item.get("last_status_change_at") if item.get("status") == "resolved" else None
    )
    if ended:
        body = f"{title}: resolved"
        made.append(
            {**shared, "time": as_text(ended), "body": body, "action": "resolved", "severity": "info"}
        )
    return made


FORMAT = Records(
    read,
    kind="alert",
    line_based=True,
    listing=True,
    roles=own("time", "body", "service", "severity"),
)
