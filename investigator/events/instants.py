"""Instants between Python and the engine: aware UTC outside, naive UTC in the schema's columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from investigator.errors import ParameterError


def literal(instant: datetime) -> Any:
    """An aware datetime as a literal that compares with the schema's time columns on every engine."""
    import ibis

    return ibis.timestamp(instant.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" "))


def instant(value: Any) -> Any:
    """An aware UTC datetime from ISO text or a datetime; None stays None."""
    if value is None:
        return None
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ParameterError(
                f"'{value}' is no time for a window.",
                "A window is (from, to) in ISO 8601, such as 2026-06-17T07:00:00+00:00.",
                "Write it so, or give aware datetimes.",
            ) from None
    if not isinstance(value, datetime):
        raise ParameterError(f"{value!r} is no time.", "", "Give an aware datetime or ISO text.")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def aware(value: Any) -> datetime | None:
    """A time out of a result as an aware UTC datetime; None where there is none."""
    if value is None or value != value:
        return None
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
