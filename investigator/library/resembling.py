"""How much two incidents have in common by what their checks say: the rule that recognises a repeat, or abstains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from investigator.library import traits

#: Of all that both say, weighed, so much must be the same; and so much must be said at all.
SHARE, LEAST = 0.7, 3.5
#: What one side could not tell for sure counts so much.
UNSURE = 0.5
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
    worded: bool = False  # by words of the incident itself, and not only in kind


def resemblance(then: Mapping[str, str], now: Mapping[str, str]) -> Resemblance:
    """What two sets of traits have in common; recognised only where something that points to one cause is shared."""
    both = {name: (value, now[name]) for name, value in then.items() if name in now}
    same = {name: a for name, (a, b) in both.items() if traits.plain(a) == traits.plain(b)}
    firm = traits.sure(then).keys() & traits.sure(now).keys()
    other = {name: both[name] for name in both if name in firm and name not in same and traits.differs(name)}
    unsaid = tuple(name for name in then if name not in same and name not in other)
    good = sum(traits.weight(name) * (1 if name in firm else UNSURE) for name in same)
    bad = sum(map(traits.weight, other))
    same = {
        name: both[name][0] if name in firm else f"{traits.PERHAPS}{traits.plain(value)}"
        for name, value in same.items()
    }
    share = good / (good + bad) if good else 0.0
    # Of a fate that many ways lead to, the way tells; of a rare one, what another check took for the way does not.
    fate = traits.plain(same.get(traits.FATE, traits.COMMON[0]))
    rare = fate not in traits.COMMON
    refuted = any(name in traits.REFUTES and not (rare and name == traits.MANNER) for name in other)
    if share < SHARE or refuted:
        return Resemblance(same, other, unsaid, False, share)
    worded = _worded(then, now, same)
    recognised = worded or (good >= LEAST and _particular(then, now, same))
    return Resemblance(same, other, unsaid, recognised, share, worded)


def _worded(then: Mapping[str, str], now: Mapping[str, str], same: Mapping[str, str]) -> bool:
    """Whether words of the incident itself are the same: its own line, most of its new messages, or its change and more."""
    ours, theirs = (_own(one) for one in (then, now))
    news = [
        {name.removeprefix(traits.NEW) for name in one if name.startswith(traits.NEW)} for one in (then, now)
    ]
    if ours & news[1] or theirs & news[0]:
        return True
    if ours and theirs and _one_system(same):
        return False
    both = news[0] & news[1]
    if len(both) * 2 > len(news[0] | news[1]):
        return not _changed_otherwise(then, now)
    return traits.CHANGED in same and (traits.FATE in same or bool(both))


def _particular(then: Mapping[str, str], now: Mapping[str, str], same: Mapping[str, str]) -> bool:
    """Whether what points to one cause in any system is the same: a rare fate, what was done, what was full."""
    if (traits.FATE in then and traits.FATE in now) != (traits.FATE in same):
        return False
    if _one_system(same) and _changed_otherwise(then, now):
        return False
    if traits.FATE not in same:
        return _done_alike(then, now, set(traits.USUAL.values()))
    fate = traits.plain(same[traits.FATE])
    if fate not in traits.COMMON or same.get(traits.FULL) == "yes":
        return True
    if fate == traits.STUCK and same.get(traits.SILENT) == "yes" and not any(map(_own, (then, now))):
        return True  # where a line of its own says why, that a log falls silent as well is another matter
    if fate == traits.STUCK and traits.plain(same.get(traits.AT_STEP, "no")) == "yes":
        # A change at the step is what many causes have: that it says of these alone why not, is not.
        calm = all(traits.plain(one.get(traits.FULL, "no")) == "no" for one in (then, now))
        if not any(map(_own, (then, now))):
            return _without_a_word(same)
        return calm and all(map(_own, (then, now))) and (traits.RAN_OUT in then) == (traits.RAN_OUT in now)
    usual = traits.USUAL.get(fate, "")
    return _done_alike(then, now, {usual}) or _for_one_reason(then, now, usual)


def _without_a_word(same: Mapping[str, str]) -> bool:
    """Whether of both all is quiet but a change, surely at the step, just before: nothing new, silent, or full."""
    quiet = all(
        traits.plain(same.get(name, "")) == "no" for name in (traits.NEWS, traits.SILENT, traits.FULL)
    )
    return quiet and same.get(traits.AT_STEP) == "yes" and traits.CHANGE in same


def _for_one_reason(then: Mapping[str, str], now: Mapping[str, str], usual: str) -> bool:
    """Whether lines of their own say of both that what is always done was done for the same reason, and for no other."""
    why = [{name for name in one if name.startswith(traits.REASON)} for one in (then, now)]
    done = f"{traits.DEED}{usual}"
    return bool(why[0]) and why[0] == why[1] and all(done in one and _own(one) for one in (then, now))


def _done_alike(then: Mapping[str, str], now: Mapping[str, str], usual: set[str]) -> bool:
    """Whether lines of their own say of both that mostly the same was done with them, beside what is always done.

    A line that is new in one is of its own in the other as well: there it came before the time taken for the beginning.
    """
    left_out = {f"{traits.DEED}{deed}" for deed in usual}
    own = _own(then) | _own(now)
    done = [
        {name for name in one if name.startswith(traits.DEED)} - left_out
        if one.get(traits.INSTEAD) in own
        else set()
        for one in (then, now)
    ]
    return len(done[0] & done[1]) > PARTICULAR * len(done[0] | done[1])


def _own(told: Mapping[str, str]) -> set[str]:
    """The words that the affected have and nothing had before."""
    instead = told.get(traits.INSTEAD, "")
    return {instead} if instead and f"{traits.NEW}{instead}" in told else set()


def _one_system(same: Mapping[str, str]) -> bool:
    return traits.PLACE in same or any(name.startswith(traits.NEW) for name in same)


def _changed_otherwise(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether both name the change to blame, in other words."""
    both = [one.get(traits.CHANGED) for one in (then, now)]
    return all(both) and both[0] != both[1]
