"""The words that the tests of views share: when it is, an event, a text that means harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 6, 17, 7, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def event(seconds: float, source: str, body: str, **more: object) -> dict[str, object]:
    return {"time": at(seconds), "source": source, "kind": "log", "service": source, "body": body, **more}


HOSTILE = '<a href="javascript:alert(1)">$x^2$ & <b>bold</b></a>%{y}\u202e\nnext'
