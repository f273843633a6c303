"""Sentry as JSON: events with their stack traces and breadcrumbs, and lists of issues."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, instant, own
from investigator.sources._values import Made, read_values

EXAMPLE = """\
{"event_id":"9fac2ceed9344f2bbfdd1fdacb0ed9b1","platform":"python","level":"error","timestamp":1781680447.391,"server_name":"node-3","release":"indexer@2.3.0","environment":"production","project":"indexer","logger":"indexer.worker","transaction":"index_document","tags":[["document","DOC-1"]],"contexts":{"trace":{"trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174"}},"exception":{"values":[{"type":"SchemaError","value":"unsupported schema 3","stacktrace":{"frames":[{"filename":"indexer/worker.py","function":"index","lineno":88}]}}]},"breadcrumbs":{"values":[{"timestamp":1781680447.12,"category":"queue","level":"info","message":"picked DOC-1"}]}}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 9,
    "service": "indexer",
    "body": "picked DOC-1",
}


def sure(head: Head) -> Sure:
    """Events with an event_id and a platform, or issues with a shortId and a culprit."""
    events = head.opens("event_id", "platform", "level") or head.opens("eventID", "platform")
    issues = head.opens("shortId", "culprit", "firstSeen")
    return Sure(0.96 if events or issues else 0.0, "Sentry's events" if events else "Sentry's issues")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One unit an event of Sentry: what failed with its frames, and each breadcrumb at its own time."""
    yield from read_values(
        content, lambda value: value if isinstance(value, list) else [value], _events, "Sentry event"
    )


def _events(event: dict) -> list[Made]:
    if "shortId" in event:
        return _issue(event)
    tags = {}
    for tag in event.get("tags") or []:
        key, value = (tag.get("key"), tag.get("value")) if isinstance(tag, dict) else (tag[0], tag[1])
        tags[str(key)] = as_text(value)
    service = as_text(event.get("project") or event.get("projectSlug") or tags.get("service"))
    shared: dict[str, str | None] = {
        **tags,
        "service": service if service and not service.isdigit() else as_text(event.get("logger")) or service,
        "host": as_text(event.get("server_name")),
        "trace_id": as_text(at(event, "contexts", "trace", "trace_id")),
        "span_id": as_text(at(event, "contexts", "trace", "span_id")),
        "event_id": as_text(event.get("event_id") or event.get("eventID")),
    }
    said = at(event, "logentry", "formatted") or at(event, "logentry", "message") or event.get("message")
    thrown = [_thrown(item) for item in at(event, "exception", "values") or []]
    body = "\n".join([*([str(said)] if said else []), *thrown]) or as_text(event.get("title")) or ""
    main: Made = {
        **shared,
        "time": instant(event.get("timestamp") or event.get("dateCreated") or event["datetime"]),
        "severity": as_text(event.get("level") or tags.get("level")) or "error",
        "body": body,
        "release": as_text(at(event, "release", "version") or event.get("release")),
        "environment": as_text(event.get("environment")),
        "transaction": as_text(event.get("transaction")),
        "logger": as_text(event.get("logger")),
        "user_id": as_text(at(event, "user", "id")),
        "url": as_text(at(event, "request", "url")),
    }
    made: list[Made] = [main]
    crumbs = event.get("breadcrumbs") or []
    for crumb in (crumbs.get("values") or []) if isinstance(crumbs, dict) else crumbs:
        if crumb.get("timestamp"):
            told = crumb.get("message") or " ".join(f"{k}={v}" for k, v in (crumb.get("data") or {}).items())
            more = {"body": as_text(told) or "", "severity": as_text(crumb.get("level")) or "info"}
            made.append(
                {
                    **shared,
                    **more,
                    "time": instant(crumb["timestamp"]),
                    "category": as_text(crumb.get("category")),
                }
            )
    return made


def _thrown(item: dict) -> str:
    frames = at(item, "stacktrace", "frames") or []
    lines = [
        f"  at {frame.get('function')} ({frame.get('filename') or frame.get('module')}:{frame.get('lineno') or frame.get('lineNo')})"
        for frame in reversed(frames)
    ]
    return "\n".join([f"{item.get('type')}: {item.get('value')}", *lines])


def _issue(issue: dict) -> list[Made]:
    shared: dict[str, str | None] = {
        "service": as_text(at(issue, "project", "slug") or at(issue, "project", "name")),
        "issue": as_text(issue["shortId"]),
        "culprit": as_text(issue.get("culprit")),
        "count": as_text(issue.get("count")),
        "users": as_text(issue.get("userCount")),
        "severity": as_text(issue.get("level")),
        "status": as_text(issue.get("status")),
    }
    title = as_text(issue.get("title")) or ""
    made: list[Made] = [{**shared, "time": instant(issue["firstSeen"]), "body": f"{title} (first seen)"}]
    if issue.get("lastSeen") and issue["lastSeen"] != issue["firstSeen"]:
        made.append({**shared, "time": instant(issue["lastSeen"]), "body": f"{title} (last seen)"})
    return made


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    roles={**own("time", "severity", "service", "host", "body", "trace_id", "span_id"), "level": ""},
)
