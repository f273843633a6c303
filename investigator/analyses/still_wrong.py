"""Whether it still goes on, is over, or nothing is wrong with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.facts import changes, ending, signs, sound, traces
from investigator.facts.coverage import coverage_of, unzoned
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events

#: Hours before the end of it in which a change may have ended it, and how long after the last that was hit.
NEAR = timedelta(hours=1)
#: What a whole way does not tell.
CONTENT = "Its way is compared, not what it holds: whether an amount or a text in it is right is not seen."


def still_wrong(events: Events, *, like: str) -> Finding:
    """Whether what befell this thing goes on, is over since when, or nothing is wrong with it at all.

    Over: the last of its kind was hit, and so many came to the same place after it and were spared that chance is
    excluded; the change that stands beside it is named. Nothing is wrong: it took every step that such things take,
    each in the time that it takes, and nothing rose among them; or the next step is not due yet. `value`: state (over,
    goes on, nothing is wrong, not due yet, unknown), since, last, hit, passed, spared, longest (in a row, while it
    went on), chance, within (the class that tells least), changes [{time, component, what}], steps [{place, what,
    time}], others (that came the whole way), due, looked (why somebody did not find it).

    Method: the chance that so many in a row are spared at the lower bound of the share that was hit (Wilson 1927), and
    for no class of things more than one in a thousand; a way is held against those of others of its kind. Limits: what
    a job does to things long after they came is not told to be over; that nothing is wrong holds for what is loaded.
    Example: `case.find.still_wrong(like="DOC-4711")`.
    """
    like = str(like or "").strip()
    question = f"Does it go on with {like or 'it'}, is it over, or is nothing wrong?"
    value: dict[str, Any] = {
        "state": "unknown", "since": None, "last": None, "hit": 0, "passed": 0, "spared": 0, "longest": 0,
        "chance": None, "within": "", "changes": [], "steps": [], "others": 0, "due": None, "looked": "",
    }  # fmt: skip
    if not like:
        return say.unanswered(
            question, "No id was named, so nothing can be said.", say.LOAD["entity"], value=value
        )
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nothing can be said.", say.LOAD["any"], value=value
        )
    apart = signs.apart(events, like)
    if apart is not None and apart.sign is not None:
        return _over(events, like, apart, question, value)
    told = sound.sound(events, like)
    value |= {
        "state": told.state,
        "steps": [
            {"place": place, "what": what, "time": when.isoformat()} for place, what, when in told.steps
        ],
        "others": told.others,
        "due": say.iso(told.due),
        "looked": told.looked,
    }
    blind = () if told.state == "unknown" else (CONTENT,)
    coverage = coverage_of(events, control=told.state != "unknown", blind=blind)
    if told.state == "unknown":
        answer = f"It can't be said that nothing is wrong with {like}: {told.why.rstrip('.')}."
        return say.unanswered(question, answer, value=value, coverage=coverage)
    return Finding(
        question,
        _sound(like, told),
        value=value,
        table=say.table(["time", "place", "what"], ((when, place, what) for place, what, when in told.steps)),
        evidence=_own(events, like),
        verdict="found",
        coverage=coverage,
    )


def _own(events: Events, like: str) -> Any:
    rows = traces.mentions_of_kind(events, like)
    rows = rows.filter((rows.id == like) & rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull())
    columns = ("time", "id", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    return events.fetch(rows.order_by([rows.time, rows.evidence, rows.unit]).limit(200).select(*columns))


def _sound(like: str, told: sound.Sound) -> str:
    number, last = say.count(len(told.steps), "step"), told.steps[-1]
    looked = f" {told.looked[0].upper()}{told.looked[1:]}." if told.looked else ""
    rose = "nothing became more frequent among them, and no line warns more than before"
    took = ""
    if told.longest is not None:
        what, seconds, usual = told.longest
        took = f" ({what} took {_span(seconds)}; others take up to {_span(max(usual, seconds))})"
    if told.state == sound.NOT_DUE:
        assert told.due is not None
        return (
            f"By all that is loaded, nothing is wrong with {like} so far: {told.next} is not due before {say.at(told.due)}. It has the "
            f"{number} before that{'' if len(told.steps) == 1 else ', each in the usual time'}{took}. Compared with {told.others:,} that came the whole way: {rose}.{looked}"
        )
    return (
        f"By all that is loaded, nothing is wrong with {like}: it has all {number} that such things take, the last at {say.at(last[2])} "
        f"({last[0]} {say.quote(last[1], 50)}), each in the usual time{took}. Compared with {told.others - 1:,} others that "
        f"came the whole way: {rose}.{looked}"
    )


def _span(seconds: float) -> str:
    return say.span(timedelta(seconds=round(seconds) if seconds >= 1 else seconds))


def _over(events: Events, like: str, apart: signs.Apart, question: str, value: dict[str, Any]) -> Finding:
    """Whether it is over for those that are hit as this one."""
    found = ending.ending(events, apart)
    coverage = coverage_of(events, control=found is not None and found.over is not None)
    if found is None:
        few = "too few are hit like it, or nothing tells when"
        return say.unanswered(
            question, f"It can't be said whether it is over: {few}.", value=value, coverage=coverage
        )
    state = {True: "over", False: "goes on", None: "unknown"}[found.over]
    sure = apart.sign is not None and apart.sign.clean
    if state == "over" and not sure:
        state = "unknown"
    value |= {
        "state": state, "since": say.iso(found.since), "last": say.iso(found.last), "hit": found.hit,
        "passed": found.passed, "spared": found.spared, "longest": found.longest,
        "chance": say.rounded(found.chance), "within": found.within,
    }  # fmt: skip
    bare = sorted(unzoned(events) & ending.sign_sources(apart))
    clock = f" By the clock of {say.listed(bare)}, whose zone nobody said." if bare else ""
    where = f"to {found.place}" if found.place else "in"
    last = f"the last of {found.hit:,} that were hit came {where} at {say.at(found.last)}"
    if state == "over":
        assert found.since is not None
        beside = _beside(events, like, found.last, found.since)
        value["changes"] = beside
        answer = (
            f"It is over since {say.at(found.since)}: {last}, and all {found.spared:,} that came there after it went well. "
            f"While it went on, {found.hit:,} of {found.passed:,} were hit, and never more than {found.longest:,} in a row "
            f"were spared: by accident that happens {_chance(found.chance)}.{clock}{_told(beside)}"
        )
    elif state == "goes on":
        answer = (
            f"It went on as long as can be told, until {say.at(found.until)}: {last}, and {say.count(found.spared, 'other')} "
            f"that came there after it went well; up to {found.longest:,} in a row did before.{clock}"
        )
    else:
        why = _open(found) if sure else "what sets them apart is not sure"
        answer = f"It can't be said whether it is over: {last}; {why}."
        return say.unanswered(question, answer, value=value, coverage=coverage)
    return Finding(
        question, answer, value=value, evidence=_own(events, like), verdict="found", coverage=coverage
    )  # fmt: skip


def _open(found: ending.Ending) -> str:
    if found.afterwards:
        return "they were hit when all of them had come, so those that came next tell nothing"
    if found.unclear:
        return f"of {found.unclear:,} that came after it nobody can tell"
    if found.spared <= found.longest * ending.LONGER:
        return f"{found.spared:,} came there after it and went well, and {found.longest:,} in a row did while it went on"
    if found.chance > ending.CHANCE:
        of = f" of those that {found.within} tells apart" if found.within else ""
        return f"too few{of} came there after it to exclude an accident"
    return "a source that would tell fell silent after it"


def _chance(chance: float) -> str:
    return "less than 1 time in a million" if chance < 1e-6 else f"1 time in {1 / chance:,.0f}"


def _beside(events: Events, like: str, last: datetime, since: datetime) -> list[dict[str, str]]:
    """The changes from shortly before the last that was hit until the first that was spared, the nearest first."""
    near, _ = changes.before(events, since, (since - last + NEAR).total_seconds() / 3600, like=like)
    return [{"time": one.time.isoformat(), "component": one.component, "what": one.what} for one in near[:3]]


def _told(beside: list[dict[str, str]]) -> str:
    if not beside:
        return " No change that is loaded stands beside it."
    first = beside[0]
    more = f" ({say.count(len(beside) - 1, 'other')} in the hour before)" if len(beside) > 1 else ""
    return f" The change just before: {say.message(first['what'])} at {say.at(datetime.fromisoformat(first['time']))}{more}."
