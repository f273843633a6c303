"""The case card: where are we?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.brief.stuck import reasons
from investigator.case.reasoning.contradictions import contradictions
from investigator.case.record import plans, promises, watch
from investigator.case.record.retracted import taken_back
from investigator.case.say import ago
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.case.record.state import State


def card(snapshot: Snapshot) -> Shown:
    """The words, the clock to the deadline in the customer's zone, the working guess, minutes since anything new."""
    state, now = snapshot.state, snapshot.now
    lines: list[tuple[str, str]] = []
    words = state.words or "Nobody wrote down the customer's words yet."
    lines.append(("they say", words if len(words) <= 600 else words[:597] + "..."))
    if state.contact:
        lines.append(("contact", state.contact))
    if state.deadline:
        lines.append(("deadline", state.deadline.said(now)))
    else:
        lines.append(("deadline", "none known: ask the customer, then: deadline today 18:00"))
    guess = state.working_guess
    lines.append(
        (
            "working guess",
            f"{guess.text} ({guess.state}{'' if guess.history or guess.held else ', untested'})"
            if guess
            else "none yet: inv note think ...   in a notebook: case.record.guess('...')",
        )
    )
    if state.about:
        lines.append(("about", ", ".join(state.about)))
    lines.append(("phase", state.phase))
    lines += snapshot.notices()
    if state.last_new:
        lines.append(
            ("last new entry", f"{moment.show(state.last_new, snapshot.zone)} · {ago(state.last_new, now)}")
        )
    torn = contradictions(snapshot).lines
    lines += [("contradiction" if not place else "", line) for place, line in enumerate(torn[:3])]
    lines += [*_people(snapshot, state, now), *_last(snapshot)]
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in lines)
    markup = (
        f"<div class='card'><p class='card-title'><strong>{escape(snapshot.id)}</strong> {escape(snapshot.title)} "
        f"· times in {escape(snapshot.zone)}</p>"
        f"<table class='facts'><tbody>{rows}</tbody></table></div>"
    )
    text = "\n".join(
        [
            f"{snapshot.id}  {snapshot.title} · times in {snapshot.zone}",
            *(f"  {name:<15} {value}" for name, value in lines),
        ]
    )
    return Shown(text, markup)


def _people(snapshot: Snapshot, state: State, now: datetime) -> list[tuple[str, str]]:
    """Who owes an answer, and when the next status is due; nothing for one who works alone."""
    out = []
    waiting = [ask for ask in state.asks.values() if ask.answered is None]
    if waiting:
        late = [ask for ask in waiting if ask.late(now)]
        said = [f"{len(waiting)} open"] + [f"{ask.to()} is late: {ask.text}" for ask in late[:3]]
        out.append(("asked", "; ".join(said)))
    due = watch.next_status(state, snapshot.entries())
    if due is not None:
        left = due - now
        when = f"in {moment.duration(left)}" if left >= timedelta(0) else f"{moment.duration(-left)} late"
        out.append(("next status", f"{moment.show(due, snapshot.zone, day=False)} · {when}"))
    why = reasons(snapshot)
    if why:
        out.append(("stuck?", f"{why[0].text} What nobody looked at: case.brief.stuck()"))
    if state.phase != "resolved":
        promised = promises.summary(state, now, snapshot.zone)
        out += [("promised", promised)] if promised else []
        ways = plans.slack(state, now)
        out += [("way out" if not number else "", way) for number, way in enumerate(ways[:3])]
        out += [("decide", text) for text in plans.decide_now(state, now)]
    return out


def _last(snapshot: Snapshot, count: int = 3) -> list[tuple[str, str]]:
    """The newest lines of the record."""
    from investigator.case.record import words

    gone = taken_back(snapshot.entries())
    spoken = [e for e in snapshot.entries() if e.kind in words.SPOKEN and e.id not in gone and not e.erased]
    out = []
    for number, entry in enumerate(reversed(spoken[-count:])):
        said = moment.localised(words.sentence(entry), snapshot.zone)
        said = said if len(said) <= 140 else said[:137] + "..."
        out.append(
            (
                "last entries" if not number else "",
                f"#{entry.number} {words.speaker(entry)}, {words.label(entry)}: {said}",
            )
        )
    return out
