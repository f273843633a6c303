"""The read-in: one screen for whoever joins late."""

from __future__ import annotations

import re
from datetime import timedelta

from investigator import moment
from investigator.case.brief import worse
from investigator.case.brief._proposal import propose
from investigator.case.brief._tiles import UNKNOWN, harm
from investigator.case.reasoning.switched import switched
from investigator.case.record import clocks as legal
from investigator.case.record import leading, plans, promises, watch
from investigator.case.record.words import speaker
from investigator.case.recovery import standing
from investigator.case.say import day_clock
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot

#: One screen: so many lines a part, so many characters a line.
PART_AT_MOST = 4
LINE_AT_MOST = 170
WORDS_AT_MOST = 280
#: Decisions and lines that say what to leave alone.
HANDS_OFF = re.compile(
    r"(?i)\b(paus\w+|freez\w+|frozen|hold|stop(ped)?|suspend\w*|do not|don't|nobody|leave|hands off|not (to )?touch|alone|before the)\b"
)
RECENT = timedelta(minutes=60)


def read_in(snapshot: Snapshot) -> Shown:
    """One screen for whoever joins late: the call, the clock, what is known and assumed, who does what, what not to touch."""
    parts = [(name, lines) for name, lines in _parts(snapshot) if lines]
    width = max(len(name) for name, _ in parts)
    text = [f"{snapshot.id}  {snapshot.title}"]
    rows = []
    for name, lines in parts:
        kept = [_one(line) for line in lines[:PART_AT_MOST]]
        if len(lines) > PART_AT_MOST:
            kept[-1] += f" (and {len(lines) - PART_AT_MOST} more in the record)"
        text += [f"  {name if not n else '':<{width}}  {line}" for n, line in enumerate(kept)]
        cell = "<br>".join(escape(line) for line in kept)
        rows.append(f"<tr><th>{escape(name)}</th><td>{cell}</td></tr>")
    markup = (
        f"<div class='card'><p class='card-title'><strong>{escape(snapshot.id)}</strong> {escape(snapshot.title)}</p>"
        f"<table class='facts'><tbody>{''.join(rows)}</tbody></table></div>"
    )
    return Shown("\n".join(text), markup)


def _one(text: str) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= LINE_AT_MOST else f"{line[: LINE_AT_MOST - 4].rsplit(' ', 1)[0]} ..."


def _parts(snapshot: Snapshot) -> list[tuple[str, list[str]]]:
    state, now = snapshot.state, snapshot.now
    status = propose(snapshot)
    know = [line.text for line in status.of("know")]
    reported = [text for text in know if "(reported" in text or "Not restored" in text]
    checked = [
        text
        for text in know
        if text not in reported and not text.startswith(("The cause:", "Ruled out:", "and "))
    ]
    due = state.deadline
    clocks = [
        f"{moment.show(due.due, snapshot.zone)}: {due.stands(now)}"
        if due
        else "no deadline is known: ask for it"
    ]
    if state.phase == "resolved":
        clocks = []
    clocks += [clock.says(now, snapshot.zone) for clock in legal.running(state)]
    clocks += plans.slack(state, now)[:2]
    phase = state.phases[-1] if state.phases else None
    since = f" since {day_clock(phase.happened[0], snapshot.zone, now)}" if phase else ""
    why = f": {(phase.content or {}).get('why')}" if phase and (phase.content or {}).get("why") else ""
    words = state.words if len(state.words) <= WORDS_AT_MOST else f"{state.words[: WORDS_AT_MOST - 4]} ..."
    said = f'"{words}" {state.contact}'.strip()
    return [
        ("they say", [said[i : i + LINE_AT_MOST] for i in range(0, len(said), LINE_AT_MOST)]),
        ("clock", clocks),
        ("where we stand", [f"{state.phase}{since}{why}", *([status.checked] if status.checked else [])]),
        (
            "harm",
            [f"{value} ({note})"]
            if (value := (tile := harm(snapshot))[1]) != UNKNOWN and (note := tile[2])
            else [],
        ),
        ("known, checked", checked),
        ("reported", reported),
        ("assumed", _assumed(snapshot)),
        ("guesses", _guesses(snapshot)),
        ("who leads", [said for said in [leading.lead(state).says(snapshot.zone)] if said]),
        ("who does what", _who(snapshot)),
        (
            "decided",
            [
                _decided(snapshot, entry.happened[0], str((entry.content or {})["text"]))
                for entry in reversed(state.decisions)
            ],
        ),
        ("do not touch", _hands_off(snapshot)),
        ("still off", _still_off(snapshot)),
        ("gets worse", _worse(snapshot)),
        (
            "they were promised",
            [s for s in [promises.summary(state, now, snapshot.zone)] if s and state.phase != "resolved"],
        ),
        ("run out", watch.words(state, snapshot.entries(), now)),
        ("next status", _next(snapshot)),
    ]


def _decided(snapshot: Snapshot, when: object, text: str) -> str:
    return f"{day_clock(when, snapshot.zone, snapshot.now)} {text}"  # type: ignore[arg-type]


def _assumed(snapshot: Snapshot) -> list[str]:
    """What the case takes for given and nobody checked: guesses without a look, how unclear times were read."""
    state = snapshot.state
    out = [
        g.text
        for g in state.guesses.values()
        if g.state == "acting on" and not any((e.content or {}).get("why") for e in g.history)
    ]
    out = [f"acted on and not confirmed: {text}" for text in out]
    out += [f"{source.name}: {source.doubt[0]}" for source in snapshot.events().sources if source.doubt][:2]
    if state.plans:
        out.append("the steps of a plan go badly independently of each other")
    return out


def _guesses(snapshot: Snapshot) -> list[str]:
    order = {"confirmed": 0, "acting on": 1, "open": 2, "ruled out": 3, "parked": 4}
    found = sorted(snapshot.state.guesses.values(), key=lambda guess: order.get(guess.state, 9))
    return [
        f"{guess.state}: {guess.text}{f' ({guess.why})' if guess.why and guess.state != 'open' else ''}"
        for guess in found
    ]


def _who(snapshot: Snapshot) -> list[str]:
    """Who owes an answer; then what each did last, within the hour."""
    state, now = snapshot.state, snapshot.now
    out = []
    for ask in state.asks.values():
        if ask.answered is None:
            late = (
                ", late"
                if ask.late(now)
                else f", by {day_clock(ask.due, snapshot.zone, now)}"
                if ask.due
                else ""
            )
            out.append(f"{ask.to()}: {ask.text}{late}")
    last: dict[str, str] = {}
    for note in state.notes:
        content = note.content or {}
        if content.get("verb") == "did" and now - note.happened[0] <= RECENT:
            last.pop(speaker(note), None)
            last[speaker(note)] = (
                f"{speaker(note)}: {content['text']} ({day_clock(note.happened[0], snapshot.zone, now)})"
            )
    return out + list(reversed(last.values()))


def _still_off(snapshot: Snapshot) -> list[str]:
    """What was switched off and must be switched on again, as far as anybody wrote; also when all is over."""
    return [
        f"{(one.off.content or {})['text']} ({speaker(one.off)}, {day_clock(one.off.happened[0], snapshot.zone, snapshot.now)})"
        for one in switched(snapshot.state)
        if one.on is None
    ]


def _hands_off(snapshot: Snapshot) -> list[str]:
    """What is held and must stay so, decisions that say to leave something alone, and a recovery under way."""
    state, now = snapshot.state, snapshot.now
    if state.phase == "resolved":
        return []
    held = [one for one in worse.of(snapshot) if one.held]
    out = [f"{_plainly(snapshot, one.what)}: held, {one.held}" for one in held]
    if hold := state.settings.get("hold"):
        out.insert(0, f"anything of this case: a legal hold keeps it ({hold})")
    said = {word for one in held for word in re.findall(r"[a-z]{5,}", f"{one.what} {one.held}".lower())}
    for entry in (*state.decisions, *state.notes):
        content = entry.content or {}
        text = str(content.get("text", ""))
        again = worse.HELD.search(text) and said & set(re.findall(r"[a-z]{5,}", text.lower()))
        if content.get("verb") is None and HANDS_OFF.search(text) and not again:
            out.append(f"{text} ({speaker(entry)}, {day_clock(entry.happened[0], snapshot.zone, now)})")
    recovery = standing.of(snapshot)
    first = recovery.items.get(recovery.first)
    if first is not None and first.seen is None:
        out.append(
            f"the other {len(recovery.items) - 1:,} items: {recovery.first} goes first, and nobody there has seen it yet"
        )
    return list(dict.fromkeys(out))


def _plainly(snapshot: Snapshot, text: str) -> str:
    return text if len(text) <= 90 else f"{text[:87]}..."


def _worse(snapshot: Snapshot) -> list[str]:
    return [
        f"{_plainly(snapshot, one.what)}, {one.left(snapshot.now, snapshot.zone)}, {one.owner}"
        for one in worse.of(snapshot)
        if not one.held and (one.due is None or one.due > snapshot.now)
    ]


def _next(snapshot: Snapshot) -> list[str]:
    due = watch.next_status(snapshot.state, snapshot.entries())
    if due is None:
        return []
    late = watch.overdue(snapshot.state, snapshot.entries(), snapshot.now)
    return [f"{day_clock(due, snapshot.zone, snapshot.now)}{', overdue' if late else ''}"]
