"""A small incident with known truth from a seed and a cause: as events, in a second, by the hundred."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from investigator.errors import ParameterError
from investigator.events.events import Events
from investigator.samples.clock import HOUR, MINUTE, SECOND, iso
from investigator.samples.worlds.cause import known_causes, read_cause, read_platform
from investigator.samples.worlds.documents import Documents, Times
from investigator.samples.worlds.noise import Noise
from investigator.samples.worlds.platform import Platform
from investigator.samples.worlds.rows import Row, Rows, origin
from investigator.samples.worlds.tables import write_tables

if TYPE_CHECKING:
    import pandas

    from investigator.events.engine import Engine

FEWEST = 60
YEAR = 1_767_571_200_000  # 2026-01-05, a Monday


@dataclass(frozen=True, eq=False)
class World:
    """An incident as a DataFrame of events, what is true about it, and the kinds of ids in it (name and pattern)."""

    cause: str
    seed: int
    frame: pandas.DataFrame
    truth: dict[str, Any]
    kinds: dict[str, str]

    def events(self, *, engine: Engine | str | None = None) -> Events:
        """The events, without an index of ids; `testing.stored(world.frame, folder, kinds=world.kinds)` has one."""
        return Events.from_frame(self.frame, engine=engine)


def causes(*, folder: str | Path | None = None) -> list[str]:
    """The names of the causes that a world can have: one for each TOML file in the folder."""
    return sorted(known_causes(folder))


def world(seed: int, cause: str, *, documents: int = 400, folder: str | Path | None = None) -> World:
    """An incident of that cause, drawn from the seed: about `documents` documents in some sixteen hours of events.

    The seed decides how the parts are called, what they say, how ids are shaped, when it began, how much there is
    and who is hit; the cause decides what goes wrong. The same seed and cause give the same world. Its truth, as
    JSON: `cause`, `text`, `provable` (whether the events can tell; where not, `service` and `trigger` are None and
    `possible` names the services that it may be), `service` at fault, `trigger` (kind, service, what, at, origin; None where nobody changed
    anything), `onset`, `window`, `affected` and `unknown` ids, `groups` of the affected by what became of them,
    `documents` (each with one disposition), `customers` (the affected ids of each), `stopped_after` (step, service),
    `deviated` (of each affected id when, and by which event or which service that is lacking), `example` (the id that
    the customer called about), `healthy_example`, `aliases`, `silence`, `burst`, `repaired`, `cut` (which log ends too early, and when),
    `skew` (which source's clock is ahead, by how many seconds: the trigger's `at` is as that source says).
    """
    if documents < FEWEST:
        raise ParameterError(
            f"A world of {documents} documents has no room for its incident.",
            "",
            f"Ask for documents={FEWEST} or more.",
        )
    # Several random sources: the same seed has the same platform whatever the cause, and noise moves no document.
    platform = Platform(read_platform(), Random(f"{seed} platform"))
    dice = Random(f"{seed} {cause}")
    told = read_cause(cause, dice, folder)
    times = _times(told, dice)
    rows = Rows()
    maker = Documents(platform, told, times, rows, dice)
    maker.values["version"] = platform.version()
    maker.draw(documents)
    write_tables(maker, platform, rows)
    noise = Noise(platform, told, times, rows, Random(f"{seed} {cause} noise"))
    noise.traffic()
    trigger = noise.changes(maker.values["version"])
    noise.people(maker)
    silence = noise.silence(_telling(told, platform))
    cut = _cut(told, platform, times, rows, dice)
    rows.number()
    truth = _truth(seed, told, platform, maker, trigger, silence)
    truth["cut"] = cut
    truth["skew"] = (
        {"source": told["skew"]["source"], "seconds": noise.ahead // SECOND} if noise.ahead else None
    )
    return World(cause, seed, rows.frame(), truth, dict(platform.kinds))


def _times(cause: dict[str, Any], dice: Random) -> Times:
    start = YEAR + dice.randrange(320 * 24) * HOUR + dice.randrange(60) * MINUTE
    fault = start + dice.randrange(12 * HOUR, 14 * HOUR)
    end = fault + dice.randrange(3 * HOUR, 4 * HOUR)
    over, repaired = end, None
    if "for" in cause["hits"]:
        low, high = cause["hits"]["for"]
        over = fault + dice.randrange(low, high) * SECOND
    repair = cause.get("repair")
    if repair and dice.random() < repair["chance"]:
        low, high = repair["after"]
        over = repaired = fault + dice.randrange(low, high) * SECOND
    loud = fault - dice.randrange(5, 45) * MINUTE
    return Times(start, fault, over, end, (loud, loud + 15 * MINUTE), repaired)


def _telling(cause: dict[str, Any], platform: Platform) -> set[str]:
    """The parts whose lines tell who is hit: these must not fall silent."""
    steps = {step.name: step.role for step in platform.steps}
    told = {event["role"] for outcome in cause["outcomes"] for event in outcome.get("events", [])}
    at = cause.get("fault", {}).get("at")
    heard = {"search"} if cause.get("cut") else set()  # that alone tells then
    return {cause["service"], steps[cause["stops_after"]], *told, *([steps[at]] if at else []), *heard}


def _cut(
    cause: dict[str, Any], platform: Platform, times: Times, rows: Rows, dice: Random
) -> dict[str, str] | None:
    """Where the log of a part ends before the fault, for good: which, and when."""
    if "cut" not in cause:
        return None
    low, high = cause["cut"]["before"]
    name, end = platform.names[cause["cut"]["role"]], times.fault - dice.randrange(low, high) * SECOND
    rows.without(name, end, times.end + HOUR)
    return {"source": name, "from": iso(end)}


def _truth(
    seed: int,
    cause: dict[str, Any],
    platform: Platform,
    maker: Documents,
    trigger: Row | None,
    silence: tuple[str, int, int],
) -> dict[str, Any]:
    documents = sorted(maker.all, key=lambda document: document.id)
    affected = [document for document in documents if document.affected]
    example, times = maker.example(), maker.times
    provable = cause.get("provable", True)
    step = platform.step(cause["stops_after"])
    by_group: dict[str, list[str]] = {}
    by_customer: dict[str, list[str]] = {}
    for document in affected:
        by_group.setdefault(document.disposition, []).append(document.id)
        by_customer.setdefault(document.customer.id, []).append(document.id)
    return {
        "cause": cause["name"],
        "seed": seed,
        "title": cause["title"],
        "text": cause["text"].format(**maker.values),
        "provable": provable,
        "possible": sorted(platform.names[role] for role in cause.get("possible", [cause["service"]])),
        "service": platform.names[cause["service"]] if provable else None,
        "trigger": _trigger(trigger, platform.names[cause["service"]]) if provable else None,
        "onset": iso(min(document.deviated or 0 for document in affected)),
        "window": [iso(times.start), iso(times.end)],
        "stopped_after": {"step": step.name, "service": platform.names[step.role]},
        "affected": [document.id for document in affected],
        "groups": dict(sorted(by_group.items())),
        "customers": dict(sorted(by_customer.items())),
        "unknown": [document.id for document in documents if document.disposition == "unknown"],
        "documents": {document.id: document.disposition for document in documents},
        "deviated": {
            document.id: {
                "at": iso(document.deviated or 0),
                "origin": origin(document.shown_by) if document.shown_by else None,
                "lacks": document.lacks,
            }
            for document in affected
        },
        "example": example.id,
        "healthy_example": _healthy(maker, example.deviated or 0),
        "aliases": {document.id: document.reference for document in documents},
        "silence": {"source": silence[0], "from": iso(silence[1]), "until": iso(silence[2])},
        "burst": {"from": iso(times.burst[0]), "until": iso(times.burst[1])},
        "repaired": iso(times.repaired) if times.repaired else None,
    }


def _trigger(row: Row | None, service: str) -> dict[str, str] | None:
    if row is None:
        return None
    return {
        "kind": row["kind"],
        "service": service,
        "what": row["body"],
        "at": iso(row["time"]),
        "origin": origin(row),
    }


def _healthy(maker: Documents, near: int) -> str:
    """The available document whose whole way was logged, the nearest in time."""
    whole = [d for d in maker.all if d.disposition == "available" and "visible" in d.at]
    return min(whole, key=lambda d: (abs(d.received - near), d.id)).id
