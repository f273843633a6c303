"""How a case's files are read: what was said of each when it was added, and what was answered since."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.ledger import Entry
    from investigator.load.answers import Answers


def answers(evidence: Evidence) -> Answers:
    """What this case knows of its sources' times: said when one was added, or answered since."""
    from investigator.load.answers import Answers

    state, had = evidence.record.state, how_read(evidence)
    zones = {name: how["zone"] for name, how in had.items() if how.get("zone")}
    years = {name: how["year"] for name, how in had.items() if how.get("year")}
    return Answers(
        {**zones, **state.zones},
        {**years, **state.years},
        dict(state.orders),
        dict(state.apart),
        dict(state.days),
        dict(state.taken),
    )


def how_read(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """How each file was said to be read, zone, year and columns: the last word of each."""
    files = {segment.source: segment.file for segment in evidence.store.manifest().segments}
    out: dict[str, dict[str, Any]] = {}
    for entry in evidence.record.entries("load"):
        content = entry.content or {}
        how = content.get("given") or content.get("again") or {}
        said = {key: how[key] for key in ("zone", "year", "mapping") if how.get(key)}
        for source in sources_of(entry) if said else ():
            out.setdefault(files.get(source, source), {}).update(said)
    return out


def sources_of(entry: Entry) -> list[str]:
    """The sources that a load brought or read again."""
    sources = (entry.content or {}).get("sources", [])
    return [str(item["source"]) for item in sources if not item.get("told_in")]


def would_differ(evidence: Evidence, name: str, told: dict[str, Any]) -> bool:
    """Whether an answer changes how a source's times are read: not where they say it themselves."""
    from investigator.load.spelled import ORDER_WORDS

    zone, year, order = (told.get(what) for what in ("zone", "year", "order"))
    for segment in evidence.store.manifest().standing:
        if segment.file != name:
            continue
        doubts = " ".join(segment.doubt)
        if zone and "name no zone" in doubts and f"no zone: read as {zone}, as you said" not in doubts:
            return True
        same = rf"no year: read as (?:{year}\b[^,]*|[^,]*\b{year}), as you said"
        if order and re.search(f"day from month|{'|'.join(ORDER_WORDS.values())}", doubts):
            if f"read as {ORDER_WORDS[order]}, as you said" not in doubts:
                return True
        if year and "name no year" in doubts and not re.search(same, doubts):
            return True
        if (day := told.get("day")) and "names no day" in doubts and f"read as {day} " not in doubts:
            return True
        if (taken := told.get("taken")) and "how old things" in doubts and f" at {taken}, " not in doubts:
            return True
    return False
