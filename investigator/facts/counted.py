"""Tables of counts: rows that say of a minute and of some dimensions how many there were, and of how many it was wrong.

Which columns count and which divide is told by the rows: what counts can be left out and each row of a moment is still
told from the others; of two counts the one that is never greater than the other is its part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

ROWS_AT_MOST = 200_000
#: So many rows are looked at before all are.
SOME = 2_000
#: A table of counts has so many rows a moment on average, at least.
EACH_MOMENT = 3
#: A dimension has so many values at most.
VALUES = 200
#: A trouble lasts as long as more than this part of its first excess is there.
LASTS = 0.5


@dataclass(frozen=True)
class Counts:
    """A table of counts around a moment: its cells with what was counted since and what was to be expected."""

    cells: pandas.DataFrame
    dimensions: list[str]
    part: str
    whole: str | None
    counted: float
    expected: float
    until: datetime


def around(events: Events, table: ir.Table, start: datetime) -> Counts | None:
    """The counts since a moment, as long as they were high, beside the ones before; None where no row is a count."""
    wide = _wide(events, table)
    if wide is None:
        return None
    told = _columns(wide)
    if told is None:
        return None
    part, whole, dimensions = told
    wide = wide.assign(o=wide[part].astype("float64"), n=wide[whole].astype("float64") if whole else 1.0)
    before, since = wide[wide["time"] < start], wide[wide["time"] >= start]
    if not len(before) or not len(since):
        return None
    since = _lasting(before, since, by_rate=whole is not None)
    cells = since.groupby(dimensions, sort=True)[["o", "n"]].sum()
    usual = before.groupby(dimensions, sort=True)[["o", "n"]].sum()
    if whole is None:  # so many a moment
        cells, usual = cells.join(usual, how="outer", suffixes=("", "_")), None
        moments = since["time"].nunique() / max(before["time"].nunique(), 1)
        cells = cells.fillna(0.0)
        cells = cells.assign(expected=(cells["o_"] + 0.5) * moments)
    else:
        cells = cells.join(usual, how="left", suffixes=("", "_")).fillna(0.0)
        cells = cells.assign(expected=cells["n"] * _shares(cells, before, dimensions))
    cells = cells.reset_index().rename(columns={"o": "counted"})
    until = since["time"].max().to_pydatetime()
    return Counts(
        cells[[*dimensions, "counted", "expected"]],
        dimensions,
        part,
        whole,
        float(cells["counted"].sum()),
        float(cells["expected"].sum()),
        until,
    )


def _wide(events: Events, table: ir.Table) -> pandas.DataFrame | None:
    """One row a row of the table: its time, and a text or a number for each column; None where no rows are so."""
    points = table.filter((table.kind == "metric") & table.value.notnull())
    frame = _pivoted(events, points)
    return frame if frame is not None else _rows(events, table.filter(table.kind != "metric"))


def _pivoted(events: Events, points: ir.Table) -> pandas.DataFrame | None:
    """Points of metrics, put together again by their row; else by their time and labels."""
    order = [points.evidence, points.unit, points.name]
    columns = ("time", "evidence", "unit", "name", "value", "attributes")
    frame = events.engine.fetch(points.select(*columns).order_by(order).limit(ROWS_AT_MOST))
    if len(frame) < 2:
        return None
    frame, labels = _spread(frame)
    by = ["time", *labels]
    if frame.duplicated(["evidence", "unit"]).any():
        by = ["evidence", "unit"]
    values = frame.pivot_table(index=by, columns="name", values="value", aggfunc="sum")
    values = values.loc[:, values.notna().mean() > LASTS].dropna()
    kept = frame.drop_duplicates(by).set_index(by)
    kept = kept[[name for name in ("time", *labels) if name not in by]]
    out = values.join(kept).reset_index()
    return _timed(out.drop(columns=[name for name in ("evidence", "unit") if name in out.columns]))


def _rows(events: Events, table: ir.Table) -> pandas.DataFrame | None:
    """Rows of the source whose rows come many to a moment, as a table of counts has them, with their attributes."""
    import pandas as pd

    sizes = table.group_by("source").aggregate(n=table.count(), moments=table.time.nunique())
    many = sizes.filter((sizes.n >= EACH_MOMENT * sizes.moments) & (sizes.moments > 1))
    found = events.engine.fetch(many.order_by([many.n.desc(), "source"]).limit(1))
    if not len(found):
        return None
    own = table.filter(table.source == str(found["source"].iloc[0]))
    own = own.select("time", "evidence", "unit", "attributes").order_by(["evidence", "unit"])
    # What some rows refute, all do; a log whose lines come many to a second is not fetched for it.
    if not _may_count(events.engine.fetch(own.limit(SOME))):
        return None
    frame = events.engine.fetch(own.limit(ROWS_AT_MOST))
    frame, labels = _spread(frame)
    out = _timed(frame[["time", *labels]])
    for name in labels:
        numbers = pd.to_numeric(out[name], errors="coerce")
        if numbers.notna().all():
            out[name] = numbers.astype("float64")
    return out


def _may_count(frame: pandas.DataFrame) -> bool:
    """Whether a column may count: every row has a whole number in it, and is told from the others without it."""
    rows = [(time, dict(cell or {})) for time, cell in zip(frame["time"], frame["attributes"], strict=True)]
    everywhere = set.intersection(*(set(cell) for _, cell in rows)) if rows else set()
    numbers = [name for name in everywhere if all(_whole(cell[name]) for _, cell in rows)]
    return any(
        len({(time, *sorted((k, v) for k, v in cell.items() if k != name)) for time, cell in rows})
        == len(rows)
        for name in numbers
    )


def _whole(said: object) -> bool:
    try:
        return float(str(said)) >= 0 and float(str(said)) % 1 == 0
    except ValueError:
        return False


def _spread(frame: pandas.DataFrame) -> tuple[pandas.DataFrame, list[str]]:
    """A column for each attribute that most rows have, beside the others."""
    import pandas as pd

    attributes = pd.DataFrame([dict(cell or {}) for cell in frame["attributes"]], index=frame.index)
    attributes = (
        attributes.loc[:, attributes.notna().mean() > LASTS] if len(attributes.columns) else attributes
    )
    attributes = attributes[[name for name in attributes.columns if name not in frame.columns]]
    return pd.concat([frame, attributes.fillna("").astype(str)], axis=1), list(attributes.columns)


def _timed(frame: pandas.DataFrame) -> pandas.DataFrame:
    import pandas as pd

    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def _columns(wide: pandas.DataFrame) -> tuple[str, str | None, list[str]] | None:
    """What is counted, of how many it is a part, and the dimensions; None where columns don't say so."""
    numbers = [name for name in wide.columns if name != "time" and wide[name].dtype.kind in "fi"]
    if len(wide) < EACH_MOMENT * wide["time"].nunique():
        return None
    whole_numbers = [name for name in numbers if (wide[name] % 1 == 0).all()]
    counting = [name for name in whole_numbers if (wide[name] >= 0).all() and wide[name].nunique() > 1]
    other = [name for name in wide.columns if name not in ("time", *numbers)]
    counts: list[str] = []
    for name in sorted(counting, key=lambda name: (-wide[name].nunique(), name)):
        rest = [one for one in (*numbers, *other) if one not in (name, *counts)]
        if not wide.duplicated(["time", *rest]).any():
            counts.append(name)
    pairs = [
        (wide[one].sum(), one, two)
        for one in counts
        for two in counts
        if one != two and (wide[one] <= wide[two]).all() and wide[one].sum() < wide[two].sum()
    ]
    part, whole = (max(pairs)[1:]) if pairs else (counts[0], None) if len(counts) == 1 else (None, None)
    dimensions = [
        name
        for name in wide.columns
        if name not in ("time", *counts)
        and 2 <= wide[name].nunique() <= VALUES
        and (name in other or name in whole_numbers)
    ]
    if part is None or not dimensions:
        return None
    for name in dimensions:
        wide[name] = [f"{cell:g}" if not isinstance(cell, str) else cell for cell in wide[name]]
    return part, whole, dimensions


def _lasting(before: pandas.DataFrame, since: pandas.DataFrame, *, by_rate: bool) -> pandas.DataFrame:
    """The moments from the first on in which there was more than half of its excess over before."""
    usual = (
        before["o"].sum() / max(before["n"].sum(), 1.0)
        if by_rate
        else before["o"].sum() / before["time"].nunique()
    )
    moments = since.groupby("time", sort=True)[["o", "n"]].sum()
    levels = moments["o"] / moments["n"].clip(lower=1.0) if by_rate else moments["o"]
    least = usual + LASTS * (levels.iloc[0] - usual)
    low = levels < least if levels.iloc[0] > usual else levels > usual
    ends = low[low].index
    return since[since["time"] < ends[0]] if len(ends) else since


def _shares(cells: pandas.DataFrame, before: pandas.DataFrame, dimensions: list[str]) -> pandas.Series:
    """The share that was usual in each cell; of cells with little before, by what is usual for each of their values."""
    base = max(before["o"].sum(), 0.5) / max(before["n"].sum(), 1.0)
    usual = cells["n"] * 0.0 + base
    for name in dimensions:
        whole = before.groupby(name)[["o", "n"]].sum()
        ratio = (whole["o"] + 1) / (whole["n"] + 1 / base) / base
        places = cells.index.get_level_values(name) if len(dimensions) > 1 else cells.index
        usual = usual * places.map(ratio).fillna(1.0).to_numpy("float64")
    usual = usual.clip(upper=0.9)
    return (cells["o_"] + 1) / (cells["n_"] + 1 / usual)
