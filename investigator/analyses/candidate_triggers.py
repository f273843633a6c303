"""Which change may have triggered it, or whether none explains it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import instant
from investigator.facts import changes, triggers
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 50


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
    asked = str(like or "").strip()
    found = triggers.ranked(events, start, hours, asked)
    near, rows, ranked, places = found.changes, found.rows, found.ranked, found.places
    kinds = {source.kind for source in events.sources}
    lacking = tuple(say.LOAD[kind] for kind in changes.KINDS if kind not in kinds)
    coverage = coverage_of(
        events,
        control=bool(near) or changes.known(events, asked),
        missing=() if near else lacking,
        blind=changes.unsure(events, start, rows),
    )
    if not near and not changes.known(events, asked):
        answer = "Nothing that is loaded tells of a change, so it can't be said what changed."
        return say.unanswered(question, answer, value=value, coverage=coverage)
    number, days = found.usual
    value |= {
        "places": {
            "there": sorted(places.get("there", ())),
            "just_before": sorted(places.get("just before", ())),
        },
        "changes": [
            {"rank": rank, **{key: cell for key, cell in item.items() if key != "order"}}
            for rank, item in enumerate(ranked[:SHOWN], 1)
        ],
        "explained": found.explained,
        "either": [ranked[0]["component"], found.rival["component"]] if found.rival else [],
        "unclocked": found.unclocked,
        "per_day": round(number / days, 2) if days >= 1 else None,
    }
    # Near is not enough: just after an innocent change every moment is near to one.
    verdict = "found" if found.explained else "inconclusive" if ranked else "absent"
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


def _lead(seconds: float) -> str:
    return "at the onset" if seconds < 0 else f"{say.span(timedelta(seconds=seconds))} before"


#: Where a change is, said of the affected.
_AT = {
    "there": "where the affected went wrong",
    "just before": "the step just before they went wrong",
    "on the way": "where the affected came through",
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
    usual = f", {value['per_day']:.1f} a day are usual" if value["per_day"] is not None else ""
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
