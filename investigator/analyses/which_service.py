"""Which service it comes from: logs, spans and metrics together, with the reasons beside each rank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.errors import ParameterError
from investigator.events import schema, words
from investigator.events.instants import instant, literal
from investigator.facts import calls as called
from investigator.facts import flows, resources, suspects, traces, triggers
from investigator.facts.coverage import coverage_of
from investigator.facts.difference import left_at
from investigator.facts.places import place_of
from investigator.facts.telling import places_in, places_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from datetime import datetime

    import pandas

    from investigator.events.events import Events
    from investigator.facts.suspects import Reason, Suspect

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN, REASONS = 40, 4
#: A first suspect needs this score, and so much more than the second.
LEAST, AHEAD = 0.25, 1.2
#: What it counts that affected things leave their way at a service: where something else came instead, and where a
#: hand-over failed, of which either side may be the cause.
LEFT, HANDED = 0.9, 0.5
#: What says that something is wrong is in so much of what a service does, before in a small part of that.
OFTEN, HARDLY = 0.1, 0.1
#: So long before the onset a change at one side of a hand-over is looked for.
HOURS = 24
#: What changed in ten seconds of lines says less than what changed in a request.
TOGETHER = 0.5


def which_service(
    events: Events,
    *,
    onset: str | None,
    like: str = "",
    calls: list[str] | None = None,
    healthy: list[str] | None = None,
) -> Finding:
    """Services ranked by how likely the trouble comes from them and is not passed on to them, with the reasons.

    Looked at since the `onset` beside before: errors and steps that calls lost or gained, the own time of spans, the
    time between caller and callee, calls that are no longer made, latency, errors and availability in metrics less
    what callees explain; where bare numbers of resources are all there is, whose moved most; with `like`, an affected id, also where such things leave their way. `calls` says who calls
    whom where spans don't ("shop -> payment"); `healthy` is a stretch known to be well, [from, to], that counts as
    before wherever it lies. `value`: onset, until, traced, services [{rank, service, score, alone, through, reasons
    [{kind, said, before, since, effect, sure}]}], calls (how many edges are known).

    Method: see `facts/suspects.py`, `facts/calls.py`, `facts/flows.py` and `facts/resources.py`. Limits: a service that writes nothing and is
    in no span is only seen through its callers; shares need some calls on both sides; a score is no probability.
    Example: `case.find.which_service(onset="2026-06-17T07:14:07+00:00", like="DOC-4711")`.
    """
    question = "Which service does it come from?"
    if not onset:
        return say.unanswered(question, "No onset is known, so there is no before.", say.LOAD["onset"])
    start = instant(onset)
    well = _stretch(healthy)
    if not {source.kind for source in events.sources} & {"log", "span", "metric"}:
        answer = "No logs, spans or metrics are loaded, so services can't be told apart."
        return say.unanswered(question, answer, say.LOAD["log"])
    counts = called.counted(events, start, well)
    edges = [(str(r.caller), str(r.service)) for r in counts.edges.itertuples(index=False)]
    edges = sorted({*edges, *called.from_words(calls)})
    found = suspects.of_calls(counts, weight=1.0 if counts.by_request else TOGETHER)
    alone = resources.bare(events, edges)
    measured, seen = (
        resources.moved(events, start, well) if alone else flows.of_metrics(events, start, well, edges)
    )
    # Where spans tell a service's own time, its latency in metrics, with all it waits for, says nothing more.
    timed = set(counts.own["service"])
    found += [item for item in measured if item.what != "latency" or item.service not in timed]
    found += _left(events, start, str(like or "").strip(), found)
    services = {*(str(name) for name in counts.calls["service"]), *seen}
    listed = [one for one in suspects.ranked(found, edges, services) if one.score > 0]
    value: dict[str, Any] = {
        "onset": start.isoformat(),
        "until": say.iso(counts.until),
        "traced": counts.traced,
        "calls": len(edges),
        "services": [_item(rank, one, counts) for rank, one in enumerate(listed[:SHOWN], 1)],
    }
    told = len(listed) > 0 and listed[0].score >= LEAST
    ahead = told and (len(listed) == 1 or listed[0].score >= AHEAD * listed[1].score)
    blind = []
    if not counts.traced and not edges:
        blind.append("It is not known who calls whom, so what is passed on is not told from what is its own.")
    few = _few(counts)
    if few:
        blind.append(f"Too few calls before or since to say: {say.listed(few)}.")
    # Spans and metrics tell failures by themselves; lines only by their words.
    some = bool(seen) or (
        bool(len(counts.calls)) and (counts.traced or words.any_worded(events.engine, events.table))
    )
    return Finding(
        question,
        _answer(value, ahead, some, len(services)),
        value=value,
        table=say.table(
            ["rank", "service", "score", "why", "passed on from"],
            (
                (s["rank"], s["service"], s["score"], "; ".join(r["said"] for r in s["reasons"][:2]), s["through"])
                for s in value["services"]
            ),
        ),
        evidence=_evidence(events, start, listed[:3]),
        verdict="found" if ahead else "inconclusive" if listed or not some else "absent",
        coverage=coverage_of(events, control=some, blind=tuple(blind), counts=True),
    )  # fmt: skip


def _stretch(healthy: list[str] | None) -> tuple[datetime, datetime] | None:
    if not healthy:
        return None
    if len(healthy) != 2:
        raise ParameterError(
            f"`healthy` has {say.count(len(healthy), 'time')}.",
            "It is a stretch: its first and its last moment.",
            'Give two, such as healthy=["2026-06-16T07:00:00+00:00", "2026-06-16T09:00:00+00:00"].',
        )
    low, high = instant(healthy[0]), instant(healthy[1])
    return (low, high) if low <= high else (high, low)


def _left(events: Events, start: datetime, like: str, known: list[Reason]) -> list[Reason]:
    """Where affected things leave their way, as evidence against the services there; of two sides of a hand-over that
    one which was changed just then, else the one that alone says since then that something is wrong."""
    places = left_at(events, like)
    if not places:
        return []
    weights = dict.fromkeys(("there", "just before"), HANDED if places.get("handed") else 0.0)
    if not places.get("handed"):
        weights["there"] = LEFT
    elif (found := triggers.ranked(events, start, HOURS, like)).explained:
        weights[found.ranked[0]["place"]] = LEFT
    elif told := [side for side in weights if places.get(side, set()) & _complaining(events, known)]:
        weights |= {told[0]: LEFT} if len(told) == 1 else {}
    out = []
    for place, weight in weights.items():
        said = "things like it went wrong here" if place == "there" else "things like it were last well here"
        out += [
            suspects.Reason(name, "way", said, 0.0, 1.0, weight, suspects.CERTAIN)
            for name in sorted(places.get(place, ()))
            if weight
        ]
    return out


def _complaining(events: Events, known: list[Reason]) -> set[str]:
    """Services whose lines say since then, and hardly ever before, that something is wrong, and of no other place."""
    places = places_of(events).known
    return {
        one.service
        for one in known
        if one.kind == "errors"
        and one.since >= OFTEN
        and one.before <= HARDLY * one.since
        and one.sure >= suspects.CERTAIN
        and not places_in(one.what, {name: place for name, place in places.items() if place != one.service})
    }


def _few(counts: called.Calls) -> list[str]:
    """Services with calls, of which there are too few on one side."""
    frame = counts.calls
    before = frame[frame["stretch"] == 0].groupby("service")["n"].sum()
    since = frame[frame["stretch"] > 0].groupby("service")["n"].sum()
    return sorted(
        str(name)
        for name in {*frame["service"]}
        if before.get(name, 0) < suspects.BEFORE_LEAST or since.get(name, 0) < suspects.SINCE_LEAST
    )


def _item(rank: int, one: Suspect, counts: called.Calls) -> dict[str, Any]:
    return {
        "rank": rank,
        "service": one.service,
        "score": round(float(one.score), 3),
        "alone": round(float(one.alone), 3),
        "through": one.through,
        "reasons": [
            {
                "kind": reason.kind,
                "said": _reason(reason, counts.unit, _noun(counts)),
                "before": say.rounded(reason.before),
                "since": say.rounded(reason.since),
                "effect": round(float(reason.effect), 3),
                "sure": round(float(reason.sure), 2),
            }
            for reason in _different(one.evidence)[:REASONS]
        ],
    }


def _different(evidence: tuple[Reason, ...]) -> list[Reason]:
    """The strongest of each kind first, then the rest."""
    first: dict[str, Reason] = {}
    for item in evidence:
        first.setdefault(item.kind, item)
    return [*first.values(), *(item for item in evidence if item not in first.values())]


def _noun(counts: called.Calls) -> str:
    """What is counted."""
    return "calls" if counts.traced else "requests" if counts.by_request else "ten seconds"


def _reason(reason: Reason, unit: float, noun: str) -> str:
    if reason.kind == "slow":
        what = f" in {reason.what}" if reason.what else ""
        return f"takes {_time(reason.since, unit)} by itself{what}, before {_time(reason.before, unit)}"
    if reason.kind == "wait":
        return f"{_time(reason.since, unit)} {reason.what}, before {_time(reason.before, unit)}"
    if reason.kind == "errors" and reason.place == called.FAILED:
        return f"{_share(reason.since)} of its {noun} fail ({reason.what}), before {_share(reason.before)}"
    if reason.kind == "errors":
        return f"{_share(reason.since)} of its {noun} say {_message(reason.what)}, before {_share(reason.before)}"
    if reason.kind == "missing":
        what = f"call {reason.callee}: {reason.what}" if reason.callee else f"say {_message(reason.what)}"
        return f"{_share(reason.since)} of its {noun} {what}, before {_share(reason.before)}"
    if reason.kind == "metric" and reason.what not in flows.WORSE:
        return f"its {reason.what} is {say.rounded(reason.since):g}, before {say.rounded(reason.before):g}"
    if reason.kind == "metric":
        share = f", {_share(min(1.0, reason.effect))} of the trouble is its own"
        return f"{reason.what} {say.rounded(reason.since):g}, before {say.rounded(reason.before):g}{share}"
    return reason.what


def _message(text: str) -> str:
    """A line as it is quoted: from its place in the code on."""
    found = re.search(called.PLACE, text)
    return say.quote(text[found.start() :] if found else text)


def _share(part: float) -> str:
    percent = part * 100
    return f"{percent:.0f} %" if percent >= 1 or percent == 0 else f"{percent:.1f} %"


def _time(value: float, unit: float) -> str:
    if not unit:
        return f"{value:.3g}"
    seconds = value * unit
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _evidence(events: Events, start: datetime, listed: list[Suspect]) -> pandas.DataFrame | None:
    """What the first suspects said since the onset, the gravest first."""
    import ibis

    names = [one.service for one in listed]
    if not names:
        return None
    table = traces.whole(events)
    rows = table.filter(
        (table.time >= literal(start)) & place_of(table).isin(names) & (table.kind != "metric")
    )
    wanted = [
        str(e.place)
        for one in listed
        for e in one.evidence[:5]
        if e.kind in ("errors", "missing") and e.place
    ]
    grave = (rows.severity_number >= schema.WARNING).fill_null(False)
    rows = rows.filter(ibis.or_(grave, rows.name.isin(wanted) if wanted else ibis.literal(False)))
    rows = rows.order_by([rows.severity_number.desc(), rows.time, rows.evidence, rows.unit, rows.body]).limit(
        100
    )
    frame = events.fetch(
        rows.select("time", "source", "service", "severity_text", "body", "evidence", "unit", "units")
    )
    return frame if len(frame) else None


def _answer(value: dict[str, Any], ahead: bool, some: bool, number: int) -> str:
    listed = value["services"]
    if not some:
        return "Nothing here tells services apart before and since."
    if not listed:
        return f"None of {say.count(number, 'service')} changed for the worse since {say.at(instant(value['onset']))}."
    top = listed[0]
    why = "; ".join(reason["said"] for reason in top["reasons"][:2])
    of = say.count(number, "service")
    if ahead:
        passed = [s["service"] for s in listed[1:] if s["through"] == top["service"]]
        more = (
            f"; {say.listed(passed)} only {'passes' if len(passed) == 1 else 'pass'} it on" if passed else ""
        )
        return f"Most likely {top['service']}, of {of}: {why}{more}."
    second = f", then {listed[1]['service']}" if len(listed) > 1 else ""
    return f"No service stands out of {of}; first {top['service']} ({why}){second}."
