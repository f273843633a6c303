"""What only a person knows of a source's times: its zone, its year, its day, how day and month stand, when it was taken."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.load import LoadReport


def _zone(given: str) -> tuple[str, str]:
    name = moment.zone(given).key
    return name, name


def _year(given: int) -> tuple[int, str]:
    if not 1970 <= int(given) <= 2200:
        raise ParameterError(f"{given} is no year of a log.", "", "Give it with four digits, such as 2026.")
    return int(given), f"the year {given}"


def _order(given: str) -> tuple[str, str]:
    from investigator.load.spelled import ORDER_WORDS

    if given not in ORDER_WORDS:
        raise ParameterError(
            f"'{given}' is no order of day and month.",
            f"There are: {', '.join(f'{name} ({words})' for name, words in ORDER_WORDS.items())}.",
            "Use one of these.",
        )
    return given, ORDER_WORDS[given]


def _day(given: str) -> tuple[str, str]:
    try:
        day = date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise ParameterError(f"'{given}' is no day.", "", "Give it as 2026-06-17.") from None
    return day, day


def _taken(given: str) -> tuple[str, str]:
    from investigator.load.dated import taken_at

    try:
        at = taken_at(str(given)).isoformat()
    except ValueError:
        raise ParameterError(
            f"'{given}' is no moment with its zone.", "", "Give it as 2026-06-17T09:14+02:00."
        ) from None
    return at, at


#: What can be answered: the field that keeps it, and how it is read.
_KNOWN: dict[str, tuple[str, Any]] = {
    "zone": ("zones", _zone),
    "year": ("years", _year),
    "order": ("orders", _order),
    "day": ("days", _day),
    "taken": ("taken", _taken),
}


def answer(
    evidence: Evidence, source: str, *, author: str | None = None, progress: Any = None, **given: Any
) -> LoadReport:
    """Write down what somebody knows of a source's times, and read its evidence again under it.

    `given` is one or more of zone, year, order, day and taken.
    """
    from investigator.case.evidence import intake, told
    from investigator.load import again
    from investigator.load.report import LoadReport, SourceReport

    evidence.record.writable("answer for a source")
    said = {what: _KNOWN[what][1](value) for what, value in given.items() if value is not None}
    names = again.sources(evidence.store, source)
    state = evidence.record.state
    known = all(getattr(state, _KNOWN[what][0]).get(source) == value for what, (value, _) in said.items())
    if not known:
        words = " and ".join(text for _, text in said.values())
        content = {_KNOWN[what][0]: {source: value} for what, (value, _) in said.items()}
        evidence.record.append(
            "declare", {"text": f"times of {source} are of {words}", **content}, author=author, key=[]
        )
    now = {what: value for what, (value, _) in said.items()}
    read = [name for name in names if told.would_differ(evidence, name, now)]
    if not read:
        forms = {segment.file: segment.format for segment in evidence.store.manifest().standing}
        same = tuple(
            SourceReport(name, forms.get(name, ""), "it is read so already", state="already here")
            for name in names
        )
        return LoadReport(same)
    how = {what: now[what] for what in ("zone", "year", "order") if what in now}
    return intake.read_again(evidence, read, progress=progress, author=author, **how)
