"""Whether the clocks of the sources agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import entities, schema
from investigator.facts import skew, traces
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding
from investigator.moment import seconds

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events
    from investigator.facts.skew import Estimate

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 100
EXAMPLES = 3
LOAD = (
    "Clocks are compared by ids that two sources saw: declare them, such as "
    "case.record.declare(kinds={'request': 'REQ-[0-9]+'}), or load logs that carry a trace id."
)


def clock_skew(events: Events) -> Finding:
    """How far the clocks of each two sources are apart, by the ids that both saw; and where that can't be told.

    The time that a thing takes from one source to another looks like a clock that is ahead. The two are told apart
    where one source's part lies within the other's, there and back (a call within its caller): durations show that,
    whatever the clocks say. Else only what no way explains is taken for clocks: 20 seconds or more, always the same,
    or whole quarters of an hour, as a zone that is read wrongly. At least 10 ids; over all that is loaded, whatever
    is selected. No event is moved: `trace_entity`, `first_error` and the triggers say where an order rests on clocks
    that are apart. `value`: pairs [{one, other, offset, spread, anchors, ahead, way, verdict}], offset in seconds by
    which `other` is ahead of `one`; apart (how many pairs); off [{source, ahead, spread, of, anchors}], the sources whose
    clocks explain that, first the one that is apart from most.

    Method: offset from both ways as in NTP (Mills, RFC 5905, section 8), else the median difference; spread from the
    bounds and the median absolute deviation. Limits: a clock that runs faster or is set meanwhile is not seen; nor is one
    that is off by a few seconds where nothing comes back. Example: `case.find.clock_skew()`.
    """
    question = "Do the clocks of the sources agree?"
    value: dict[str, Any] = {"pairs": [], "apart": 0, "off": []}
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so there is no clock to compare.", say.LOAD["any"], value=value
        )
    known = skew.skews(events)
    names = {source.name for source in events.sources}
    pairs = [e for e in known.pairs if e.one in names and e.other in names]
    pairs.sort(key=lambda e: (not e.apart, not e.known, -abs(e.offset), e.one, e.other))
    apart = [e for e in pairs if e.apart]
    value = {"pairs": [_pair(e) for e in pairs[:SHOWN]], "apart": len(apart), "off": _off(apart)}
    told = [e for e in pairs if e.known]
    blind = _blind(pairs, names, known.sources)
    # A silence says nothing about clocks.
    coverage = replace(
        coverage_of(events, control=bool(told), missing=() if pairs else (LOAD,), blind=blind), gaps=()
    )
    if not pairs:
        answer = "No two sources saw the same ids, so nothing says how far their clocks are apart."
        return Finding(question, answer, value=value, verdict="inconclusive", coverage=coverage)
    evidence, number = _evidence(events, known, apart[0]) if apart else (None, 0)
    return Finding(
        question,
        _answer(pairs, apart, told, value["off"]),
        value=value,
        table=say.table(
            ["one", "other", "ahead", "by", "give or take", "ids", "verdict", "why"],
            (
                (p["one"], p["other"], p["ahead"] or "", seconds(timedelta(seconds=abs(p["offset"]))),
                 seconds(timedelta(seconds=p["spread"])), p["anchors"], p["verdict"], skew.WAYS[p["way"]])
                for p in value["pairs"]
            ),
        ),
        evidence=evidence,
        evidence_count=number,
        verdict="found" if apart else "absent" if told and len(told) == len(pairs) else "inconclusive",
        coverage=coverage,
    )  # fmt: skip


def _pair(estimate: Estimate) -> dict[str, Any]:
    if estimate.known:
        verdict = "apart" if estimate.apart else "together"
    else:
        verdict = "too few" if estimate.way == "few" else "can't be told"
    ahead = None
    if estimate.offset and verdict != "too few":
        ahead = estimate.other if estimate.offset > 0 else estimate.one
    return {
        "one": estimate.one,
        "other": estimate.other,
        "offset": estimate.offset,
        "spread": estimate.spread,
        "anchors": estimate.anchors,
        "ahead": ahead,
        "way": estimate.way,
        "verdict": verdict,
    }


def _off(apart: list[Estimate]) -> list[dict[str, Any]]:
    """Which clocks are off: the one that is apart from most others first, then what the rest leaves to explain.

    Of two sources alone it is that whose clock is ahead: nothing says which of the two is right.
    """
    from statistics import median

    left, out = list(apart), []
    while left:
        counted: dict[str, list[Estimate]] = {}
        for estimate in left:
            counted.setdefault(estimate.one, []).append(estimate.turned)
            counted.setdefault(estimate.other, []).append(estimate)
        source = min(
            counted, key=lambda name: (-len(counted[name]), -sum(e.offset for e in counted[name]), name)
        )
        own = counted[source]
        out.append(
            {
                "source": source,
                "ahead": round(median(e.offset for e in own), 6),
                "spread": max(e.spread for e in own),
                "of": len(own),
                "anchors": max(e.anchors for e in own),
            }
        )
        left = [e for e in left if source not in (e.one, e.other)]
    return out


def _answer(
    pairs: list[Estimate], apart: list[Estimate], told: list[Estimate], off: list[dict[str, Any]]
) -> str:
    way = [e for e in pairs if e.way == "one way"]
    rest = ""
    if way:
        rest = f"; for {say.count(len(way), 'pair')} the way and the clocks can't be told apart"
    few = len(pairs) - len(told) - len(way)
    if few:
        rest += f"; {say.count(few, 'pair')} saw too few ids in common"
    if apart:
        first = off[0]
        few_ = say.count(first["of"], "source")
        whose = (
            f"of that of {apart[0].one if apart[0].other == first['source'] else apart[0].other}"
            if first["of"] == 1
            else f"of those of {few_}"
        )
        way_ = "ahead" if first["ahead"] > 0 else "behind"
        zone = (
            ", as a zone that is read wrongly would be"
            if skew.is_zone(first["ahead"], first["spread"])
            else ""
        )
        more = (
            f"; that of {say.listed([item['source'] for item in off[1:]])} is off, too"
            if len(off) > 1
            else ""
        )
        return (
            f"Not all: the clock of {first['source']} is {seconds(timedelta(seconds=abs(first['ahead'])))} {way_} "
            f"{whose}, give or take {seconds(timedelta(seconds=first['spread']))}{zone}, by "
            f"{say.count(first['anchors'], 'id')} that both saw{more}{rest}."
        )
    if told:
        widest = max(told, key=lambda e: abs(e.offset) + e.spread)
        within = seconds(timedelta(seconds=abs(widest.offset) + widest.spread))
        return f"Yes, for {say.count(len(told), 'pair')} of sources, to {within}{rest}."
    if not few:
        return f"Nothing says so for {say.count(len(pairs), 'pair')} of sources: the way and the clocks can't be told apart."
    if not way:
        return (
            f"Nothing says so for {say.count(len(pairs), 'pair')} of sources: they saw too few ids in common."
        )
    return f"Nothing says so{rest.replace('; ', ': ', 1)}."


def _blind(pairs: list[Estimate], names: set[str], compared: list[str]) -> tuple[str, ...]:
    alone = sorted(names - {e.one for e in pairs} - {e.other for e in pairs})
    out = []
    if alone and pairs:
        out.append(f"{say.listed(alone)} saw no ids in common with others: nothing is known of their clocks.")
    if len(compared) >= skew.SOURCES_AT_MOST:
        out.append(f"Only the {skew.SOURCES_AT_MOST} sources with the most ids in common were compared.")
    return tuple(out)


def _evidence(events: Events, known: skew.Skews, top: Estimate) -> tuple[pandas.DataFrame | None, int]:
    """What both sources say of some of the ids."""
    import ibis

    ids = known.ids(top, EXAMPLES)
    parts = [traces.without_replaced(events, entities.mentions(events, identifier)) for identifier in ids]
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    rows = rows.filter(rows["source"].isin([top.one, top.other]) & rows.time.notnull())
    columns = ("time", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    chosen = rows.select("id", *columns).distinct()
    out = events.fetch(
        chosen.order_by([chosen.id, chosen.time, chosen.evidence, chosen.unit, chosen.body]).limit(200)
    )
    return (schema.frame(out) if "origin" not in out.columns else out), len(out)
