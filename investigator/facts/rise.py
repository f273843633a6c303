"""A rise: since when far more things have a sign than before, and the sign that is judged by it.

A scan statistic (Kulldorff 1997) over time in parts of equal length: the stretch whose share stands out most from the
rest, by the likelihood ratio of two shares against one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware
from investigator.facts import traces
from investigator.facts.bins import bin_number, bin_start

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.course import Course, Step

MESSAGE, LACKING, LATE, TWICE, DIFFERS, STANDS = "message", "lacking", "late", "twice", "differs", "stands"
EARLIER = "had it before, when nothing was wrong yet"
#: Of so many things on a rise would be seen where something went wrong at one time.
FEW = 20
#: Why there may be more than have a sign.
LOOKED = "it shows only where somebody looked"
#: Why what is new for all tells nobody apart.
EVERYBODY = "nearly all that came since have it, and took every step as those before did"
#: Why what says nothing bad may be no part of what went wrong.
WENT_ON = "nearly all that have it went on as others do"
#: So many of those that came since and reached the end have what everybody has.
NEARLY = 0.98
#: Two signs mean the same things when so many of either have both.
SAME = 0.9
#: A sign that more have than this share of all tells nobody apart.
FEWER = 0.6
#: A rise: in so many parts of time, at so many times the share, and so sure (nats).
PARTS, RISE, SURE = 200, 4.0, 7.0
#: What was known before, and became more frequent by this much alone, is a rise where that is as sure as this.
LESS, SURER = 2.0, 21.0
#: Before a rise so much must have gone well that it shows: where a log begins, what comes late in a way is rare.
BEFORE = 0.1
#: Of those with a sign since its rise so many at most may have it as some always do; more, and it is no clean one.
ANYWAY = 0.03


@dataclass(frozen=True)
class Sign:
    """One sign: what it is, where it stands, and who has it (`ids`: id, at)."""

    kind: str
    body: str
    place: str
    ids: ir.Table
    number: int  # how many have it since the rise
    earlier: int  # and before
    since: datetime
    step: Step | None = None  # the step itself, or the expected one
    after: Step | None = None  # the last step before what is lacking or late
    doubts: tuple[str, ...] = ()  # why some that have it may be no part of it
    more: tuple[str, ...] = ()  # why others may be
    waiting: ir.Table | None = None  # who may still get there: id
    ended: ir.Table | None = None  # who came to an end that is known: id
    bad: bool = False  # says itself that something went wrong
    clocks: tuple[str, ...] = ()  # sources of unknown zone: by another clock others would have it
    weight: float = 0.0  # how sure its rise is, in nats

    @property
    def timed(self) -> bool:
        """Whether it says when it happened; what stands in a table tells only that it did, after the thing came."""
        return self.kind not in (STANDS, DIFFERS) or (self.step is not None and not self.step.table)

    @property
    def clean(self) -> bool:
        return not self.doubts and not self.more


@dataclass(frozen=True)
class Rise:
    """Since when far more have a sign, how many had it before, and how many would have it since then anyway."""

    since: datetime
    earlier: int
    anyway: float
    weight: float  # how sure it is, in nats


class Clock:
    """Time in parts of equal length, and how much was done in each."""

    def __init__(self, events: Events, course: Course) -> None:
        self.events, self.things = events, course.things
        span = events.engine.fetch(
            course.things.aggregate(low=course.things["first"].min(), high=course.things["last"].max())
        ).iloc[0]
        low, high = aware(span["low"]), aware(span["high"])
        assert low is not None and high is not None
        self.low: datetime = low
        self.high: datetime = high
        self.width = max(int((self.high - self.low).total_seconds() / PARTS), 1)
        self._busy: dict[int, int] | None = None

    def counts(self, table: ir.Table, column: Any) -> dict[int, int]:
        numbered = table.select(part=bin_number(column, self.width))
        frame = self.events.engine.fetch(
            numbered.filter(numbered.part.notnull()).group_by("part").aggregate(n=lambda t: t.count())
        )
        return {int(r.part): int(r.n) for r in frame.itertuples(index=False)}

    def busy(self, like: str) -> dict[int, int]:
        """How many steps were taken in each part, by all."""
        if self._busy is None:
            rows = traces.first_times(self.events, like)
            self._busy = self.counts(rows, rows.time)
        return self._busy

    def risen(
        self, hits: dict[int, int], of: dict[int, int], *, times: float = RISE, sure: float = SURE
    ) -> Rise | None:
        """Since when far more have it, so many times the share; None where that never changed, or too few do."""
        parts = sorted({*hits, *of})
        numbers = [max(of.get(part, 0), hits.get(part, 0)) for part in parts]
        hurts = [hits.get(part, 0) for part in parts]
        whole, hurt_all = sum(numbers), sum(hurts)
        best: tuple[float, int] | None = None
        passed = 0
        for low in range(1, len(parts)):
            passed += numbers[low - 1]
            if not hurts[low] or passed < BEFORE * whole:
                continue
            inside, hurt = 0, 0
            for high in range(low, len(parts)):
                inside, hurt = inside + numbers[high], hurt + hurts[high]
                outside, rest = whole - inside, hurt_all - hurt
                if not hurts[high] or hurt * outside < times * rest * inside:
                    continue
                told = _fit(hurt, inside) + _fit(rest, outside) - _fit(hurt_all, whole)
                if best is None or told > best[0]:
                    best = (told, low)
        if best is None or best[0] < sure:
            return None
        low = best[1]
        # The first ones stand in the part just before, where it began in the middle of it.
        while low > 1 and hurts[low - 1] and not sum(hurts[: low - 1]):
            low -= 1
        earlier, passed = sum(hurts[:low]), sum(numbers[:low])
        return Rise(
            bin_start(parts[low], self.width), earlier, earlier / passed * sum(numbers[low:]), best[0]
        )


def _fit(hits: int, number: int) -> float:
    return sum(part * math.log(part / number) for part in (hits, number - hits) if part > 0)


def made(kind: str, body: str, place: str, ids: ir.Table, number: int, rise: Rise, **more: Any) -> Sign:
    doubts = more.pop("doubts", ())
    if rise.anyway > ANYWAY * (number - rise.earlier):
        doubts = (*doubts, f"{rise.earlier:,} {EARLIER}")
    return Sign(
        kind,
        body,
        place,
        ids,
        number - rise.earlier,
        rise.earlier,
        rise.since,
        doubts=doubts,
        weight=rise.weight,
        **more,
    )


def new_for_all(events: Events, course: Course, later: ir.Table, with_it: ir.Table) -> bool:
    """Whether nearly all that came later have a sign (each a column `id`), and took every step that others had to take.

    Then it is what is new for all, such as the version in a line, and tells nobody apart.
    """
    import ibis

    have = later.semi_join(with_it, "id")
    things = course.things.semi_join(have, "id")
    through = things.filter(ibis.and_(*(things[f"t{step.number}"].notnull() for step in course.required())))
    number, same, went = (int(events.engine.fetch(one.count())) for one in (later, have, through))
    return number >= FEW and same >= NEARLY * number and went >= SAME * same


def wilson(hits: int, number: int) -> list[float] | None:
    """The 95 % interval of a share (Wilson 1927); None of nothing."""
    if not number:
        return None
    z, share = 1.959964, hits / number
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = z * ((share * (1 - share) + z * z / (4 * number)) / number) ** 0.5 / (1 + z * z / number)
    return [round(max(middle - half, 0.0), 4), round(min(middle + half, 1.0), 4)]
