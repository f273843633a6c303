"""Incidents of other trades with known truth, from a seed: as the files that somebody would export, in a second."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from investigator.errors import ParameterError
from investigator.samples.clock import HOUR, MINUTE, SECOND, iso
from investigator.samples.worlds.trades.domain import half_of, known_domains, read_domain
from investigator.samples.worlds.trades.story import Story
from investigator.samples.worlds.trades.things import Thing, Things, Times, hours

FEWEST = 300
YEAR = 1_767_571_200_000  # 2026-01-05, a Monday


@dataclass(frozen=True, eq=False)
class Trade:
    """An incident of a trade: the text of its files by path, and what is true about it."""

    domain: str
    cause: str
    seed: int
    files: dict[str, str]
    truth: dict[str, Any]

    def write(self, folder: str | Path) -> Path:
        """The files below a folder, as old as the incident: a log without a year gets it from its file."""
        end = datetime.fromisoformat(self.truth["window"][1]).timestamp()
        for name, text in self.files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
            os.utime(path, (end, end))
        return Path(folder)


def domains(*, half: str | None = None) -> list[str]:
    """The names of the trades; of one half (`making` or `measuring`) where that is named."""
    return [name for name in known_domains() if half in (None, half_of(name))]


def causes(domain: str) -> list[str]:
    """The names of what can go wrong in a trade."""
    return [cause["name"] for cause in read_domain(domain)["causes"]]


def trade(
    seed: int, domain: str, cause: str | None = None, *, things: int = 800, until: datetime | None = None
) -> Trade:
    """An incident of that trade, drawn from the seed: about `things` things in some sixteen hours, `until` a moment.

    Without a cause, seeds go through the trade's causes one by one. The same seed, trade, cause and end give the same
    bytes; without an end it is drawn, too. Its truth, as JSON: `half`; `title`, `text`; `example` and `said` (the thing that somebody called about, as the
    trade and as the ticket spells it); `things` (each with one disposition; `under way` is what nobody could tell yet)
    and `healthy` (the disposition of those that are well); `affected`;
    `listed_only` (named by the customer's own list, and by nothing else); `spellings` of each; `onset`, `window`;
    `deviated` (of each affected one when, and the `file` and `line` that show it, or None where something is lacking);
    `provable`; `service` and `trigger` (source, service, at, line) or None; `worse` (verb, at, source, line) or None;
    `sources` (the files that name the example, in any spelling); `silence` (source, from, until) or None.
    """
    if things < FEWEST:
        raise ParameterError(
            f"A trade of {things} things has no room for its incident.",
            "",
            f"Ask for things={FEWEST} or more.",
        )
    told = read_domain(domain)
    names = [one["name"] for one in told["causes"]]
    if cause is None:
        cause = names[(seed + int(hashlib.sha256(domain.encode()).hexdigest(), 16)) % len(names)]
    if cause not in names:
        raise ParameterError(
            f"In {domain} there is no cause named {cause!r}.",
            f"There are: {', '.join(names)}.",
            "Name one of these.",
        )
    chosen = next(one for one in told["causes"] if one["name"] == cause)
    chosen.setdefault("service", _service(told, chosen))
    dice = Random(f"{seed} {domain} {cause}")
    times = _times(chosen, dice, until)
    drawn = Things(told, chosen, times, dice)
    drawn.draw(things)
    if not any(thing.affected for thing in drawn.all):
        raise ParameterError(
            f"Seed {seed} hits nothing in {domain} by {cause}.", "", "Take another seed, or more things."
        )
    story = Story(told, chosen, drawn, times, Random(f"{seed} {domain} {cause} words"))
    files = dict(sorted(story.tell().items()))
    return Trade(domain, cause, seed, files, _truth(seed, told, chosen, drawn, story, files))


def mentions(text: str, spellings: list[str]) -> bool:
    """Whether a text names one of these spellings, whole."""
    return any(re.search(rf"(?<![\w]){re.escape(one)}(?![\w])", text) for one in spellings)


def _times(cause: dict[str, Any], dice: Random, until: datetime | None) -> Times:
    start = YEAR + dice.randrange(280 * 24) * HOUR + dice.randrange(60) * MINUTE
    fault = start + hours(10.5, 12, dice) + dice.randrange(MINUTE)
    end = fault + hours(3.5, 5, dice)
    over = end
    if "lasts" in cause:
        low, high = cause["lasts"]
        over = fault + dice.randrange(low, high) * SECOND
    later = int(until.timestamp()) * SECOND - end if until else 0
    return Times(start + later, fault + later, over + later, end + later)


def _service(domain: dict[str, Any], cause: dict[str, Any]) -> str:
    """The part at fault: that which says it, else that of the step at which they go another way."""
    source = cause.get("by") or next(s["source"] for s in domain["steps"] if s["name"] == cause["at"])
    return str(domain["sources"][source]["service"])


def _truth(
    seed: int,
    domain: dict[str, Any],
    cause: dict[str, Any],
    drawn: Things,
    story: Story,
    files: dict[str, str],
) -> dict[str, Any]:
    example = drawn.example()
    affected = sorted((t for t in drawn.all if t.affected), key=lambda t: t.id)
    provable = cause.get("provable", True)
    spelled = {thing.id: _spellings(domain, thing) for thing in drawn.all}
    held = [name for name, text in files.items() if mentions(text, list(spelled[example.id].values()))]
    trigger, worse, silence = (
        {**told} if told else None for told in (story.trigger, story.worse, story.silence)
    )
    for told in (trigger, worse, silence):
        for key in {"at", "from", "until"} & set(told or ()):
            told[key] = iso(told[key])  # type: ignore[index]
    if not provable:
        trigger = None
    return {
        "domain": domain["name"],
        "half": half_of(domain["name"]),
        "cause": cause["name"],
        "seed": seed,
        "title": cause["title"],
        "text": cause["text"],
        "example": example.id,
        "said": example.values[domain["said"]],
        "healthy": domain["healthy"],
        "disposition": cause["disposition"],
        "things": {thing.id: thing.disposition for thing in sorted(drawn.all, key=lambda t: t.id)},
        "affected": [thing.id for thing in affected],
        "listed_only": [thing.id for thing in story.strangers],
        "spellings": spelled,
        "owners": {thing.id: thing.values["owner"] for thing in affected},
        "onset": iso(min(thing.deviated or 0 for thing in affected)),
        "window": [iso(story.times.start), iso(story.times.end)],
        "over": iso(story.times.over) if story.times.over < story.times.end else None,
        "deviated": {thing.id: _shown(thing, story) for thing in affected},
        "provable": provable,
        "service": cause["service"] if provable else None,
        "trigger": trigger,
        "worse": worse,
        "sources": held,
        "silence": silence,
    }


def _spellings(domain: dict[str, Any], thing: Thing) -> dict[str, str]:
    return {name: thing.values[name] for name in domain["ids"]}


def _shown(thing: Thing, story: Story) -> dict[str, Any]:
    source, line = story.shown.get(thing.id, (None, None))
    file = story.sources[source]["file"] if source else None
    return {"at": iso(thing.deviated or 0), "file": file, "line": line}
