"""How much two incidents have in common by what their checks say: the rule that recognises a repeat, or abstains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from investigator.library import traits

#: Of all that both say, weighed, so much must be the same; and so much must be said at all.
SHARE, LEAST = 0.7, 5.0
#: Of what points to one cause rather than to many, so much must be shared.
PARTICULAR = 0.5


@dataclass(frozen=True)
class Resemblance:
    """What is the same, what is not (trait -> then, now), and what only one side says."""

    same: Mapping[str, str]
    other: Mapping[str, tuple[str, str]]
    unsaid: tuple[str, ...]
    recognised: bool
    share: float


def resemblance(then: Mapping[str, str], now: Mapping[str, str]) -> Resemblance:
    """What two sets of traits have in common; recognised only where something that points to one cause is shared."""
    same = {name: value for name, value in then.items() if now.get(name) == value}
    other = {
        name: (value, now[name])
        for name, value in then.items()
        if name in now and now[name] != value and traits.differs(name)
    }
    unsaid = tuple(name for name in then if name not in now)
    good, bad = (sum(map(traits.weight, names)) for names in (same, other))
    share = good / (good + bad) if good else 0.0
    recognised = (
        share >= SHARE
        and good >= LEAST
        and not any(name in traits.REFUTES for name in other)
        and _particular(then, now)
    )
    return Resemblance(same, other, unsaid, recognised, share)


def _particular(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether what points to one cause is mostly the same on both sides."""
    ours, theirs = (traits.particular(one) for one in (then, now))
    if traits.INSTEAD in ours and ours[traits.INSTEAD] == theirs.get(traits.INSTEAD):
        return True
    done = [{name for name in one if name != traits.INSTEAD} for one in (ours, theirs)]
    shared = {name for name in done[0] & done[1] if ours[name] == theirs[name]}
    return len(shared) > PARTICULAR * len(done[0] | done[1])
