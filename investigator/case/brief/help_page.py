"""A page with which somebody fresh can be called."""

from __future__ import annotations

from investigator import moment
from investigator.case import marks, shown
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def help_page(snapshot: Snapshot) -> Shown:
    """One page of text for somebody who has never heard of it: what is wrong, by when, what is known, tried, needed."""
    state, now = snapshot.state, snapshot.now
    lines = [f"{snapshot.id}: {snapshot.title}", ""]
    lines += [f"They say: {state.words[:400]}"] if state.words else []
    if state.deadline:
        lines.append(f"Deadline: {state.deadline} ({state.deadline.stands(now)})")
    if state.about:
        lines.append(f"It is about: {', '.join(state.about[:8])}")
    began = marks.onset(snapshot)
    if began:
        sure = "It began" if marks.known_onset(snapshot) else "It may have begun"
        lines.append(f"{sure}: {moment.show(began, snapshot.zone)}")
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
    text = "\n".join(lines)
    return Shown(text, f"<pre class='copy'>{shown.escape(text)}</pre>")
