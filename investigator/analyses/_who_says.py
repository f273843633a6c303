"""What is said of who else is affected: the answer, its bounds, and what it does not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import instant
from investigator.events.mask import of_any
from investigator.facts import rise, signs

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.facts.comparison import Comparison

#: Where so many can't be judged, beside those that are affected, there are at least so many affected.
UNJUDGED = 0.5


def answer(
    like: str,
    found: Comparison,
    sign: signs.Sign | None,
    counts: dict[str, int],
    customers: list[dict[str, Any]],
    value: dict[str, Any],
    spared: int,
) -> str:
    difference = found.difference
    assert difference is not None
    has = what(found, sign)
    if not counts["affected"]:
        return f"Nobody else is seen with what {like} has ({has}); {counts['unknown']:,} can't be judged."
    hit = [c for c in customers if c["affected"]]
    named = [c for c in hit if c["customer"]]
    whose = ""
    if named:
        each = say.listed([f"{c['customer']}: {c['affected']:,}" for c in named], most=6)
        whose = f" of {say.count(len(named), 'customer')} ({each})"
    came = "" if value["timed"] else ", which came"
    since = f"{came} since {say.at(instant(value['first']))}" if value["first"] else ""
    none = (
        "; none is unknown"
        if sign is None
        else "; none is unknown, for each other one went on or came to an end that is known"
    )
    unknown = f"; {counts['unknown']:,} can't be judged" if counts["unknown"] else none
    way = f", {counts['under_way']:,} still under way" if counts["under_way"] else ""
    rest = f" (also of {say.count(spared, 'other customer')} with none affected)" if named and spared else ""
    if counts["other"]:
        way += f", {counts['other']:,} came to another end"
    own = difference.instead is not None and (sign is None or sign.kind == signs.MESSAGE)
    each_has = "each has its own " if own else "each has "
    return (
        f"{counts['affected']:,} are affected like {like}{whose}{since}: {each_has}{has}; "
        f"{counts['healthy']:,} are healthy{rest}{unknown}{way}."
    )


def what(found: Comparison, sign: signs.Sign | None) -> str:
    """What each affected one has, or lacks."""
    difference = found.difference
    assert difference is not None
    if sign is not None and sign.kind in (signs.TWICE, signs.DIFFERS, rise.STANDS, signs.LACKING):
        said = f"{sign.place} {say.quote(of_any(sign.body), 60)}"
        if sign.kind == signs.DIFFERS:
            return sign.body
        if sign.kind == rise.STANDS:
            return f"{sign.place} {say.quote(sign.body, 60)}"
        return f"{said} more than once" if sign.kind == signs.TWICE else f"no {said}"
    activity = difference.instead or difference.expected
    assert activity is not None
    own = activity.body if difference.instead else of_any(activity.body)
    said = f"{activity.activity[0]} {say.quote(own, 60)}"
    return said if difference.instead else f"{said} late" if difference.late else f"no {said}"


#: A search that found something says so.
_FOUND = re.compile(r"(?i)\b(?:hits?|results?|found|matches|treffer)[=:] ?[1-9]")


def bounded(
    events: Events, answer: str, apart: signs.Apart, counts: dict[str, int], value: dict[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """The answer with its bounds where something is not sure, and what that is."""
    sign, number = apart.sign, counts["affected"]
    assert sign is not None
    value |= {"at_least": number, "at_most": number + counts["unknown"]}
    if apart.rivals:
        low, high = signs.bounds(events, apart)
        # Who did not look may be affected as well.
        looks = any(rise.LOOKED in one.more for one in (sign, *apart.rivals))
        value |= {"at_least": low, "at_most": None if looks else high}
        others = say.listed(
            [f"{one.number:,} have {say.quote(one.body, 50)}" for one in apart.rivals], most=3
        )
        bound = f"At least {low:,}" if looks else f"Between {low:,} and {high:,}"
        return (
            f"{bound} are affected. {answer} But {others}, and these are not the same ones.",
            (f"More than one thing is new in them: {others}.",),
        )
    if sign.clocks:
        value |= {"at_least": 1, "at_most": None}
        doubt = f"the times of {say.listed(sign.clocks)} name no zone, and nobody said which it is"
        return f"About {answer} But {doubt}: by another clock, others are due.", (f"The{doubt[3:]}.",)
    # Who looks at what is there does nothing to it, and who did not look has it no less.
    if not sign.bad and rise.LOOKED in sign.more and (sign.doubts or _FOUND.search(sign.body)):
        value |= {"at_least": 1, "at_most": None}
        return (
            f"It can't be said who else is affected: {number:,} have {say.quote(sign.body, 50)} as {apart.like} has, "
            "which shows only where somebody looked.",
            (*sign.more, *sign.doubts),
        )
    before = next((one for one in sign.doubts if one.endswith(rise.EARLIER)), "")
    if before and not sign.bad and sign.kind != signs.LACKING:
        # What came as a rule, and to some before, tells neither how many there are nor how many there can't be.
        value |= {"at_least": 1, "at_most": None}
        return (
            f"It can't be said who else is affected: {number:,} have {sign.place} {say.quote(sign.body, 50)} as "
            f"{apart.like} has, but {before}, so it may be no sign of what went wrong.",
            sign.doubts,
        )
    if sign.doubts:
        value |= {"at_least": 1, "at_most": number + counts["unknown"] + counts["under_way"]}
        return (
            f"At most {answer} But {sign.doubts[0]}, so some of them may be no part of it.",
            sign.doubts,
        )
    wider = signs.wider(events, apart) if sign.clean else None
    if wider is not None:
        value["at_most"] = max(number, wider.number)
        other = f"{wider.number:,} stand so in {wider.place} ({wider.body}), these among them"
        return f"Between {number:,} and {max(number, wider.number):,} are affected. {answer} But {other}.", (
            other + ".",
        )
    if sign.more:
        value["at_most"] = None
        return f"At least {answer} But {sign.more[0]}, so there may be more.", sign.more
    return answer, ()


def not_due(like: str, column: str, value: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The answer where what is lacking comes at a date of each thing, which may not have come yet."""
    value |= {"at_least": 0, "at_most": None}
    doubt = f"what {like} lacks came to others by their {column}, and by its own it may not be due yet"
    return f"It can't be said who else is affected: {doubt}.", (f"{doubt[0].upper()}{doubt[1:]}.",)


def judged(answer: str, counts: dict[str, int], value: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The answer as a lower bound where too many can't be judged for a count."""
    if counts["unknown"] <= UNJUDGED * counts["affected"]:
        return answer, ()
    value["at_most"] = counts["affected"] + counts["unknown"]
    return f"At least {answer}", ("Too many can't be judged for a count.",)


def why_unknown(number: int, sign: signs.Sign | None) -> str:
    have = say.count(number, "id has", "ids have")
    if sign is None:
        return f"{have} no event at the deciding step: unknown, not unaffected."
    return f"{have} neither gone on nor come to an end that is known, or only lists name them: unknown, not unaffected."
