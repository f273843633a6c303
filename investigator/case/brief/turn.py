"""One turn of the way it was found out: what was known then, what somebody did, and what it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.reasoning.turns import turns
from investigator.case.record import words
from investigator.case.say import short
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.ledger import Entry

ROWS_AT_MOST = 8
KNOWN_AT_MOST = 5
CODE_AT_MOST = 160
KNOWN_LENGTH = 320


def turn(snapshot: Snapshot, number: int) -> Shown:
    """What was known just before a turn, the question, and folded away what was done and what it gave."""
    found = turns(snapshot)
    if not found:
        return shown.missing("The record has no turn yet: guesses, findings and decisions make them.")
    if not 1 <= number <= len(found):
        raise ParameterError(
            f"There is no turn {number}.", f"There are 1 to {len(found)}.", "Give one of these."
        )
    chosen = found[number - 1]
    then = snapshot.at(chosen.before)
    known = shown.bullets(_known(then))
    checking = then.state.phase == "investigating"
    question = "What would you check next?" if checking else "What would you do next?"
    order = sorted(chosen.entries, key=lambda entry: (entry.happened[0], entry.known, entry.id))
    told = [_told(snapshot, entry) for entry in order]
    text = "\n".join(["Known by then:", known.text, question, *(part.text for part in told)])
    markup = (
        f"<p class='question'>Known by then</p>{known.markup}"
        "<details class='fold'><summary>"
        f"{question} Think, then open.</summary>{''.join(part.markup for part in told)}</details>"
    )
    return Shown(text, f"<div class='turn'>{markup}</div>")


def _known(then: Snapshot) -> list[str]:
    """What the record said at that moment: the clock, findings, guesses, decisions, deeds, and who was asked what."""
    state = then.state
    out = []
    if state.deadline and state.deadline.due > then.now:
        said = state.deadline.stands_to("the deadline", then.now)
        out.append(f"{said[0].upper()}{said[1:]}.")
    for entry in state.pins[-KNOWN_AT_MOST:]:
        out.append(short(moment.localised(str((entry.content or {})["text"]), then.zone), KNOWN_LENGTH))
    for guess in state.guesses.values():
        why = f": {guess.why}" if guess.why and guess.state != "open" else ""
        out.append(f"Guess, {guess.state}: {guess.text}{why}")
    done = [note for note in state.notes if (note.content or {}).get("verb") == "did"]
    for entry in sorted([*state.decisions, *done], key=lambda one: (one.happened[0], one.id))[
        -KNOWN_AT_MOST:
    ]:
        verb = "Decided" if entry.kind == "decision" else "Done"
        out.append(f"{verb}: {short(str((entry.content or {})['text']), KNOWN_LENGTH)}")
    for ask in state.asks.values():
        if ask.answered is None:
            out.append(f"Asked {ask.to()}: {ask.text}")
    if not state.pins and not state.guesses:
        out.append(f'The customer\'s words: "{state.words[:300]}"')
    return out


def _told(snapshot: Snapshot, entry: Entry) -> Shown:
    """One entry of a turn: who did what, by which check, and what it gave."""
    content: dict[str, Any] = entry.content or {}
    place = moment.zone(snapshot.zone)
    head = f"{entry.happened[0].astimezone(place):%H:%M} {words.speaker(entry)}, {words.label(entry)}: "
    if entry.kind == "ask":
        asked = snapshot.state.asks.get(entry.about or "")
        head = f"{entry.happened[0].astimezone(place):%H:%M} {words.speaker(entry)}"
        return shown.paragraph(f'{head}, asked "{asked.text if asked else ""}": {content["text"]}')
    if entry.kind == "guess" and entry.about:
        guess = snapshot.state.guesses.get(entry.about)
        return shown.paragraph(f"{head}{guess.text if guess else ''} - {words.sentence(entry)}")
    if entry.kind != "pin":
        return shown.paragraph(f"{head}{moment.localised(words.sentence(entry), snapshot.zone)}")
    from investigator.finding import Finding, table_html

    finding = Finding.from_json(content["finding"]).in_zone(snapshot.zone)
    code = (
        finding.check.code().replace("inv.find.", "case.find.").replace("(events, ", "(")
        if finding.check
        else ""
    )
    code = code if len(code) <= CODE_AT_MOST else f"{code[:CODE_AT_MOST].rsplit(',', 1)[0]}, ...)"
    said = moment.localised(str(content["text"]), snapshot.zone)
    table = ""
    if finding.table is not None and len(finding.table):
        small = finding.table[[c for c in finding.table.columns if c not in ("origin", "name")]]
        table = table_html(_timed(small), limit=ROWS_AT_MOST, zone=snapshot.zone)
    return Shown(
        f"{head}{said}\n    {code}",
        f"<p>{escape(head)}<strong>{escape(said)}</strong></p><pre><code>{escape(code)}</code></pre>{table}",
    )


def _timed(table: Any) -> Any:
    """Columns of ISO text as times again, so that they are shown in the case's zone."""
    import pandas as pd

    out = table.copy()
    for name in out.columns:
        texts = [value for value in out[name] if isinstance(value, str)]
        if texts and all(len(text) > 18 and text[4:5] == "-" and "T" in text[10:11] for text in texts):
            out[name] = pd.to_datetime(out[name], utc=True, format="ISO8601")
    return out
