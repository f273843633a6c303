"""Stuck: nothing new for too long, the same check again, questions that expired; and what to do about it.

Working memory narrows under stress (Klein, Sources of Power, 1998, calls it fixation): what helps is a list of what
nobody looked at, of what is taken for granted, and a page with which somebody fresh can be called.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from investigator import moment
from investigator.case import shown
from investigator.case.brief.help_page import help_page
from investigator.case.brief.unseen import unseen
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

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


def reasons(snapshot: Snapshot) -> list[Reason]:
    """Why it looks stuck; none where it doesn't, or where the incident is over."""
    state, now = snapshot.state, snapshot.now
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


def stuck(snapshot: Snapshot) -> Shown:
    """Whether it looks stuck and why; what nobody looked at, what is assumed, and a page to call for help with."""
    found = reasons(snapshot)
    if found:
        out = shown.paragraph("It looks stuck.") + shown.bullets([reason.text for reason in found])
    else:
        out = shown.paragraph("It does not look stuck: something new came lately, and no question is late.")
    out += _headed("Nobody looked at", unseen(snapshot))
    assumed = assumptions(snapshot)
    out += _headed(
        "Assumed, not checked",
        shown.bullets(assumed) if assumed else shown.missing("Nothing is assumed that was not checked."),
    )
    out += _headed("To call for help with", help_page(snapshot))
    return out


def assumptions(snapshot: Snapshot) -> list[str]:
    """What is taken for granted: guesses that nothing was held against, and what people said that no check backs."""
    state = snapshot.state
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


def _headed(title: str, body: Shown) -> Shown:
    return Shown(f"\n{title}:\n{body.text}", f"<h4>{shown.escape(title)}</h4>{body.markup}")
