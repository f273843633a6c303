"""Which checks of the short path a signature keeps: those by which it can be told of the next case that it is so again.

A check that found what every case has (that an id is mentioned) says nothing there. It is left out where a guess rests on
others that say enough of its cause; where they do not, the check that tells most of any incident stands in its place, who
else was hit and how they differ, if that says enough. Nor is a change before it needed where what became of the thing
says enough: the next time it may not be told which it was; nor what its own statements tell where all sources together
tell it finer. What a claim or a decision rests on stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from investigator.check import Check
from investigator.library import traits


@dataclass(frozen=True)
class Asked:
    """A check that mattered: its place in the record, and what it found.

    One that was added, and that nobody asked then, has no place: it stands for others of these guesses (their places).
    """

    place: int
    check: Check
    finding: Mapping[str, Any]
    stands_for: tuple[tuple[int, ...], ...] = ()

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
    mute = {one.place for one in asked if not one.tells} - bound
    coarse = {one.place for one in asked if one.traits.keys() == {traits.FATE}} - bound
    changes = {one.place for one in asked if one.tells and one.traits.keys() <= traits.OF_CHANGE} - bound
    left_out: set[int] = set()
    stays: set[int] = set()
    stands_for: list[tuple[int, ...]] = []
    other: Asked | None = None
    for under in guesses:
        said: dict[str, str] = {}
        for one in asked:
            said |= one.traits if one.place in under else {}
        (left_out if traits.fated(said) else stays).update(changes & set(under))
        (left_out if traits.finer(said) else stays).update(coarse & set(under))
        silent = mute & set(under)
        if not silent:
            continue
        if traits.particular(said):
            left_out |= silent
            continue
        other = other or stead()
        if other is not None and other.tells and traits.particular(other.traits):
            left_out |= silent
            stands_for.append(under)
        else:
            stays |= silent
    out = [one for one in asked if one.place not in left_out - stays]
    if other is None or not stands_for:
        return out
    return [*out, replace(other, stands_for=tuple(stands_for))]
