"""Stuck: nothing new for too long, the same check again, questions that expired; and what to do about it.

Working memory narrows under stress (Klein, Sources of Power, 1998, calls it fixation): what helps is a list of what
nobody looked at, of what is taken for granted, and a page with which somebody fresh can be called.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.shown import Shown

if TYPE_CHECKING:
    from investigator.case.case import Case

#: Nothing new for longer than this, or than two cadences, is being stuck.
QUIET = timedelta(minutes=30)
#: The same check, with the same answer, so often lately.
AGAIN = 3
LATELY = timedelta(minutes=60)


@dataclass(frozen=True)
class Reason:
    """Why it looks stuck, in a sentence."""

    sort: str  # quiet, again, expired
    text: str


def reasons(case: Case) -> list[Reason]:
    """Why it looks stuck; none where it doesn't, or where the incident is over."""
    state, now = case.state, case.now
    if state.phase in ("resolved", "monitoring"):
        return []
    out: list[Reason] = []
    limit = max(QUIET, 2 * timedelta(minutes=state.cadence))
    if state.last_new and now - state.last_new > limit:
        out.append(Reason("quiet", f"Nothing new for {moment.duration(now - state.last_new)}."))
    again: Counter[tuple[str, str]] = Counter()
    for entry in reversed(state.trail):
        if now - entry.known > LATELY:
            break
        content = entry.content or {}
        again[(str(content.get("code") or content.get("text", "")), str(content.get("text", "")))] += 1
    for (code, answer), number in again.most_common(2):
        if number >= AGAIN:
            what = code if len(code) <= 80 else code[:77] + "..."
            said = answer if len(answer) <= 120 else answer[:117] + "..."
            out.append(Reason("again", f"Asked {number} times in an hour, the same answer: {what} - {said}"))
    for ask in state.asks.values():
        if ask.late(now) and ask.due is not None:
            out.append(
                Reason(
                    "expired", f"{ask.to()} owes an answer for {moment.duration(now - ask.due)}: {ask.text}"
                )
            )
    return out


def stuck(case: Case) -> Shown:
    """Whether it looks stuck and why; what nobody looked at, what is assumed, and a page to call for help with."""
    found = reasons(case)
    if found:
        out = shown.paragraph("It looks stuck.") + shown.bullets([reason.text for reason in found])
    else:
        out = shown.paragraph("It does not look stuck: something new came lately, and no question is late.")
    out += _headed("Nobody looked at", case.unseen())
    assumed = assumptions(case)
    out += _headed(
        "Assumed, not checked",
        shown.bullets(assumed) if assumed else shown.missing("Nothing is assumed that was not checked."),
    )
    page = help_page(case)
    out += _headed(
        "To call for help with", shown.Shown(page, f"<pre class='copy'>{shown.escape(page)}</pre>")
    )
    return out


def assumptions(case: Case) -> list[str]:
    """What is taken for granted: guesses that nothing was held against, and what people said that no check backs."""
    state = case.state
    out = [
        f"{'Acted on' if guess.state == 'acting on' else 'Guessed'}: {guess.text}"
        for guess in state.guesses.values()
        if guess.state in ("open", "acting on") and not guess.history and not guess.held
    ]
    reported = [
        note
        for note in state.notes
        if (note.content or {}).get("verb") == "heard"
        and any(c.isdigit() for c in str((note.content or {}).get("text")))
    ]
    for note in reported[-5:]:
        content = note.content or {}
        who = ", ".join(content.get("who", [])) or note.author
        out.append(f"Reported by {who} (#{note.number}): {str(content['text'])[:120]}")
    return out


def help_page(case: Case) -> str:
    """One page of text for somebody who has never heard of it: what is wrong, by when, what is known, tried, needed."""
    state, now = case.state, case.now
    lines = [f"{case.id}: {case.title}", ""]
    lines += [f"They say: {state.words[:400]}"] if state.words else []
    if state.deadline:
        lines.append(f"Deadline: {state.deadline} ({state.deadline.stands(now)})")
    if state.about:
        lines.append(f"It is about: {', '.join(state.about[:8])}")
    began = case.onset()
    if began:
        lines.append(f"It began: {moment.show(began, case.zone)}")
    lines += ["", "We know (each can be run again):"]
    pins = [f"- {(pin.content or {})['text']}" for pin in state.pins[-6:]]
    lines += pins or ["- nothing is confirmed yet"]
    guesses = list(state.guesses.values())
    if guesses:
        lines += ["", "We thought:"]
        lines += [
            f"- {g.text} ({g.state}{f': {g.why}' if g.why and g.history else ''})" for g in guesses[-6:]
        ]
    tried = list(dict.fromkeys(str((entry.content or {}).get("text", "")) for entry in reversed(state.trail)))
    if tried:
        lines += ["", "We asked the evidence:"]
        lines += [f"- {text if len(text) <= 160 else text[:157] + '...'}" for text in tried[:6]]
    waiting = [ask for ask in state.asks.values() if ask.answered is None]
    if waiting:
        lines += ["", "We wait for:"]
        lines += [f"- {ask.to()}: {ask.text}" for ask in waiting[:6]]
    lines += ["", "What would you look at that is not in this list?"]
    return "\n".join(lines)


def _headed(title: str, body: Shown) -> Shown:
    return Shown(f"\n{title}:\n{body.text}", f"<h4>{shown.escape(title)}</h4>{body.markup}")
