"""Which messages are new since the onset, and which fell silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import schema, words
from investigator.events.instants import instant, literal
from investigator.facts import traces
from investigator.facts.coverage import coverage_of
from investigator.facts.places import place_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

#: So many are expected before their absence counts: none of 14 comes up less than once in a million (Poisson).
EXPECTED = 14.0
DAY = timedelta(days=1)
DAYS_AT_MOST = 7
SHOWN = 200
COLUMNS = ("time", "source", "severity_number", "name", "body", "evidence", "unit", "units")


def new_messages(events: Events, *, onset: str | None, baseline_hours: float | None = None) -> Finding:
    """Kinds of message seen since the onset and never before it, and kinds that fell silent.

    A kind is a place (service, else source) and a masked message. The baseline is everything loaded before the
    onset, or its last `baseline_hours`. A kind fell silent when none came though more than 14 were expected: by the
    same hours of earlier days where those are loaded, else by its rate. New errors come first; what fell silent
    ranks as high as what is new. `value`: onset, baseline, after, new and vanished, each [{step, name, count or
    expected, first, last, severity, example}].

    Method: none where more than 14 were expected has a chance below one in a million (Poisson). Limits: a message that
    is new because it is rare cannot be told from one that is new because of the onset. Example:
    `case.find.new_messages(onset="2026-06-17T07:14:07+00:00")`.
    """
    question = "Which kinds of message are new, and which stopped coming?"
    value: dict[str, Any] = {"onset": None, "baseline": None, "after": None, "new": [], "vanished": []}
    if not onset:
        return say.unanswered(
            question, "No onset is known, so there is no before and after.", say.LOAD["onset"], value=value
        )
    start: datetime = instant(onset)
    value["onset"] = start.isoformat()
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so no message is known.", say.LOAD["any"], value=value
        )
    table = traces.whole(events)
    table = table.filter(
        table.time.notnull() & table.kind.isin((*traces.STEP_KINDS, "alert")) & words.worded(table)
    )
    table = table.select(*COLUMNS, step=place_of(table))
    limits = events.engine.fetch(table.aggregate(low=table.time.min(), high=table.time.max()))
    first, last = say.aware(limits["low"].iloc[0]), say.aware(limits["high"].iloc[0])
    if first is None or last is None:
        answer = "No log has an event with a time and words, so no message is known."
        return say.unanswered(question, answer, say.LOAD["log"], value=value, coverage=coverage_of(events))
    low = max(first, start - timedelta(hours=baseline_hours)) if baseline_hours else first
    high = min(
        last + timedelta(microseconds=1), events.window[1] or datetime.max.replace(tzinfo=start.tzinfo)
    )
    value |= {
        "baseline": [low.isoformat(), start.isoformat()],
        "after": [start.isoformat(), high.isoformat()],
    }
    coverage = coverage_of(events)
    if low >= start or high <= start:
        side = "before" if low >= start else "after"
        answer = f"Nothing is loaded from {side} {say.at(start)}, so it can't be said what is new."
        missing = f"No logs from {side} the onset: inv add CASE logs/, of the day {side}."
        return say.unanswered(question, answer, missing, value=value, coverage=coverage)
    kinds, speaking, days = _counted(events, table, low, start, high)
    steps_before = set(speaking.loc[speaking["before"] > 0, "step"])
    steps_after = set(speaking.loc[speaking["after"] > 0, "step"])
    fresh = kinds[(kinds["after"] > 0) & (kinds["before"] == 0)]
    new = fresh[fresh["step"].isin(steps_before)]
    gone = kinds[(kinds["after"] == 0) & (kinds["expected"] > EXPECTED)]
    new = new.sort_values(["severe", "after", "step", "name"], ascending=[False, False, True, True]).head(
        SHOWN
    )
    gone = gone.sort_values(["expected", "step", "name"], ascending=[False, True, True]).head(SHOWN)
    value["new"] = [_new(row) for row in new.itertuples(index=False)]
    value["vanished"] = [_vanished(row) for row in gone.itertuples(index=False)]
    examples = _examples(events, table, value)
    blind = _blind(set(fresh["step"]) - steps_before, value, steps_after, days)
    # Would it have seen one? Only where kinds were there on both sides.
    control = bool(steps_before & steps_after)
    coverage = coverage_of(events, control=control, blind=blind, counts=True)
    shown = _rows(value, examples)
    found = bool(shown)
    return Finding(
        question,
        _answer(value, start, high),
        value=value,
        table=say.table(
            ["change", "step", "what", "severity", "count", "expected", "first", "last", "origin"], shown
        )
        if found
        else None,
        evidence=examples.drop(columns=["name"]) if found else None,
        verdict="found" if found else "absent" if control else "inconclusive",
        coverage=coverage,
    )


def _counted(
    events: Events, table: ir.Table, low: datetime, start: datetime, high: datetime
) -> tuple[pandas.DataFrame, pandas.DataFrame, int]:
    """Kinds that are only before or only after, with how many were expected after; steps with their counts; days."""
    length = high - start
    days = [n for n in range(1, DAYS_AT_MOST + 1) if start - n * DAY >= low and length <= DAY]
    inside = table.filter((table.time >= literal(low)) & (table.time < literal(high)))
    after = inside.time >= literal(start)
    same = {
        f"day_{n}": (
            (inside.time >= literal(start - n * DAY)) & (inside.time < literal(high - n * DAY))
        ).sum()
        for n in days
    }
    counts = inside.group_by(["step", "name"]).aggregate(
        before=(~after).sum(),
        after=after.sum(),
        severe=(after & (inside.severity_number >= schema.ERROR).fill_null(False)).sum(),
        severity=inside.severity_number.max(),
        first=inside.time.min(),
        last=inside.time.max(),
        **same,
    )
    counts = events.engine.cache(counts)
    # Kinds that were there before and still are make up most of them, and tell nothing here.
    kinds = events.engine.fetch(
        counts.filter((counts.before == 0) | (counts.after == 0)).order_by(["step", "name"])
    )
    speaking = events.engine.fetch(
        counts.group_by("step")
        .aggregate(before=counts.before.sum(), after=counts.after.sum())
        .order_by("step")
    )
    if days:
        # The quietest of the earlier days: what is not there every day is not missed.
        kinds["expected"] = kinds[[f"day_{n}" for n in days]].min(axis=1).astype("float64")
    else:
        kinds["expected"] = kinds["before"] * (length / (start - low))
    return kinds, speaking, len(days)


def _new(row: Any) -> dict[str, Any]:
    return {
        "step": str(row.step),
        "name": str(row.name),
        "count": int(row.after),
        "first": say.iso(row.first),
        "last": say.iso(row.last),
        "severity": _number(row.severity),
        "errors": int(row.severe),
        "example": "",
    }


def _vanished(row: Any) -> dict[str, Any]:
    return {
        "step": str(row.step),
        "name": str(row.name),
        "expected": round(float(row.expected), 1),
        "first": say.iso(row.first),
        "last": say.iso(row.last),
        "severity": _number(row.severity),
        "example": "",
    }


def _number(value: Any) -> int | None:
    return None if value is None or value != value else int(value)


def _examples(events: Events, table: ir.Table, value: dict[str, Any]) -> pandas.DataFrame:
    """The first event of each new kind and the last of each that fell silent; their bodies become the examples."""
    import ibis

    wanted = {(item["step"], item["name"]): item for item in (*value["new"], *value["vanished"])}
    at = {key: item["first" if "count" in item else "last"] for key, item in wanted.items()}
    # Their times are known: nothing is to be ranked among the many.
    times = [literal(datetime.fromisoformat(text)) for text in sorted(set(at.values()))]
    near = table.filter(table.time.isin(times) & table.name.isin(sorted({name for _, name in wanted})))
    same = ibis.window(
        group_by=[near.time, near.step, near.name], order_by=[near.evidence, near.unit, near.body]
    )
    ends = near.mutate(place=ibis.row_number().over(same))
    ends = ends.filter(ends.place == 0).order_by([ends.time, ends.step, ends.name])
    rows = events.fetch(ends.select("step", *COLUMNS))
    keep = [
        at.get((str(step), str(name))) == say.iso(time)
        for step, name, time in zip(rows["step"], rows["name"], rows["time"], strict=True)
    ]
    rows = rows[keep].reset_index(drop=True)
    for row in rows.itertuples(index=False):
        wanted[(str(row.step), str(row.name))]["example"] = traces._text(row.body)
    return rows


def _rows(value: dict[str, Any], examples: pandas.DataFrame) -> list[tuple[Any, ...]]:
    """New errors first, then new and silent kinds together, by how many came or stayed away."""
    origins = {(str(row.step), str(row.name)): row.origin for row in examples.itertuples(index=False)}
    both = [
        (item.get("errors", 0) > 0, item.get("count", item.get("expected", 0)), item)
        for item in (*value["new"], *value["vanished"])
    ]
    both.sort(key=lambda entry: (not entry[0], -entry[1], entry[2]["step"], entry[2]["name"]))
    return [
        (
            "new" if "count" in item else "silent",
            item["step"],
            say.message(item["example"]),
            schema.severity_name(item["severity"]) if item["severity"] is not None else "",
            item.get("count", 0),
            item.get("expected", 0.0),
            item["first"],
            item["last"],
            origins.get((item["step"], item["name"]), ""),
        )
        for _, _, item in both[:SHOWN]
    ]


def _answer(value: dict[str, Any], start: datetime, high: datetime) -> str:
    new, gone = value["new"], value["vanished"]
    between = f"between {say.at(start)} and {say.at(high)}"
    if not new and not gone:
        return f"No kind of message is new and none stopped coming {between}."
    parts = []
    if new:
        top = new[0]
        parts.append(
            f"{say.count(len(new), 'kind of message is', 'kinds of message are')} new, the first with "
            f"{say.count(top['count'], 'message')} like {top['step']} {say.quote(top['example'])} since "
            f"{say.at(datetime.fromisoformat(top['first']))}"
        )
    else:
        parts.append("No message is new")
    if gone:
        top = gone[0]
        parts.append(
            f"{say.count(len(gone), 'kind')} stopped coming, the first of them {top['step']} {say.quote(top['example'])}, "
            f"where about {top['expected']:,.0f} were expected"
        )
    else:
        parts.append("no kind stopped coming")
    return "; ".join(parts) + f" ({between})."


def _blind(unknown: set[str], value: dict[str, Any], after: set[str], days: int) -> tuple[str, ...]:
    out = []
    if unknown:
        names = say.listed(sorted(unknown))
        out.append(f"{names}: nothing from before the onset, so what is new there can't be said.")
    ended = sorted({item["step"] for item in value["vanished"]} - after)
    if ended:
        out.append(
            f"{say.listed(ended)}: no event at all after the onset, so the whole of it fell silent or was not exported."
        )
    if not days:
        out.append(
            "No earlier day covers the same hours: what is expected goes by the rate before the onset."
        )
    return tuple(out)
