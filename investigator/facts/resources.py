"""How much the bare numbers of each service (processor, memory, disk, network ...) moved since the onset.

No names are known and no call graph: a series is held against its own values of before, in units of their spread
(median and quartiles, as in BARO, Pham et al. 2024), less what the same number did in most other services: what all
have is the time of day, and no fault. A service is as suspect as the number of it that moved most.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.facts import bins, metrics, traces
from investigator.facts.suspects import Reason

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

MOST = 4_000
#: Fewer values before or since tell nothing.
LEAST = 5
#: A move counts by what nine of ten values since keep to; one spike is none.
HELD = 0.75
#: A spread is at least so much of the level and of all that was seen, or what never moved would be infinitely far.
LEVEL, RANGE = 0.02, 0.01
#: So many spreads are no move at all; and as sure as one can be by one series.
STILL, SUREST = 3.0, 10.0
#: What stands between the name of a service and that of its number.
_PARTS = re.compile(r"[_.:/|-]+")


def moved(
    events: Events, onset: datetime, healthy: tuple[datetime, datetime] | None
) -> tuple[list[Reason], list[str]]:
    """Evidence of kind "metric" for each service of which a number moved, and the services seen."""
    import numpy as np

    table = traces.whole(events)
    rows = table.filter((table.kind == "metric") & table.time.notnull() & table.value.notnull())
    rows = metrics.until(events, rows, healthy)
    width = metrics.spacing(events, rows)
    frame, width, _ = metrics.binned(events, rows, seconds=width, most=MOST)
    if not len(frame):
        return [], []
    begin = (onset - bins.ORIGIN).total_seconds()
    named = _named(frame)
    far: dict[str, dict[str, tuple[float, float, float]]] = defaultdict(dict)
    for key, part in frame.groupby("key", sort=True):
        starts = part["bin"].to_numpy("int64") * width
        values = part["value"].to_numpy("float64")
        before = starts + width <= begin
        if healthy:
            low, end = ((moment - bins.ORIGIN).total_seconds() for moment in healthy)
            well = (starts >= low) & (starts <= end)
            before = well if well.sum() >= LEAST else before
        since = starts + width > begin
        if before.sum() < LEAST or since.sum() < LEAST:
            continue
        usual, now = values[before], values[since & ~before]
        middle = float(np.median(usual))
        spread = float(np.subtract(*np.quantile(usual, (0.75, 0.25)))) / 1.35
        spread += LEVEL * abs(middle) + RANGE * float(np.ptp(values)) + 1e-12
        away = (now - middle) / spread
        # The side to which most of what followed keeps.
        up, down = float(np.quantile(away, HELD)), float(np.quantile(away, 1 - HELD))
        service, number = named[str(key)]
        told = (up if up >= -down else down, middle, float(np.median(now)))
        if abs(told[0]) > abs(far[number].get(service, (0.0, 0.0, 0.0))[0]):
            far[number][service] = told
    return _reasons(far), sorted({service for service, _ in named.values()})


def _reasons(far: dict[str, dict[str, tuple[float, float, float]]]) -> list[Reason]:
    import numpy as np

    own: list[tuple[float, str, str, float, float]] = []
    for number, by_service in far.items():
        common = float(np.median([one[0] for one in by_service.values()])) if len(by_service) > 2 else 0.0
        own += [
            (abs(one[0] - common), service, number, one[1], one[2]) for service, one in by_service.items()
        ]
    most = max((one[0] for one in own), default=0.0)
    return [
        Reason(
            service, "metric", number, before, since, away / most, min(SUREST, away * away / 2 / math.log(10))
        )
        for away, service, number, before, since in own
        if away > STILL
    ]


def _named(frame: pandas.DataFrame) -> dict[str, tuple[str, str]]:
    """Of each series its service and its number: as events tell it, or, where they name no service, out of its name.

    A name such as `cart_cpu` is cut where the parts after recur behind other names.
    """
    several = frame["step"].nunique() > 1
    told = frame.drop_duplicates("key")
    names = sorted({str(name) for name in told["metric"]})
    cut = {} if several else _cut(names)
    return {
        str(row.key): cut.get(str(row.metric), (str(row.step), str(row.metric)))
        for row in told.itertuples(index=False)
    }


def _cut(names: list[str]) -> dict[str, tuple[str, str]]:
    heads: dict[str, set[str]] = defaultdict(set)
    tails: dict[str, set[str]] = defaultdict(set)
    splits: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        splits[name] = [
            (name[: m.start()], name[m.end() :])
            for m in _PARTS.finditer(name)
            if m.start() and m.end() < len(name)
        ]
        for head, tail in splits[name]:
            heads[head].add(tail)
            tails[tail].add(head)
    out = {}
    for name, found in splits.items():
        # Where numbers recur over most names, and a name has several numbers.
        best = max(
            found,
            key=lambda one: (min(len(tails[one[1]]), len(heads[one[0]])), len(tails[one[1]]), -len(one[1])),
            default=None,
        )
        if best and len(tails[best[1]]) > 1:
            out[name] = best
    return out


def bare(events: Events, edges: Any) -> bool:
    """Whether numbers are all there is: nobody says who calls whom, and there are no logs and no spans."""
    kinds = {source.kind for source in events.sources}
    return "metric" in kinds and not kinds & {"log", "span"} and not edges
