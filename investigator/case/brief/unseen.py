"""What nobody looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.finding import Finding
    from investigator.ledger import Entry

#: A number below this is in many answers by chance.
TELLING = 20


def unseen(snapshot: Snapshot) -> Shown:
    """One page for fresh eyes: sources in no answer so far, what could not be read, guesses nobody tested."""
    state, events = snapshot.state, snapshot.events()
    seen = looked_at(snapshot)
    never = [source.name for source in events.sources if source.name not in seen]
    asked = len(state.trail) + len(state.pins) + len(snapshot.asked)
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
            f"{row[0]} is silent from {moment.show(row[1].to_pydatetime(), snapshot.zone)} for {row[3]} minutes: "
            "is there another source for that time?"
        )
    lines += _same_numbers(snapshot.asked)
    if not lines:
        return shown.paragraph(f"Every one of the {len(events.sources)} sources stands behind an answer.")
    return shown.bullets(lines)


def looked_at(snapshot: Snapshot) -> set[str]:
    """The sources whose rows stand behind an answer of the record or of this session.

    A check over everything reads a source in passing: only its own rows behind an answer count as a look.
    """
    state = snapshot.state
    seen = {source for entry in state.trail for source in (*_shown(entry), *_named(entry))}
    seen |= {source for entry in state.pins for source in _shown(entry)}
    return seen | {source for finding in snapshot.asked for source in finding.evidence_sources}


def _same_numbers(findings: Iterable[Finding]) -> list[str]:
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
