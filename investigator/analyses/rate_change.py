"""When the rate of something changed."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.errors import ParameterError
from investigator.events.instants import literal
from investigator.facts import bins, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.places import place_of
from investigator.facts.silences import silences
from investigator.finding import Finding

if TYPE_CHECKING:
    import numpy as np
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

BY = ("service", "name", "source")
BINS = 600
GROUPS_AT_MOST = 300
CHANGES_AT_MOST = 50
A_GROUP_AT_MOST = 3
#: A change is told when it is at least this ratio either way, and moves at least this many events.
RATIO = 1.5
MOVED = 10.0
DAY = 86_400
ENOUGH_A_DAY = 200
COLUMNS = ("time", "source", "service", "name", "severity_number", "body", "evidence", "unit", "units")


def rate_change(events: Events, *, by: str = "service", seconds: int | None = None) -> Finding:
    """Where the rate of a service, a source or a kind of message changed, the largest change first.

    Method: change points of binned counts by binary segmentation (Scott and Knott 1974) with a Poisson cost, its penalty
    widened by the counts' own dispersion. What is expected of a bin follows the same hours of the other days where
    two or more are loaded, so the shape of a day is no change. `by` is service, source or name; `seconds` the width
    of a bin (default: at most 600 bins). `value`: by, seconds, seasonal, changes [{group, what, onset, until,
    before_per_minute, after_per_minute, ratio, score, note}]; score is the doublings, shrunk where events are few; what has a note (it
    only came back, or its source fell silent) ranks last.

    Limits: changes shorter than two bins are not seen, and a rate that drifts slowly is told as steps. Example:
    `case.find.rate_change(by="service")`.
    """
    question = f"When did the rate of a {'kind of message' if by == 'name' else by} change?"
    if by not in BY:
        raise ParameterError(
            f"'{by}' can't be counted by.", f"There are: {', '.join(BY)}.", "Use one of these."
        )
    value: dict[str, Any] = {"by": by, "seconds": seconds, "seasonal": False, "changes": []}
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so no rate is known.", say.LOAD["any"], value=value
        )
    table = traces.whole(events)
    table = table.filter(table.time.notnull() & table.kind.isin(traces.STEP_KINDS))
    table = table.select(*COLUMNS, group=place_of(table) if by == "service" else table[by])
    limits = events.engine.fetch(table.aggregate(low=table.time.min(), high=table.time.max()))
    first, last = say.aware(limits["low"].iloc[0]), say.aware(limits["high"].iloc[0])
    if first is None or last is None:
        answer = "No log has an event with a time, so no rate is known."
        return say.unanswered(question, answer, say.LOAD["log"], value=value, coverage=coverage_of(events))
    low, high = max(first, events.window[0] or first), min(last, events.window[1] or last)
    width = int(seconds) if seconds else bins.width_for(low, high, at_most=BINS)
    if width <= 0:
        raise ParameterError(f"{seconds} is no width of a bin.", "", "Give seconds, such as 60.")
    start, stop = _bin(low, width), _bin(high, width)
    # What ends inside a bin fills only a part of it.
    whole_bins = stop - start
    value |= {"seconds": width}
    if whole_bins < 6:
        answer = f"Only {say.span(high - low)} of events: too few bins of {width} seconds to see a change."
        return say.unanswered(question, answer, say.LOAD["log"], value=value, coverage=coverage_of(events))
    counts = _counts(events, table, width, start, stop, _bin(first, width))
    changes, seasonal, control = _changes(counts, start, stop, _bin(first, width), width)
    changes = changes[: 2 * CHANGES_AT_MOST]
    _silent(events, table, changes)
    changes = sorted(changes, key=_rank)[:CHANGES_AT_MOST]
    _name(events, table, changes, by)
    value |= {"seasonal": seasonal, "changes": changes}
    blind = (
        ()
        if seasonal
        else ("Fewer than two other days are loaded: the shape of a day can look like a change.",)
    )
    coverage = coverage_of(events, control=control, blind=blind, counts=True)
    if not changes:
        answer = f"No change of rate between {say.at(low)} and {say.at(high)}, in bins of {_width(width)}."
        verdict = "absent" if control else "inconclusive"
        return Finding(question, answer, value=value, verdict=verdict, coverage=coverage)  # type: ignore[arg-type]
    top = changes[0]
    if top["note"]:
        # The notes rank last: where the first has one, all have.
        notes = list(dict.fromkeys(change["note"] for change in changes))
        answer = f"Rates changed only by this: {say.listed(notes)}; what happened meanwhile is not known."
    else:
        answer = ""
    more = f"; {say.count(len(changes) - 1, 'more change')}" if len(changes) > 1 else ""
    what = f"{top['group']} {say.quote(top['what'], 60)}" if by == "name" else top["group"]
    answer = answer or (
        f"{what} went from {_rate(top['before_per_minute'])} to {_rate(top['after_per_minute'])} a minute between "
        f"{say.at(datetime.fromisoformat(top['onset']))} and {say.at(datetime.fromisoformat(top['until']), day=False)}{more}."
    )
    columns = ["group", "what", "onset", "until", "before a minute", "after a minute", "change", "note"]
    shown = (
        (
            c["group"],
            c["what"],
            c["onset"],
            c["until"],
            _rate(c["before_per_minute"]),
            _rate(c["after_per_minute"]),
            _times(c),
            c["note"],
        )
        for c in changes
    )
    out = say.table(columns, shown)
    return Finding(
        question,
        answer,
        value=value,
        table=out if by == "name" else out.drop(columns=["what"]),
        evidence=_evidence(events, table, top, width),
        verdict="inconclusive" if top["note"] else "found",
        coverage=coverage,
    )


def _bin(time: datetime, width: int) -> int:
    return int((time - bins.ORIGIN).total_seconds() // width)


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}" if value else "0"


def _times(change: dict[str, Any]) -> str:
    """How much more or less: 4.2 times as many; nothing where one side is next to nothing."""
    before, after = change["before_per_minute"], change["after_per_minute"]
    if not after:
        return "stopped"
    if not before:
        return "started"
    ratio = change["ratio"]
    return f"{ratio:,.2g} times as many" if ratio >= 1 else f"{1 / ratio:,.2g} times fewer"


def _width(seconds: int) -> str:
    return say.span(timedelta(seconds=seconds))


def example() -> list[dict[str, Any]]:
    """Lines of a service that says four a minute for half an hour, then forty."""
    start = datetime(2026, 3, 4, 9, tzinfo=UTC)
    return [
        {
            "time": start + timedelta(minutes=minute, seconds=60 * one / many),
            "source": "worker",
            "kind": "log",
            "body": f"took message {one}",
        }
        for minute in range(60)
        for many in (4 if minute < 30 else 40,)
        for one in range(many)
    ]


def _counts(events: Events, table: Any, width: int, start: int, stop: int, earliest: int) -> pandas.DataFrame:
    """Counts of the busiest groups in each bin, from the earliest loaded bin to the end of the window."""
    import ibis

    until = literal(bins.bin_start(stop, width))
    # Counted before the busiest are chosen: what is joined is then as small as the answer, at any number of rows.
    inside = table.filter(table.time < until).select(
        "group", bin_=bins.bin_number(table.time, width).cast("int64")
    )
    counted = inside.group_by(["group", "bin_"]).aggregate(count=lambda t: t.count())
    recent = counted.filter(counted.bin_ >= start)
    busiest = recent.group_by("group").aggregate(n=recent["count"].sum())
    busiest = busiest.order_by([ibis.desc("n"), ibis.asc("group")]).limit(GROUPS_AT_MOST)
    return events.engine.fetch(counted.semi_join(busiest, "group").order_by(["group", "bin_"]))


def _changes(
    counts: pandas.DataFrame, start: int, stop: int, earliest: int, width: int
) -> tuple[list[dict[str, Any]], bool, bool]:
    """The change points of all groups, largest first; whether other days were compared; whether a planted one is seen."""
    import numpy as np

    number = stop - start
    per_day = DAY // width if DAY % width == 0 else 0
    days = (stop - earliest) / per_day if per_day else 0.0
    seasonal = per_day > 0 and days >= 2
    out: list[dict[str, Any]] = []
    busiest: tuple[float, Any, Any] | None = None
    for group, part in counts.groupby("group", sort=True):
        series = np.zeros(stop - earliest)
        series[part["bin_"].to_numpy(dtype="int64") - earliest] = part["count"].to_numpy(dtype="float64")
        # The shape of a day shows only where there are enough events to have one.
        shaped = seasonal and series.sum() >= ENOUGH_A_DAY * days
        expected = _expected(series, earliest, per_day) if shaped else np.ones(len(series))
        seen, usual = series[start - earliest :], expected[start - earliest :]
        if busiest is None or seen.sum() > busiest[0]:
            busiest = (float(seen.sum()), seen, usual)
        out += _of_group(str(group), seen, usual, start, width)
    out.sort(key=_rank)
    control = False
    if busiest is not None and busiest[0] >= 5 * number / 10:
        planted = busiest[1].copy()
        planted[number // 2 :] *= 3
        control = any(abs(cut - number // 2) <= 2 for cut in _cuts(planted, busiest[2]))
    return out, seasonal, control


def _expected(series: np.ndarray, earliest: int, per_day: int) -> np.ndarray:
    """What each bin is expected to hold by the same time of the other days, smoothed, of mean one.

    Days of the same sort (weekday or weekend) where there are any, else all. A share of the overall mean keeps it
    from zero: an hour that was empty on two days may hold an event on the third.
    """
    import numpy as np

    number = len(series)
    padded = np.convolve(np.pad(series, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    days: dict[int, np.ndarray] = {}
    index = np.arange(earliest, earliest + number)
    for day in range(earliest // per_day, (earliest + number - 1) // per_day + 1):
        row = np.full(per_day, np.nan)
        inside = index // per_day == day
        row[index[inside] % per_day] = padded[inside]
        days[day] = row
    out = np.ones(number)
    mean = float(series.mean()) or 1.0
    for day in days:
        rest = [other for other in days if other != day]
        same = [other for other in rest if (other % 7 >= 5) == (day % 7 >= 5)]  # bins start on a Monday
        for chosen in (same, rest):
            if chosen:
                stack = np.vstack([days[other] for other in chosen])
                held = ~np.isnan(stack)
                usual = np.where(
                    held.any(axis=0), np.nansum(stack, axis=0) / np.maximum(held.sum(axis=0), 1), np.nan
                )
                if not np.isnan(usual).all():
                    break
        inside = index // per_day == day
        got = usual[index[inside] % per_day]
        out[inside] = np.where(np.isnan(got), mean, got)
    return 0.98 * out / mean + 0.02


def _of_group(
    group: str, seen: np.ndarray, usual: np.ndarray, start: int, width: int
) -> list[dict[str, Any]]:
    cuts = _cuts(seen, usual)
    edges = [0, *cuts, len(seen)]
    found = []
    for at in range(1, len(edges) - 1):
        low, cut, high = edges[at - 1], edges[at], edges[at + 1]
        before, after = float(seen[low:cut].sum()), float(seen[cut:high].sum())
        shape_before, shape_after = float(usual[low:cut].sum()), float(usual[cut:high].sum())
        foreseen = before / shape_before * shape_after
        # Also the other way round: a long quiet before tells nothing of what a short loud after should be.
        ratio = (after + 0.5) / (foreseen + 0.5)
        if max(ratio, 1 / ratio) < RATIO or abs(after - foreseen) < MOVED:
            continue
        minutes = width / 60
        found.append(
            {
                "group": group,
                "what": "",
                "onset": bins.bin_start(start + cut, width).isoformat(),
                "until": bins.bin_start(start + cut + 1, width).isoformat(),
                "before_per_minute": round(before / ((cut - low) * minutes), 4),
                "after_per_minute": round(after / ((high - cut) * minutes), 4),
                "ratio": round(ratio, 4),
                "score": round(math.log2((after + 1) / (foreseen + 1)), 3),
                "note": "back to what it was" if at >= 2 and _alike(edges, at, seen, usual) else "",
            }
        )
    found.sort(key=_rank)
    return found[:A_GROUP_AT_MOST]


def _alike(edges: list[int], at: int, seen: np.ndarray, usual: np.ndarray) -> bool:
    """Whether the part after a change point is as the one before the change before it: an end, not a beginning."""
    low, high = slice(edges[at - 2], edges[at - 1]), slice(edges[at], edges[at + 1])
    foreseen = float(seen[low].sum() / usual[low].sum() * usual[high].sum())
    ratio = (float(seen[high].sum()) + 0.5) / (foreseen + 0.5)
    return max(ratio, 1 / ratio) < RATIO or abs(float(seen[high].sum()) - foreseen) < MOVED


def _rank(change: dict[str, Any]) -> tuple[bool, float, str, str]:
    """Largest first; what only came back, or whose source fell silent altogether, after the rest."""
    return bool(change["note"]), -abs(change["score"]), change["onset"], change["group"]


def _cuts(seen: np.ndarray, usual: np.ndarray, *, most: int = 12) -> list[int]:
    """Where the ratio of seen to usual counts changes: binary segmentation, Poisson cost, penalised."""
    import numpy as np

    sums = np.concatenate([[0.0], np.cumsum(seen)])
    shape = np.concatenate([[0.0], np.cumsum(usual)])
    penalty = (3 * math.log(len(seen)) + 12) * _dispersion(seen)
    cuts: list[int] = []
    parts = [(0, len(seen))]
    while parts and len(cuts) < most:
        low, high = parts.pop(0)
        if high - low < 2:
            continue
        at = np.arange(low + 1, high)
        left, right = sums[at] - sums[low], sums[high] - sums[at]
        usual_left, usual_right = shape[at] - shape[low], shape[high] - shape[at]
        whole = _likelihood(sums[high] - sums[low], shape[high] - shape[low])
        gain = 2 * (_likelihood(left, usual_left) + _likelihood(right, usual_right) - whole)
        best = int(np.argmax(gain))
        if gain[best] > penalty:
            cuts.append(int(at[best]))
            parts += [(low, int(at[best])), (int(at[best]), high)]
    return sorted(cuts)


def _likelihood(count: Any, shape: Any) -> Any:
    """The part of the Poisson log-likelihood that depends on where one cuts: x log(x / e)."""
    import numpy as np

    count, shape = np.asarray(count, dtype=float), np.asarray(shape, dtype=float)
    ratio = np.where(count > 0, count / np.maximum(shape, 1e-12), 1.0)
    return count * np.log(ratio)


def _dispersion(seen: np.ndarray) -> float:
    """How much more the counts jump from bin to bin than Poisson's would: a trimmed mean, at least 1."""
    import numpy as np

    pairs = seen[1:] + seen[:-1]
    jumps = np.diff(seen)[pairs > 0] ** 2 / pairs[pairs > 0]
    if len(jumps) < 10:
        return 1.0
    jumps = np.sort(jumps)[: max(int(len(jumps) * 0.95), 1)]
    # The mean of a chi-squared with one degree of freedom, less its top twentieth, is 0.76.
    return max(1.0, float(jumps.mean()) / 0.76)


def _silent(events: Events, table: Any, changes: list[dict[str, Any]]) -> None:
    """Says of a change that its source begins there, or that its silence begins or ends: a hole in the evidence."""
    if not changes:
        return
    quiet = silences(events)
    began = {source.name: source.first for source in events.sources if source.first}
    groups = sorted({change["group"] for change in changes})
    rows = table.filter(table.group.isin(groups)).select("group", "source").distinct()
    pairs = events.engine.fetch(rows.order_by([rows.group, rows.source]).limit(10_000))
    sources = {str(group): set(part["source"]) for group, part in pairs.groupby("group")}
    for change in changes:
        low, high = (datetime.fromisoformat(change[end]) for end in ("onset", "until"))
        slack = high - low
        own = sources.get(change["group"], set())
        firsts = [began[name] for name in own if name in began]
        if (
            not change["before_per_minute"]
            and firsts
            and min(firsts) >= low - slack
            and len(began) > len(own)
        ):
            names = say.listed(sorted(own))
            change["note"] = (
                f"{names} {'begins' if len(own) == 1 else 'begin'} there, so what was before is not known"
            )
        for name, start, end in zip(quiet["source"], quiet["from"], quiet["to"], strict=True):
            edge = start if change["ratio"] < 1 else end
            if sources.get(change["group"]) == {name} and low - slack <= edge <= high + slack:
                change["note"] = f"{name} is silent from {start:%Y-%m-%d %H:%M} to {end:%H:%M} UTC"


def _name(events: Events, table: Any, changes: list[dict[str, Any]], by: str) -> None:
    """For masked messages an example of each: a name is twelve hex digits."""
    import ibis

    if by != "name" or not changes:
        return
    names = sorted({change["group"] for change in changes})
    chosen = table.filter(table.name.isin(names))
    order = [chosen.time, chosen.evidence, chosen.unit, chosen.body]
    ranked = chosen.mutate(n=ibis.row_number().over(ibis.window(group_by=chosen.name, order_by=order)))
    rows = events.engine.fetch(ranked.filter(ranked.n == 0).select("name", "body").order_by("name"))
    bodies = {str(row.name): traces._text(row.body) for row in rows.itertuples(index=False)}
    for change in changes:
        change["what"] = bodies.get(change["group"], "")


def _evidence(events: Events, table: Any, top: dict[str, Any], width: int) -> pandas.DataFrame:
    """Events of the group on both sides of its change: the last before, the first after."""
    cut = datetime.fromisoformat(top["onset"])
    near = table.filter(
        (table.group == top["group"])
        & (table.time >= literal(cut - timedelta(seconds=width)))
        & (table.time < literal(cut + timedelta(seconds=2 * width)))
    )
    near = near.order_by([near.time, near.evidence, near.unit, near.body]).limit(200)
    return events.fetch(
        near.select("time", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    )
