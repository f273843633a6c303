"""Entries that need the record alone: notes, questions and answers, actions, prose, what is declared, what is taken back.

One function a verb: a line of shorthand and a call in Python end here, and write the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.record.record import Record
from investigator.errors import ParameterError
from investigator.moment import Moment

if TYPE_CHECKING:
    from investigator.ledger import Entry


def said_something(text: str) -> str:
    """The words without the blanks around them. Raises ParameterError where there are none."""
    if not str(text).strip():
        raise ParameterError("An entry needs words.", "", "Write one line.")
    return str(text).strip()


def one_of(given: str, known: Iterable[str], noun: str) -> str:
    """The word that was given. Raises ParameterError where it is none of those that are known."""
    if given not in known:
        raise ParameterError(
            f"'{given}' is no {noun}.", f"There are: {', '.join(known)}.", "Use one of these."
        )
    return given


def note(
    record: Record,
    text: str,
    *,
    verb: str = "note",
    who: str | Iterable[str] = (),
    due: datetime | str | None = None,
    ids: Iterable[str] = (),
    about: Entry | str | int | None = None,
    **given: Any,
) -> Entry:
    """Something seen, done, heard, told or promised: `verb` says which; `about` is the entry that it speaks of."""
    content: dict[str, Any] = {"text": said_something(text)}
    when = _due(record, due)
    if verb == "promise" and when is None:
        raise ParameterError(
            "A promise needs its time.",
            f"It says: {content['text']}.",
            "Such as: promise you get the list of all 40 by 16:00",
        )
    if verb != "note":
        content["verb"] = verb
    if people := _people(who):
        content["who"] = people
    if when is not None:
        content["due"] = when.isoformat()
    if entities := [str(one) for one in ids]:
        content["entities"] = entities
    return record.append("note", content, about=None if about is None else record.entry(about).id, **given)


def ask(
    record: Record,
    text: str,
    *,
    who: str | Iterable[str] = (),
    minutes: int | None = None,
    due: datetime | str | None = None,
    origins: Iterable[str] = (),
    **given: Any,
) -> Entry:
    """A question to somebody, with minutes to answer; `due` is a time instead, such as "14:30"; `origins` lines it is about."""
    content: dict[str, Any] = {"text": said_something(text), "who": _people(who)}
    if lines := list(origins):
        content["origins"] = lines
    when = _due(record, due)
    if when is None and minutes:
        start = given.get("happened")
        when = (start.low if isinstance(start, Moment) else start or record.now) + timedelta(minutes=minutes)
    if minutes:
        content["minutes"] = minutes
    if when is not None:
        content["due"] = when.isoformat()
    return record.append("ask", content, **given)


def answer(
    record: Record, question: str | int | Entry, text: str, *, state: str = "answered", **given: Any
) -> Entry:
    """What came back on a question; `state="seen"` says only that they are on it."""
    one_of(state, ("answered", "seen"), "state of a question")
    about = record.known(question, record.state.asks, "question")
    return record.append("ask", {"text": said_something(text), "state": state}, about=about, **given)


def action(record: Record, text: str, *, owner: str = "", due: str = "", **given: Any) -> Entry:
    """Something to do afterwards, with an owner and a date."""
    return record.append("action", {"text": said_something(text), "owner": owner, "due": due}, **given)


def prose(record: Record, section: str, text: str, **given: Any) -> Entry:
    """What people write into the postmortem (summary, surprise, lessons); survives every re-render."""
    return record.append("prose", {"section": section, "text": said_something(text)}, **given)


def declare(
    record: Record,
    *,
    kinds: dict[str, str] | None = None,
    about: list[str] | str | None = None,
    window: tuple[Any, Any] | None = None,
    onset: datetime | str | None = None,
    zone: str | None = None,
    cadence: int | None = None,
    **given: Any,
) -> Entry:
    """Tell the case what it can't know: kinds of ids and their patterns, the ids in question, window, onset, zone.

    Times are datetimes, or as people write them: `2026-06-17 09:14`, `yesterday 5pm`, `09:14 Berlin`; without a zone
    they are in the case's. Raises MomentError where one is no time. `cadence` is how many minutes may pass between two statuses (default 20).
    """
    from investigator.events.entities import check_kinds, kind_of

    content: dict[str, Any] = {"text": "declared"}
    patterns = dict(kinds or {})
    if about:
        content["about"] = [about] if isinstance(about, str) else list(about)
        for item in content["about"]:
            kind, pattern = kind_of(item)
            if kind != "trace":
                patterns.setdefault(kind, pattern)
    if patterns:
        content["kinds"] = check_kinds(patterns)
    if window:
        content["window"] = [_iso(record, bound) for bound in window]
    if onset:
        content["onset"] = _iso(record, onset)
    if zone:
        content["zone"] = moment.zone(zone).key
    if cadence:
        content["settings"] = {"cadence": int(cadence)}
    content["text"] = "declared " + ", ".join(name for name in content if name != "text")
    return record.append("declare", content, **given)


def undo(record: Record, entry: Entry | str | int, why: str = "", **given: Any) -> Entry:
    """Take an entry back: it stays in the record, and says nothing any more. `why` stands beside it."""
    wanted = record.entry(entry).id
    for other in record.entries("anyway"):
        if other.about == wanted:  # the warning that was passed with it
            record.append("undo", {"text": "taken back"}, about=other.id, author=given.get("author"))
    content = {"text": f"taken back: {why}", "why": why} if why else {"text": "taken back"}
    return record.append("undo", content, about=wanted, **given)


def _people(who: str | Iterable[str]) -> list[str]:
    return [who] if isinstance(who, str) else [str(one) for one in who]


def _due(record: Record, due: datetime | str | None) -> datetime | None:
    if not isinstance(due, str):
        return due
    if not due:
        return None
    from investigator import natural_times

    return natural_times.parse(due, zone_name=record.zone, reference=record.now, ahead=True).due


def _iso(record: Record, value: Any) -> str | None:
    """A time as it is kept: ISO 8601 with its zone."""
    if value is None:
        return None
    if isinstance(value, str):
        from investigator import natural_times

        value = natural_times.parse(value, zone_name=record.zone, reference=record.now).low
    elif value.tzinfo is None:
        value = value.replace(tzinfo=moment.zone(record.zone))
    return str(value.isoformat())


def legal_hold(record: Record, text: str, *, why: str = "", **given: Any) -> Entry:
    """A lawyer's hold: while it stands nothing of the case is erased. An empty text lifts it."""
    said = f"legal hold: {text}" if text else "the legal hold is lifted"
    content = {"text": f"{said}{f' ({why})' if why else ''}", "settings": {"hold": text}}
    return record.append("declare", content, **given)
