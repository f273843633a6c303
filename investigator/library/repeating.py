"""A signature run on another case: each check asked anew, what it says beside what it said last time, what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator import catalogue, moment
from investigator.check import Expect
from investigator.errors import KitError
from investigator.finding import cell
from investigator.library import traits
from investigator.library.signature import GIVEN, IS, PLACE, THE, Conclusion, Signature, Step
from investigator.performing import ANALYSES, IDS, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from investigator.finding import Finding

#: What came of a step.
AS_LAST_TIME, OTHERWISE, CANT_TELL, NOT_RUN = "as last time", "not as last time", "can't tell", "not run"
#: What came of a conclusion.
REACHED, NOT_SO = "reached", "not so here"
PERFORM_FAILED = "could not be asked"


@dataclass(frozen=True)
class Done:
    """A step on this case: what it found, what came of it, which traits are the same and which are not, and why not run."""

    number: int
    step: Step
    came: str
    finding: Finding | None = None
    same: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # trait -> (then, now)
    why: str = ""

    def __str__(self) -> str:
        if self.came == OTHERWISE:
            told = "; ".join(f"{name}: then {then}, now {now}" for name, (then, now) in self.other.items())
            return f"not as last time ({told})"
        if self.same and self.came != NOT_RUN:
            told = "; ".join(f"{name}: {value}" for name, value in self.same.items())
            only = "as last time" if self.came == AS_LAST_TIME else "can't tell: the same only in"
            but = "".join(f", but {name}: then {then}, now {now}" for name, (then, now) in self.other.items())
            return f"{only} ({told}){but}" if self.came == AS_LAST_TIME else f"{only} {told}{but}"
        return f"{self.came}: {self.why}" if self.why else self.came


@dataclass(frozen=True)
class Known:
    """What a case knows that a signature asks for: the id in question, when it began, its window, and what was given."""

    about: str = ""
    onset: str = ""
    window: Any = None
    given: Mapping[str, str] = field(default_factory=dict)


def known_of(case: Any, given: Mapping[str, str] | None = None) -> Known:
    """What a case knows. `given` are values by name; `about` and `onset` among them go before the case's own."""
    given = dict(given or {})
    about, onset = given.pop("about", "") or case.about, given.pop("onset", "")
    if not onset:
        began = case.onset()
        onset = began.isoformat() if began else ""
    window = case.window
    return Known(about, onset, [one.isoformat() for one in window] if window else None, given)


def repeat(
    signature: Signature, known: Known, ask: Callable[[str, dict[str, Any], dict[str, Any]], Finding]
) -> Iterator[Done]:
    """Each step in order. `ask` runs an analysis with parameters and a selection."""
    found: dict[int, Finding] = {}
    for number, step in enumerate(signature.steps, 1):
        done = _one(number, step, known, found, ask)
        if done.finding is not None:
            found[number] = done.finding
        yield done


def lasted(minutes: float) -> str:
    """So many minutes as people say it."""
    return moment.duration(timedelta(minutes=minutes))


def stale(signature: Signature) -> list[str]:
    """Why a signature does not run any more, a sentence for each check that is gone or asks otherwise now."""
    return [
        f"step {number}, {step.analysis}: {why}"
        for number, step in enumerate(signature.steps, 1)
        if (why := _gone(step))
    ]


def read(step: Step, finding: Finding) -> tuple[str, dict[str, str], dict[str, tuple[str, str]]]:
    """What came of a step, by the traits that it has now and had then; which are the same, and which are not."""
    now = traits.sure(traits.of_finding(finding))
    then = traits.sure(step.traits)
    same = {name: value for name, value in then.items() if now.get(name) == value}
    other = {
        name: (value, now[name])
        for name, value in then.items()
        if name in now and now[name] != value and traits.differs(name)
    }
    # That both found something is not yet the same, and that one has more of it not yet another.
    came = OTHERWISE if traits.telling(other) else AS_LAST_TIME if traits.shares(then, now) else CANT_TELL
    return came, same, other


def concluded(signature: Signature, done: list[Done]) -> list[tuple[Conclusion, str, str]]:
    """Each conclusion of last time: its sentence as it is now, and whether it is reached here."""
    came = {one.number: one for one in done}
    out = []
    for one in signature.conclusions:
        below = [came[n].came if n in came else NOT_RUN for n in one.steps]
        status = (
            NOT_SO if OTHERWISE in below
            else REACHED if all(what == AS_LAST_TIME for what in below)
            else CANT_TELL
        )  # fmt: skip
        out.append((one, _filled(one.text, came), status))
    return out


def _one(
    number: int,
    step: Step,
    known: Known,
    found: Mapping[int, Finding],
    ask: Callable[[str, dict[str, Any], dict[str, Any]], Finding],
) -> Done:
    if not step.analysis:
        return Done(number, step, NOT_RUN, why="left out")
    gone = _gone(step)
    if gone:
        return Done(number, step, NOT_RUN, why=gone)
    resolved: list[dict[str, Any]] = []
    for part in (step.params, step.selection):
        values: dict[str, Any] = {}
        for name, how in part.items():
            value, why = _value(name, how, known, found)
            if why:
                return Done(number, step, NOT_RUN, why=why)
            values[name] = value
        resolved.append(values)
    try:
        finding = ask(step.analysis, *resolved)
    except KitError as error:
        return Done(number, step, NOT_RUN, why=f"{PERFORM_FAILED}: {error.what}")
    came, same, other = read(step, finding)
    why = unsaid(finding) if came == CANT_TELL else ""
    return Done(number, step, came, finding, same, other, why)


def unsaid(finding: Finding) -> str:
    """Why a finding can't tell, in one sentence."""
    return (finding.coverage.missing or finding.coverage.gaps or (finding.answer,))[0]


def _gone(step: Step) -> str:
    """Why the analysis of a step can't be asked as it was; empty where it can."""
    if not step.analysis:
        return ""
    try:
        module = catalogue.load(ANALYSES, step.analysis, noun="analysis")
    except KitError:
        return "this kit has no such analysis"
    version = version_of(module)
    return "" if version == step.version else f"it is version {version} now, and was {step.version}"


def _value(name: str, how: Mapping[str, Any], known: Known, found: Mapping[int, Finding]) -> tuple[Any, str]:
    """A parameter's value here, or why there is none."""
    if IS in how:
        return how[IS], ""
    if THE in how:
        value = getattr(known, how[THE])
        told = {"about": "the id in question", "onset": "when it began", "window": "the case's window"}[
            how[THE]
        ]
        return (value, "") if value else (None, f"{told} is not known: -p {how[THE]}=...")
    if GIVEN in how:
        value = known.given.get(how[GIVEN])
        return (
            (value, "")
            if value
            else (None, f"it needs the {how[GIVEN]} of this incident: -p {how[GIVEN]}=...")
        )
    before = found.get(how["of"])
    if before is None:
        return None, f"it takes a value of step {how['of']}, which gave none"
    value = Expect(how["at"], "==", None).found(before)
    if value is None and name in IDS:
        return None, f"step {how['of']} names none here"
    return (value, "") if value is not None else (None, f"step {how['of']} has no {how['at']} here")


def _filled(text: str, came: Mapping[int, Done]) -> str:
    """A sentence with what the steps gave here."""

    def fill(match: Any) -> str:
        done = came.get(int(match["which"])) if match["which"].isdigit() else None
        if done is None or done.finding is None:
            return "…"
        if not match["path"]:
            return done.finding.answer.rstrip(".")
        return cell(Expect(match["path"], "==", None).found(done.finding)) or "…"

    return PLACE.sub(fill, text)
