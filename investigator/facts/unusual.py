"""How unusual the trace of each thing is beside the others: by what it has, lacks, repeats and turns around.

Each of these has a share among all: so many lack this step although they have that one, have it
so often, have it first of two. Its surprise is the negative logarithm of that share (Shannon 1948), smoothed, so that
what was never seen in few says less than what was never seen in many. A thing is as unusual as its greatest surprise,
and a little more for each further one. What it is about most is told beside.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.events.instants import instant
from investigator.facts import traces

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas

    from investigator.events.events import Events
    from investigator.facts.traces import Occurrence

#: Activities that are looked at, those that most things have; the rest are one, `other`.
ACTIVITIES = 60
ROWS_AT_MOST = 2_000_000
#: What fewer than one in so many have is unusual.
ONE_IN = 100
#: Of further surprises so much is added.
MORE = 0.02
#: Fewer than so many tell no share.
LEAST = 20


@dataclass(frozen=True)
class Unusual:
    """Per thing: id, score, what (unexpected, missing, repeated, out of order), step and name of the activity it is about."""

    frame: pandas.DataFrame
    number: int  # so many tell what is usual

    @property
    def listed(self) -> pandas.DataFrame:
        """Those that are unusual, the most first."""
        found = self.frame[self.frame["score"] >= math.log(ONE_IN)]
        return found.sort_values(["score", "id"], ascending=[False, True], kind="stable", ignore_index=True)


def unusual(events: Events, like: str, *, onset: str | None = None) -> Unusual | None:
    """How unusual each thing of the kind of `like` is; None where there are too many or too few to tell. Kept."""
    key = f"unusual {like} {onset} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = _unusual(events, like, onset)
    return events.memo[key]


def unexpected(events: Events, like: str, own: Sequence[Occurrence]) -> Occurrence | None:
    """The message of a thing's own trace that hardly any other has; None where it has none, or too few tell."""
    found = unusual(events, like)
    rows = found.listed[lambda t: (t["id"] == like) & (t["what"] == "unexpected")] if found else None
    if rows is None or not len(rows):
        return None
    activity = (str(rows["step"].iloc[0]), str(rows["name"].iloc[0]))
    return next((step for step in own if step.activity == activity and not traces.is_lookup(step)), None)


def _reference(frame: pandas.DataFrame, ids: np.ndarray, onset: str | None) -> np.ndarray:
    """Which things tell what is usual: those of before the onset, where enough came then; else all.

    All, and not those alone that went furthest: a lawful branch that few take is no deviation.
    """
    import numpy as np

    if onset:
        first = frame.groupby("id", sort=True)["time"].min().to_numpy("datetime64[us]")
        before = first < np.datetime64(instant(onset).replace(tzinfo=None), "us")
        if before.sum() >= LEAST:
            return np.asarray(before)
    return np.ones(len(ids), bool)


def _unusual(events: Events, like: str, onset: str | None) -> Unusual | None:
    import numpy as np

    rows = traces.first_times(events, like)
    if int(events.engine.fetch(rows.count())) > ROWS_AT_MOST:
        return None
    frame = events.engine.fetch(rows.select("id", "step", "name", "time", "last", "n"))
    ids, place = np.unique(frame["id"].to_numpy(str), return_inverse=True)
    groups = frame.groupby(["step", "name"], sort=True)
    sizes = groups.size().sort_values(ascending=False, kind="stable").head(ACTIVITIES)
    order = {activity: number for number, activity in enumerate(sizes.index)}
    activity = np.array([order.get(pair, -1) for pair in zip(frame["step"], frame["name"], strict=True)])
    known = activity >= 0
    shape = (len(ids), len(order))
    count = np.zeros(shape, "int64")
    first = np.full(shape, np.iinfo("int64").max, "int64")
    last = first.copy()
    where = (place[known], activity[known])
    count[where] = frame["n"].to_numpy("int64")[known]
    first[where] = frame["time"].to_numpy("datetime64[us]").astype("int64")[known]
    last[where] = frame["last"].to_numpy("datetime64[us]").astype("int64")[known]
    reference = _reference(frame, ids, onset)
    if reference.sum() < LEAST:
        return None
    told = _Scores(len(ids))
    _had(told, count > 0, reference)
    _often(told, count, reference)
    for times in (first, last):
        _turned(told, times, count > 0, reference)
    other = np.bincount(place[~known], minlength=len(ids)) > 0
    share = (other[reference].sum() + 0.5) / (reference.sum() + 1)
    told.add(np.where(other, -math.log(share), 0.0), "unexpected", -1)
    names = [*sizes.index, ("", "")]
    import pandas as pd

    about = told.about
    return Unusual(
        pd.DataFrame(
            {
                "id": ids,
                "score": np.round(told.most + MORE * (told.whole - told.most), 4),
                "what": told.what,
                "step": [str(names[number][0]) for number in about],
                "name": [str(names[number][1]) for number in about],
            }
        ),
        int(reference.sum()),
    )


class _Scores:
    """The greatest surprise of each thing with what it is about, and the sum of all."""

    def __init__(self, number: int) -> None:
        import numpy as np

        self.most = np.zeros(number)
        self.whole = np.zeros(number)
        self.what = np.full(number, "", dtype=object)
        self.about = np.full(number, -1)

    def add(self, surprise: np.ndarray, what: str, about: int) -> None:
        more = surprise > self.most + 1e-9
        self.what[more], self.about[more] = what, about
        self.most = _greater(self.most, surprise)
        # What every tenth has is no surprise, and would only add up.
        self.whole = self.whole + surprise * (surprise > math.log(10))


def _greater(one: Any, other: Any) -> Any:
    import numpy as np

    return np.maximum(one, other)


def _surprise(number: Any, of: Any) -> Any:
    """How surprising it is to be one of so many, among others; nothing where too few tell."""
    import numpy as np

    return np.where(of >= LEAST, -np.log((number + 0.5) / (of + 1)), 0.0)


def _had(told: _Scores, had: np.ndarray, reference: np.ndarray) -> None:
    """A step that hardly any has or lacks: at all, or of those that have or lack another."""
    import numpy as np

    well = had[reference].astype("float64")
    number = len(well)
    having = well.sum(axis=0)
    both = well.T @ well
    lacks = ~had
    for step in range(had.shape[1]):
        # Of those that have, or lack, another step: so many have, or lack, this one.
        beside, without = both[:, step], having[step] - both[:, step]
        there = np.maximum(
            np.maximum(_surprise(having[step], number), (had * _surprise(beside, having)).max(axis=1)),
            (lacks * _surprise(without, number - having)).max(axis=1),
        )
        gone = np.maximum(
            np.maximum(
                _surprise(number - having[step], number),
                (had * _surprise(having - beside, having)).max(axis=1),
            ),
            (lacks * _surprise(number - having - without, number - having)).max(axis=1),
        )
        told.add(np.where(had[:, step], there, 0.0), "unexpected", step)
        told.add(np.where(had[:, step], 0.0, gone), "missing", step)


def _often(told: _Scores, count: np.ndarray, reference: np.ndarray) -> None:
    """A step that hardly any has so often, or so seldom."""
    import numpy as np

    for step in range(count.shape[1]):
        well = np.sort(count[reference, step])
        of = len(well) - np.searchsorted(well, 1)
        more = len(well) - np.searchsorted(well, count[:, step])
        told.add(np.where(count[:, step] > 1, _surprise(more, of), 0.0), "repeated", step)
        fewer = np.searchsorted(well, count[:, step], side="right") - (len(well) - of)
        told.add(np.where(count[:, step] > 0, _surprise(fewer, of), 0.0), "missing", step)


def _turned(told: _Scores, times: np.ndarray, had: np.ndarray, reference: np.ndarray) -> None:
    """Two steps in an order that hardly any has."""

    for step in range(times.shape[1]):
        earlier = (times[:, [step]] < times) & had[:, [step]] & had
        both = had[:, [step]] & had & (times[:, [step]] != times)
        number, of = earlier[reference].sum(axis=0), both[reference].sum(axis=0)
        surprise = (earlier * _surprise(number, of)).max(axis=1)
        told.add(surprise, "out of order", step)
