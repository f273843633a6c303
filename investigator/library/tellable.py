"""Which checks of the short path a signature keeps: those by which it can be told of the next case that it is so again.

A check that found what every case has (that an id is mentioned) says nothing there. It is left out where a guess rests on
others that say enough of its cause; where they do not, the check that tells most of any incident stands in its place, who
else was hit and how they differ, if that says enough. What a claim or a decision rests on stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from investigator.check import Check
from investigator.library import traits


@dataclass(frozen=True)
class Asked:
    """A check that mattered: its places in the record, and what it found. One `added` was not asked by anybody then."""

    places: tuple[int, ...]
    check: Check
    finding: Mapping[str, Any]
    added: bool = False

    @property
    def traits(self) -> dict[str, str]:
        """What it told for sure."""
        return traits.sure(traits.of(self.finding))

    @property
    def tells(self) -> bool:
        """Whether the same again would say more than that something was found."""
        return traits.shares(self.traits, self.traits)


def kept(
    asked: Sequence[Asked],
    guesses: Iterable[tuple[int, ...]],
    bound: set[int],
    stead: Callable[[], Asked | None],
) -> list[Asked]:
    """The checks without those that say nothing again. `guesses` are the places that each rests on, `bound` those that stay."""
    mute = {one.places[0] for one in asked if not one.tells} - bound
    left_out: set[int] = set()
    replaced: set[int] = set()
    stays: set[int] = set()
    other: Asked | None = None
    for under in guesses:
        silent = mute & set(under)
        if not silent:
            continue
        said: dict[str, str] = {}
        for one in asked:
            said |= one.traits if one.places[0] in under else {}
        if traits.particular(said):
            left_out |= silent
            continue
        other = other or stead()
        if other is not None and other.tells and traits.particular(other.traits):
            replaced |= silent
        else:
            stays |= silent
    out = [one for one in asked if one.places[0] not in (left_out | replaced) - stays]
    gone = tuple(sorted(replaced - stays))
    return [*out, Asked(gone, other.check, other.finding, added=True)] if other is not None and gone else out
