"""How much slower and how much less reliable each service got by its metrics, and how much of that is its own.

What a service adds to the trouble is its excess (over what is usual, and over what was just before) times how often
it is called: seconds more, failures more. What its callees add is taken off; the rest is its own, as self time is
of a trace. Callees with several callers are shared out by what these add. Directions are read off names: more
latency and errors are worse, less success and availability are.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.facts import bins, metrics, traces
from investigator.facts.suspects import Reason

if TYPE_CHECKING:
    import numpy as np
    import pandas

    from investigator.events.events import Events

#: What a metric's name says it measures, the first that fits.
MEASURES = (
    ("latency", r"latency|duration|response.?time|elapsed|(^|[^a-z])rtt([^a-z]|$)"),
    ("errors", r"error|fail|fault|5xx|exception|timeout|dropped|rejected"),
    ("success", r"success|availab"),
    ("load", r"requests?|calls|throughput|(^|[^a-z])[qrt]ps([^a-z]|$)|workload|invocations|hits"),
)
#: Measures that say by their name which way is worse.
WORSE = ("latency", "errors", "success")
#: What a caller measures of its callees is theirs.
_OUTGOING = re.compile(r"(?i)client|upstream|outgoing|outbound|egress")
_STATISTICS = (
    r"avg|average|mean",
    r"p50|median|quantile=0?\.5",
    r"p90|0?\.9\b",
    r"p95|0?\.95",
    r"p99|0?\.99",
    r"max",
)
MOST = 2_000
#: Bins just before the onset that tell how it was then.
JUST_BEFORE = 6
#: Trouble is where the service that people look at is out by this share of its worst, or by so many deviations.
PART, OUT = 0.1, 3.0
LEAST = 20
#: A smaller part of the trouble is none.
LITTLE = 0.02
#: As sure as one can be by one series, in powers of ten.
SUREST = 10.0


@dataclass(frozen=True)
class _Line:
    """The values of one measure of one service, by bin: reference, just before, since."""

    usual: np.ndarray
    before: np.ndarray
    since: dict[int, float]

    @property
    def level(self) -> float:
        import numpy as np

        return float(np.median(self.before if len(self.before) else self.usual))

    @property
    def noise(self) -> float:
        import numpy as np

        whole = self.usual if len(self.usual) else self.before
        return 1.4826 * float(np.median(np.abs(whole - np.median(whole)))) + 1e-3 * abs(self.level) + 1e-12


def of_metrics(
    events: Events,
    onset: datetime,
    healthy: tuple[datetime, datetime] | None,
    edges: list[tuple[str, str]],
) -> tuple[list[Reason], list[str]]:
    """Evidence of kind "metric" for each service whose own part of the trouble is not nothing; and the services seen.

    Where calls are known, people notice the trouble at the service that nobody calls and that is called from outside
    the most: only what is below it counts, and only the bins in which it was in trouble.
    """
    table = traces.whole(events)
    rows = table.filter((table.kind == "metric") & table.time.notnull() & table.value.notnull())
    rows = rows.filter(rows.name.re_search("(?i)" + "|".join(f"({pattern})" for _, pattern in MEASURES)))
    rows = metrics.until(events, rows, healthy)
    width = metrics.spacing(events, rows)
    frame, width, _ = metrics.binned(events, rows, seconds=width, most=MOST)
    if not len(frame):
        return [], []
    lines = _lines(frame, width, onset, healthy)
    services = sorted({service for service, _ in lines})
    below = _below(edges)
    at = _front(lines, below)
    counted = _reached(below, at) if at else set(services)
    found: list[Reason] = []
    for measure in WORSE:
        of = {
            service: line for (service, what), line in lines.items() if what == measure and service in counted
        }
        load = {service: line for (service, what), line in lines.items() if what == "load"}
        found += _own(measure, of, load, below, at)
    return found, services


def _lines(
    frame: pandas.DataFrame, width: int, onset: datetime, healthy: tuple[datetime, datetime] | None
) -> dict[tuple[str, str], _Line]:
    """The best series of each service and measure, split at the onset. A bin that the onset falls into is in trouble."""
    import numpy as np

    begin = int((onset - bins.ORIGIN).total_seconds())
    chosen: dict[tuple[str, str], tuple[Any, ...]] = {}
    for key, part in frame.groupby("key", sort=True):
        name, label = str(part["metric"].iloc[0]), str(key).split("\x1f", 2)[-1]
        measure = next((what for what, pattern in MEASURES if re.search(pattern, name, re.IGNORECASE)), "")
        text = f"{name} {label}".lower()
        statistic = next((n for n, pattern in enumerate(_STATISTICS) if re.search(pattern, text)), 1)
        order = (bool(_OUTGOING.search(name)), statistic, -len(part), str(key))
        slot = (str(part["step"].iloc[0]), measure)
        if slot not in chosen or order < chosen[slot][0]:
            chosen[slot] = (order, part)
    out: dict[tuple[str, str], _Line] = {}
    for slot, (_, part) in chosen.items():
        starts = part["bin"].to_numpy("int64") * width
        values = part["value"].to_numpy("float64")
        well = np.zeros(len(part), bool)
        if healthy:
            low, high = ((moment - bins.ORIGIN).total_seconds() for moment in healthy)
            well = (starts >= low) & (starts <= high)
        before = (starts + width <= begin) & ~well
        since = (starts + width > begin) & ~well
        recent = before & (starts >= begin - (JUST_BEFORE + 1) * width)
        out[slot] = _Line(
            values[well | before],
            values[recent],
            dict(zip((starts[since] // width).tolist(), values[since].tolist(), strict=True)),
        )
    return out


def _below(edges: list[tuple[str, str]]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for caller, callee in edges:
        if caller != callee:
            out[caller].add(callee)
    return out


def _front(lines: dict[tuple[str, str], _Line], below: dict[str, set[str]]) -> str | None:
    """The service at the front: nobody calls it, it calls others, and no such one has more load."""
    import numpy as np

    called = {callee for callees in below.values() for callee in callees}
    loads = {
        service: float(np.median(line.usual)) if len(line.usual) else 0.0
        for (service, what), line in lines.items()
        if what == "load" and service in below and service not in called
    }
    return max(sorted(loads), key=lambda service: loads[service], default=None)


def _reached(below: dict[str, set[str]], at: str) -> set[str]:
    seen, waiting = {at}, [at]
    while waiting:
        for callee in below.get(waiting.pop(), set()) - seen:
            seen.add(callee)
            waiting.append(callee)
    return seen


def _own(
    measure: str, of: dict[str, _Line], load: dict[str, _Line], below: dict[str, set[str]], at: str | None
) -> list[Reason]:
    import numpy as np

    sign = -1.0 if measure == "success" else 1.0
    bins, weight = _trouble(of, at, sign)
    if not bins or weight <= 0:
        return []
    added: dict[str, float] = {}
    told: dict[str, tuple[float, float, float]] = {}
    for service, line in of.items():
        now = [line.since[b] for b in bins if b in line.since]
        if not now or not (len(line.usual) or len(line.before)):
            continue
        since = sign * float(np.mean(now))
        levels = [sign * line.level]
        if len(line.usual) >= LEAST:
            levels.append(sign * float(np.median(line.usual)))
            if since <= float(np.quantile(sign * line.usual, 0.99)):
                continue
        more = min(since - level for level in levels)
        if more <= 0:
            continue
        calls = load.get(service)
        often = [calls.since[b] for b in bins if b in calls.since] if calls else []
        times = float(np.mean(often)) if often and measure != "errors" else 1.0
        added[service] = more * times
        z = more / line.noise
        told[service] = (line.level, sign * since, min(SUREST, z * z / 2 / math.log(10)))
    most = max(added.values(), default=0.0)
    callers: dict[str, set[str]] = defaultdict(set)
    for caller, callees in below.items():
        for callee in callees:
            callers[callee].add(caller)
    out = []
    for service, whole in added.items():
        passed = 0.0
        for callee in below.get(service, set()):
            shared = sum(added.get(caller, 0.0) for caller in callers[callee])
            passed += added.get(callee, 0.0) * (min(1.0, whole / shared) if shared else 0.0)
        own = max(0.0, whole - passed)
        if most > 0 and own > LITTLE * most:
            before, since, sure = told[service]
            out.append(Reason(service, "metric", measure, before, since, own / most * weight, sure))
    return out


def _trouble(of: dict[str, _Line], at: str | None, sign: float) -> tuple[set[int], float]:
    """The bins in which the service that people look at was in trouble, and how sure that is, from 0 to 1."""
    import numpy as np

    if at is None or at not in of:
        return {b for line in of.values() for b in line.since}, 1.0
    line = of[at]
    if not line.since or not (len(line.usual) or len(line.before)):
        return set(), 0.0
    out = {b: sign * (value - line.level) for b, value in line.since.items()}
    worst = max(out.values())
    least = max(PART * worst, min(worst, OUT * line.noise))
    z = float(np.clip(worst / line.noise, 0.0, 1e3))
    return {b for b, more in out.items() if more > 0 and more >= least}, 1.0 - math.exp(
        -z * z / 2 / math.log(10) / 2
    )
