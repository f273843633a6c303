"""The read-in: one screen for whoever joins late."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.brief import worse
from investigator.case.record import plans, promises, watch
from investigator.case.say import day_clock
from investigator.case.shown import Shown, escape

if TYPE_CHECKING:
    from investigator.case.case import Case

#: One screen: so many lines a part, so many characters a line.
PART_AT_MOST = 4
LINE_AT_MOST = 170
WORDS_AT_MOST = 280
#: Decisions and lines that say what to leave alone.
HANDS_OFF = re.compile(
    r"(?i)\b(paus\w+|freez\w+|frozen|hold|stop(ped)?|suspend\w*|do not|don't|nobody|leave|hands off|not (to )?touch|alone|before the)\b"
)
RECENT = timedelta(minutes=60)


def read_in(case: Case) -> Shown:
    """The call, the clock, where we stand, what is checked, reported, assumed, who does what, and what not to touch."""
    parts = [(name, lines) for name, lines in _parts(case) if lines]
    width = max(len(name) for name, _ in parts)
    text = [f"{case.id}  {case.title}"]
    rows = []
    for name, lines in parts:
        kept = [_one(line) for line in lines[:PART_AT_MOST]]
        if len(lines) > PART_AT_MOST:
            kept[-1] += f" (and {len(lines) - PART_AT_MOST} more in the record)"
        text += [f"  {name if not n else '':<{width}}  {line}" for n, line in enumerate(kept)]
        cell = "<br>".join(escape(line) for line in kept)
        rows.append(f"<tr><th>{escape(name)}</th><td>{cell}</td></tr>")
    markup = (
        f"<div class='card'><p class='card-title'><strong>{escape(case.id)}</strong> {escape(case.title)}</p>"
        f"<table class='facts'><tbody>{''.join(rows)}</tbody></table></div>"
    )
    return Shown("\n".join(text), markup)


def _one(text: str) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= LINE_AT_MOST else f"{line[: LINE_AT_MOST - 4].rsplit(' ', 1)[0]} ..."


def _parts(case: Case) -> list[tuple[str, list[str]]]:
    from investigator.case.brief.status import propose

    state, now = case.state, case.now
    status = propose(case)
    know = [line.text for line in status.of("know")]
    reported = [text for text in know if "(reported" in text or "Not restored" in text]
    checked = [
        text
        for text in know
        if text not in reported and not text.startswith(("The cause:", "Ruled out:", "and "))
    ]
    due = state.deadline
    clocks = [
        f"{moment.show(due.due, case.zone)}: {due.stands(now)}" if due else "no deadline is known: ask for it"
    ]
    if state.phase == "resolved":
        clocks = []
    clocks += plans.slack(state, now)[:2]
    phase = state.phases[-1] if state.phases else None
    since = f" since {day_clock(phase.happened[0], case.zone, now)}" if phase else ""
    why = f": {(phase.content or {}).get('why')}" if phase and (phase.content or {}).get("why") else ""
    words = state.words if len(state.words) <= WORDS_AT_MOST else f"{state.words[: WORDS_AT_MOST - 4]} ..."
    said = f'"{words}" {state.contact}'.strip()
    return [
        ("they say", [said[i : i + LINE_AT_MOST] for i in range(0, len(said), LINE_AT_MOST)]),
        ("clock", clocks),
        ("where we stand", [f"{state.phase}{since}{why}", *([status.checked] if status.checked else [])]),
        ("known, checked", checked),
        ("reported", reported),
        ("assumed", _assumed(case)),
        ("guesses", _guesses(case)),
        ("who does what", _who(case)),
        (
            "decided",
            [
                _decided(case, entry.happened[0], str((entry.content or {})["text"]))
                for entry in reversed(state.decisions)
            ],
        ),
        ("do not touch", _hands_off(case)),
        ("gets worse", _worse(case)),
        (
            "they were promised",
            [s for s in [promises.summary(state, now, case.zone)] if s and state.phase != "resolved"],
        ),
        ("run out", watch.words(state, case.entries(), now)),
        ("next status", _next(case)),
    ]


def _decided(case: Case, when: object, text: str) -> str:
    return f"{day_clock(when, case.zone, case.now)} {text}"  # type: ignore[arg-type]


def _assumed(case: Case) -> list[str]:
    """What the case takes for given and nobody checked: guesses without a look, how unclear times were read."""
    state = case.state
    out = [
        g.text
        for g in state.guesses.values()
        if g.state == "acting on" and not any((e.content or {}).get("why") for e in g.history)
    ]
    out = [f"acted on and not confirmed: {text}" for text in out]
    out += [f"{source.name}: {source.doubt[0]}" for source in case.events().sources if source.doubt][:2]
    if state.plans:
        out.append("the steps of a plan go badly independently of each other")
    return out


def _guesses(case: Case) -> list[str]:
    order = {"confirmed": 0, "acting on": 1, "open": 2, "ruled out": 3, "parked": 4}
    found = sorted(case.state.guesses.values(), key=lambda guess: order.get(guess.state, 9))
    return [
        f"{guess.state}: {guess.text}{f' ({guess.why})' if guess.why and guess.state != 'open' else ''}"
        for guess in found
    ]


def _who(case: Case) -> list[str]:
    """Who owes an answer; then what each did last, within the hour."""
    state, now = case.state, case.now
    out = []
    for ask in state.asks.values():
        if ask.answered is None:
            late = (
                ", late" if ask.late(now) else f", by {day_clock(ask.due, case.zone, now)}" if ask.due else ""
            )
            out.append(f"{ask.to()}: {ask.text}{late}")
    last: dict[str, str] = {}
    for note in state.notes:
        content = note.content or {}
        if content.get("verb") == "did" and now - note.happened[0] <= RECENT:
            last.pop(note.author, None)
            last[note.author] = (
                f"{note.author}: {content['text']} ({day_clock(note.happened[0], case.zone, now)})"
            )
    return out + list(reversed(last.values()))


def _hands_off(case: Case) -> list[str]:
    """What is held and must stay so, decisions that say to leave something alone, and a recovery under way."""
    state, now = case.state, case.now
    if state.phase == "resolved":
        return []
    held = [one for one in worse.of(case) if one.held]
    out = [f"{_plainly(case, one.what)}: held, {one.held}" for one in held]
    said = {word for one in held for word in re.findall(r"[a-z]{5,}", f"{one.what} {one.held}".lower())}
    for entry in (*state.decisions, *state.notes):
        content = entry.content or {}
        text = str(content.get("text", ""))
        again = worse.HELD.search(text) and said & set(re.findall(r"[a-z]{5,}", text.lower()))
        if content.get("verb") is None and HANDS_OFF.search(text) and not again:
            out.append(f"{text} ({entry.author}, {day_clock(entry.happened[0], case.zone, now)})")
    recovery = case.recovery()
    first = recovery.items.get(recovery.first)
    if first is not None and first.seen is None:
        out.append(
            f"the other {len(recovery.items) - 1:,} items: {recovery.first} goes first, and nobody there has seen it yet"
        )
    return list(dict.fromkeys(out))


def _plainly(case: Case, text: str) -> str:
    return text if len(text) <= 90 else f"{text[:87]}..."


def _worse(case: Case) -> list[str]:
    return [
        f"{_plainly(case, one.what)}, {one.left(case.now, case.zone)}, {one.owner}"
        for one in worse.of(case)
        if not one.held and (one.due is None or one.due > case.now)
    ]


def _next(case: Case) -> list[str]:
    due = watch.next_status(case.state, case.entries())
    if due is None:
        return []
    late = watch.overdue(case.state, case.entries(), case.now)
    return [f"{day_clock(due, case.zone, case.now)}{', overdue' if late else ''}"]
