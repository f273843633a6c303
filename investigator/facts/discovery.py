"""A process model learned from the traces of those that went through: their usual steps, order and times.

Method: process discovery from the steps that most have and the pairs that keep their order (van der Aalst, Process
Mining, 2016, chapters 6 and 8).
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator.events.instants import instant, literal
from investigator.facts import comparison, process, traces
from investigator.facts.process import Expected, ProcessModel

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: So many that went through are read to learn from; all are checked.
LEARNED_FROM = 2_000
#: A step that most have belongs to the process model; one that fewer than nearly all have is optional.
NEARLY_ALL = 0.95
#: A step comes after another when it does so in all but one of two hundred.
IN_ORDER = 0.995
#: Late is more than three times what 99 of 100 needed, and at least a minute more.
TIMES = 3.0


def discovered(events: Events, like: str, *, onset: str | None = None) -> ProcessModel:
    """A process model learned from those that went through: the steps that most of them have, in their usual order. Kept.

    Where `like` leaves the trace of a healthy one, they are those that have what it lacks and lack what came instead;
    else the quarter that went furthest. With an onset they are taken from before it, where enough went through.
    """
    key = f"learned {like} {onset} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        rows = traces.first_times(events, like)
        reference = _reference(events, rows, like)
        if onset:
            before = reference.filter(reference["first"] < literal(instant(onset)))
            if int(events.engine.fetch(before.count())) >= 20:
                reference = before
        chosen = events.engine.cache(reference.order_by(["first", "id"]).limit(LEARNED_FROM).select("id"))
        frame = events.engine.fetch(rows.semi_join(chosen, "id"))
        frame = frame.sort_values(["id", "time", "step", "name"], kind="stable", ignore_index=True)
        events.memo[key] = _model(frame, traces.examples(events, like)) if len(frame) else ProcessModel(())
    return events.memo[key]


def _reference(events: Events, rows: ir.Table, like: str) -> ir.Table:
    """Those that went through, each with its first time: id, first."""
    import ibis

    found = comparison.compare(events, like)

    def having(activity: traces.Activity) -> ir.Table:
        return rows.filter((rows.step == activity[0]) & (rows.name == activity[1]))

    # Ids that were there before the logs begin lack their first steps: they are none to learn from.
    entry = having(found.entry) if found.own else rows.group_by("id").aggregate(time=rows.time.min())
    starters = entry.select("id", first=entry.time)
    difference = found.difference
    if difference is not None and found.healthy_id:
        if difference.expected is not None and not difference.late:
            starters = starters.semi_join(having(difference.expected.activity).select("id"), "id")
        if difference.instead is not None:
            starters = starters.anti_join(having(difference.instead.activity).select("id"), "id")
        return starters
    own = rows.semi_join(starters, "id")
    counted = events.engine.fetch(
        own.group_by(["step", "name"]).aggregate(ids=own.count()).order_by(["step", "name"])
    )
    number = max(int(events.engine.fetch(starters.count())), 1)
    common = counted[counted["ids"] >= comparison.COMMON * number]
    if not len(common):
        return starters
    wanted = traces.any_of(own, [(str(r.step), str(r.name)) for r in common.itertuples(index=False)])
    each = events.engine.cache(own.group_by("id").aggregate(depth=wanted.cast("int64").sum()))
    levels = events.engine.fetch(each.group_by("depth").aggregate(ids=each.count()).order_by("depth"))
    far, seen = 0, 0
    for level, ids in zip(reversed(list(levels["depth"])), reversed(list(levels["ids"])), strict=True):
        far, seen = int(level), seen + int(ids)
        if seen * 4 >= number:
            break
    furthest = each.filter(each.depth >= far).select("id")
    # Those that came to the same end went through as well, whatever lawful step they left out.
    ends = own.semi_join(furthest, "id")
    order = ibis.window(group_by=ends.id, order_by=[ends.time.desc(), ends.step.desc(), ends.name.desc()])
    ends = ends.mutate(back=ibis.row_number().over(order))
    ends = ends.filter(ends.back == 0)
    last = ends.group_by(["step", "name"]).aggregate(n=ends.count())
    end = events.engine.fetch(last.order_by([last.n.desc(), "step", "name"]).limit(1))
    there = having((str(end["step"].iloc[0]), str(end["name"].iloc[0]))).select("id")
    return starters.semi_join(ibis.union(furthest, there, distinct=True), "id")


def _model(frame: pandas.DataFrame, said: dict[traces.Activity, traces.Example]) -> ProcessModel:
    import numpy as np

    ids = frame["id"].nunique()
    frame = frame.assign(rank=frame.groupby("id").cumcount())
    activities = frame.groupby(["step", "name"], sort=True).agg(
        ids=("id", "size"), rank=("rank", "mean"), more=("n", lambda n: float((n > 1).mean()))
    )
    activities = activities[activities["ids"] >= comparison.MOST * ids].sort_values(
        ["rank", "ids"], ascending=[True, False]
    )
    activities = activities.head(process.STEPS_AT_MOST)
    wide = {
        activity: part.set_index("id")["time"]
        for activity, part in frame.groupby(["step", "name"], sort=True)
        if activity in activities.index
    }
    every = sorted(set(frame["id"]))
    times = np.array(
        [wide[activity].reindex(every).to_numpy(dtype="datetime64[us]") for activity in activities.index]
    )
    steps: list[Expected] = []
    for place, (activity, row) in enumerate(activities.iterrows()):
        own = times[place]
        after = tuple(j for j in range(place) if _comes_after(own, times[j]))
        there = said.get((str(activity[0]), str(activity[1])), traces.Example())
        steps.append(
            Expected(
                named(there.body, activity),
                ((str(activity[0]), str(activity[1])),),
                _limit(own, times[[j for j in after if not steps[j].optional] or list(after)]),
                bool(row["ids"] < NEARLY_ALL * ids),
                bool(row["more"] >= 1 - IN_ORDER),
                after,
                there.body,
                there.sources,
            )
        )
    return ProcessModel(tuple(_apart(steps)), ids)


def _comes_after(own: Any, other: Any) -> bool:
    import numpy as np

    both = ~np.isnat(own) & ~np.isnat(other)
    return bool(both.sum() >= min(20, len(own))) and bool((other[both] <= own[both]).mean() >= IN_ORDER)


def _limit(own: Any, before: Any) -> float | None:
    """How long the step may take since the latest of those before it, in seconds; None where too few tell."""
    import numpy as np

    if not len(before):
        return None
    there = ~np.isnat(own) & ~np.isnat(before).all(axis=0)
    if there.sum() < 20:
        return None
    latest = np.where(np.isnat(before), np.datetime64(0, "us"), before).max(axis=0)
    needed = float(np.quantile(np.maximum((own - latest)[there].astype("int64") / 1e6, 0.0), 0.99))
    return float(max(TIMES * needed, needed + process.SECONDS))


def named(said: str, activity: traces.Activity) -> str:
    """A step's name: the words of its message that don't vary."""
    words = [word for word in re.findall(r"[^\W\d_][\w'-]*", re.sub(r"\S*\d\S*", " ", said)) if word]
    return f"{activity[0]}: {' '.join(words[:5]) or said[:30] or activity[1]}"


def _apart(steps: list[Expected]) -> list[Expected]:
    """Names that differ."""
    seen: dict[str, int] = {}
    out = []
    for step in steps:
        seen[step.name] = seen.get(step.name, 0) + 1
        out.append(step if seen[step.name] == 1 else replace(step, name=f"{step.name} ({seen[step.name]})"))
    return out
