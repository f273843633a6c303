"""Changes before an onset, ranked as triggers: by where they are, how near, and how usual."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from investigator.facts import changes, signs
from investigator.facts.changes import Change
from investigator.facts.coverage import unzoned
from investigator.facts.difference import left_at
from investigator.facts.places import services_of
from investigator.facts.rise import LACKING, LATE
from investigator.facts.telling import stem

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: What a change counts by where it is: at the place where the way was left, just before it, on the way, elsewhere,
#: and where nothing is known of places.
WEIGHT = {"there": 1.0, "just before": 0.6, "on the way": 0.25, "elsewhere": 0.08, "": 0.5}
#: After so many minutes a change counts half as much, after twice as many a third.
HALF = 30.0
#: Nearer than one would expect by chance, at the rate of changes before.
CHANCE = 0.05
#: Where things only came through, so near and so seldom by accident.
THROUGH, HARDLY = timedelta(minutes=5), 0.005
#: Changes so many seconds from each other came in one release.
SAME_MOMENT = 120.0
#: What is told of one release comes within so many seconds.
ONE_RELEASE = 600.0
#: Where something did not come, or came late, when that began is known to so many seconds.
DUE = 300.0
#: Most zones are so many seconds from each other, and hardly one less: what is nearer as read, is hardly so by accident.
ZONES_APART, ZONES_STEP = 3_600, 1_800


@dataclass(frozen=True)
class Triggers:
    """Changes before an onset with the rows that tell them, the same ranked, and whether one explains it.

    `explained` is None where that can't be said: no place is known, a clock is, or a change on the other side of a
    hand-over came as near (`rival`). `usual`: how many changes before these hours, in how many days.
    """

    changes: list[Change]
    rows: pandas.DataFrame
    ranked: list[dict[str, Any]]
    places: dict[str, set[str]]
    explained: bool | None
    rival: dict[str, Any] | None
    unclocked: list[str]
    usual: tuple[int, float]


def ranked(events: Events, start: datetime, hours: float, like: str) -> Triggers:
    """The changes in so many hours before a moment as triggers of what became of `like`. Kept."""
    about = _about(events, like)
    near, rows = changes.before(events, start + timedelta(seconds=about), hours, like=like)
    usual = changes.rate(events, start - timedelta(hours=hours), like)
    places = left_at(events, like)
    called = {name: _called(events, among) for name, among in places.items()}
    listed = sorted(
        (_judged(change, start, called, usual, place) for place, change in enumerate(near)),
        key=lambda item: (-item["score"], item["lead_seconds"], item["order"]),
    )
    covered = _covered(events, start, hours)
    for item in listed:
        if item["chance"] is None:
            item["chance"] = _by_these(item, listed, covered)
    # What explains it where they went wrong comes before what is nearer and elsewhere.
    listed.sort(key=lambda item: not (item["place"] == "there" and item["chance"] <= CHANCE))
    first = listed[0] if listed else None
    explained = _explains(first) if places else None
    bare = _unclocked(events, listed, rows, about)
    rival = _rival(listed, bool(places.get("handed")))
    if bare or rival:
        explained = None
    return Triggers(near, rows, listed, places, explained, rival, bare, usual.get("", (0, 0.0)))


def _explains(first: dict[str, Any] | None) -> bool:
    """Whether a change explains it: by its place, or where things came through minutes before, which hardly any is."""
    if first is None:
        return False
    if first["place"] in ("there", "just before"):
        return bool(first["chance"] <= CHANCE)
    minutes = 0 <= first["lead_seconds"] <= THROUGH.total_seconds()
    return bool(first["place"] == "on the way" and minutes and first["chance"] <= HARDLY)


def _about(events: Events, like: str) -> float:
    """To how many seconds it is known when it began: what did not come is seen only when it is due.

    A change within them may be the one, though it is told of as after; nobody acted on what nobody could see yet.
    """
    apart = signs.apart(events, like) if like else None
    return DUE if apart is not None and apart.sign is not None and apart.sign.kind in (LACKING, LATE) else 0.0


def _called(events: Events, places: set[str]) -> set[str]:
    """All names of these places, in small letters: also the folder and the file of what they alone write."""
    out = {place.lower() for place in places}
    served = services_of(events)
    writers = Counter(source for sources in served.values() for source in sources)
    own = {
        source
        for service, sources in served.items()
        if service.lower() in out
        for source in sources
        if writers[source] == 1
    }
    for source in events.sources:
        if source.name in own or out & {source.name.lower(), stem(source.name).lower()}:
            out |= {part.partition(".")[0].lower() for part in re.split(r"[/!]", source.name)[-2:]}
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
    lead = abs(item["lead_seconds"]) / 3600
    return round(1 - math.exp(-_moments(alike) * lead / covered), 3)


def _moments(alike: list[dict[str, Any]]) -> int:
    """How often there was a change: what a bot, a list and the service itself tell of one release counts once."""
    leads = sorted(item["lead_seconds"] for item in alike)
    return 1 + sum(later - sooner > ONE_RELEASE for sooner, later in pairwise(leads))


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
    number, days = usual.get("", (0, 0.0))
    if place in ("there", "just before"):
        # One that was never changed before may still be, now and then.
        number = max(1, usual.get(change.component, (0, 0.0))[0])
    elif change.component in usual:
        number = usual[change.component][0]
    chance = 1 - math.exp(-number / days * abs(lead) / 86_400) if days >= 1 else None
    score = WEIGHT[place] / (1 + abs(lead) / 60 / HALF)
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


def _rival(ranked: list[dict[str, Any]], handed: bool) -> dict[str, Any] | None:
    """Where things vanish between two places and no line tells: the change on the other side that came as near."""
    sides = [item for item in ranked if item["place"] in ("there", "just before")]
    if not handed or not sides or sides[0] is not ranked[0]:
        return None
    for item in sides[1:]:
        near = abs(item["lead_seconds"] - sides[0]["lead_seconds"]) <= SAME_MOMENT
        if near and item["place"] != sides[0]["place"]:
            return item
    return None


def _unclocked(events: Events, ranked: list[dict[str, Any]], rows: Any, about: float) -> list[str]:
    """The sources of these changes whose times name no zone that anybody said, where that leaves the first one open.

    One at the very place where they went wrong, minutes before the onset, is so by its own clock: that is no accident.
    Nor is one at the step before, if by no zone another there or at the place itself would come nearer.
    """
    bare = unzoned(events)
    told = [str(rows.iloc[item["order"]]["source"]) for item in ranked]
    if not bare.intersection(told):
        return []
    first, lead = ranked[0], ranked[0]["lead_seconds"]
    others = [item for source, item in zip(told[1:], ranked[1:], strict=True) if source in bare]
    settled = False
    if -about <= lead < ZONES_APART and first["place"] == "there":
        settled = told[0] in bare or all(item["place"] != "there" for item in others)
    elif -about <= lead < ZONES_APART and first["place"] == "just before":
        rivals = [item for item in others if item["place"] in ("there", "just before")]
        settled = all(item["lead_seconds"] % ZONES_STEP > lead for item in rivals)
    return [] if settled else sorted(bare.intersection(told))
