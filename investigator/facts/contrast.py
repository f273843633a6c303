"""Two sets of events side by side: how often each value of each field is in the one and in the other.

Counting is one query for all fields, whatever the number of their values. What comes back is judged here: shares
among those that have the field, their difference, and a G-test (Woolf 1957, with Williams' correction) whose p-values
are corrected for all values that were tried (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.facts.places import place_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: Values of a field that are counted: the most frequent ones.
VALUES_AT_MOST = 1_000
#: Fewer than so many on both sides together are too few to say.
ENOUGH = 5
LONG = 80
#: Combinations of values that are looked at, those with the most.
CELLS_AT_MOST = 3_000
#: A field whose counted values hold less than this share of its rows is a name for each row, and no property.
TOLD = 0.5

COLUMNS = ("service", "host", "source", "kind", "severity_text")
TEMPLATE = "message"


def fields_of(events: Events) -> list[str]:
    """The fields of events that can be compared: columns with few values, and attributes."""
    there = [name for name in events.table.columns if name.startswith(schema.ATTRIBUTE_PREFIX)]
    return [*COLUMNS, *sorted(there)]


def counted(events: Events, rows: ir.Table, fields: list[str]) -> tuple[pandas.DataFrame, int, int]:
    """How often each value is on each side: columns field, place, value, a, b; rows need a boolean `side`.

    And how many rows are on each side. One pass over the rows on the embedded engine, one query a field elsewhere.

    `message` is the kind of message, told apart by place (service, else source), its value being the name.
    """
    import pandas as pd

    rows = rows.mutate(place_=place_of(rows))
    sets: list[tuple[str, ...]] = [
        (),
        *(("place_", "name") if name == TEMPLATE else (name,) for name in fields),
    ]
    frames = events.engine.counts(rows, sets, least=ENOUGH, most=VALUES_AT_MOST) if fields else None
    if frames is None:
        frames = [events.engine.fetch(_one(rows, each)) for each in sets]
    whole, frames = frames[0], frames[1:]
    number = int(whole["n"].iloc[0]) if len(whole) else 0
    here = int(whole["a"].iloc[0] or 0) if number else 0
    parts = [pd.DataFrame({"value": [], "a": [], "n": [], "field": [], "place": []})]
    for name, frame in zip(fields, frames, strict=True):
        column = "name" if name == TEMPLATE else name
        frame = frame[frame[column].notna()]
        place = frame["place_"].astype(str) if name == TEMPLATE else ""
        parts.append(
            pd.DataFrame({"value": frame[column].astype(str), "a": frame["a"], "n": frame["n"]}).assign(
                field=name, place=place
            )
        )
    return _sides(pd.concat(parts[1:] or parts, ignore_index=True)), here, number - here


def _one(rows: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    measures = {"a": rows.side.cast("int64").sum(), "n": rows.count()}
    if not columns:
        return rows.aggregate(**measures)
    grouped = rows.group_by(list(columns)).aggregate(**measures)
    few = grouped.filter(grouped.n >= ENOUGH)
    return few.order_by([few.n.desc(), *(few[name] for name in columns)]).limit(VALUES_AT_MOST)


def counted_attributes(events: Events, rows: ir.Table) -> pandas.DataFrame:
    """As `counted`, for every attribute of rows that carry `attributes`: for a selection without attribute columns."""
    each = rows.filter(rows.attributes.notnull())
    each = each.select("side", "attributes", key=each.attributes.keys().unnest())
    cells = each.select("side", field=each.key, value=each.attributes.get(each.key))
    cells = cells.filter(cells.value.notnull() & (cells.value != "") & (cells.value.length() <= LONG))
    grouped = cells.group_by(["field", "value"]).aggregate(a=cells.side.sum(), n=cells.count())
    few = grouped.filter(grouped.n >= ENOUGH).order_by(["field", "value"])
    return _sides(events.engine.fetch(few).assign(place=""))


def counted_things(events: Events, rows: ir.Table) -> pandas.DataFrame:
    """As `counted`, in things instead of events: rows have id, side, evidence, unit, step and name.

    A thing has a value when one of its events has it. The field of an attribute is told apart by place.
    """
    import ibis

    said = rows.filter(rows.name.notnull() & (rows.kind != "record"))  # what a row says stands in its columns
    told = said.group_by(["step", "name"]).aggregate(a=said.id.nunique(where=said.side), n=said.id.nunique())
    table = events.table.filter(events.table.attributes.notnull()).select("evidence", "unit", "attributes")
    held = rows.join(table, ["evidence", "unit"])
    each = held.select("id", "side", "step", "attributes", key=held.attributes.keys().unnest())
    cells = each.select("id", "side", "step", "key", value=each.attributes.get(each.key))
    cells = cells.filter(cells.value.notnull() & (cells.value != "") & (cells.value.length() <= LONG))
    marked = cells.group_by(["step", "key", "value"]).aggregate(
        a=cells.id.nunique(where=cells.side), n=cells.id.nunique()
    )
    both = ibis.union(
        told.select(field=ibis.literal(TEMPLATE), place="step", value="name", a="a", n="n"),
        marked.select(field="key", place="step", value="value", a="a", n="n"),
    )
    return _sides(events.engine.fetch(both.filter(both.n >= ENOUGH)))


def cells(events: Events, rows: ir.Table, fields: list[str]) -> pandas.DataFrame:
    """How many of each combination of these fields are on the side that is looked at: a column a field, counted, n."""
    attributes = {
        name: rows.attributes.get(name)
        for name in fields
        if name not in rows.columns and "attributes" in rows.columns
    }
    table = rows.mutate(**attributes) if attributes else rows
    told = table.mutate(**{name: table[name].cast("string").coalesce("") for name in fields})
    grouped = told.group_by(fields).aggregate(counted=told.side.cast("int64").sum(), n=told.count())
    return events.engine.fetch(grouped.order_by([grouped.n.desc(), *fields]).limit(CELLS_AT_MOST))


def cells_of_things(events: Events, rows: ir.Table, fields: list[tuple[str, str]]) -> pandas.DataFrame:
    """As `cells`, in things instead of events; of a thing with several values of a field the last in order counts."""
    table = events.table.filter(events.table.attributes.notnull()).select("evidence", "unit", "attributes")
    held = rows.join(table, ["evidence", "unit"])
    each: dict[str, ir.Value] = {"side": held.side.max()}
    for number, (field, place) in enumerate(fields):
        each[f"f{number}"] = held.attributes.get(field).max(where=held.step == place)
    frame = events.engine.fetch(held.group_by("id").aggregate(**each).order_by("id"))
    names = {
        f"f{number}": f"{field} in {place}" if place else field
        for number, (field, place) in enumerate(fields)
    }
    frame = frame.rename(columns=names)[["side", *names.values()]].fillna("")
    grouped = frame.groupby(list(names.values()), sort=True)["side"].agg(counted="sum", n="size")
    return grouped.reset_index()


def _sides(frame: pandas.DataFrame) -> pandas.DataFrame:
    a = frame["a"].fillna(0).astype("int64")
    out = frame.assign(a=a, b=frame["n"].astype("int64") - a)
    return out.sort_values(["field", "place", "value"], kind="stable", ignore_index=True)


def judged(
    frame: pandas.DataFrame, *, here: int | None = None, there: int | None = None
) -> tuple[pandas.DataFrame, list[str]]:
    """Each value with its shares, difference, p and corrected p, the surest difference first; and fields left out.

    Shares are among the events of the same field and place, or of `here` and `there` things where these are given.
    Left out are fields with one value alone, and those whose values are mostly names of single rows.
    """
    import numpy as np

    if not len(frame):
        return frame.assign(here=0.0, there=0.0, effect=0.0, p=1.0, q=1.0), []
    groups = frame.groupby(["field", "place"], sort=True)
    out = frame.assign(
        of_a=groups["a"].transform("sum") if here is None else here,
        of_b=groups["b"].transform("sum") if there is None else there,
        values=groups["value"].transform("size"),
    )
    dull = (out["values"] == 1) & (out["field"] != TEMPLATE) if here is None else out["a"] < 0
    constant = sorted(set(out.loc[dull, "field"]) - set(out.loc[~dull, "field"]))
    out = out[~dull & (out["of_a"] > 0) & (out["of_b"] > 0)]
    out = out.assign(here=out["a"] / out["of_a"], there=out["b"] / out["of_b"])
    out = out.assign(effect=out["here"] - out["there"])
    p = _g_test(
        out["a"].to_numpy("float64"),
        out["b"].to_numpy("float64"),
        out["of_a"].to_numpy("float64"),
        out["of_b"].to_numpy("float64"),
    )
    out = out.assign(p=p, q=_corrected(p))
    strength = _at_least(out)
    order = np.lexsort(
        (
            out["value"],
            out["place"],
            out["field"],
            -(out["a"] + out["b"]),
            out["effect"] < 0,
            -np.round(strength, 2),
        )
    )
    return out.iloc[order].reset_index(drop=True), constant


def _at_least(frame: pandas.DataFrame) -> Any:
    """How great the difference of shares is at least: the near end of its 95 % interval (Agresti and Caffo 2000)."""
    import numpy as np

    of_a, of_b = frame["of_a"].to_numpy("float64") + 2, frame["of_b"].to_numpy("float64") + 2
    here, there = (frame["a"].to_numpy("float64") + 1) / of_a, (frame["b"].to_numpy("float64") + 1) / of_b
    error = np.sqrt(here * (1 - here) / of_a + there * (1 - there) / of_b)
    return np.maximum(np.abs(here - there) - 1.959964 * error, 0.0)


def _g_test(a: Any, b: Any, of_a: Any, of_b: Any) -> Any:
    """The p-value of a two by two table, by the likelihood ratio with Williams' correction; shape (n,)."""
    import math

    import numpy as np

    if not len(a):
        return np.zeros(0)
    whole = of_a + of_b
    cells = np.stack([a, b, of_a - a, of_b - b])
    expected = np.stack(
        [of_a * (a + b), of_b * (a + b), of_a * (whole - a - b), of_b * (whole - a - b)]
    ) / np.maximum(whole, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = 2 * np.where(cells > 0, cells * np.log(cells / expected), 0.0).sum(axis=0)
        rows = whole / of_a + whole / of_b - 1
        columns = whole / (a + b) + whole / np.maximum(whole - a - b, 1) - 1
    williams = 1 + rows * columns / (6 * np.maximum(whole, 1))
    # The tail of a chi-square with one degree of freedom.
    return np.array([math.erfc(math.sqrt(max(x, 0.0) / 2)) for x in g / williams])


def _corrected(p: Any) -> Any:
    """p-values corrected for their number, Benjamini and Hochberg's way."""
    import numpy as np

    number = len(p)
    order = np.argsort(p, kind="stable")
    ranked = p[order] * number / np.arange(1, number + 1)
    out = np.empty(number)
    out[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return out
