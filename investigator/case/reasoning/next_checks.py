"""Which check to run next: the one that is expected to tell the guesses apart most, for its minutes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.case import marks, shelves, shown
from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning import beliefs, predictions, usual, weighing
from investigator.case.reasoning.beliefs import OTHER, Beliefs, Test
from investigator.case.record.model import GUESS_STATES
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.case.record.model import Prediction

#: So many guesses are named beside a check, and in the line above.
FIRST = 4
USUAL = (
    "No prediction is in the record, so these are the usual checks on the usual guesses; write down your own: "
    "case.record.predict(check, {7: 'very likely', 8: 'unlikely'}, minutes=5)."
)
LIVE = ("open", "acting on", "parked", "confirmed")


@dataclass(frozen=True)
class Candidate:
    """A check that did not run yet: what it is expected to tell, in bits, for how many minutes, and of which guesses."""

    text: str
    bits: float
    minutes: float
    likely: dict[str, str]
    started: Callable[..., Any]
    prediction: Prediction | None = None

    def run(self, **given: Any) -> Any:
        """Run it: a prediction gives the entry with what came out, a usual check its finding."""
        return self.started(**given)

    def __repr__(self) -> str:
        return f"{self.text}: {self.bits:.2f} bits in {self.minutes:g} min"


class NextChecks:
    """The checks in the order in which they tell most for their minutes; shown as a table, `[0].run()` runs the first."""

    def __init__(self, candidates: list[Candidate], believed: Beliefs, names: dict[str, str], usual: bool) -> None:  # fmt: skip
        self._candidates, self.beliefs, self._names, self.usual = candidates, believed, names, usual

    def __len__(self) -> int:
        return len(self._candidates)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._candidates)

    def __getitem__(self, place: int) -> Candidate:
        return self._candidates[place]

    def shown(self) -> Shown:
        """The table, and how sure we can be of each guess by what came out so far."""
        sure = ", ".join(
            f"{self._names.get(guess, guess)} {beliefs.word(share)} ({share:.0%})"
            for guess, share in sorted(self.beliefs.shares.items(), key=lambda item: -item[1])[:FIRST]
        )
        above = f"How sure, by what came out so far: {sure}."
        if self.usual:
            above = f"{USUAL} {above}"
        if not self._candidates:
            return shown.paragraph(f"{above} No check is waiting.")
        rows = [
            [
                f"#{c.prediction.entry.number}" if c.prediction else "",
                c.text,
                f"{c.minutes:g} min",
                f"{c.bits:.2f} bits",
                self._apart(c),
            ]
            for c in self._candidates
        ]
        return shown.paragraph(above) + shown.table(["", "check", "takes", "tells", "likely if"], rows)

    def _apart(self, candidate: Candidate) -> str:
        """The guesses that it speaks for, the likeliest first; those against it where it speaks for none."""
        for steps in (("very likely", "likely"), ("unlikely", "very unlikely")):
            named = [self._names[g] for g, step in candidate.likely.items() if step in steps and g in self._names]  # fmt: skip
            if named:
                word = "" if steps[0] == "very likely" else "not: "
                return word + "; ".join(named[:FIRST]) + (f"; {len(named) - FIRST} more" if len(named) > FIRST else "")  # fmt: skip
        return ""

    def __repr__(self) -> str:
        return self.shown().text

    def _repr_html_(self) -> str:
        return self.shown()._repr_html_()


def next_checks(evidence: Evidence) -> NextChecks:
    """The checks that did not run yet, by expected information a minute over what is believed now.

    These are the predictions of the record; where it has none, the usual checks on the usual guesses.
    """
    snapshot = Snapshot.of(evidence)
    state = snapshot.state
    if not state.predictions:
        return _usual(evidence)
    sure, tests = gathered(snapshot)
    now = beliefs.believed(sure, tests)
    candidates = []
    for test, bits, _ in beliefs.ranked(now, [test for test in tests if test.name in state.predictions]):
        one = state.predictions[test.name]
        run = functools.partial(predictions.run, evidence, one)
        candidates.append(Candidate(one.text, bits, test.minutes, dict(test.likely), run, one))
    names = {identifier: state.guesses[identifier].name for identifier in sure}
    return NextChecks(candidates, now, names, usual=False)


def _usual(evidence: Evidence) -> NextChecks:
    """The usual checks that did not run yet; what this session's findings and the pins say to the others counts."""
    snapshot = Snapshot.of(evidence)
    onset = snapshot.state.onset or (found.isoformat() if (found := marks.onset(snapshot)) else None)
    find = shelves.find(evidence)
    listed = usual.checks(snapshot.about, datetime.fromisoformat(onset) if onset else None)
    pins = [Finding.from_json((pin.content or {})["finding"]) for pin in snapshot.state.pins]
    done = [finding for finding in (*pins, *snapshot.asked) if finding.check is not None]
    tests = []
    by_name = {}
    for one in listed:
        same = [f for f in done if f.check and (f.check.analysis, f.check.params) == (one.check.analysis, one.check.params)]  # fmt: skip
        tests.append(replace(one.test, outcome=usual.came(one, same[-1]) if same else ""))
        by_name[one.test.name] = one
    names = usual.guesses()
    now = beliefs.believed(dict.fromkeys(names, ""), tests)
    candidates = [
        Candidate(
            by_name[test.name].text,
            bits,
            test.minutes,
            dict(test.likely),
            functools.partial(getattr(find, by_name[test.name].check.analysis), **by_name[test.name].check.params),
        )
        for test, bits, _ in beliefs.ranked(now, tests)
    ]  # fmt: skip
    return NextChecks(candidates, now, names, usual=True)


def gathered(snapshot: Snapshot, states: tuple[str, ...] = LIVE) -> tuple[dict[str, str], list[Test]]:
    """The guesses that are not ruled out (or in these states), with how sure; and all that was predicted of them or set for and against."""
    state, entries = snapshot.state, snapshot.entries()
    sure = {identifier: guess.sure for identifier, guess in state.guesses.items() if guess.state in states}
    tests = [
        Test(identifier, {g: s for g, s in p.likely.items() if g in sure}, p.minutes, p.outcome)
        for identifier, p in state.predictions.items()
    ]
    predicted = {str((p.check or {}).get("analysis")) + str((p.check or {}).get("params")) for p in state.predictions.values()}  # fmt: skip
    sides: dict[str, dict[str, str]] = {}
    by_id = {entry.id: entry for entry in entries}
    for identifier in sure:
        for one in weighing.weigh(state.guesses[identifier], entries):
            check = (((by_id[one.source].content or {}).get("finding") or {}).get("check")) or {}
            # What a prediction counts already is not counted twice.
            if one.counts and str(check.get("analysis")) + str(check.get("params")) not in predicted:
                sides.setdefault(one.source, {})[identifier] = beliefs.SIDES[one.side]
    tests += [Test(source, likely, outcome="as expected") for source, likely in sides.items()]
    return sure, tests


def only_confirming(snapshot: Snapshot) -> tuple[str, int, int] | None:
    """The favourite, and of the checks on it how many could only have confirmed it; None without a favourite or check."""
    favourite = snapshot.state.working_guess
    if favourite is None:
        return None
    _, tests = gathered(snapshot, states=GUESS_STATES)
    checks = {*snapshot.state.predictions, *(pin.id for pin in snapshot.state.pins)}
    idle, own = beliefs.only_confirming(favourite.entry.id, [test for test in tests if test.name in checks])
    return (favourite.name, idle, own) if own else None


__all__ = ["OTHER", "Candidate", "NextChecks", "gathered", "next_checks", "only_confirming"]
