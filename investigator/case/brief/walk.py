"""The way it was found out, turn by turn: what was known then, what somebody did, and what it gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.record import words
from investigator.case.record.retracted import taken_back
from investigator.case.say import short
from investigator.case.shown import Shown, escape
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.ledger import Entry

#: What moves an investigation on. What was said to others, and what was made afterwards, doesn't.
MOVES = ("guess", "decision", "pin", "phase", "recovery", "anyway")
#: Entries that follow each other within a minute are one turn.
TOGETHER = timedelta(seconds=60)
ROWS_AT_MOST = 8
KNOWN_AT_MOST = 5
CODE_AT_MOST = 160
KNOWN_LENGTH = 320


@dataclass
class Turn:
    """What came to the record within a minute, and when the first of it was known."""

    number: int
    entries: list[Entry] = field(default_factory=list)

    @property
    def before(self) -> datetime:
        """The last moment at which none of it was known."""
        return self.entries[0].known - timedelta(microseconds=1)

    @property
    def when(self) -> datetime:
        """When the first of it happened."""
        return self.entries[0].happened[0]


def turns(case: Case) -> list[Turn]:
    """The turns of the record in the order in which things became known, up to when it was called resolved."""
    entries = case.entries()
    gone = taken_back(entries)
    out: list[Turn] = []
    for entry in entries:
        if entry.id in gone or entry.erased or not _moves(entry):
            continue
        if out and entry.known - out[-1].entries[-1].known <= TOGETHER:
            out[-1].entries.append(entry)
        else:
            out.append(Turn(len(out) + 1, [entry]))
        if entry.kind == "phase" and (entry.content or {}).get("text") == "resolved":
            break
    return out


def _moves(entry: Entry) -> bool:
    content = entry.content or {}
    if entry.kind == "phase" and content.get("text") == "investigating":
        return False
    if entry.kind == "ask":
        return bool(entry.about) and content.get("state") != "seen"
    return entry.kind in MOVES or (entry.kind == "note" and content.get("verb") in ("did", "heard"))


def heading(case: Case, turn: Turn) -> str:
    """A turn's heading, which gives nothing away: the time, and how long after the call."""
    call = case.state.call
    after = f", {moment.duration(turn.when - call.happened[0])} after the call" if call else ""
    place = moment.zone(case.zone)
    return f"{turn.when.astimezone(place):%H:%M} {moment.city(case.zone)}{after}"


def turn(case: Case, number: int) -> Shown:
    """What was known just before a turn, the question, and folded away what was done and what it gave."""
    found = turns(case)
    if not found:
        return shown.missing("The record has no turn yet: guesses, findings and decisions make them.")
    if not 1 <= number <= len(found):
        raise ParameterError(
            f"There is no turn {number}.", f"There are 1 to {len(found)}.", "Give one of these."
        )
    chosen = found[number - 1]
    then = case.as_of(chosen.before)
    known = shown.bullets(_known(then))
    checking = then.state.phase == "investigating"
    question = "What would you check next?" if checking else "What would you do next?"
    told = [_told(case, entry) for entry in chosen.entries]
    text = "\n".join(["Known by then:", known.text, question, *(part.text for part in told)])
    markup = (
        f"<p class='question'>Known by then</p>{known.markup}"
        "<details class='fold'><summary>"
        f"{question} Think, then open.</summary>{''.join(part.markup for part in told)}</details>"
    )
    return Shown(text, f"<div class='turn'>{markup}</div>")


def _known(then: Case) -> list[str]:
    """What the record said at that moment: the clock, findings, guesses, and who was asked what."""
    state = then.state
    out = []
    if state.deadline and state.deadline.due > then.now:
        out.append(f"{state.deadline.stands(then.now)} to the deadline.")
    for entry in state.pins[-KNOWN_AT_MOST:]:
        out.append(short(moment.localised(str((entry.content or {})["text"]), then.zone), KNOWN_LENGTH))
    for guess in state.guesses.values():
        why = f": {guess.why}" if guess.why and guess.state != "open" else ""
        out.append(f"Guess, {guess.state}: {guess.text}{why}")
    for ask in state.asks.values():
        if ask.answered is None:
            out.append(f"Asked {ask.to()}: {ask.text}")
    if not state.pins and not state.guesses:
        out.append(f'The customer\'s words: "{state.words[:300]}"')
    return out


def _told(case: Case, entry: Entry) -> Shown:
    """One entry of a turn: who did what, by which check, and what it gave."""
    content: dict[str, Any] = entry.content or {}
    place = moment.zone(case.zone)
    head = f"{entry.happened[0].astimezone(place):%H:%M} {entry.author}, {words.label(entry)}: "
    if entry.kind == "ask":
        asked = case.state.asks.get(entry.about or "")
        head = f"{entry.happened[0].astimezone(place):%H:%M} {entry.author}"
        return shown.paragraph(f'{head}, asked "{asked.text if asked else ""}": {content["text"]}')
    if entry.kind == "guess" and entry.about:
        guess = case.state.guesses.get(entry.about)
        return shown.paragraph(f"{head}{guess.text if guess else ''} - {words.sentence(entry)}")
    if entry.kind != "pin":
        return shown.paragraph(f"{head}{moment.localised(words.sentence(entry), case.zone)}")
    from investigator.finding import Finding, table_html

    finding = Finding.from_json(content["finding"]).in_zone(case.zone)
    code = (
        finding.check.code().replace("inv.find.", "case.find.").replace("(events, ", "(")
        if finding.check
        else ""
    )
    code = code if len(code) <= CODE_AT_MOST else f"{code[:CODE_AT_MOST].rsplit(',', 1)[0]}, ...)"
    said = moment.localised(str(content["text"]), case.zone)
    table = ""
    if finding.table is not None and len(finding.table):
        small = finding.table[[c for c in finding.table.columns if c not in ("origin", "name")]]
        table = table_html(_timed(small), limit=ROWS_AT_MOST, zone=case.zone)
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


def short_path(case: Case) -> Shown:
    """The checks that mattered, in the order in which they answered: what to run first next time."""
    # What was pinned after it was over is for the postmortem; what answered before is the path.
    found = {entry.id for part in turns(case) for entry in part.entries}
    rows: list[list[str]] = []
    seen = set()
    for entry in case.state.pins:
        if entry.id not in found:
            continue
        check = ((entry.content or {}).get("finding") or {}).get("check")
        question = str(((entry.content or {}).get("finding") or {}).get("question", ""))
        if check and check["analysis"] not in seen:
            seen.add(check["analysis"])
            rows.append([f"{len(rows) + 1}", question, f"case.find.{check['analysis']}"])
    if not rows:
        return shown.missing("Nothing is pinned yet, so there is no short path.")
    return shown.table(["", "the question", "the check"], rows)
