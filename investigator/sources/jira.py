"""Issues of Jira as JSON: when each was created, what was said, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, own
from investigator.sources._values import Made, read_values

EXAMPLE = """\
{"expand":"schema,names","startAt":0,"maxResults":50,"total":1,"issues":[
{"id":"10231","key":"SUP-8841","fields":{"summary":"Documents cannot be found","description":"DOC-1 and others are gone","created":"2026-06-17T14:06:12.000+0200","status":{"name":"In Progress"},"priority":{"name":"High"},"issuetype":{"name":"Incident"},"reporter":{"displayName":"Ana"},"assignee":{"displayName":"Ivo"},"project":{"key":"SUP"},"components":[{"name":"search"}],"comment":{"comments":[{"id":"1","author":{"displayName":"Ivo"},"body":"they are only hidden","created":"2026-06-17T14:10:00.000+0200"}]}},
"changelog":{"histories":[{"author":{"displayName":"Ivo"},"created":"2026-06-17T14:07:00.000+0200","items":[{"field":"status","fromString":"Open","toString":"In Progress"}]}]}}
]}
"""
EXPECT = {
    "events": 3,
    "kind": "ticket",
    "time": "2026-06-17T12:06:12",
    "severity": 17,
    "service": "search",
    "body": "SUP-8841 Documents cannot be found\nDOC-1 and others are gone",
}

_LEVELS = {
    "blocker": "fatal",
    "highest": "fatal",
    "critical": "fatal",
    "high": "error",
    "major": "error",
    "medium": "warning",
}


def sure(head: Head) -> Sure:
    """Issues with a key and fields, among them a summary."""
    found = head.opens("key", "fields", "summary") and (
        head.opens("issues") or head.opens("created", "status")
    )
    return Sure(0.96 if found else 0.0, "Jira's issues with fields")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One unit an issue: an event for its creation, and one for each comment and change."""
    yield from read_values(content, _issues, _events, "issue")


def _issues(value: Any) -> list[Any]:
    return value if isinstance(value, list) else value.get("issues") or [value]


def _events(issue: dict) -> list[Made]:
    fields = issue["fields"]
    key = str(issue["key"])
    priority = as_text(at(fields, "priority", "name"))
    shared: dict[str, str | None] = {
        "issue": key,
        "summary": as_text(fields.get("summary")),
        "service": as_text(at(fields, "components", 0, "name")),
        "severity": _LEVELS.get((priority or "").lower()),
    }
    first: Made = {
        **shared,
        "time": as_text(fields["created"]),
        "body": f"{key} {fields.get('summary') or ''}\n{_text(fields.get('description'))}".strip(),
        "action": "created",
        "user": _who(fields.get("reporter")),
        "status": as_text(at(fields, "status", "name")),
        "priority": priority,
        "type": as_text(at(fields, "issuetype", "name")),
        "assignee": _who(fields.get("assignee")),
        "resolved": as_text(fields.get("resolutiondate")),
        "labels": ", ".join(map(str, fields.get("labels") or [])) or None,
    }
    made: list[Made] = [first]
    for comment in at(fields, "comment", "comments") or []:
        said = {"time": as_text(comment["created"]), "body": _text(comment.get("body")), "action": "comment"}
        made.append({**shared, **said, "user": _who(comment.get("author"))})
    for change in at(issue, "changelog", "histories") or []:
        what = "; ".join(
            f"{item.get('field')}: {item.get('fromString') or ''} to {item.get('toString') or ''}"
            for item in change.get("items") or []
        )
        told = {"time": as_text(change["created"]), "body": f"{key} {what}", "action": "change"}
        made.append({**shared, **told, "user": _who(change.get("author"))})
    return made


def _who(person: Any) -> str | None:
    return as_text(at(person, "displayName") or at(person, "name") or at(person, "emailAddress"))


def _text(value: Any) -> str:
    """Text as it is, or out of Atlassian's document format: paragraphs apart by line breaks."""
    if isinstance(value, dict):
        if value.get("type") == "text":
            return str(value.get("text") or "")
        inner = [_text(item) for item in value.get("content") or []]
        return ("" if value.get("type") == "paragraph" else "\n").join(inner)
    return str(value or "")


FORMAT = Records(
    read,
    kind="ticket",
    line_based=True,
    listing=True,
    roles={**own("time", "body", "service", "severity"), "summary": ""},
)
