"""The year of times that name none: from when the file was written, from other sources, and over the turn of a year.

A log's time goes on. Where it falls back by months, December was followed by January, and the year is the next. The year
of its end is the newest that puts it before the file was written; where other sources name their years, and an earlier
one puts it among them, it is that one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import re2

if TYPE_CHECKING:
    import pyarrow as pa

    from investigator.events.store import Segment
    from investigator.load.content import Content
    from investigator.load.plan import Plan
    from investigator.load.times import Style

#: A time that falls back so far has passed the turn of a year; one that jumps ahead by nearly a year came late.
BACK, AHEAD = timedelta(days=150), timedelta(days=330)
TAIL = 64 * 1024
NEAR = timedelta(days=31)
EARLIER_AT_MOST = 15
UNNAMED = "name no year"


def chosen(
    style: Style, values: Sequence[str], ends: Sequence[str], written: datetime, others: Sequence[Segment]
) -> tuple[int, str]:
    """The year of a file's first times, and why: `values` are its first, `ends` its last, `written` when it was.

    The newest that puts none of them after that; an earlier one where only so they lie among the times of others.
    """
    limit = written + timedelta(days=1)
    first, last = _days(style, values, limit.year), _days(style, ends, limit.year)
    if not first and not last:
        return limit.year, ""
    # Without the file's end, its beginning is all there is to go by, as far as it goes on.
    known = last[-1:] or _onward(first)
    year = limit.year - (1 if any(day > limit for day in known) else 0)
    why = "the newest that was not yet to come when the file was written"
    spans = [(naive(s.first), naive(s.last)) for s in others if s.first and s.last and not _unsure(s)]
    if spans and not _among(known[-1], limit.year - year, spans):
        for back in range(1, EARLIER_AT_MOST + 1):
            if _among(known[-1], limit.year - year + back, spans):
                year, why = year - back, "so it lies among the times of other sources"
                break
    turned = bool(first and last) and first[0] - last[-1] > BACK
    return year - (1 if turned else 0), why


def ends(content: Content, pattern: str) -> list[str]:
    """What the last lines of a plain file say of their time, by the pattern of its format; none where that can't be."""
    if content.codec:
        return []
    try:
        size = content.path.stat().st_size
        with content.path.open("rb") as file:
            file.seek(max(0, size - TAIL))
            data = file.read(TAIL)
    except OSError:
        return []
    lines = data.decode("utf-8", errors="replace").splitlines()[-200:]
    found = re2.captured(pattern, lines[1:] or lines)
    return [groups["time"] for groups in found if groups and groups["time"]][-20:]


def written(content: Content, now: datetime) -> datetime:
    """When a file was written, where that is known and not to come; naive UTC."""
    with contextlib.suppress(ValueError, TypeError):
        when = datetime.fromisoformat(content.modified)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        if when <= now + timedelta(days=1):
            return when.astimezone(UTC).replace(tzinfo=None)
    return now.replace(tzinfo=None)


def turned(
    table: pa.Table, plan: Plan, before: int | None, again: Callable[[Plan], pa.Table]
) -> tuple[pa.Table, Plan, int | None]:
    """A chunk with the years of its times right, the plan for the next one, and its last time, in microseconds.

    `before` is the last time of the chunk before; `again` reads the same rows under another year.
    """
    import numpy as np
    import pyarrow as pa

    times = table["time"].combine_chunks().cast(pa.int64())
    valid = times.is_valid().to_numpy(zero_copy_only=False)
    if not valid.any():
        return table, plan, before
    numbers = times.fill_null(0).to_numpy(zero_copy_only=False)
    row = numbers[valid]
    start = row[:1] if before is None else np.array([before], dtype=np.int64)
    steps = np.diff(np.concatenate([start, row]))
    back, ahead = (int(span.total_seconds()) * 1_000_000 for span in (BACK, AHEAD))
    years = np.cumsum((steps < -back).astype(np.int64) - (steps > ahead).astype(np.int64))
    if not years.any():
        return table, plan, int(row[-1])
    out = row.copy()
    for by in np.unique(years[years != 0]):
        other = again(replace(plan, year=(plan.year or 1970) + int(by)))["time"]
        moved = other.combine_chunks().cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)[valid]
        out = np.where(years == by, moved, out)
    whole = numbers.copy()
    whole[valid] = out
    column = pa.array(whole, pa.int64(), mask=~valid).cast(pa.timestamp("us"))
    table = table.set_column(table.column_names.index("time"), "time", column)
    last = int(years[-1])
    plan = replace(
        plan, year=(plan.year or 1970) + last, year_first=plan.year_first or plan.year, year_turned=True
    )
    return table, plan, int(out[-1])


def _days(style: Style, values: Sequence[str], year: int) -> list[datetime]:
    """These times in a year, in their order; those that are none are left out."""
    out = []
    for value in values:
        for form in style.formats:
            with contextlib.suppress(ValueError):
                out.append(
                    datetime.strptime(f"{year} {' '.join(str(value).split())}", form).replace(tzinfo=None)
                )
                break
    return out


def _onward(days: list[datetime]) -> list[datetime]:
    """The first of these, up to where they fall back over the turn of a year."""
    for place in range(1, len(days)):
        if days[place - 1] - days[place] > BACK:
            return days[:place]
    return days


def _among(day: datetime, back: int, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    with contextlib.suppress(ValueError):
        moved = day.replace(year=day.year - back)
        return any(low - NEAR <= moved <= high + NEAR for low, high in spans)
    return False


def _unsure(segment: Segment) -> bool:
    return any(UNNAMED in doubt for doubt in segment.doubt)


def naive(text: Any) -> datetime:
    when = datetime.fromisoformat(str(text))
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
