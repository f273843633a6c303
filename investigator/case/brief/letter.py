"""The letter to the customer when it is over: a document of its own."""

from __future__ import annotations

from investigator import moment
from investigator.case import shown
from investigator.case.customer import guard, words
from investigator.case.reasoning.statements import newest, statements
from investigator.case.shown import Shown, copied
from investigator.case.snapshot import Snapshot


def letter(snapshot: Snapshot) -> Shown:
    """What happened to the customer, what is so now and what changes, in words that may go to them.

    What happened is the section `letter` of the story (`case.record.prose('letter', '...')`); what is so now stands on
    checks; of what changes, what is done or has a date. What may not go out as it is stands below, in a grey line.
    """
    state = snapshot.state
    told, cites = words.known(snapshot, newest(statements(snapshot)))
    entry = state.prose.get("letter")
    own = str(entry.content["text"]).strip() if entry is not None and entry.content else ""
    asked = moment.show(state.call.happened[0], snapshot.zone) if state.call else ""
    lines = [words.greeting(state), ""]
    if state.words and asked:
        lines += [f"On {asked} you told us: \u201c{state.words.strip()}\u201d", ""]
    lines += [own, ""] if own else []
    lines += [*(f"- {line}" for line in told), ""] if told else []
    changes = [action for action in state.actions.values() if action.done or action.due]
    inside = [a for a in changes if guard.problems(snapshot, a.text, cites)]
    changes = [a for a in changes if a not in inside]
    if changes:
        lines += ["So that it does not happen in this way again, we change:", ""]
        lines += [f"- {a.text.rstrip('.')} ({'done' if a.done else f'by {a.due}'})" for a in changes] + [""]
    lines.append("If anything is still not as it should be, please write to us.")
    text = "\n".join(lines)
    found = guard.problems(snapshot, text, cites)
    sent = guard.masked(text, found)
    out = shown.wrapped("letter", Shown(sent, copied(sent)))
    if not own:
        out += shown.missing("Nobody wrote what happened to them yet: case.record.prose('letter', '...')")
    if inside:
        named = ", ".join(f"#{action.entry.number}" for action in inside)
        out += shown.missing(
            f"Left out, because they name what is ours alone: {named}. Say it in their words in 'letter'."
        )
    left = [problem for problem in found if problem.sort != "name"]
    return out + shown.missing("Say otherwise: " + "; ".join(map(str, left))) if left else out
