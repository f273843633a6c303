"""Whether a signature recognises its cause where only words differ, and no other cause: made systems, and ten trades."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure, at_least, at_most

if TYPE_CHECKING:
    from investigator.events import Events

#: Other seeds than those by which the rules were set.
SEEDS = 11, 12
#: What of a cause of a trade is words, numbers or pace, and no part of how it works.
WORDS = ("name", "title", "text", "says", "spares", "fields", "level", "share", "pace", "late", "at", "by")


@dataclass(frozen=True)
class Incident:
    """One incident: where, by which cause, how that cause works apart from words, its traits, and whether it can be proved.

    Of one that can't be proved no cause is confirmed, so it has no signature: it is there to be taken for no other.
    """

    place: str
    cause: str
    works: str
    traits: dict[str, str]
    provable: bool


def run(*, quick: bool = False) -> list[Figure]:
    """Each incident's traits against those of all others: of the same cause, and of another."""
    from investigator.library.resembling import resemblance

    some = list(_systems(SEEDS[: 1 if quick else None], quick=quick))
    out = [
        _share(
            "made systems: the same cause is recognised where names, ids and hours differ", _pairs(some), 0.8
        )
    ]
    out.append(_wrong("made systems", some))
    for half in ("making", "measuring"):
        some = list(_trades(half, SEEDS[: 1 if quick else None], quick=quick))
        own = [(a, b) for a, b in _pairs(some) if a.place == b.place]
        across = [(a, b) for a, b in _pairs(some) if a.place != b.place]
        alike = [(a, b) for a, b in across if a.works == b.works]
        name = f"trades, {half} half"
        out.append(_share(f"{name}: another seed of the cause is recognised in its own trade", own, 1.0))
        out.append(_share(f"{name}: it is recognised in another trade where only words differ", alike, 0.8))
        out.append(_share(f"{name}: it is recognised in another trade, whatever differs", across, None))
        out.append(_wrong(name, some))
        itself = sum(resemblance(one.traits, one.traits).recognised for one in some)
        out.append(Figure(f"{name}: say enough to be recognised at all", f"{itself} of {len(some)}", "", "", None, "the others are silent, by design: too little tells them from other causes"))  # fmt: skip
    return out


def _pairs(some: list[Incident]) -> list[tuple[Incident, Incident]]:
    return [(a, b) for a in some for b in some if a is not b and a.cause == b.cause and a.provable]


def _share(name: str, pairs: list[tuple[Incident, Incident]], bar: float | None) -> Figure:
    from investigator.library.resembling import resemblance

    hits = [(a, b) for a, b in pairs if resemblance(a.traits, b.traits).recognised]
    never = sorted({a.cause for a, _ in pairs} - {a.cause for a, _ in hits})
    lost = Counter(f"{a.place} {a.cause}" for a, b in pairs if (a, b) not in hits).most_common(3)
    note = f"{len(hits)} of {len(pairs)} pairs; never: {', '.join(never) or 'none'}"
    note += "".join(f"; {number} of {one} not" for one, number in lost)
    share = len(hits) / len(pairs) if pairs else 0.0
    if bar is None:
        return Figure(name, f"{share:.2f}", "", "", None, note)
    return at_least(name, share, bar, note=note)


def _wrong(name: str, some: list[Incident]) -> Figure:
    from investigator.library.resembling import resemblance

    pairs = [(a, b) for a in some for b in some if a.cause != b.cause]
    wrong = [f"{a.cause} for {b.cause}" for a, b in pairs if resemblance(a.traits, b.traits).recognised]
    named = f": {', '.join(sorted(set(wrong))[:6])}" if wrong else ""
    return at_most(
        f"{name}: pairs of two causes taken for one", len(wrong), 0, note=f"of {len(pairs):,}{named}"
    )


def _systems(seeds: Iterable[int], *, quick: bool) -> Iterable[Incident]:
    from investigator.performing import perform
    from investigator.samples.world import causes, world
    from investigator.testing import stored

    for seed in seeds:
        for cause in causes()[: 4 if quick else None]:
            made = world(seed, cause)
            about = made.truth["example"]
            with tempfile.TemporaryDirectory() as folder:
                events = stored(made.frame, folder, kinds=made.kinds)
                onset = perform("who_else", events, {"like": about}).value.get("first")
                yield Incident(
                    f"system {seed}", cause, cause, _traits(events, about, onset), made.truth["provable"]
                )


def _trades(half: str, seeds: Sequence[int], *, quick: bool) -> Iterable[Incident]:
    from investigator.case import Case
    from investigator.samples import trades

    for seed in seeds:
        for turn, domain in enumerate(trades.domains(half=half)[: 1 if quick else None]):
            known = trades.causes(domain)
            # Of the second seed half of the causes, another half in each trade: it is to run in ten minutes.
            for cause in known[: 2 if quick else None] if seed == seeds[0] else known[(turn + seed) % 2 :: 2]:
                made = trades.trade(seed, domain, cause, things=300)
                with tempfile.TemporaryDirectory() as folder:
                    case = Case.new("W-1", words=made.truth["title"], about=[made.truth["said"]], root=folder)
                    case.add(made.write(Path(folder) / "files"))
                    found = _traits(case.events(), made.truth["said"], case.onset())
                yield Incident(domain, cause, _works(domain, cause), found, made.truth["provable"])


def _works(domain: str, cause: str) -> str:
    """How a cause of a trade works, apart from the words of it."""
    from investigator.samples.worlds.trades.domain import read_domain

    told = next(one for one in read_domain(domain)["causes"] if one["name"] == cause)
    keys = sorted(f"{name}: {_keys(value)}" for name, value in told.items() if name not in WORDS)
    return f"{keys}, says: {'says' in told}"


def _keys(value: Any) -> str:
    """What a value is made of, where it is made of parts that have names; a yes, no or kind as it is."""
    if isinstance(value, dict):
        return "by a source" if "source" in value else "yes"
    return str(value) if isinstance(value, (bool, str)) else "yes"


def _traits(events: Events, about: str, onset: Any) -> dict[str, str]:
    """What the library asks of every incident, of this one."""
    from investigator.library import questions
    from investigator.library.repeating import Known

    return questions.asked(Known(about, str(onset or "")), questions.asking(events))
