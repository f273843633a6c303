"""Which change may have triggered it, or whether none explains it."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import instant
from investigator.facts import changes
from investigator.facts.coverage import coverage_of, unzoned
from investigator.facts.difference import left_at
from investigator.finding import Finding

if TYPE_CHECKING:
    from datetime import datetime

    from investigator.events.events import Events
    from investigator.facts.changes import Change

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 50
#: What a change counts by where it is: at the place where the way was left, just before it, on the way, elsewhere,
#: and where nothing is known of places.
WEIGHT = {"there": 1.0, "just before": 0.6, "on the way": 0.25, "elsewhere": 0.08, "": 0.5}
#: After so many minutes a change counts half as much, after twice as many a third.
HALF = 30.0
#: Nearer than one would expect by chance, at the rate of changes before.
CHANCE = 0.05
#: Changes so many seconds from each other came in one release.
SAME_MOMENT = 120.0
#: Most zones are so many seconds from each other: what is nearer as read, is hardly so by another clock's accident.
ZONES_APART = 3_600


def candidate_triggers(events: Events, *, onset: str | None, like: str = "", hours: float = 24) -> Finding:
    """Changes before the onset, ranked as possible triggers by place, lead time and how usual they are.

    Whatever says so in the `hours` before: deploys and flags; a message of a log or a bot that names a version and
    says that it was put into use; a switch; a list of versions; lines that tell of certificates, jobs, scaling,
    migrations and configuration. With `like`, an affected id, a change counts most at the place where that one left the way of a
    healthy one (it would explain it), less just before it or elsewhere on the way, and hardly where it never came by.
    Beside each stands the chance that some change of that component comes so near at the rate before (without days
    before, at the rate of these hours). Where none there or just before is nearer than chance would have it, no change explains it: traffic, time and data do happen too. Without `like`
    the nearest comes first, and nothing is said to explain it. `value`: onset, places
    {there, just_before}, changes [{rank, time, kind, component, what, lead_seconds, place, chance, score, origin}],
    explained, per_day, either (two components, where things vanish between them and both changed in the same moment),
    unclocked (sources of changes whose zone nobody named, where that leaves it open which came last).

    Method: lead time and place as on-call engineers weigh them (Beyer et al., Site Reliability Engineering, 2016,
    chapter 12); the chance is that of a Poisson process. Limits: what was not loaded as a change is not seen; a
    trigger is a candidate and no cause. Example: `case.find.candidate_triggers(onset="2026-06-17T07:14:07+00:00",
    like="DOC-4711")`.
    """
    question = f"Which change in the {hours:g} hours before may have triggered it?"
    value: dict[str, Any] = {
        "onset": None,
        "places": {"there": [], "just_before": []},
        "changes": [],
        "explained": None,
        "either": [],
        "unclocked": [],
        "per_day": None,
    }
    if not onset:
        return say.unanswered(
            question, "No onset is known, so there is no before.", say.LOAD["onset"], value=value
        )
    start = instant(onset)
    value["onset"] = start.isoformat()
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so no change is known.", say.LOAD["any"], value=value
        )
    near, rows = changes.before(events, start, hours, like=str(like or "").strip())
    usual = changes.rate(events, start - timedelta(hours=hours))
    places = left_at(events, str(like or "").strip())
    called = {name: _called(events, among) for name, among in places.items()}
    kinds = {source.kind for source in events.sources}
    lacking = tuple(say.LOAD[kind] for kind in changes.KINDS if kind not in kinds)
    coverage = coverage_of(
        events,
        control=bool(near) or changes.known(events),
        missing=() if near else lacking,
        blind=changes.unsure(events, start, rows),
    )
    if not near and not changes.known(events):
        answer = "Nothing that is loaded tells of a change, so it can't be said what changed."
        return say.unanswered(question, answer, value=value, coverage=coverage)
    covered = _covered(events, start, hours)
    ranked = sorted(
        (_judged(change, start, called, usual, place) for place, change in enumerate(near)),
        key=lambda item: (-item["score"], item["lead_seconds"], item["order"]),
    )
    for item in ranked:
        if item["chance"] is None:
            item["chance"] = _by_these(item, ranked, covered)
    # What explains it where they went wrong comes before what is nearer and elsewhere.
    ranked.sort(key=lambda item: not (item["place"] == "there" and item["chance"] <= CHANCE))
    first = ranked[0] if ranked else None
    explained = (
        bool(first and first["place"] in ("there", "just before") and first["chance"] <= CHANCE)
        if places
        else None
    )
    bare = _unclocked(events, ranked, rows)
    if bare:
        explained = None
    rival = _rival(ranked, places.get("handed", set()))
    if rival:
        explained = None
    number, days = usual.get("", (0, 0.0))
    value |= {
        "places": {
            "there": sorted(places.get("there", ())),
            "just_before": sorted(places.get("just before", ())),
        },
        "changes": [
            {"rank": rank, **{key: cell for key, cell in item.items() if key != "order"}}
            for rank, item in enumerate(ranked[:SHOWN], 1)
        ],
        "explained": explained,
        "either": [ranked[0]["component"], rival["component"]] if rival else [],
        "unclocked": bare,
        "per_day": round(number / days, 2) if days >= 1 else None,
    }
    # Near is not enough: just after an innocent change every moment is near to one.
    verdict = "found" if explained else "inconclusive" if ranked else "absent"
    order = [item["order"] for item in ranked]
    return Finding(
        question,
        _answer(value, hours),
        value=value,
        table=say.table(
            ["rank", "time", "lead", "kind", "component", "what", "place", "so near by accident", "origin"],
            (
                (c["rank"], c["time"], _lead(c["lead_seconds"]), c["kind"], c["component"], c["what"], c["place"],
                 "" if c["chance"] is None else "under 1%" if c["chance"] < 0.01 else f"{c['chance']:.0%}", c["origin"])
                for c in value["changes"]
            ),
        ),
        evidence=rows.iloc[order].reset_index(drop=True) if len(rows) else None,
        verdict=verdict,  # type: ignore[arg-type]
        coverage=coverage,
    )  # fmt: skip


def _called(events: Events, places: set[str]) -> set[str]:
    """All names of these places, in small letters: also the folder and the file of what they write."""
    out = {place.lower() for place in places}
    for source in events.sources:
        parts = [part.partition(".")[0].lower() for part in re.split(r"[/!]", source.name)]
        if out & {source.name.lower(), parts[-1]}:
            out |= set(parts[-2:])
    return out


def _covered(events: Events, start: datetime, hours: float) -> float:
    """How many of the hours before the onset something is loaded of."""
    firsts = [source.first for source in events.sources if source.first is not None]
    since = min(firsts, default=start)
    return min(hours, max((start - since).total_seconds() / 3600, 1.0))


def _by_these(item: dict[str, Any], ranked: list[dict[str, Any]], covered: float) -> float:
    """The chance that a change comes so near, by how many there were in these hours; where no days before tell.

    At the place itself those of this component count, on the way all on the way, else all.
    """
    if item["place"] == "there":
        alike = [one for one in ranked if one["component"] == item["component"]]
    elif item["place"] in ("just before", "on the way"):
        alike = [one for one in ranked if one["place"] not in ("", "elsewhere")]
    else:
        alike = ranked
    lead = max(item["lead_seconds"], 0.0) / 3600
    return round(1 - math.exp(-len(alike) * lead / covered), 3)


def _judged(
    change: Change, start: Any, places: dict[str, set[str]], usual: dict[str, tuple[int, float]], order: int
) -> dict[str, Any]:
    lead = (start - change.time).total_seconds()
    place = ""
    if places:
        named = change.component.lower()
        place = next(
            (name for name, among in places.items() if named and named in among),
            "elsewhere",
        )
    number, days = usual.get(change.component if change.component in usual else "", (0, 0.0))
    chance = 1 - math.exp(-number / days * max(lead, 0.0) / 86_400) if days >= 1 else None
    score = WEIGHT[place] / (1 + max(lead, 0.0) / 60 / HALF)
    return {
        "time": change.time.isoformat(),
        "kind": change.kind,
        "component": change.component,
        "what": change.what,
        "lead_seconds": round(lead, 3),
        "place": place,
        "chance": round(chance, 3) if chance is not None else None,
        "score": round(score, 4),
        "origin": change.origin,
        "order": order,
    }


def _rival(ranked: list[dict[str, Any]], handed: set[str]) -> dict[str, Any] | None:
    """Where things vanish between two places and no line tells: the change on the other side that came as near."""
    first = next((item for item in ranked if item["component"] in handed), None)
    if first is None or first is not ranked[0]:
        return None
    for item in ranked[1:]:
        near = abs(item["lead_seconds"] - first["lead_seconds"]) <= SAME_MOMENT
        if near and item["component"] in handed and item["component"] != first["component"]:
            return item
    return None


def _unclocked(events: Events, ranked: list[dict[str, Any]], rows: Any) -> list[str]:
    """The sources of these changes whose times name no zone that anybody said, where that leaves the first one open.

    One at the very place where they went wrong, minutes before the onset, is so by its own clock: that is no accident.
    """
    bare = unzoned(events)
    told = [str(rows.iloc[item["order"]]["source"]) for item in ranked]
    if not bare.intersection(told):
        return []
    first = ranked[0]
    settled = first["place"] == "there" and 0 <= first["lead_seconds"] < ZONES_APART
    others = [place for place, item in zip(told[1:], ranked[1:], strict=True) if item["place"] == "there"]
    if settled and (told[0] in bare or not bare.intersection(others)):
        return []
    return sorted(bare.intersection(told))


def _lead(seconds: float) -> str:
    return "at the onset" if seconds < 0 else f"{say.span(timedelta(seconds=seconds))} before"


#: Where a change is, said of the affected.
_AT = {
    "there": "where the affected went wrong",
    "just before": "the step just before they went wrong",
}


def _chance(item: dict[str, Any]) -> str:
    """How likely it is that a change comes so near by accident, as a sentence."""
    chance = item["chance"]
    if chance is None:
        return ""
    if chance < 0.01:
        return " A change is so near by accident less than 1 time in 100."
    times = max(2, round(1 / chance)) if chance < 0.67 else 1
    return (
        f" A change is so near by accident 1 time in {times:,}."
        if times > 1
        else " A change is so near most of the time."
    )


def _answer(value: dict[str, Any], hours: float) -> str:
    listed = value["changes"]
    usual = f", {value['per_day']:g} a day are usual" if value["per_day"] is not None else ""
    if not listed:
        return f"No change explains it: none is known in the {hours:g} hours before{usual}."
    top = listed[0]
    number = f" {say.count(len(listed), 'change')} in the {hours:g} hours before{usual}."
    what = f"{top['what']} ({top['kind']}), {_lead(top['lead_seconds'])}"
    if value["either"]:
        return (
            f"It can't be told which of two: {what}, or the change of {value['either'][1]} in the same moment. Things "
            f"vanish between {say.listed(sorted(value['either']))}, and no line tells where.{number}"
        )
    if value["unclocked"]:
        bare = value["unclocked"]
        whose = "the clock" if len(bare) == 1 else "the clocks"
        return f"It may be {what}. But the zone of {whose} of {say.listed(bare)} is not known, so which change came last before it is open.{number}"
    if value["explained"]:
        return f"The likeliest is {what}. It is at {top['component']}, {_AT[top['place']]}.{_chance(top)}{number}"
    if value["explained"] is False:
        where = say.listed(value["places"]["there"])
        return f"No change explains it: none at {where} came near enough to be no accident. The nearest is {what}.{_chance(top)}{number}"
    return f"The nearest is {what}.{_chance(top)}{number} Which place was touched is not known."
