"""A key that counts since 1970 beside one that writes the same moments on a clock without a zone: the count is exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from investigator.load.spelled import by_size, counted
from investigator.sources._spellings import parse

QUARTER, FARTHEST = timedelta(minutes=15), timedelta(hours=14)
LEAST = 2  # rows that say so


def beside(keys: Sequence[str], samples: Mapping[str, Sequence[str]], written: str) -> str:
    """The key whose counts all lie as many quarters of an hour from the written times; empty where none does."""
    said = [parse(value.strip()) for value in samples.get(written, ())[:50]]
    walls = [
        datetime(*day, *one.clock)  # type: ignore[misc, arg-type]  # a day with its year
        for one in said
        if one and one.clock and one.zone is None and not one.unknown and (day := one.day("")) and day[0]
    ]
    if len(walls) < LEAST or len(walls) < len(said):
        return ""
    for key in keys:
        values = [value.strip() for value in samples.get(key, ())[:50]]
        if (
            key == written
            or len(values) != len(walls)
            or not all(value.isdigit() and by_size(value) for value in values)
        ):
            continue
        apart = {
            wall - at.replace(microsecond=wall.microsecond)
            for wall, value in zip(walls, values, strict=True)
            if (at := counted(value, by_size(value)))
        }
        # Clocks are changed in summer: two hours at most lie between.
        if apart and len(apart) <= 2 and all(abs(one) <= FARTHEST and not one % QUARTER for one in apart):
            return key
    return ""
