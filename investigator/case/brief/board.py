"""What the record says, as people read it: actions, decisions, the record itself, and what nobody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.shown import Shown

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.finding import Finding
    from investigator.ledger import Entry


def actions(case: Case) -> Shown:
    """What is to do afterwards, with owner and date."""
    found = list(case.state.actions.values())
    if not found:
        return shown.missing(
            "No action yet. Add one: case.record.action('...', owner='...', due='2026-07-01')"
        )
    rows = [
        [a.text, a.owner or "nobody yet", a.due or "no date", "done" if a.done else "open"] for a in found
    ]
    return shown.table(["action", "owner", "due", ""], rows)


def told(case: Case, section: str) -> Shown:
    """Prose of a section as it stands, paragraph by paragraph; one grey line where nobody wrote it yet."""
    entry = case.state.prose.get(section)
    if entry is None or entry.content is None:
        return shown.missing(f"Nobody wrote '{section}' yet. Write it: case.record.prose('{section}', '...')")
    text = str(entry.content["text"])
    parts = [part.strip() for part in text.split("\n") if part.strip()]
    if len(parts) > 1:
        return shown.wrapped("prose", shown.bullets(part.lstrip("-* ") for part in parts))
    return shown.wrapped("prose", shown.paragraph(text))


def unseen(case: Case) -> Shown:
    """One page for fresh eyes: sources in no answer so far, what could not be read, guesses nobody tested."""
    state, events = case.state, case.events()
    seen = looked_at(case)
    never = [source.name for source in events.sources if source.name not in seen]
    asked = len(state.trail) + len(state.pins) + len(case.evidence.asked)
    lines = []
    if not asked:
        lines.append("No check has run yet: run the cells above.")
    elif never:
        lines.append(f"In no answer so far: {', '.join(never)}.")
    for source in events.sources:
        if source.rejected:
            lines.append(
                f"{source.name}: {source.rejected:,} units could not be read (case.evidence.rejects())."
            )
        lines += [f"{source.name}: {doubt}" for doubt in source.doubt]
    for guess in state.guesses.values():
        if guess.state in ("open", "acting on") and not guess.history and not guess.held:
            lines.append(f"Assumed and not tested: {guess.text}")
    from investigator.facts.silences import silences

    for row in silences(events).itertuples(index=False):
        lines.append(
            f"{row[0]} is silent from {moment.show(row[1].to_pydatetime(), case.zone)} for {row[3]} minutes: "
            "is there another source for that time?"
        )
    lines += _same_numbers(case.evidence.asked)
    if not lines:
        return shown.paragraph(f"Every one of the {len(events.sources)} sources stands behind an answer.")
    return shown.bullets(lines)


def looked_at(case: Case) -> set[str]:
    """The sources whose rows stand behind an answer of the record or of this session.

    A check over everything reads a source in passing: only its own rows behind an answer count as a look.
    """
    state = case.state
    seen = {source for entry in state.trail for source in (*_shown(entry), *_named(entry))}
    seen |= {source for entry in state.pins for source in _shown(entry)}
    return seen | {source for finding in case.evidence.asked for source in finding.evidence_sources}


#: A number below this is in many answers by chance.
TELLING = 20


def _same_numbers(findings: list[Finding]) -> list[str]:
    """A number that two questions answered with, as a question: are these the same ones?"""
    held: dict[int, dict[str, str]] = {}
    for finding in findings:
        if finding.check is not None:
            for number, name in _numbers(finding.value):
                held.setdefault(number, {}).setdefault(finding.check.analysis, name)
    out = []
    for number, places in sorted(held.items(), reverse=True):
        if len({*places.values()}) > 1:
            named = " and ".join(f"{name} ({analysis})" for analysis, name in sorted(places.items())[:2])
            out.append(f"{number:,} is the number of two answers, {named}: are they the same ones?")
    return out[:3]


def _numbers(value: Any) -> list[tuple[int, str]]:
    """The counts that a finding states: how many are affected, and the last of each number that grows."""
    if not isinstance(value, dict):
        return []
    out = [(value[key], key) for key in ("affected", "unknown", "lost") if isinstance(value.get(key), int)]
    for item in value.get("items", []) if isinstance(value.get("items"), list) else []:
        number = item.get("number") if isinstance(item, dict) else None
        if number and float(number["last"]).is_integer():
            out.append((int(number["last"]), str(number["name"])))
    return [(number, name) for number, name in out if number >= TELLING]


def _shown(entry: Entry) -> list[str]:
    """The sources of the rows behind an answer that was kept."""
    content = entry.content or {}
    evidence = (content.get("finding") or {}).get("evidence") or {}
    if "source" in evidence.get("columns", []):
        place = evidence["columns"].index("source")
        return sorted({str(row[place]) for row in evidence["rows"]})
    return list(content.get("shown", []))


def _named(entry: Entry) -> list[str]:
    selection = ((entry.content or {}).get("check") or {}).get("selection") or {}
    return list(selection.get("source") or [])


def rechecked(case: Case) -> Shown:
    """Every pinned statement, when it was found, and what became of it when its check ran again."""
    from investigator.case.reasoning.statements import tally

    statements = case.record.statements()
    if not statements:
        return shown.missing(
            "Nothing is pinned yet. Pin a finding: case.record.pin(case.find.whereabouts(entity=...))"
        )
    rows = [
        [
            moment.localised(s.sentence, case.zone),
            moment.show(s.entry.happened[0], case.zone),
            s.entry.author,
            s.status,
            s.why,
        ]
        for s in statements
    ]
    columns = ["statement, as it is now", "found", "by", "re-checked", ""]
    return shown.paragraph(tally(statements)) + shown.table(columns, rows)
