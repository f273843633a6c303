"""The things of a trade: what there is, whom the fault hits, and the way that each of them goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from investigator.samples.clock import HOUR, SECOND
from investigator.samples.worlds.trades.styles import when

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FIRST = "Alder Brook Cedar Dorn Elm Fjord Granit Harbour Iris Juniper Kestrel Linde Moor Nord Orchard Pine Quarry Rowan Stein Tarn".split()
_SECOND = "Partners & Sons|Cooperative|Holding|Works|Group|Services|Brothers|Trading|Clinic|Society".split(
    "|"
)


@dataclass(slots=True, eq=False)
class Thing:
    """One thing: how it is spelled, when it came to each step, what is true of it, what tables say otherwise."""

    values: dict[str, Any]
    at: dict[str, int] = field(default_factory=dict)
    state: str = ""
    disposition: str = ""
    affected: bool = False
    deviated: int | None = None
    again: dict[str, int] = field(default_factory=dict)
    ended: dict[str, Any] | None = None
    ended_at: int = 0
    filed_from: str | None = None  # the step from which it goes under another's name

    @property
    def id(self) -> str:
        """How the trade itself spells it."""
        return str(self.values["_id"])


@dataclass(frozen=True, slots=True)
class Times:
    """When a world begins, when its fault begins and ends, and when it is exported."""

    start: int
    fault: int
    over: int
    end: int


class Things:
    """Draws the things of one world and sends each of them on its way."""

    def __init__(self, domain: dict[str, Any], cause: dict[str, Any], times: Times, dice: Random) -> None:
        self.domain, self.cause, self.times, self.dice = domain, cause, times, dice
        self.steps: list[dict[str, Any]] = domain["steps"]
        self.owners = _owners(domain["owner"], dice)
        self.hit_owners = dice.sample(self.owners, min(len(self.owners), cause.get("owners", 0)))
        self.all: list[Thing] = []
        #: What the fault's job went over and left as it was: the thing and when.
        self.spared: list[tuple[Thing, int]] = []
        self._number = dice.randrange(1_200, 60_000)
        self._keys = iter(dice.sample(range(2_000_000, 9_900_000), 6_000))

    def draw(self, number: int) -> None:
        """All things of the world, and what happens to them."""
        span = self.times.end - self.times.start
        for time in sorted(self.times.start + self.dice.randrange(span) for _ in range(number)):
            self.all.append(self._on_its_way(self._thing(time), time))
        if self.cause.get("standing"):
            self._standing()
        for thing in self.all:
            self._settle(thing)

    def example(self) -> Thing:
        """The affected thing that somebody called about: neither the first nor the last."""
        affected = sorted((t for t in self.all if t.affected), key=lambda t: (t.deviated or 0, t.id))
        return affected[len(affected) // 2]

    def stranger(self) -> Thing:
        """A thing that never came."""
        return self._thing(self.times.fault)

    # -- one thing -----------------------------------------------------------------------------------------------

    def _thing(self, time: int) -> Thing:
        dice = self.dice
        self._number += dice.randint(1, 3)
        year = when(time).year
        values: dict[str, Any] = {
            "n": self._number,
            "na": self._number // 1000,
            "nb": self._number % 1000,
            "year": year,
            "yy": year % 100,
            "day": f"{when(time):%m%d}",
            "key": next(self._keys),
            "ulid": "01" + "".join(dice.choice(_CROCKFORD) for _ in range(24)),
            "hex": f"{dice.getrandbits(40):010x}",
            "size": dice.randrange(120, 9_800),
            "amount": f"{dice.randrange(1_500, 480_000) / 100:.2f}",
            "sum": f"{dice.getrandbits(64):016x}",
            "sum_other": f"{dice.getrandbits(64):016x}",
        }
        values["ulid_lower"] = values["ulid"].lower()
        for name, known in self.domain.get("values", {}).items():
            values[name] = dice.choice(known)
        for name, form in self.domain["ids"].items():
            values[name] = form.format(**values)
        values["_id"] = values[self.domain["thing"]]
        owner = dice.choice(self.owners)
        wrong = dice.choice([other for other in self.owners if other != owner])
        values |= {"owner": owner[0], "owner_name": owner[1]}
        values |= {"wrong_owner": wrong[0], "wrong_owner_name": wrong[1]}
        return Thing(values)

    def _on_its_way(self, thing: Thing, time: int) -> Thing:
        dice, times, cause = self.dice, self.times, self.cause
        ends = self.domain.get("ends", [])
        roll, end = dice.random(), None
        for one in ends:
            roll -= one["share"]
            if roll < 0:
                end = one
                break
        stopped = False
        for step in self.steps:
            if any(thing.values[name] not in known for name, known in step.get("only", {}).items()):
                continue
            low, high = (round(seconds * SECOND) for seconds in step.get("after", (0, 0)))
            delay = dice.randint(low, high)
            chosen = dice.random()
            if stopped or chosen >= step.get("share", 1.0):
                continue
            before, time = time, time + delay
            if not cause.get("standing") and step["name"] == cause["at"] and self._hit(thing, time):
                if before + high >= times.end and not cause.get("says"):
                    stopped = True  # whether it would still have come, nobody can tell
                    thing.disposition = "under way"
                    continue
                thing.affected, thing.deviated = True, time
                stopped = self._deviate(thing, step, time)
                time = thing.at.get(step["name"], time)
                end = None
                continue
            thing.at[step["name"]] = time
            if end and step["name"] == end["step"]:
                thing.ended, thing.ended_at = end, time + dice.randint(2_000, 90_000)
                stopped = True
        return thing

    def _deviate(self, thing: Thing, step: dict[str, Any], time: int) -> bool:
        """What the fault does with a thing that comes to its step: whether it goes no further."""
        cause, name = self.cause, step["name"]
        if cause.get("stops"):
            return True
        if "late" in cause:
            low, high = cause["late"]
            time += self.dice.randrange(low, high) * SECOND
        thing.at[name] = time
        if cause.get("twice"):
            thing.again[name] = thing.deviated = time + self.dice.randrange(1_000, 40_000)
        if cause["disposition"] == "wrong owner":
            thing.filed_from = name
        return False

    def _hit(self, thing: Thing, time: int) -> bool:
        share = self.dice.random()
        if not self.times.fault <= time < self.times.over:
            return False
        return self._is_of_those(thing) and share < self.cause.get("share", 1.0)

    def _is_of_those(self, thing: Thing) -> bool:
        who: dict[str, list[str]] = self.cause.get("who", {})
        if any(thing.values[name] not in known for name, known in who.items()):
            return False
        owners = [owner[0] for owner in self.hit_owners]
        return not owners or thing.values["owner"] in owners

    def _standing(self) -> None:
        """A job goes over what is done already, from the fault on, one thing after the other."""
        ready = [
            t for t in self.all if t.at and not t.ended and max(t.at.values()) < self.times.fault - 60_000
        ]
        ready = [t for t in ready if self._whole(t)]
        time = self.times.fault
        low, high = self.cause.get("pace", (0.2, 2.0))
        for thing in ready:
            time += self.dice.randint(round(low * SECOND), round(high * SECOND))
            if self._is_of_those(thing) and self.dice.random() < self.cause.get("share", 1.0):
                thing.affected, thing.deviated = True, time
            else:
                self.spared.append((thing, time))

    def _whole(self, thing: Thing) -> bool:
        return not any(time > self.times.end for time in thing.at.values())

    def _settle(self, thing: Thing) -> None:
        """What is true of it when everything is exported; what comes later is not known yet."""
        end = self.times.end
        late = thing.ended_at > end or not self._whole(thing)
        if thing.affected and (thing.deviated or 0) > end:
            thing.affected, thing.deviated = False, None
            late = True
        elif thing.affected and "late" in self.cause and late:
            thing.affected, thing.deviated = False, None
        thing.at = {step: time for step, time in thing.at.items() if time <= end}
        if thing.ended_at > end:
            thing.ended = None
        names = {step["name"]: step.get("state") for step in self.steps}
        states = [str(names[step]) for step in thing.at if names[step]]
        thing.state = states[-1] if states else ""
        if thing.ended:
            thing.state = str(thing.ended["state"])
        if thing.affected:
            thing.disposition = self.cause["disposition"]
            thing.state = self.cause.get("state", thing.state)
        elif thing.disposition != "under way":
            done = "refused or cancelled" if thing.ended else self.domain["healthy"]
            thing.disposition = "under way" if late else done


def _owners(told: dict[str, Any], dice: Random) -> list[tuple[str, str]]:
    numbers = dice.sample(range(100, 9_900), told["count"])
    pairs = dice.sample([f"{first} {second}" for first in _FIRST for second in _SECOND], told["count"])
    return [(told["id"].format(n=n), name) for n, name in zip(numbers, pairs, strict=True)]


def batches(things: list[Thing], step: str, size: int) -> Iterator[list[Thing]]:
    """Things in the order in which they came to a step, so many at a time."""
    came = sorted((t for t in things if step in t.at), key=lambda t: t.at[step])
    for first in range(0, len(came), size):
        yield came[first : first + size]


def hours(low: float, high: float, dice: Random) -> int:
    """A time between two numbers of hours."""
    return dice.randrange(round(low * HOUR), round(high * HOUR))
