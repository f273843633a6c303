"""What comes back in a library: factors, actions never done, who noticed first, how long it took. Counts, never means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from investigator import moment
from investigator.library import kinds, words
from investigator.library.incident import Action, Incident
from investigator.look import several

LISTED_AT_MOST = 3
ACTIONS_AT_MOST = 10
#: How much of their telling words two actions share to be the same one, asked for again.
SAME = 0.5
TELLING_AT_LEAST = 3
NOTICED = {
    "customer": "a customer, a user or somebody else outside",
    "monitor": "a monitor or an alert",
    "staff": "somebody of the team who happened to look",
    "": "nobody says",
}
#: The steps of the distribution: up to so many minutes.
STEPS = (
    (15, "up to 15 min"),
    (60, "15 min to 1 h"),
    (240, "1 to 4 h"),
    (1440, "4 to 24 h"),
    (None, "more than a day"),
)


@dataclass(frozen=True)
class Recurring:
    """What comes back: each count with the incidents behind it."""

    incidents: int
    first: str
    last: str
    factors: dict[str, tuple[str, ...]]
    noticed: dict[str, tuple[str, ...]]
    minutes: dict[str, tuple[str, ...]]  # step of the distribution -> ids
    from_timeline: int
    actions: dict[str, int]  # done, not done, nobody says
    open: tuple[tuple[str, Action], ...]
    again: tuple[tuple[str, tuple[str, ...]], ...]  # an action, and the incidents that ask for it

    def __str__(self) -> str:
        if not self.incidents:
            return "The library is empty. Add a case or a postmortem: inv library add INC-2031 postmortems/"
        span = f", {self.first} to {self.last}" if self.first else ""
        out = [
            f"What comes back in {several(self.incidents, 'incident')}{span}",
            "",
            "Factors (an incident may have several):",
        ]
        out += [
            f"  {len(ids):>3} of {self.incidents}  {name}: {_listed(ids)}"
            for name, ids in self.factors.items()
        ] or ["  none that is told by its words"]
        out += ["", "Who noticed first:"]
        out += [
            f"  {len(ids):>3} of {self.incidents}  {NOTICED[who]}"
            + (f": {_listed(ids)}" if who and ids else "")
            for who, ids in self.noticed.items()
        ]
        told = sum(len(ids) for ids in self.minutes.values())
        own = f"; {self.from_timeline} of these by their timeline, which may go on after the end"
        by_timeline = own if self.from_timeline else ""
        out += [
            "",
            f"How long it took ({told} of {self.incidents} say so{by_timeline}):"
            if told
            else "How long it took: nobody says.",
        ]
        out += [f"  {len(ids):>3}  {step}" for step, ids in self.minutes.items()] if told else []
        count = sum(self.actions.values())
        out += [
            "",
            f"Actions: {count:,} noted"
            + (f": {', '.join(f'{n:,} {how}' for how, n in self.actions.items())}" if count else ""),
        ]
        if self.open:
            out.append("Not done, the oldest first:")
            out += [
                f"  {id}: {one.text}"
                + (
                    f" ({', '.join(x for x in (one.owner, one.due and f'due {one.due}') if x)})"
                    if one.owner or one.due
                    else ""
                )
                for id, one in self.open[:ACTIONS_AT_MOST]
            ]
            if len(self.open) > ACTIONS_AT_MOST:
                out.append(f"  and {len(self.open) - ACTIONS_AT_MOST} more")
        if self.again:
            out.append("Asked for after more than one incident:")
            out += [f"  {text}: {_listed(ids)}" for text, ids in self.again[:ACTIONS_AT_MOST]]
        return "\n".join(out)


def recurring(incidents: Iterable[Incident]) -> Recurring:
    """What comes back in these incidents."""
    given = sorted(incidents, key=lambda one: (one.date or "9999", one.id.lower()))
    factors: dict[str, list[str]] = {}
    noticed: dict[str, list[str]] = {who: [] for who in NOTICED}
    minutes: dict[str, list[str]] = {step: [] for _, step in STEPS}
    counted = {"done": 0, "not done": 0, "of which nobody says": 0}
    for one in given:
        text = "\n".join((*one.factors, *one.causes, *one.summary, *one.resolution))
        for name in kinds.told("factor", text, at_most=99):
            factors.setdefault(name, []).append(one.id)
        noticed[one.detected].append(one.id)
        if one.minutes is not None:
            step = next(name for most, name in STEPS if most is None or one.minutes <= most)
            minutes[step].append(one.id)
        for action in one.actions:
            counted[
                "done" if action.done else "not done" if action.done is False else "of which nobody says"
            ] += 1
    days = [one.date for one in given if one.date]
    return Recurring(
        len(given),
        min(days, default=""),
        max(days, default=""),
        {
            name: tuple(factors[name])
            for name in sorted(factors, key=lambda name: (-len(factors[name]), name))
        },
        {who: tuple(ids) for who, ids in noticed.items()},
        {step: tuple(ids) for step, ids in minutes.items()},
        sum(one.minutes is not None and one.minutes_from == "timeline" for one in given),
        {how: n for how, n in counted.items() if n},
        tuple((one.id, action) for one in given for action in one.actions if action.done is False),
        _again(given),
    )


def lasted(minutes: int) -> str:
    """A length as people say it."""
    return moment.duration(timedelta(minutes=minutes))


def _again(given: list[Incident]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Actions that several incidents ask for: those that share at least half of their telling words."""
    told = [
        (one.id, action.text, frozenset(words.stems().of(words.telling(action.text))))
        for one in given
        for action in one.actions
    ]
    having: dict[str, list[int]] = {}
    for place, (_, _, stems) in enumerate(told):
        for stem in stems:
            having.setdefault(stem, []).append(place)
    seen: set[int] = set()
    out = []
    for place, (id, text, stems) in enumerate(told):
        if place in seen or len(stems) < TELLING_AT_LEAST:
            continue
        # Two that share half of their words share one of the rarer half.
        rare = sorted(stems, key=lambda stem: (len(having[stem]), stem))[: len(stems) // 2 + 1]
        near = sorted({other for stem in rare for other in having[stem] if other > place})
        same = [other for other in near if len(told[other][2] & stems) >= SAME * len(told[other][2] | stems)]
        ids = list(dict.fromkeys((id, *(told[other][0] for other in same))))
        if len(ids) > 1:
            seen.update(same)
            out.append((text, tuple(ids)))
    return tuple(sorted(out, key=lambda one: (-len(one[1]), one[0])))


def _listed(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - LISTED_AT_MOST} more" if len(ids) > LISTED_AT_MOST else ""
    return ", ".join(ids[-LISTED_AT_MOST:]) + more
