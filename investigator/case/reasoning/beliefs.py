"""How sure we can be of each guess, by Bayes over what came out and what stands for and against it.

Plain numbers in, plain numbers out. Sources: Good, Probability and the Weighing of Evidence (1950), for odds and the
weight of evidence; Shannon (1948) and Lindley, On a Measure of the Information Provided by an Experiment (1956), for
what a check is worth before it runs; Heuer, Psychology of Intelligence Analysis (1999), chapter 8, for holding every
piece of evidence against every guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from investigator.case.record.model import LIKELY

#: What a guess weighs before anything was looked at, by how sure its author is.
SURE = {"low": 1.0, "even": 2.0, "high": 4.0}
#: None of the guesses written down: it is always one of the possibilities.
OTHER = "something else"
#: What a piece of evidence is, that was set for or against a guess by hand.
SIDES = {"for": "likely", "against": "unlikely"}


@dataclass(frozen=True)
class Test:
    """A check as beliefs need it: how likely its outcome is under each guess, its minutes, and what came out."""

    name: str
    likely: Mapping[str, str]
    minutes: float = 5.0
    outcome: str = ""  # "as expected", "otherwise"; anything else says nothing yet

    def under(self, guess: str) -> float:
        """How likely the expected outcome is if that guess is so; even where nobody said.

        Under something else it is as likely as under the guesses on average: nobody knows what that would show.
        """
        if guess == OTHER and self.likely:
            return sum(LIKELY[step] for step in self.likely.values()) / len(self.likely)
        return LIKELY[self.likely.get(guess, "even")]


@dataclass(frozen=True)
class Beliefs:
    """What each guess has of the belief, `something else` among them; sums to one."""

    shares: dict[str, float] = field(default_factory=dict)

    @property
    def first(self) -> tuple[str, float]:
        """The guess that has most, and its share."""
        return max(self.shares.items(), key=lambda item: (item[1], item[0]), default=(OTHER, 1.0))

    @property
    def entropy(self) -> float:
        """How much is open, in bits."""
        return -sum(share * math.log2(share) for share in self.shares.values() if share > 0)

    def after(self, test: Test, outcome: str) -> Beliefs:
        """What is believed after an outcome."""
        if outcome not in ("as expected", "otherwise"):
            return self
        yes = outcome == "as expected"
        raw = {g: share * (test.under(g) if yes else 1 - test.under(g)) for g, share in self.shares.items()}
        whole = sum(raw.values())
        return Beliefs({g: share / whole for g, share in raw.items()}) if whole > 0 else self

    def worth(self, test: Test) -> float:
        """How many bits a check is expected to tell, before it runs."""
        yes = sum(share * test.under(g) for g, share in self.shares.items())
        left = yes * self.after(test, "as expected").entropy + (1 - yes) * self.after(test, "otherwise").entropy  # fmt: skip
        return max(0.0, self.entropy - left)


def beginning(sure: Mapping[str, str]) -> Beliefs:
    """What is believed before anything was looked at: each guess by how sure its author is, and something else."""
    weights = {guess: SURE.get(step, SURE["even"]) for guess, step in sure.items()} | {OTHER: SURE["low"]}
    whole = sum(weights.values())
    return Beliefs({guess: weight / whole for guess, weight in weights.items()})


def believed(sure: Mapping[str, str], tests: Iterable[Test]) -> Beliefs:
    """What is believed after all that came out."""
    beliefs = beginning(sure)
    for test in tests:
        beliefs = beliefs.after(test, test.outcome)
    return beliefs


def ranked(beliefs: Beliefs, tests: Iterable[Test]) -> list[tuple[Test, float, float]]:
    """The checks that did not run yet: each with its bits and its bits a minute, the most telling first."""
    rows = [(test, bits := beliefs.worth(test), bits / test.minutes) for test in tests if not test.outcome]
    return sorted(rows, key=lambda row: (-row[2], -row[1], row[0].name))


def only_confirming(favourite: str, tests: Iterable[Test]) -> tuple[int, int]:
    """Of the checks that speak of the favourite, how many could only have confirmed it: their outcome, either way, would
    not have lowered it against any rival that they name."""
    own = [test for test in tests if favourite in test.likely]
    idle = [
        test
        for test in own
        if all(test.under(favourite) == LIKELY[step] for guess, step in test.likely.items() if guess != favourite)
    ]  # fmt: skip
    return len(idle), len(own)


def word(share: float) -> str:
    """A share in the words of the kit: low, even, high."""
    return "high" if share >= 0.8 else "low" if share < 0.2 else "even"
