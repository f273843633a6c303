"""Whether a signature recognises its cause where only words differ, and no other cause: made systems, and ten trades."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure, at_least, at_most

if TYPE_CHECKING:
    from investigator.events import Events

SEEDS, QUICK = 3, 2
#: What is asked of every incident: the checks of a signature that has all of them. True: it needs the onset.
CHECKS: dict[str, tuple[str, bool]] = {
    "whereabouts": ("entity", False),
    "compare_entities": ("entity", False),
    "who_else": ("like", False),
    "new_messages": ("", True),
    "candidate_triggers": ("like", True),
    "error_propagation": ("", True),
    "harm": ("like", False),
}


def run(*, quick: bool = False, seeds: int | None = None) -> list[Figure]:
    """Each incident's traits against those of all others: of the same cause, and of another."""
    number = seeds or (QUICK if quick else SEEDS)
    out = _figures(
        "made systems", list(_systems(number, quick=quick)), across="where names, ids and hours differ"
    )
    for half in ("making", "measuring"):
        found = list(_trades(half, seeds or 1, quick=quick))
        out += _figures(f"trades, {half} half", found, across="in another trade")
    return out


def _figures(what: str, found: list[tuple[str, str, dict[str, str]]], *, across: str) -> list[Figure]:
    from investigator.library.resembling import resemblance

    same: dict[str, list[bool]] = defaultdict(list)
    other, itself = [], []
    for place, cause, then in found:
        itself.append(resemblance(then, then).recognised)
        for other_place, other_cause, now in found:
            if (place, cause) == (other_place, other_cause) and then is now:
                continue
            if cause == other_cause:
                same[cause].append(resemblance(then, now).recognised)
            else:
                other.append(((place, cause), (other_place, other_cause), resemblance(then, now).recognised))
    hits, pairs = sum(map(sum, same.values())), sum(map(len, same.values()))
    wrong = [f"{a[1]} for {b[1]}" for a, b, yes in other if yes]
    never = [cause for cause, yes in same.items() if not any(yes)]
    return [
        at_least(f"{what}: the same cause is recognised {across}", hits / pairs if pairs else 0.0, 0.8, note=f"{hits} of {pairs} pairs; never: {', '.join(sorted(never)) or 'none'}"),
        at_most(f"{what}: pairs of two causes taken for one", len(wrong), 0, note=f"of {len(other):,}{': ' + ', '.join(sorted(set(wrong))[:6]) if wrong else ''}"),
        Figure(f"{what}: say enough to be recognised at all", f"{sum(itself)} of {len(itself)}", "", "", None, "the others are silent, by design: too little tells them from other causes"),
    ]  # fmt: skip


def _systems(seeds: int, *, quick: bool) -> Iterable[tuple[str, str, dict[str, str]]]:
    from investigator.samples.world import causes, world
    from investigator.testing import stored

    for seed in range(1, seeds + 1):
        for cause in causes()[: 4 if quick else None]:
            made = world(seed, cause)
            with tempfile.TemporaryDirectory() as folder:
                yield f"seed {seed}", cause, _traits(stored(made.frame, folder, kinds=made.kinds), made.truth["example"], None)  # fmt: skip


def _trades(half: str, seeds: int, *, quick: bool) -> Iterable[tuple[str, str, dict[str, str]]]:
    from investigator.case import Case
    from investigator.samples import trades

    for seed in range(1, seeds + 1):
        for domain in trades.domains(half=half)[: 1 if quick else None]:
            for cause in trades.causes(domain)[: 2 if quick else None]:
                made = trades.trade(seed, domain, cause, things=300)
                with tempfile.TemporaryDirectory() as folder:
                    case = Case.new("W-1", words=made.truth["title"], about=[made.truth["said"]], root=folder)
                    case.add(made.write(Path(folder) / "files"))
                    yield domain, cause, _traits(case.events(), made.truth["said"], case.onset)


def _traits(events: Events, about: str, began: Callable[[], Any] | None) -> dict[str, str]:
    """What the checks say of one incident, as the case that has them would be asked."""
    from investigator.errors import KitError
    from investigator.library import traits
    from investigator.performing import perform

    onset = began() if began else perform("who_else", events, {"like": about}).value.get("first")
    out: dict[str, str] = {}
    for analysis, (knob, needs) in CHECKS.items():
        if needs and not onset:
            continue
        params = ({knob: about} if knob else {}) | ({"onset": str(onset)} if needs else {})
        try:
            finding = perform(analysis, events, params)
        except KitError:
            continue
        out |= traits.of(
            {"verdict": finding.verdict, "value": finding.value, "check": {"analysis": analysis}}
        )
    return out
