"""What sets one set of events apart from another: over every field and every kind of message at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import schema
from investigator.events.instants import instant, literal
from investigator.facts import bins, combined, conformance, contrast, counted, discovery, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.places import place_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 40
#: A difference smaller than this in share, or a corrected p above that, is none.
EFFECT, SURE = 0.02, 0.01
#: Fields that are looked at together, those that differ most, with so many values each.
TOGETHER, TOGETHER_VALUES = 6, 30
THINGS_AT_MOST = 2_000
HEALTHY_EACH = 4
FEW = 20


def what_changed(
    events: Events,
    *,
    onset: str | None = None,
    like: str | None = None,
    baseline_hours: float | None = None,
    fields: list[str] | None = None,
) -> Finding:
    """What sets apart the events after an `onset`, the things affected `like` an id, or else the errors.

    Every field and kind of message is compared at once: its share here and there, the difference, and a p-value
    corrected for all that was tried. With an onset the others are the events before it (the last `baseline_hours`
    of them); with `like` they are healthy things of the same kind that came in the same hours, at most four for each
    affected one, and things are counted, not events; without both they are the events that are no errors. `fields`
    are names of columns and attributes; all without. Where two or three fields together explain more than one, that
    combination is named. Where only a table of counts is loaded (so many of a minute and of some dimensions), the
    combination that the rise since the onset sits in. `value`: compared, here, there (how many), changes [{rank,
    field, place, value, example, here, there, effect, q, n}], combinations [{rank, values {field: value}, counted,
    expected, score, q}] (the best first), left_out [fields], too_few.

    Method: differences of shares as Honeycomb's BubbleUp shows them and risk ratios as MacroBase ranks them (Bailis
    et al. 2017); see `facts/contrast.py`, and of combinations `facts/combined.py`. Limits: events that come in clusters are no independent draws, so p is
    smaller than it should be: read the shares. Example: `case.find.what_changed(like="DOC-4711")`.
    """
    like = str(like or "").strip()
    said = f"like {like}" if like else f"since {say.at(instant(onset))}" if onset else "among the errors"
    question = f"What is different {said}?"
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded, so nothing changed.", say.LOAD["any"])
    if like:
        return _of_things(events, question, like, onset, fields)
    table = traces.whole(events) if onset else events.table
    table = table.filter(table.time.notnull() & (table.kind != "metric"))
    if onset:
        compared = "after against before the onset"
        start: datetime = instant(onset)
        measured = _of_counts(events, question, start)
        if measured is not None:
            return measured
        low, high = events.window
        if baseline_hours:
            low = start - timedelta(hours=float(baseline_hours))
        if low is not None and low < start:
            table = table.filter(table.time >= literal(low))
        if high is not None and high > start:
            table = table.filter(table.time < literal(high))
        side = table.time >= literal(start)
        missing = (
            "No logs from both sides of the onset: inv add CASE logs/, of the day before and the day itself."
        )
    else:
        compared = "errors against the rest"
        side = (table.severity_number >= schema.ERROR).fill_null(False)
        missing = "No errors and others to compare: inv add CASE logs/, or name an onset or an affected id."
    rows = table.mutate(side=side)
    wanted, unknown = _wanted(events, fields)
    frame, here, there = contrast.counted(events, rows, wanted)
    if not here or not there:
        side_said = "here" if not here else "to compare with"
        answer = f"There is nothing {side_said} ({compared}), so it can't be said what changed."
        return say.unanswered(question, answer, missing, coverage=coverage_of(events))
    attributes = not any(name.startswith(schema.ATTRIBUTE_PREFIX) for name in events.table.columns)
    if attributes and (fields is None or unknown):
        more = contrast.counted_attributes(events, rows)
        more = more if fields is None else more[more["field"].isin(unknown)]
        unknown = [name for name in unknown if name not in set(more["field"])]
        frame = _both(frame, more)
    if not onset:
        frame = frame[~frame["field"].isin(("severity_text", "level", "severity"))]
    changes, left_out = contrast.judged(frame)
    together = _together(changes, lambda fields: contrast.cells(events, rows, [name for name, _ in fields]))
    return _finding(
        events, question, compared, here, there, changes, left_out, unknown, rows, "event", together
    )


def _wanted(events: Events, fields: list[str] | None) -> tuple[list[str], list[str]]:
    """The columns that are compared, and the names that are none."""
    there = [*contrast.fields_of(events), contrast.TEMPLATE]
    if fields is None:
        return there, []
    wanted, unknown = [], []
    for name in fields:
        column = schema.attribute_column(str(name))
        if str(name) in there:
            wanted.append(str(name))
        elif column in there:
            wanted.append(column)
        else:
            unknown.append(str(name))
    return wanted, unknown


def _both(one: pandas.DataFrame, other: pandas.DataFrame) -> pandas.DataFrame:
    import pandas as pd

    return pd.concat([one, other], ignore_index=True)


def _of_things(
    events: Events, question: str, like: str, onset: str | None, fields: list[str] | None
) -> Finding:
    """Affected against healthy things of the same hours."""
    import ibis

    model = discovery.discovered(events, like, onset=onset)
    if not model.steps:
        answer = f"No log has an id shaped like {like}, so there is nothing to compare."
        return say.unanswered(question, answer, say.LOAD["log"], coverage=coverage_of(events))
    checked = conformance.checked(events, like, model)
    own = events.engine.fetch(checked.filter(checked.id == like).select("deviation", "at"))
    if not len(own) or not own["deviation"].iloc[0]:
        answer = f"{like} took the same steps as others of its kind, so there is no group to compare."
        missing = "Give an affected id whose steps differ, or load the logs of the step where it stopped."
        return say.unanswered(question, answer, missing, coverage=coverage_of(events))
    same = (checked.deviation == str(own["deviation"].iloc[0])) & (checked["at"] == int(own["at"].iloc[0]))
    hour = bins.bin_number(checked["first"], 3600)
    marked = checked.mutate(hour=hour, side=same)
    hurt = marked.filter(marked.side)
    if onset:
        hurt = hurt.filter(ibis.coalesce(hurt.when, hurt["first"]) >= literal(instant(onset)))
    hurt = hurt.order_by(["first", "id"]).limit(THINGS_AT_MOST)
    healthy = marked.filter((marked.deviation == "") & ~marked.side)
    of_hour = ibis.window(group_by=healthy.hour, order_by=[healthy["first"], healthy.id])
    ranked = healthy.mutate(place_=ibis.row_number().over(of_hour))
    number = hurt.group_by("hour").aggregate(wanted=hurt.count())
    matched = ranked.join(number, "hour")
    matched = matched.filter(matched.place_ < HEALTHY_EACH * matched.wanted)
    both = events.engine.cache(ibis.union(hurt.select("id", "side"), matched.select("id", "side")))
    sizes = events.engine.fetch(both.aggregate(n=both.count(), here=both.side.sum()))
    here = int(sizes["here"].iloc[0] or 0)
    there = int(sizes["n"].iloc[0]) - here
    if here < 3 or there < FEW:
        few = (
            f"{say.count(here, 'is', 'are')} affected"
            if here < 3
            else f"{there:,} healthy ones came in the same hours"
        )
        answer = f"Too few to say what sets them apart: only {few}."
        return say.unanswered(
            question, answer, "Load the logs of a longer time.", coverage=coverage_of(events)
        )
    rows = traces.mentions_of_kind(events, like).join(both, "id")
    rows = events.engine.cache(
        rows.filter(rows.kind.isin((*traces.STEP_KINDS, "record"))).select(
            "id", "side", "evidence", "unit", "units", "step", "name", "kind", "time", "body", "source", "service", "severity_number"
        )
    )  # fmt: skip
    frame = contrast.counted_things(events, rows)
    unknown: list[str] = []
    if fields is not None:
        unknown = [name for name in fields if name not in set(frame["field"])]
        frame = frame[frame["field"].isin(fields)]
    changes, left_out = contrast.judged(frame, here=here, there=there)
    compared = "affected against healthy ones of the same hours"
    return _finding(
        events,
        question,
        compared,
        here,
        there,
        changes,
        left_out,
        unknown,
        rows,
        traces.kind_known(events, like),
        _together(changes, lambda fields: contrast.cells_of_things(events, rows, fields)),
    )


def _of_counts(events: Events, question: str, start: datetime) -> Finding | None:
    """In which combination of dimensions a table of counts rose; None where no table counts."""
    # Beside what is said in words, numbers are only looked at where nothing else tells.
    if len({source.kind in ("log", "audit", "access", "span", "message") for source in events.sources}) > 1:
        return None
    table = traces.whole(events)
    low, high = events.window
    for edge, inside in ((low, table.time >= low), (high, table.time < high)):
        table = table if edge is None else table.filter(inside)
    counts = counted.around(events, table.filter(table.time.notnull()), start)
    if counts is None:
        return None
    listed = [
        _combination(rank, one)
        for rank, one in enumerate(combined.ranked(counts.cells, counts.dimensions), 1)
    ]
    of = f" of {counts.whole}" if counts.whole else ""
    whole = f"{counts.counted:,.0f} {counts.part}{of}, where {counts.expected:,.0f} were to be expected"
    value = {
        "compared": "after against before the onset",
        "here": round(counts.counted),
        "there": round(counts.expected),
        "changes": [],
        "combinations": listed,
        "left_out": [],
        "too_few": 0,
    }
    sure = bool(listed) and listed[0]["q"] <= SURE
    if not listed:
        answer = f"No value of {say.listed(counts.dimensions)} rose more than the others ({whole})."
    elif sure:
        answer = f"It sits where {_where(listed[0])}: {_numbers(listed[0])}. In all: {whole}."
    else:
        answer = f"It may sit where {_where(listed[0])}: {_numbers(listed[0])}, but chance could do that. In all: {whole}."
    return Finding(
        question,
        answer,
        value=value,
        table=say.table(
            ["rank", "where", counts.part, "expected", "q"],
            ((one["rank"], _where(one), one["counted"], one["expected"], one["q"]) for one in listed),
        ),
        verdict="found" if sure else "inconclusive",
        coverage=coverage_of(events, control=bool(len(counts.cells)), counts=True),
    )


def _together(
    changes: pandas.DataFrame, cells_of: Callable[[list[tuple[str, str]]], pandas.DataFrame]
) -> list[dict[str, Any]]:
    """The combinations of the fields that differ most, where the best explains more than one value alone."""
    told = changes[
        (changes["effect"] >= EFFECT) & (changes["q"] <= SURE) & (changes["field"] != contrast.TEMPLATE)
    ]
    sizes = changes.groupby(["field", "place"])["value"].size()
    fields = [
        (str(field), str(place))
        for field, place in dict.fromkeys(zip(told["field"], told["place"], strict=True))
        if 2 <= sizes[field, place] <= TOGETHER_VALUES
    ][:TOGETHER]
    if len(fields) < 2:
        return []
    cells = cells_of(fields)
    if not len(cells) or not cells["n"].sum():
        return []
    names = [name for name in cells.columns if name not in ("counted", "n")]
    cells = cells.assign(expected=cells["n"] * cells["counted"].sum() / cells["n"].sum())
    listed = combined.ranked(cells, names)
    more = bool(listed) and len(listed[0].values) > 1 and listed[0].p <= SURE
    return [_combination(rank, one) for rank, one in enumerate(listed, 1)] if more else []


def _combination(rank: int, one: combined.Combination) -> dict[str, Any]:
    return {
        "rank": rank,
        "values": {name.removeprefix(schema.ATTRIBUTE_PREFIX): value for name, value in one.values.items()},
        "counted": round(one.counted),
        "expected": say.rounded(one.expected),
        "score": one.score,
        "q": float(f"{one.p:.3g}"),
    }


def _where(one: dict[str, Any]) -> str:
    return say.listed([f"{name}={value}" for name, value in one["values"].items()])


def _numbers(one: dict[str, Any]) -> str:
    return f"{one['counted']:,} were counted there, and {one['expected']:,.3g} were to be expected"


def _finding(
    events: Events,
    question: str,
    compared: str,
    here: int,
    there: int,
    changes: pandas.DataFrame,
    left_out: list[str],
    unknown: list[str],
    rows: ir.Table,
    noun: str,
    together: list[dict[str, Any]],
) -> Finding:
    told = changes[(changes["effect"].abs() >= EFFECT) & (changes["q"] <= SURE)]
    few = int(((changes["effect"].abs() >= EFFECT) & (changes["q"] > SURE)).sum())
    told = told.head(SHOWN)
    examples = _examples(events, rows, told)
    items = []
    for rank, row in enumerate(told.itertuples(index=False), 1):
        example = examples.get((str(row.place), str(row.value)), {}) if row.field == contrast.TEMPLATE else {}
        field = str(row.field).removeprefix(schema.ATTRIBUTE_PREFIX)
        items.append(
            {
                "rank": rank,
                "field": field,
                "place": str(row.place),
                "value": str(row.value),
                "example": example.get("body", ""),
                "here": round(float(row.here), 4),
                "there": round(float(row.there), 4),
                "effect": round(float(row.effect), 4),
                "q": float(f"{float(row.q):.3g}"),
                "n": int(row.a) + int(row.b),
            }
        )
    value = {
        "compared": compared,
        "here": here,
        "there": there,
        "changes": items,
        "combinations": together,
        "left_out": left_out,
        "too_few": few,
    }
    blind = []
    if left_out:
        blind.append(f"The same everywhere, and left out: {say.listed(left_out, most=6)}.")
    if few:
        blind.append(f"{say.count(few, 'value differs', 'values differ')} with too few to say.")
    if unknown:
        blind.append(f"No such field: {say.listed(unknown)}.")
    evidence = _evidence(examples)
    return Finding(
        question,
        _answer(value, noun),
        value=value,
        table=say.table(
            ["rank", "field", "place", "value", "here", "there", "effect", "n", "q"],
            (
                (i["rank"], i["field"], i["place"], _shown(i), f"{i['here']:.1%}", f"{i['there']:.1%}",
                 f"{i['effect']:+.1%}", i["n"], i["q"])
                for i in items
            ),
        ),
        evidence=evidence,
        verdict="found" if items else "absent",
        coverage=coverage_of(events, control=bool(len(changes)), blind=tuple(blind), counts=True),
    )  # fmt: skip


def _shown(item: dict[str, Any]) -> str:
    return say.quote(item["example"], 90)[1:-1] if item["example"] else item["value"]


def _examples(
    events: Events, rows: ir.Table, told: pandas.DataFrame
) -> dict[tuple[str, str], dict[str, Any]]:
    """An event of each kind of message that differs: the first there is."""
    import ibis

    names = sorted({str(v) for v in told.loc[told["field"] == contrast.TEMPLATE, "value"]})
    if not names:
        return {}
    near = rows.filter(rows.name.isin(names))
    if "step" not in rows.columns:
        near = near.mutate(step=place_of(near))
    ends = near.group_by(["step", "name"]).aggregate(time=near.time.min())
    first = near.semi_join(ends.filter(ends.time.notnull()), ["step", "name", "time"])
    order = ibis.window(group_by=[first.step, first.name], order_by=[first.evidence, first.unit, first.body])
    first = first.mutate(place_=ibis.row_number().over(order))
    first = first.filter(first.place_ == 0).order_by(["time", "step", "name"])
    columns = ("time", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    frame = events.fetch(first.select("step", "name", *columns))
    return {
        (str(row["step"]), str(row["name"])): {**row, "body": traces._text(row["body"])}
        for row in frame.to_dict("records")
    }


def _evidence(examples: dict[tuple[str, str], dict[str, Any]]) -> pandas.DataFrame | None:
    import pandas as pd

    return pd.DataFrame(list(examples.values())).drop(columns=["step", "name"]) if examples else None


def _answer(value: dict[str, Any], noun: str) -> str:
    many = noun if noun.endswith("s") else noun + "s"
    sizes = f"{value['compared']}: {value['here']:,} and {value['there']:,} {many}"
    if not value["changes"]:
        few = f"; {value['too_few']:,} differ with too few to say" if value["too_few"] else ""
        return f"Nothing sets them apart ({sizes}){few}."
    top = value["changes"][0]
    where = f"{top['place']} " if top["place"] else ""
    what = (
        f"{where}{say.quote(top['example'], 60)}"
        if top["example"]
        else f"{where}{top['field']}={top['value']}"
    )
    more = len(value["changes"]) - 1
    rest = f"; {say.count(more, 'other difference')}" if more else ""
    both = value["combinations"]
    said = f" Together {_where(both[0])} explain more: {_numbers(both[0])}." if both else ""
    return f"{what}: {top['here']:.0%} here and {top['there']:.0%} there ({sizes}){rest}.{said}"
