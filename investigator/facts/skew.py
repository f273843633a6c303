"""How far the clocks of two sources are apart, from ids that both saw; and what that does to an order in time.

An id that two sources saw gives a difference of times. It holds the difference of the clocks, and the time that the
thing itself took from one to the other. These can be told apart only where one source's part of the way lies within
the other's, there and back, as a call within its caller: then what one clock is ahead adds to the way there and is
taken off the way back (Mills, RFC 5905, section 8). That it lies within is shown by durations, which no clock that is
off can change: the outer is never shorter, and is long where the inner is. Else only a difference that no way would
explain, large and always the same, is taken for clocks.

An estimate is carried as width into comparisons, and moves no event.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.entities import OFTEN, SHARED_AT_MOST, TRACE, UUID
from investigator.moment import Moment, Skew, before, seconds

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: Fewer ids that both saw say nothing about clocks.
ANCHORS_AT_LEAST = 10
SOURCES_AT_MOST = 40
#: One source's part lies within the other's: so many of the ids say so, and their durations go together.
WITHIN = 0.95
TOGETHER = 0.6
#: A difference is taken for clocks where it is at least so many seconds and its spread at most this share of it.
FAR = 20.0
STEADY = 0.05
#: Zones are whole quarters of an hour apart, from half an hour on.
QUARTER, ZONE_FROM = 900.0, 1800.0
#: A time that is known to less than this is said where an order rests on it: no zone, no year, an hour that came twice.
WIDE = timedelta(minutes=1)
MAD = 1.4826  # makes of a median absolute deviation what a normal distribution calls its standard deviation

WAYS = {
    "both ways": "one's part lies within the other's, there and back",
    "steady": "always the same, and too far for a way",
    "zone": "whole quarters of an hour, as a zone that is read wrongly",
    "one way": "how long the way took and how far the clocks are apart can't be told apart",
    "few": "too few ids that both saw",
}


@dataclass(frozen=True)
class Estimate:
    """How far the clock of `other` is ahead of that of `one`, in seconds: offset, spread, by how many ids, and how."""

    one: str
    other: str
    offset: float
    spread: float
    anchors: int
    way: str  # of WAYS
    id_kind: str = ""

    @property
    def known(self) -> bool:
        """Whether it says something about the clocks: enough ids, and told apart from the time that the way took."""
        return self.way in ("both ways", "steady", "zone")

    @property
    def apart(self) -> bool:
        """Whether the clocks are known to differ by more than the spread."""
        return self.known and abs(self.offset) > self.spread

    @property
    def skew(self) -> Skew | None:
        """The estimate as width for `before(a, b, skew=...)`, a of `one` and b of `other`; None where nothing is known."""
        if not self.known:
            return None
        return Skew(timedelta(seconds=self.offset), timedelta(seconds=self.spread))

    @property
    def turned(self) -> Estimate:
        """The same, said of the other source."""
        return Estimate(self.other, self.one, -self.offset, self.spread, self.anchors, self.way, self.id_kind)


class Skews:
    """What is known of the clocks of each two sources: computed for a pair when it is first asked for."""

    def __init__(self, seen: pandas.DataFrame) -> None:
        seen = seen.sort_values(["id_kind", "id", "source"], kind="stable", ignore_index=True)
        self._of: dict[str, pandas.DataFrame] = {
            str(name): part.set_index(["id_kind", "id"])[["first", "last", "n"]]
            for name, part in seen.groupby("source", sort=True)
        }
        self._pairs: dict[tuple[str, str], Estimate] = {}

    @property
    def sources(self) -> list[str]:
        """The sources that share ids with others, those with the most first; at most 40."""
        ranked = sorted(self._of, key=lambda name: (-len(self._of[name]), name))
        return sorted(ranked[:SOURCES_AT_MOST])

    @property
    def pairs(self) -> list[Estimate]:
        """Each two sources that saw ids in common, in order of name."""
        found = [self.of(one, other) for one, other in combinations(self.sources, 2)]
        return [estimate for estimate in found if estimate.anchors]

    def of(self, one: str, other: str) -> Estimate:
        """The estimate for two sources; with no anchors where they saw nothing in common."""
        if other < one:
            return self.of(other, one).turned
        key = (one, other)
        if key not in self._pairs:
            self._pairs[key] = self._estimated(one, other)
        return self._pairs[key]

    def ids(self, estimate: Estimate, most: int) -> list[str]:
        """Some of the ids that both sources of an estimate saw."""
        both = self._of[estimate.one].index.intersection(self._of[estimate.other].index)
        return sorted(str(found) for kind, found in both if kind == estimate.id_kind)[:most]

    def _estimated(self, one: str, other: str) -> Estimate:
        nothing = Estimate(one, other, 0.0, 0.0, 0, "few")
        if one == other or one not in self._of or other not in self._of:
            return nothing
        both = self._of[one].add_suffix("_a").join(self._of[other].add_suffix("_b"), how="inner")
        found = [
            estimated(one, other, part, str(kind)) for kind, part in both.groupby(level="id_kind", sort=True)
        ]
        if not found:
            return nothing
        rank = list(WAYS)
        return min(found, key=lambda e: (rank.index(e.way), -min(e.anchors, 50), e.spread, e.id_kind))


def skews(events: Events) -> Skews:
    """What the ids that several sources saw say about their clocks, over all that is loaded. Kept."""
    key = f"skews {json.dumps(events.selection.get('load'))}"
    if key not in events.memo:
        events.memo[key] = Skews(_seen(events))
    return events.memo[key]


def estimated(one: str, other: str, both: pandas.DataFrame, id_kind: str = "") -> Estimate:
    """The estimate from first and last times of ids in two sources (first_a, last_a, n_a, first_b, last_b, n_b)."""
    import numpy as np

    number = len(both)
    a1, a2, b1, b2 = (
        both[name].to_numpy(dtype="datetime64[us]").astype("int64") / 1e6
        for name in ("first_a", "last_a", "first_b", "last_b")
    )
    if not number:
        return Estimate(one, other, 0.0, 0.0, 0, "few", id_kind)
    ahead = b1 - a1
    offset = float(np.median(ahead))
    spread = MAD * float(np.median(np.abs(ahead - offset)))
    simple = Estimate(one, other, round(offset, 6), round(spread, 6), number, "one way", id_kind)
    if number < ANCHORS_AT_LEAST:
        return Estimate(one, other, simple.offset, simple.spread, number, "few", id_kind)
    for outer, inner, sign in (((a1, a2), (b1, b2), 1), ((b1, b2), (a1, a2), -1)):
        found = _both_ways(outer, inner)
        if found is not None:
            return Estimate(
                one, other, round(sign * found[0], 6), round(found[1], 6), found[2], "both ways", id_kind
            )
    away = abs(offset)
    if is_zone(offset, spread):
        return Estimate(one, other, simple.offset, simple.spread, number, "zone", id_kind)
    if away >= FAR and spread <= STEADY * away:
        return Estimate(one, other, simple.offset, simple.spread, number, "steady", id_kind)
    return simple


def is_zone(offset: float, spread: float) -> bool:
    """Whether a difference is whole quarters of an hour, from half an hour on, as between zones."""
    away = abs(offset)
    nearest = round(away / QUARTER) * QUARTER
    return away > ZONE_FROM - 60 and spread <= 60 and abs(away - nearest) <= max(30.0, 2 * spread)


def _both_ways(outer: tuple[Any, Any], inner: tuple[Any, Any]) -> tuple[float, float, int] | None:
    """How far the inner clock is ahead, its spread, and by how many ids; None where it is not known to lie within.

    Each id bounds it: the inner can't begin before the outer, nor end after it. The middle of the bounds counts, of
    the quarter of ids with the narrowest ones (the fewest waits on the way), as in NTP's clock filter.
    """
    import numpy as np

    long, short = outer[1] - outer[0], inner[1] - inner[0]
    twice = long > 0  # seen once by the outer, nothing comes back
    number = int(twice.sum())
    if number < ANCHORS_AT_LEAST or number < len(long) / 2:
        return None
    long, short = long[twice], short[twice]
    if (long >= short).mean() < WITHIN or not short.any():
        return None
    if _rank_correlation(long, short) < TOGETHER:
        return None
    low, high = (inner[1] - outer[1])[twice], (inner[0] - outer[0])[twice]
    middle, slack = (low + high) / 2, (high - low) / 2
    kept = np.argsort(slack, kind="stable")[: max(ANCHORS_AT_LEAST, number // 4)]
    offset = float(np.median(middle[kept]))
    spread = float(np.median(slack[kept])) + MAD * float(np.median(np.abs(middle[kept] - offset)))
    return offset, spread, number


def _rank_correlation(one: Any, other: Any) -> float:
    """Spearman's: how far one is long where the other is. Nothing where either is always the same."""
    import pandas as pd

    ranks = [pd.Series(values).rank() for values in (one, other)]
    if any(rank.nunique() < 3 for rank in ranks):
        return 0.0
    return float(ranks[0].corr(ranks[1]))


# -- anchors ------------------------------------------------------------------------------------------------------


def _seen(events: Events) -> pandas.DataFrame:
    """Ids that several sources saw: id, id_kind, source, first, last, n."""
    import ibis

    if events.shared is not None:
        return events.engine.fetch(events.shared)
    if events.indexed:
        rows = events.entities
        rows = rows.filter(rows.time.notnull() & rows.kind.isin(schema.STEP_KINDS))
        rows = rows.select("id", "id_kind", "source", "time")
    else:
        table = events.whole if events.whole is not None else events.table
        if events.selection.get("load") is not None:
            table = table.filter(table.load <= int(events.selection["load"]))
        table = table.filter(table.time.notnull() & table.kind.isin(schema.STEP_KINDS))
        text = ibis.coalesce(table.body, "")
        shapes = {
            TRACE: ibis.coalesce(table.trace_id, ""),
            "uuid": text.re_extract(UUID, 0),
            "number": text.re_extract(r"\b[A-Z][A-Z_]{1,9}[-_][0-9]{2,20}\b", 0),
        }
        rows = ibis.union(
            *(
                table.select(id=found, id_kind=ibis.literal(kind), source=table["source"], time=table.time)
                for kind, found in shapes.items()
            )
        )
        rows = rows.filter(rows.id.notnull() & (rows.id != ""))
    each = rows.group_by(["id_kind", "id", "source"]).aggregate(
        first=rows.time.min(), last=rows.time.max(), n=rows.count()
    )
    each = events.engine.cache(each)
    several = each.group_by(["id_kind", "id"]).aggregate(sources=each.count(), most=each.n.max())
    several = several.filter((several.sources > 1) & (several.most <= OFTEN)).select("id_kind", "id")
    several = several.mutate(
        place=ibis.row_number().over(
            ibis.window(
                group_by=several.id_kind,
                order_by=[several.id.hexdigest("md5"), several.id],
            )
        )
    )
    chosen = several.filter(several.place < SHARED_AT_MOST)
    return events.engine.fetch(
        each.inner_join(chosen, ["id_kind", "id"]).select("id", "id_kind", "source", "first", "last", "n")
    )


# -- what it does to an order ---------------------------------------------------------------------------------------


def in_words(estimate: Estimate) -> str:
    """An estimate in a sentence's words: "the clock of b is 4.2 s ahead of that of a, give or take 0.3 s"."""
    one, other, offset = estimate.one, estimate.other, estimate.offset
    if offset < 0:
        one, other, offset = other, one, -offset
    return (
        f"the clock of {other} is {seconds(timedelta(seconds=offset))} ahead of that of {one}, "
        f"give or take {seconds(timedelta(seconds=estimate.spread))}"
    )


def order(events: Events, a: tuple[str, Moment], b: tuple[str, Moment]) -> str:
    """Whether an event (source and moment) was before another, with what is known of their clocks: as `before` says it."""
    return before(a[1], b[1], skew=skews(events).of(a[0], b[0]).skew)


def caveats(events: Events, rows: pandas.DataFrame) -> tuple[str, ...]:
    """For rows in order of time: which neighbours could be the other way round, because their clocks differ or a time is
    not known well: without a zone, without a year, in an hour that came twice.

    Columns: time, source, and time_low and time_high where known. One sentence for each two sources, the worst first,
    at most three.
    """
    counted: dict[tuple[str, str], int] = {}
    known: dict[tuple[str, str], Estimate] = {}
    timed = rows[rows["time"].notna()]
    if timed["source"].nunique() < 2:
        return ()
    all_ = skews(events)
    previous: tuple[str, Moment] | None = None
    wide: dict[tuple[str, str], tuple[int, timedelta]] = {}
    for row in timed.to_dict("records"):
        current = (str(row["source"]), _moment(row))
        if previous is not None and previous[0] != current[0]:
            estimate = all_.of(previous[0], current[0])
            # Clocks that agree leave an order open, too, to their spread; that is no news.
            reversible = estimate.apart and (
                before(previous[1], current[1]) == "certain"
                and before(previous[1], current[1], skew=estimate.skew) != "certain"
            )
            if reversible:
                key = (min(estimate.one, estimate.other), max(estimate.one, estimate.other))
                counted[key] = counted.get(key, 0) + 1
                known[key] = all_.of(*key)
            wider = max(previous[1].width, current[1].width)
            if wider >= WIDE and before(previous[1], current[1]) != "certain":
                key = (min(previous[0], current[0]), max(previous[0], current[0]))
                number, most = wide.get(key, (0, timedelta(0)))
                wide[key] = (number + 1, max(most, wider))
        previous = current
    ranked = sorted(counted, key=lambda key: (-counted[key], key))
    out = [
        f"{_count(counted[key])} of {key[0]} and {key[1]} may be the other way round: {in_words(known[key])} "
        f"(by {known[key].anchors:,} ids that both saw)."
        for key in ranked[:3]
    ]
    if len(ranked) > 3:
        out.append(f"So it is with {len(ranked) - 3:,} more pairs of sources.")
    for key in sorted(wide, key=lambda key: (-wide[key][0], key))[:3]:
        number, most = wide[key]
        out.append(
            f"{_count(number)} of {key[0]} and {key[1]} can't be put in order: a time there is known to "
            f"{seconds(most)} alone."
        )
    return tuple(out)


def against(
    events: Events,
    instant: datetime,
    rows: Iterable[tuple[str, datetime]],
    others: Iterable[str],
    *,
    what: str,
) -> tuple[str, ...]:
    """Which sources' rows (source, time) may be on the other side of an instant that the clocks of `others` tell.

    One sentence a source, `what` filled with its name: "what {source} tells may be after the onset".
    """
    all_ = skews(events)
    out: dict[str, str] = {}
    told = sorted(set(others))
    for source, time in rows:
        for other in told if source not in out else ():
            estimate = all_.of(source, other) if other != source else None
            if estimate is None or not estimate.apart or estimate.skew is None or time == instant:
                continue
            early, late = sorted((Moment.at(time), Moment.at(instant)), key=lambda m: m.low)
            ahead = estimate.skew if time < instant else -estimate.skew
            if before(early, late, skew=ahead) != "certain":
                out[source] = f"{what.format(source=source)}: {in_words(estimate)}."
                break
    return tuple(out[source] for source in sorted(out))


def _moment(row: dict[Any, Any]) -> Moment:
    low, high = row.get("time_low"), row.get("time_high")
    time = row["time"]
    if low is None or low != low or high is None or high != high or high < low:
        low = high = time
    return Moment(_python(low), _python(high))


def _python(value: Any) -> datetime:
    from investigator.events.instants import aware

    out = aware(value)
    assert out is not None
    return out


def _count(number: int) -> str:
    return "1 pair of neighbours" if number == 1 else f"{number:,} pairs of neighbours"
