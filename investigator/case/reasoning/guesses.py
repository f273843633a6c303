"""The guesses side by side: what is for and against each, what nobody looked at; and what judging one asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning import weighing
from investigator.case.reasoning.next_checks import only_confirming
from investigator.case.reasoning.weighing import Weighed
from investigator.case.record.entries import one_of, said_something
from investigator.case.record.mode import reporting
from investigator.case.record.model import GUESS_STATES, SURE, Guess
from investigator.case.record.record import Record
from investigator.case.say import short
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot
from investigator.errors import CaseError
from investigator.finding import NO_PROOF

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.ledger import Entry

#: Those that are followed come first, by what stands against them; then what is settled, then what rests.
_ORDER = {"confirmed": 0, "acting on": 1, "open": 1, "parked": 2, "ruled out": 3}
FOLLOWED = ("open", "acting on", "confirmed")
#: So many of what nobody looked at are named.
NAMED_AT_MOST = 4


def guesses(snapshot: Snapshot) -> Shown:
    """Each guess with what is for it, against it and not looked at; the fewest inconsistencies first (Heuer 1999).

    Evidence that stands on the same side of every guess is named below: it does not tell them apart.
    """
    state, entries = snapshot.state, snapshot.entries()
    if not state.guesses:
        return shown.missing("No guess yet. Write one line: case.record.guess('indexer 2.3.1 dropped them')")
    weighed = {i: weighing.weigh(guess, entries) for i, guess in state.guesses.items()}
    rows = sorted(
        state.guesses.items(),
        key=lambda item: (_ORDER[item[1].state], _against(weighed[item[0]]), item[1].entry.number),
    )
    blocks = [_block(snapshot, guess, weighed[i], state) for i, guess in rows]
    notes = [f"#{number} {text[:160]}: on the same side of every guess, so it tells none of them from another." for number, text in weighing.tells_nothing(state, weighed)]  # fmt: skip
    notes += _one_sided(snapshot)
    board = Shown("\n".join(text for text, _ in blocks), _markup([cells for _, cells in blocks]))
    return board + shown.bullets(notes) if notes else board


def _against(weighed: list[Weighed]) -> int:
    return sum(1 for one in weighed if one.side == "against" and one.counts)


def _block(
    snapshot: Snapshot, guess: Guess, weighed: list[Weighed], state: State
) -> tuple[str, list[list[str]]]:
    """A guess as text and as cells."""
    support = [_said(snapshot, one) for one in weighed if one.side == "for"]
    contrary = [_said(snapshot, one) for one in weighed if one.side == "against"]
    contrary += _reasons(guess, ("ruled out", "parked"))
    support += _reasons(guess, ("acting on", "confirmed"))
    unseen = _not_looked_at(guess, weighed, state)
    number = _against(weighed)
    # How sure its author was says nothing any more once it was ruled out or confirmed.
    settled = guess.state in ("ruled out", "confirmed")
    stands = [guess.state, *([f"how sure: {guess.sure}"] if guess.sure and not settled else [])]
    count = (
        f"{number} inconsistencies" if number > 1 else "1 inconsistency" if number else "nothing inconsistent"
    )
    if not number and guess.state == "ruled out":
        count = "by what was reported"  # no check stands against it
    lines = [f"{guess.name} · {' · '.join([*stands, count])}"]
    for name, items in (("for", support), ("against", contrary), ("not looked at", unseen)):
        lines += [f"    {name if not place else '':<14} {item}" for place, item in enumerate(items)]
    return "\n".join(lines), [[guess.name], [*stands, count], support, contrary, unseen]


def _said(snapshot: Snapshot, one: Weighed) -> str:
    # Why it proves nothing stands behind it already.
    text = one.text.split(NO_PROOF)[0] if one.weak else one.text
    return moment.localised(str(replace(one, text=short(text))), snapshot.zone)


def _reasons(guess: Guess, states: tuple[str, ...]) -> list[str]:
    out = []
    for entry in guess.history:
        content = entry.content or {}
        if content.get("state") in states and content.get("why"):
            went = f"; went ahead though {content['untested']}" if content.get("untested") else ""
            out.append(f"{content['state']}: {content['why']} ({entry.author}, reported{went})")
    return out


def _not_looked_at(guess: Guess, weighed: list[Weighed], state: State) -> list[str]:
    if guess.state not in FOLLOWED:
        return []
    out = []
    checked = [one for one in weighed if one.grade == "observed" and one.counts]
    if guess.expect and not any(one.before for one in checked):
        out.append(f"expected: {guess.expect}")
    waiting = [p for p in state.predictions.values() if guess.entry.id in p.likely and not p.outcome]
    out += [f"predicted, not run: {p.text}" for p in waiting[:NAMED_AT_MOST]]
    own = {one.source for one in weighed}
    others = {pin.id: pin for pin in state.pins if pin.id not in own and _is_held(pin.id, state)}
    if others:
        named = ", ".join(f"#{pin.number}" for pin in list(others.values())[:NAMED_AT_MOST])
        out.append(f"not held against it: {named}")
    if not out and not weighed and guess.state != "confirmed":
        out.append("untested: nothing was set for or against it")
    return out


def _is_held(identifier: str, state: State) -> bool:
    return any(identifier in one.held for guess in state.guesses.values() for one in guess.held)


def _one_sided(snapshot: Snapshot) -> list[str]:
    found = only_confirming(snapshot)
    if found is None or not found[1] or found[2] < 2:
        return []
    name, idle, own = found
    return [f"{idle} of {own} checks on {name} could only have confirmed it: no rival was held against them, or it expects the same."]  # fmt: skip


def _markup(rows: list[list[list[str]]]) -> str:
    head = "".join(
        f"<th>{name}</th>" for name in ("guess", "how it stands", "for", "against", "not looked at")
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td>{''.join(_line(line, strong=not place) for line in cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table class='numbers guesses'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _line(text: str, *, strong: bool) -> str:
    return f"<p><strong>{escape(text)}</strong></p>" if strong else f"<p>{escape(text)}</p>"


def untested(snapshot: Snapshot, guess: Guess) -> list[str]:
    """What confirming a guess would pass over: rivals, no check that could have failed, gaps, what stands against it."""
    state, entries = snapshot.state, snapshot.entries()
    out = [
        f"{other.name} is not ruled out"
        for other in state.guesses.values()
        if other.entry.id != guess.entry.id and other.state not in ("ruled out", "confirmed")
    ]
    weighed = weighing.weigh(guess, entries)
    by_id = {entry.id: entry for entry in entries}
    could_fail = any(
        one.side == "for"
        and one.grade == "observed"
        and one.counts
        and weighing.first_ran(by_id[one.source], entries) > guess.entry.known
        for one in weighed
    ) or any(
        p.outcome == "as expected" and p.check and guess.entry.id in p.likely
        for p in state.predictions.values()
    )
    if not could_fail:
        out.append("no check that could have failed was run on it since it was written")
    out += [f"{gap.rstrip('.')} (behind #{one.number})" for one in weighed if one.side == "for" for gap in one.gaps[:1]]  # fmt: skip
    out += [f"#{one.number} stands against it" for one in weighed if one.side == "against" and one.counts]
    return out


def guess(
    record: Record,
    text: str,
    *,
    expect: str = "",
    state: str = "open",
    sure: str = "",
    why: str = "",
    origins: Iterable[str] = (),
    **given: Any,
) -> Entry:
    """Put a guess into the record: what may be the cause, and what we should see if it is so; `sure`: low, even, high."""
    one_of(state, GUESS_STATES, "state of a guess")
    content: dict[str, Any] = {"text": said_something(text), "expect": expect, "state": state}
    if sure:
        content["sure"] = one_of(sure, SURE, "word for how sure")
    if why:
        content["why"] = why
    if lines := list(origins):
        content["origins"] = lines
    return record.append("guess", content, **given)


def judge(evidence: Evidence, guess: Any, state: str, why: str = "", **given: Any) -> Entry:
    """Change how a guess stands; see `case.record.judge`."""
    one_of(state, GUESS_STATES, "state of a guess")
    record, snapshot = evidence.record, Snapshot.of(evidence)
    about = record.known(guess, snapshot.state.guesses, "guess")
    known = snapshot.state.guesses[about]
    content: dict[str, Any] = {"text": why or state, "state": state, "why": why}
    if reporting() or state not in ("confirmed", "ruled out"):
        return record.append("guess", content, about=about, **given)
    passed = untested(snapshot, known) if state == "confirmed" else _unrefuted(snapshot, known)
    if passed and not why:
        raise CaseError(
            f"{known.name} is not {state}: {'; '.join(passed)}.",
            "Acting on a guess is not confirming it, and parking it is not refuting it.",
            "Go ahead with one line, which stands in the report: "
            f"{'confirm' if state == 'confirmed' else 'ruleout'} #{known.entry.number} the reason",
        )
    # That nothing checked stands against a guess is no warning that was passed; a search that saw nothing is one.
    if not passed or (state == "ruled out" and not passed[0].startswith("#")):
        return record.append("guess", content, about=about, **given)
    content["untested"] = "; ".join(passed)
    entry = record.append("guess", content, about=about, **given)
    who = {name: given[name] for name in ("author", "happened") if given.get(name)}
    text = f"{state} {known.text}, though {content['untested']}: {why}"
    record.append("anyway", {"text": text, "gate": state}, about=entry.id, **who)
    return entry


def _unrefuted(snapshot: Snapshot, guess: Guess) -> list[str]:
    """Why nothing refutes a guess yet; empty where something that counts stands against it."""
    contrary = [one for one in weighing.weigh(guess, snapshot.entries()) if one.side == "against"]
    if any(one.counts for one in contrary):
        return []
    weak = [f"#{one.number} counts for nothing ({one.weak})" for one in contrary]
    return weak or ["nothing stands against it"]
