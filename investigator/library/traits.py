"""What a finding says apart from names, ids, times and numbers: what it has in common with one of another incident.

A trait is a name and a value, both as people read them. An analysis that is not listed has one: whether it found
anything. What a finding could not tell for sure is kept as "perhaps": where another says the same it counts for half,
and that it differs says nothing. Words of a system are alike where it is the same system; in another, that they differ says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.facts import changes
from investigator.library import kinds
from investigator.library.index import shaped_message
from investigator.library.postmortem import message

if TYPE_CHECKING:
    from investigator.finding import Finding

Value = Mapping[str, Any]
#: Raised when a finding comes to say its traits otherwise: signatures of an earlier one are made anew when added again.
VERSION = 4
#: A message this near to the onset belongs to it; a later one may be of what was done about it.
SOON = timedelta(minutes=30)
FATE, MANNER, COURSE = "what became of it", "how the affected differ", "when they were hit"
CHANGE = "the change"
#: What each trait tells beside the others: what became of the thing most, a bare yes or no least.
WEIGHTS = {FATE: 3.0, MANNER: 1.5, COURSE: 1.0, "how it differs": 1.0, CHANGE: 1.0}
WEIGHT = 0.5
#: Before a value that a finding could not tell for sure.
PERHAPS = "perhaps "
#: That these differ speaks against the same cause by itself.
REFUTES = (FATE, MANNER, COURSE)
#: Where one of these is hit within so long of another, all were hit at one go: what was there already, not what came.
GO, GO_AT_LEAST = timedelta(minutes=15), 10
#: A line says that this was done; where no line does, that says nothing.
DEED = "lines say: "
DEEDED = 2.0
#: Why it was turned away or deleted, as a line says.
REASON = "lines say why: "
#: What ran out stops things whatever was changed.
RAN_OUT = f"{DEED}expired"
#: Traits that are words of one system, and what each tells where they are the same.
NEW, INSTEAD = "a new message: ", "the words of what came instead"
#: What became of the thing by all sources, where that is finer than what the thing's own statements tell.
THIS = "by all sources it is "
FINER = ("hidden by permission", "hidden by tenant", "hidden by soft delete", "content differs", "duplicate")
#: Words of a line that says what is full.
FILLED = "a line says what is full: "
#: Traits that say something where they are there, and nothing where they are not.
PRESENT = (NEW, FILLED, THIS)
#: What is stuck at the step that was changed is stuck by that change.
AT_STEP, NEAR = "whether the step that they do not pass was changed just before", 0.1
#: Names of a place that begin with so many letters alike are one place's: press, presser.
KIN = 4
#: A change that comes so near by accident this seldom is near wherever it was; one within so many seconds of it may be it.
NEAR_ANYWHERE, MOMENT = 0.05, 120
#: A place falls silent where so many kinds of its messages stop, of each of which so many were to come.
NEWS = "whether messages are new"
SILENT, KINDS_AT_LEAST, OFTEN = "whether a log falls silent", 2, 20
FULL = "whether something is full or waits"
#: Fewer words of a change than so many are those of every change.
WORDS_AT_LEAST = 3
PLACE, CHANGED = "the step where they left the way", "the words of the change"
WORDS = (INSTEAD, PLACE, CHANGED)
#: What a change before it says.
OF_CHANGE = {CHANGE, AT_STEP, CHANGED}
WORDED = 2.0
MESSAGES_AT_MOST = 8
#: What was done where a thing became this, whatever the cause.
USUAL = {"never received": "turned away", "gone": "deleted for good"}
#: Of a thing that became this, many causes could be to blame.
STUCK = "stuck"
COMMON = (
    "available",
    "delivered",
    "hidden",
    STUCK,
    "gone",
    "never received",
    "refused or cancelled",
    "content missing or different",
)


def of_finding(finding: Finding) -> dict[str, str]:
    """The traits of a finding that was just made."""
    check = finding.check.to_json() if finding.check else {}
    return of({"verdict": finding.verdict, "value": finding.value, "check": check})


def of(finding: Mapping[str, Any]) -> dict[str, str]:
    """The traits of a finding, given as JSON (`Finding.to_json`); none where it could not tell."""
    value, check = finding.get("value"), finding.get("check") or {}
    analysis = str(check.get("analysis", ""))
    telling = _TELLING.get(analysis)
    sure = finding.get("verdict") in ("found", "absent")
    if telling is not None and isinstance(value, Mapping):
        rows = [*telling(value), *_of_census(value, (check.get("params") or {}).get("like"))]
        told = ((name, text) for name, text in rows if text)
        return {name: text if sure or not differs(name) else f"{PERHAPS}{text}" for name, text in told}
    if not sure:
        return {}
    return {f"whether {analysis} finds anything": "yes" if finding["verdict"] == "found" else "no"}


def weight(name: str) -> float:
    """How much a trait tells."""
    if name.startswith(DEED):
        return DEEDED
    return WORDED if name in WORDS else WEIGHTS.get(name, WEIGHT)


def plain(value: str) -> str:
    """A value, whether it is sure or not."""
    return value.removeprefix(PERHAPS)


def sure(told: Mapping[str, str]) -> dict[str, str]:
    """The traits that a finding told for sure."""
    return {name: value for name, value in told.items() if not value.startswith(PERHAPS)}


def differs(name: str) -> bool:
    """Whether another value of a trait says anything: words of a system differ from system to system."""
    return name not in WORDS and not name.startswith((*PRESENT, DEED, REASON))


def telling(names: Iterable[str]) -> bool:
    """Whether traits together say more than that something was found."""
    return any(weight(name) > WEIGHT or name.startswith(PRESENT) for name in names)


def shares(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether what a check says now as it did then tells; of a change or a manner with other words its kind does not."""
    same = {name: value for name, value in then.items() if now.get(name) == value}
    other = {name for name in WORDS if name in then and name in now and name not in same}
    left = {MANNER, COURSE, PLACE} if INSTEAD in other else set()
    if CHANGED in other or (CHANGED not in same and same.get(AT_STEP) != "yes"):
        left |= {CHANGE, AT_STEP}
    return telling(same.keys() - left)


def particular(told: Mapping[str, str]) -> bool:
    """Whether it says more than what many causes leave: words, what was done, a finer or a rare fate."""
    return fated(told) or any(name in WORDS or name.startswith((*PRESENT, DEED)) for name in told)


def fated(told: Mapping[str, str]) -> bool:
    """Whether what became of the thing says more by itself: it is a rare fate, or told finer by all sources."""
    return finer(told) or plain(told.get(FATE, COMMON[0])) not in COMMON


def finer(told: Mapping[str, str]) -> bool:
    """Whether all sources together tell what became of the thing finer than its own statements do."""
    return any(name.startswith(THIS) for name in told)


def _whereabouts(value: Value) -> list[tuple[str, str]]:
    became = str(value.get("disposition") or "")
    return [(FATE, "" if became == "unknown" else became)]


def _of_census(value: Value, like: Any) -> list[tuple[str, str]]:
    """What a census says of the thing that it was asked by."""
    items = value.get("items") if isinstance(value.get("dispositions"), Mapping) else ()
    own = next((one for one in items or () if isinstance(one, Mapping) and one.get("id") == like), {})
    became = own.get("disposition")
    return [(f"{THIS}{became}", "yes")] if became in FINER else []


def _compare(value: Value) -> list[tuple[str, str]]:
    differs = value.get("first_difference")
    if not isinstance(differs, Mapping):
        return [("how it differs", "takes the same way")]
    return [("how it differs", _how(differs))]


def _who_else(value: Value) -> list[tuple[str, str]]:
    predicate = value.get("predicate")
    how = _how(predicate) if isinstance(predicate, Mapping) else ""
    affected, healthy = int(value.get("affected") or 0), int(value.get("healthy") or 0)
    judged = not any(value.get(name) for name in ("unknown", "under_way"))
    share = "none" if not affected else "some, others are well" if healthy else "all" if judged else ""
    told = [(MANNER, how), ("how many are affected", share), (COURSE, _course(value, affected))]
    instead, expected = (
        predicate.get(part) if isinstance(predicate, Mapping) else None for part in ("instead", "expected")
    )
    left = expected if isinstance(expected, Mapping) else instead
    if isinstance(left, Mapping):
        told.append((PLACE, _shaped(left.get("example"))))
    if isinstance(instead, Mapping) and affected > 1:
        text = str(instead.get("example", ""))
        told.append((INSTEAD, _shaped(text)))
        told += [(f"{DEED}{deed}", "yes") for deed in kinds.told("deed", text)]
        told += [(f"{REASON}{why}", "yes") for why in kinds.told("reason", text)]
    return told


def _course(value: Value, affected: int) -> str:
    """Whether all were hit at one go, or one after the other."""
    if affected < GO_AT_LEAST or not value.get("timed", True):
        return ""
    try:
        first, last = (datetime.fromisoformat(str(value.get(name))) for name in ("first", "last"))
    except ValueError:
        return ""
    return "all at one go" if last - first <= GO else "one after the other"


def _shaped(text: Any) -> str:
    return shaped_message(message(str(text))) if text else ""


def _how(differs: Mapping[str, Any]) -> str:
    """In which way a thing leaves the way of a healthy one."""
    expected, instead = differs.get("expected"), differs.get("instead")
    if differs.get("late"):
        return "comes late"
    if expected and instead:
        return "something else comes instead"
    if expected:
        return "goes no further"
    return "has something that others have not" if instead else ""


def _new_messages(value: Value) -> list[tuple[str, str]]:
    onset = value.get("onset")
    soon = [
        str(one.get("example", ""))
        for one in value.get("new") or ()
        if isinstance(one, Mapping) and came_with(one.get("first"), onset) and int(one.get("count") or 0) > 1
    ]
    return [
        (NEWS, "yes" if soon else "no"),
        (SILENT, "yes" if _silent(value) else "no"),
        *_worded(NEW, soon),
    ]


def _worded(what: str, texts: Iterable[Any]) -> list[tuple[str, str]]:
    """A trait for the words of each of a few texts."""
    shapes = dict.fromkeys(shape for text in texts if (shape := _shaped(text)))
    return [(f"{what}{shape}", "yes") for shape in list(shapes)[:MESSAGES_AT_MOST]]


def _silent(value: Value) -> bool:
    """Whether a place that said several kinds of message often says none of them any more."""
    stopped = Counter(
        str(one.get("step"))
        for one in value.get("vanished") or ()
        if isinstance(one, Mapping) and float(one.get("expected") or 0) >= OFTEN
    )
    return any(number >= KINDS_AT_LEAST for number in stopped.values())


def _changes(value: Value) -> list[tuple[str, str]]:
    first = next((one for one in value.get("changes") or () if isinstance(one, Mapping)), None)
    if first is None:
        return [(CHANGE, "none")]
    if value.get("either"):
        return [(CHANGE, "one of several")]
    named = re.escape(str(first.get("component") or ""))
    words = _shaped(re.sub(rf"^{named}\s+(?=v?\d)", "", changes.words(str(first.get("what") or ""))))
    sure = value.get("explained", True) and len(words.split()) >= WORDS_AT_LEAST
    near = _near(first, value.get("places")) and not _with_another(first, value["changes"])
    return [
        (CHANGE, str(first.get("kind") or "")),
        (AT_STEP, "yes" if near else "no"),
        (CHANGED, words if sure else ""),
    ]


def _near(change: Mapping[str, Any], places: Any) -> bool:
    """Whether a change came just before, at the step where they stopped or the one before it; a place's name may be cut."""
    chance = change.get("chance")
    if not isinstance(chance, float | int) or chance > NEAR:
        return False
    if change.get("place") in ("there", "just before") or chance <= NEAR_ANYWHERE:
        return True
    known = places if isinstance(places, Mapping) else {}
    names = [str(one).lower() for key in ("there", "just_before") for one in known.get(key) or ()]
    said = f"{change.get('component') or ''} {change.get('what') or ''}".lower()
    own = {word[:KIN] for word in re.findall(r"\w+", said) if len(word) >= KIN}
    return any(name.startswith(tuple(own)) for name in names)


def _with_another(change: Mapping[str, Any], changes: Iterable[Any]) -> bool:
    """Whether another was made in the same moment, so that it may be that one."""
    own = change.get("lead_seconds")
    leads = [one.get("lead_seconds") for one in changes if isinstance(one, Mapping) and one is not change]
    return any(
        isinstance(lead, float | int) and isinstance(own, float | int) and abs(lead - own) <= MOMENT
        for lead in leads
    )


def _errors(value: Value) -> list[tuple[str, str]]:
    rows = [one for one in value.get("errors") or () if isinstance(one, Mapping)]
    told = _worded(
        NEW, (one.get("said") for one in rows if not one.get("before") and int(one.get("since") or 0) > 1)
    )
    return [("whether errors are new", "yes" if rows else "no"), *told]


def _yes(name: str, key: str) -> Callable[[Value], list[tuple[str, str]]]:
    """A trait that says whether a value has anything at a key."""
    return lambda value: [(name, "yes" if value.get(key) else "no")]


def _full(value: Value) -> list[tuple[str, str]]:
    full = any(value.get(name) for name in ("lines", "levels", "metrics", "waits"))
    told = _worded(FILLED, (one.get("said") for one in value.get("lines") or () if isinstance(one, Mapping)))
    return [(FULL, "yes" if full else "no"), *told]


_TELLING: dict[str, Callable[[Value], list[tuple[str, str]]]] = {
    "whereabouts": _whereabouts,
    "compare_entities": _compare,
    "who_else": _who_else,
    "new_messages": _new_messages,
    "candidate_triggers": _changes,
    "changes_before_onset": _changes,
    "harm": _yes("whether any is lost", "lost"),
    "error_propagation": _errors,
    "saturation": _full,
    "what_gets_worse": _yes("whether something gets worse", "next"),
}  # fmt: skip


def came_with(first: Any, onset: Any) -> bool:
    """Whether something came with the incident, rather than with what was done about it."""
    try:
        return abs(datetime.fromisoformat(str(first)) - datetime.fromisoformat(str(onset))) <= SOON
    except (ValueError, TypeError):
        return False
