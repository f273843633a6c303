"""The words that the tests of views share: when it is, an event, a text that means harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from investigator.testing import HOSTILE

__all__ = ["HOSTILE", "START", "at", "event"]

START = datetime(2026, 6, 17, 7, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def event(seconds: float, source: str, body: str, **more: object) -> dict[str, object]:
    return {"time": at(seconds), "source": source, "kind": "log", "service": source, "body": body, **more}
