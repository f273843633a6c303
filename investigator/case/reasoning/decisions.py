"""Decisions: between what, who chose and why, who objected, and a frozen link to what was known at that moment.

decide roll the indexer back | options: roll back; patch forward | why: it is the quickest way
object #22 the new index loses its last hour       agree #22
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.say import short
from investigator.case.shown import Shown
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.record.line import Given
    from investigator.case.record.line import Line as Said
    from investigator.ledger import Entry

PINS_AT_MOST = 2


def options(text: str) -> list[str]:
    """The options in `roll back; patch forward`."""
    return [part.strip() for part in text.split(";") if part.strip()]


def decide(
    case: Case,
    text: str,
    *,
    why: str = "",
    options: list[str] | tuple[str, ...] = (),
    who: list[str] | tuple[str, ...] = (),
    **given: object,
) -> Entry:
    """Take down a decision: what, why, between which options, and who chose where that is not who writes."""
    content: dict[str, object] = {"text": text, "why": why}
    if options:
        content["options"] = [str(one) for one in options]
    if who:
        content["who"] = [str(one) for one in who]
    return case.write("decision", content, **given)


def written(case: Case, line: Said, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """What the shorthand `decide` writes; with a second author, the question for the chat whether anybody objects."""
    chose = [name.strip().lstrip("@") for name in line.parts.get("chose", "").split(",") if name.strip()]
    content: dict[str, object] = {"text": line.text, "why": line.parts.get("why", "")}
    if line.who or chose:
        content["who"] = chose or list(line.who)
    if line.due:
        content["due"] = line.due.low.isoformat()
    if line.parts.get("options"):
        content["options"] = options(line.parts["options"])
    entry = case.write("decision", content, **given)
    others = {e.author for e in case.entries()} - {str(given["author"])}
    if not others:
        return entry, ()
    ask = f"Decided: {line.text}. Does anybody object? object #{entry.number} why, or agree #{entry.number} ({case.id})"
    return entry, (ask,)


def answered(case: Case, line: Said, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """What the shorthand `object #12 why` and `agree #12` write: about that decision, beside it for ever."""
    known = {entry.number: entry for entry in case.state.decisions}
    found = next((known[number] for number in line.numbers if number in known), None)
    if found is None and not line.numbers and known:
        found = case.state.decisions[-1]
    if found is None:
        there = ", ".join(f"#{n} {str((e.content or {})['text'])[:50]}" for n, e in known.items())
        raise ParameterError(
            "Which decision?", f"There are: {there or 'none'}.", f"Such as: {line.verb} #22 why"
        )
    text = line.text
    if line.verb == "object" and not text:
        raise ParameterError(
            "An objection needs its reason.", "", f"Such as: object #{found.number} it loses the last hour"
        )
    entry = case.write("note", {"text": text or "agreed", "verb": line.verb}, about=found.id, **given)
    return entry, (
        f"{'objects to' if line.verb == 'object' else 'agrees to'} #{found.number} {str((found.content or {})['text'])[:80]}",
    )


def objections(case: Case, decision: Entry) -> list[Entry]:
    """What was said against a decision, in order."""
    return [
        n for n in case.state.notes if n.about == decision.id and (n.content or {}).get("verb") == "object"
    ]


def decisions(case: Case) -> Shown:
    """Each decision: when, who chose, between what, why, who objected, and what was known at that moment."""
    found = case.state.decisions
    if not found:
        return shown.missing(
            "No decision yet. Write one down: %decide pause the purge | options: pause; let it run | why: it deletes at 18:00"
        )
    rows = []
    for entry in found:
        content = entry.content or {}
        others = [
            one for one in content.get("options", []) if one.lower() not in str(content["text"]).lower()
        ]
        rows.append(
            [
                f"#{entry.number} {moment.show(entry.happened[0], case.zone)}",
                ", ".join(content.get("who", [])) or entry.author,
                str(content["text"]) + (f" ({content['why']})" if content.get("why") else ""),
                "; ".join(others),
                _polled(case, entry),
                _known(case, entry),
            ]
        )
    names = ["when", "who chose", "decided", "instead of", "objections", "known at that moment"]
    kept = [0, 1, 2, *(n for n in (3, 4) if any(row[n] for row in rows)), 5]
    return shown.table([names[n] for n in kept], [[row[n] for n in kept] for row in rows])


def _polled(case: Case, decision: Entry) -> str:
    said = [f"{n.author}: {(n.content or {})['text']}" for n in objections(case, decision)]
    agreed = [
        n.author
        for n in case.state.notes
        if n.about == decision.id and (n.content or {}).get("verb") == "agree"
    ]
    if agreed:
        said.append(f"agreed: {', '.join(dict.fromkeys(agreed))}")
    return "; ".join(said)


def _known(case: Case, entry: Entry) -> str:
    """The guess acted on and the newest findings, as they stood just before; and how to open the case as it was."""
    from investigator.case.record.state import fold

    then = fold([other for other in case.entries() if other.known < entry.known])
    guess = then.working_guess
    known = [f"guess, {guess.state}: {guess.text}"] if guess else []
    for pin in then.pins[-PINS_AT_MOST:]:
        known.append(short(moment.localised(str((pin.content or {})["text"]), case.zone)))
    return f"{'; '.join(known) or 'the call, and nothing else'} [case.then({entry.number})]"
