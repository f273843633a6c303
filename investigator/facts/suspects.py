"""Which services are suspect, and why: what changed in each by itself, and what it only passes on.

Evidence against a service is a change for the worse since the onset: its own time grew, calls wait on their way to
it, errors are said in more of its calls, steps that its calls always took are missing, a metric of it went the bad
way. Each has an effect from 0 to 1 (how much of it changed) and a likelihood ratio against "nothing changed"; the
score is one times how sure the other is. What a callee explains is taken off the caller: the suspect is the deepest
one whose own callees are well (as in the anomaly graphs of MicroRCA, Wu et al. 2020, and MonitorRank, Kim et al. 2013).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.facts import calls as called
from investigator.facts.calls import STRETCHES, Calls

if TYPE_CHECKING:
    import pandas

#: Fewer calls than these, in the reference and since, are too few to say.
BEFORE_LEAST, SINCE_LEAST = 4, 3
#: A likelihood of ten to so many makes a change two thirds sure.
SURE = 2.0
#: A time that grew by so many doublings counts fully.
DOUBLINGS = 3.0
#: How much of what a service shows is explained by a callee that is as suspect as can be.
EXPLAINED = 0.8
#: So sure is what people or the way of things themselves say.
CERTAIN = 20.0
#: What further evidence adds to the strongest.
MORE = 0.25
WARNED = 0.6
#: A step that so many of the calls took is one that they usually take.
USUAL = 0.5


@dataclass(frozen=True)
class Reason:
    """One change for the worse at a service, with what it was and is."""

    service: str
    kind: str  # slow, wait, errors, missing, metric, way
    what: str
    before: float
    since: float
    effect: float
    sure: float
    callee: str = ""
    operation: str = ""
    place: str = ""

    @property
    def score(self) -> float:
        """From 0 to 1: how much changed, by how sure it is."""
        return self.effect * (1.0 - math.exp(-self.sure / SURE))


@dataclass(frozen=True)
class Suspect:
    """A service with its score and its evidence, the strongest first; what it only passes on is said by `through`."""

    service: str
    score: float
    alone: float  # before what callees explain was taken off
    evidence: tuple[Reason, ...]
    through: str = ""


def ranked(
    evidence: Iterable[Reason], edges: Iterable[tuple[str, str]], services: Iterable[str]
) -> list[Suspect]:
    """The services, the most suspect first; ties by name."""
    by_service: dict[str, list[Reason]] = defaultdict(list)
    for item in evidence:
        if item.score > 0:
            by_service[item.service].append(item)
    below: dict[str, set[str]] = defaultdict(set)
    for caller, callee in edges:
        if caller != callee:
            below[caller].add(callee)
    # From the callees up: a service's callees are judged first; a ring is cut where it is entered.
    done: dict[str, Suspect] = {}

    def judge(service: str, on_the_way: frozenset[str]) -> Suspect:
        if service in done:
            return done[service]
        under = [
            judge(c, on_the_way | {service})
            for c in sorted(below[service])
            if c not in on_the_way | {service}
        ]
        found = sorted(by_service.get(service, []), key=lambda e: (-e.score, e.kind, e.what))
        worst = max(under, key=lambda s: (s.alone, s.service), default=None)
        passed = EXPLAINED * worst.alone if worst else 0.0
        own = [
            e if e.kind not in ("errors", "missing") else replace(e, effect=e.effect * (1 - passed))
            for e in found
        ]
        suspect = Suspect(
            service,
            _together(own),
            _together(found),
            tuple(found),
            worst.service if worst and worst.alone > 0.3 else "",
        )
        if not on_the_way:
            done[service] = suspect
        return suspect

    names = sorted({*services, *by_service, *below, *(c for under in below.values() for c in under)})
    return sorted((judge(name, frozenset()) for name in names), key=lambda s: (-s.score, -s.alone, s.service))


def _together(evidence: list[Reason]) -> float:
    """The strongest, and something for each kind that says the same."""
    best: dict[str, float] = {}
    for item in evidence:
        best[item.kind] = max(best.get(item.kind, 0.0), item.score)
    scores = sorted(best.values(), reverse=True)
    if not scores:
        return 0.0
    total = scores[0]
    for more in scores[1:]:
        total += (1 - total) * MORE * more
    return total


def of_calls(counts: Calls, *, weight: float = 1.0) -> list[Reason]:
    """What changed for the worse in the calls of each service; `weight` is what lost steps and errors count."""
    marked = [replace(item, effect=item.effect * weight) for item in _marked(counts)]
    return [*_slow(counts), *_waits(counts), *marked]


def _slow(counts: Calls) -> list[Reason]:
    out = []
    what = {(r.service, r.operation): str(r.what) for r in counts.calls.itertuples()}
    usual = _usual(counts.own)
    for (service, operation), part in counts.own.groupby(["service", "operation"], sort=True):
        found = _grown(part, usual)
        if found:
            before, since, effect, sure = found
            name = what.get((service, operation), "")
            out.append(
                Reason(str(service), "slow", name, before, since, effect, sure, operation=str(operation))
            )
    return out


def _waits(counts: Calls) -> list[Reason]:
    """Time between caller and callee: the callee's, unless the caller waits for most of its callees."""
    pairs: dict[tuple[str, str], tuple[float, float, float, float]] = {}
    usual = _usual(counts.gaps)
    callees: dict[str, set[str]] = defaultdict(set)
    for (caller, service), part in counts.gaps.groupby(["caller", "service"], sort=True):
        callees[str(caller)].add(str(service))
        found = _grown(part, usual)
        if found:
            pairs[str(caller), str(service)] = found
    out = []
    for (caller, service), (before, since, effect, sure) in pairs.items():
        slow = [c for c in callees[caller] if (caller, c) in pairs and pairs[caller, c][2] > effect / 2]
        others = len(callees[caller]) - 1
        mine = len(slow) > 1 and len(slow) - 1 >= others / 2
        if mine:
            out.append(
                Reason(
                    caller,
                    "wait",
                    f"calls to {len(slow)} of its {others + 1} callees",
                    before,
                    since,
                    effect,
                    sure,
                )
            )
        else:
            out.append(Reason(service, "wait", f"on the way from {caller}", before, since, effect, sure))
    return out


def _usual(frame: pandas.DataFrame) -> float:
    """The median of all durations of the reference: a growth far below it is none."""
    reference = frame[frame["stretch"] == 0]
    return _median(reference) if len(reference) else 0.0


def _median(part: pandas.DataFrame) -> float:
    import numpy as np

    by_bucket = part.groupby("bucket")["n"].sum().sort_index()
    place = int(np.searchsorted(by_bucket.cumsum().to_numpy(), by_bucket.sum() / 2))
    return float(called.middle(float(by_bucket.index[min(place, len(by_bucket) - 1)])))


def _grown(part: pandas.DataFrame, usual: float) -> tuple[float, float, float, float] | None:
    """Median before and since, effect and sureness where durations grew: by the probability that one is longer.

    Over the stretches from the first, second ... on, the surest. Mann and Whitney 1947, with ties.
    """
    import numpy as np

    buckets, place = np.unique(part["bucket"].to_numpy("int64"), return_inverse=True)
    table = np.zeros((STRETCHES + 1, len(buckets)))
    np.add.at(table, (part["stretch"].to_numpy("int64"), place), part["n"].to_numpy("float64"))
    reference = table[0]
    best: tuple[float, float, float, float] | None = None
    nb = reference.sum()
    if nb < BEFORE_LEAST:
        return None
    least = usual / 10
    values = called.middle(buckets.astype("float64"))
    for first in range(1, STRETCHES + 1):
        since = table[first:].sum(axis=0)
        na = since.sum()
        if na < SINCE_LEAST:
            continue
        below = np.concatenate([[0.0], np.cumsum(reference)[:-1]])
        u = float((since * (below + reference / 2)).sum())
        share = u / (na * nb)
        spread = math.sqrt((na + nb + 1) / (12 * na * nb))
        z = (share - 0.5) / spread
        was, now = _middle_of(values, reference), _middle_of(values, since)
        doublings = math.log2((now + least) / (was + least)) if was + least > 0 else 0.0
        if z <= 0 or doublings <= 0:
            continue
        effect = float(2 * share - 1) * min(1.0, doublings / DOUBLINGS)
        sure = max(0.0, z * z / 2 / math.log(10) - math.log10(STRETCHES))
        found = (was, now, effect, sure)
        if best is None or found[2] * (1 - math.exp(-found[3] / SURE)) > best[2] * (
            1 - math.exp(-best[3] / SURE)
        ):
            best = found
    return best


def _middle_of(values: Any, weights: Any) -> float:
    import numpy as np

    total = np.cumsum(weights)
    return float(values[int(np.searchsorted(total, total[-1] / 2))])


def _marked(counts: Calls) -> list[Reason]:
    """Errors that are said in more of the calls, and steps that fewer of them take."""
    import numpy as np

    whole: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(STRETCHES + 1))
    for row in counts.calls.itertuples():
        whole[str(row.service), str(row.operation)][int(row.stretch)] += row.n
    names = {(str(r.service), str(r.operation)): str(r.what) for r in counts.calls.itertuples()}
    out = []
    for (service, operation, mark), part in counts.marks.groupby(["service", "operation", "mark"], sort=True):
        calls = whole[str(service), str(operation)]
        held = np.zeros(STRETCHES + 1)
        held[part["stretch"].to_numpy("int64")] = part["n"].to_numpy("float64")
        held = np.minimum(held, calls)
        harm = int(part["harm"].max() or 0)
        first = part.iloc[0]
        best = None
        for start in range(1, STRETCHES + 1):
            since, among = float(held[start:].sum()), float(calls[start:].sum())
            found = _changed(float(held[0]), float(calls[0]), since, among, harm)
            if found and (best is None or found.score > best.score):
                best = found
        if best:
            callee = str(first["callee"]) if str(first["callee"]) != str(service) else ""
            out.append(
                replace(
                    best, service=str(service), what=str(first["said"]), callee=callee, place=str(mark),
                    operation=names.get((str(service), str(operation)), ""),
                )
            )  # fmt: skip
    return out


def _changed(b: float, nb: float, a: float, na: float, harm: int) -> Reason | None:
    """Errors that came or steps that went, of a calls with it among na, against b among nb; None for the better."""
    if na < SINCE_LEAST or nb < BEFORE_LEAST:
        return None
    before, since = b / nb, a / na
    sure = max(0.0, _likelihood(b, nb, a, na) - math.log10(STRETCHES))
    if harm >= schema.WARNING:
        if since <= before:
            return None
        weight = 1.0 if harm >= schema.ERROR else WARNED
        return Reason("", "errors", "", before, since, (since - before) * weight, sure)
    if since >= before:
        return None
    # A step that few calls took before says less when it is gone.
    return Reason("", "missing", "", before, since, (1 - since / before) * min(1.0, before / USUAL), sure)


def _likelihood(b: float, nb: float, a: float, na: float) -> float:
    """How much likelier two shares are than one, in powers of ten (Wilks 1938)."""
    both = (a + b) / (na + nb)

    def log(k: float, n: float, p: float) -> float:
        out = k * math.log(p) if k and p > 0 else 0.0
        return out + ((n - k) * math.log(1 - p) if n - k and p < 1 else 0.0)

    return (log(b, nb, b / nb) + log(a, na, a / na) - log(b, nb, both) - log(a, na, both)) / math.log(10)
