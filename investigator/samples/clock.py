"""Moments of the sample as whole milliseconds since 1970 in UTC, and the ways its services write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from investigator import months

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

# The sample plays in one summer week, so one fixed offset is the truth and no zone database is needed.
BERLIN = timezone(timedelta(hours=2), "CEST")


def milliseconds(moment: datetime) -> int:
    """The moment as whole milliseconds since 1970 in UTC."""
    return round(moment.timestamp() * 1000)


def moment(time: int) -> datetime:
    """The same moment as an aware datetime in Berlin's summer time."""
    return datetime.fromtimestamp(time // 1000, BERLIN) + timedelta(milliseconds=time % 1000)


# Lines come almost in order, so a small cache of whole minutes saves nearly all of the formatting.
@lru_cache(maxsize=1024)
def _utc_minute(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M")


@lru_cache(maxsize=1024)
def _utc_minute_of_databases(minute: int) -> str:
    return _utc_minute(minute).replace("T", " ")


@lru_cache(maxsize=1024)
def _berlin_minute(minute: int) -> str:
    local = datetime.fromtimestamp(minute * 60, BERLIN)
    # Never %b: it would follow the locale of whoever makes the sample.
    return f"{local.day:02d}/{months.SHORT[local.month - 1]}/{local.year}:{local:%H:%M}"


def iso(time: int) -> str:
    """`2026-06-17T07:14:07.000Z`."""
    return f"{_utc_minute(time // MINUTE)}:{time // SECOND % 60:02d}.{time % SECOND:03d}Z"


def database(time: int) -> str:
    """`2026-06-17 07:14:07.000+00`, as databases print a timestamp with its zone."""
    return f"{_utc_minute_of_databases(time // MINUTE)}:{time // SECOND % 60:02d}.{time % SECOND:03d}+00"


def access(time: int) -> str:
    """`17/Jun/2026:09:14:07 +0200`, as web servers print local time."""
    return f"{_berlin_minute(time // MINUTE)}:{time // SECOND % 60:02d} +0200"


def berlin(time: int) -> str:
    """`2026-06-17T09:14:07+02:00`, without its milliseconds."""
    return moment(time - time % 1000).isoformat()
