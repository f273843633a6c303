"""What formats of Kubernetes share: the name of a workload, told from those of its pods, and what an Event says."""

from __future__ import annotations

import re
from typing import Any

from investigator.sources._format import as_text, at

_TAIL = re.compile(r"-[0-9a-f]{6,10}-[a-z0-9]{5}$|-[0-9a-f]{8,10}$")


def workload(name: str) -> str:
    """The name without what a deployment puts behind it: indexer-6c8f7d9b5-x2x7p is indexer."""
    return _TAIL.sub("", name)


_COMMANDED = re.compile(r"^(?:\S+ )?\S*[$#%>❯] +(?:sudo +|watch +)?[a-z][\w./-]*(?: .*)?$")


def commanded(line: str) -> bool:
    """Whether a line is a prompt with a command, as it is copied with what the command printed."""
    return bool(_COMMANDED.match(line))


def prompted(line: str) -> bool:
    """Whether a line is a prompt with nothing behind it."""
    return bool(re.match(r"^(?:\S+ )?\S*[$#%>❯]\s*$", line))


def below_command(lines: list[str]) -> list[str]:
    """The lines below the prompt with the command that printed them, where one stands above."""
    return lines[1:] if lines and commanded(lines[0]) else lines


def event_fields(event: dict[str, Any]) -> dict[str, str | None]:
    """An Event object: at its last time, with the first and the count beside."""
    about = (event["involvedObject"] if "involvedObject" in event else event["regarding"]) or {}
    name = as_text(about.get("name")) or ""
    series = at(event, "series", "lastObservedTime")
    first = event.get("firstTimestamp") or event.get("deprecatedFirstTimestamp")
    last = series or event.get("lastTimestamp") or event.get("deprecatedLastTimestamp")
    message = as_text(event.get("message", event.get("note"))) or ""
    return {
        "time": as_text(last or event.get("eventTime") or at(event, "metadata", "creationTimestamp")),
        "severity": as_text(event.get("type")),
        "service": workload(name) or None,
        "host": as_text(at(event, "source", "host") or event.get("reportingInstance")),
        "body": f"{event.get('reason')}: {message}".removesuffix(": "),
        "reason": as_text(event.get("reason")),
        "object_kind": as_text(about.get("kind")),
        "object": name,
        "namespace": as_text(about.get("namespace") or at(event, "metadata", "namespace")),
        "component": as_text(at(event, "source", "component") or event.get("reportingComponent")),
        "count": as_text(event.get("count") or at(event, "series", "count")),
        "first_time": as_text(first),
    }
