"""Answers that were taken back: why, who was told, and which other answers rest on the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.case.record.retracted import taken_back
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: What is an answer: a finding that was pinned, a sentence that stands on one.
ANSWERS = ("pin", "claim")
#: What leaves the room, and to whom.
_AUDIENCE = {"inside": "colleagues", "customer": "the customer", "both": "colleagues and the customer"}


@dataclass(frozen=True)
class Withdrawn:
    """An answer that was taken back: by which entry, which entries had told it by then, and what rests on the same."""

    entry: Entry
    by: Entry
    told: tuple[Entry, ...]
    rest: tuple[tuple[Entry, tuple[str, ...]], ...]

    @property
    def why(self) -> str:
        """As it was given; empty where nobody gave a reason."""
        return str((self.by.content or {}).get("why", ""))


def withdrawn(snapshot: Snapshot) -> list[Withdrawn]:
    """Every pinned finding and claim that was taken back, in order."""
    entries = snapshot.entries()
    gone = taken_back(entries)
    undone: dict[str | None, Entry] = {e.about: e for e in entries if e.kind == "undo" and e.id not in gone}
    return [
        Withdrawn(entry, undone[entry.id], _told(entries, entry, undone[entry.id]), _rest(entries, gone, entry))
        for entry in entries
        if entry.kind in ANSWERS and entry.id in gone and entry.id in undone and entry.content
    ]  # fmt: skip


def to_whom(entry: Entry) -> str:
    """Who was told by an entry."""
    if entry.kind == "report":
        return f"who got the page {str((entry.content or {}).get('path', '')).rsplit('/', 1)[-1]}"
    return _AUDIENCE.get(str((entry.content or {}).get("audience")), "colleagues")


def _told(entries: list[Entry], answer: Entry, undo: Entry) -> tuple[Entry, ...]:
    """What was sent while it stood, and cites it, says it, or is a page that left the house."""
    cited = {answer.id} | {e.id for e in entries if answer.id in ((e.content or {}).get("checks") or ())}
    said = [_plain(e) for e in entries if e.id in cited]
    out = []
    for entry in entries:
        content = entry.content or {}
        if not answer.known <= entry.known <= undo.known or entry.kind not in ("status", "report"):
            continue
        if entry.kind == "report":
            found = bool(content.get("released"))
        else:
            text = _plain(entry)
            found = bool(cited & set(content.get("cites") or ())) or any(one and one in text for one in said)
        if found:
            out.append(entry)
    return tuple(out)


def _plain(entry: Entry) -> str:
    return " ".join(str((entry.content or {}).get("text", "")).split()).rstrip(".").casefold()


def _rest(entries: list[Entry], gone: set[str], answer: Entry) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
    """Answers that still stand and share a source that decides, a step, an onset, or the finding itself."""
    mine = _grounds(entries, answer)
    out = []
    for other in entries:
        if other.kind not in ANSWERS or other.id in gone or other.id == answer.id:
            continue
        shared = mine & _grounds(entries, other)
        if shared:
            out.append((other, tuple(sorted(shared))))
    return tuple(out)


def _grounds(entries: list[Entry], answer: Entry) -> set[str]:
    """What an answer rests on, in words: itself where others cite it, sources, other names, a step, an onset."""
    content = answer.content or {}
    finding = content.get("finding") or {}
    kept = finding.get("value")
    value: dict[str, Any] = kept if isinstance(kept, dict) else {}
    params = (finding.get("check") or {}).get("params") or {}
    out = {f"#{answer.number}"}
    for entry in entries:
        if entry.id in (content.get("checks") or ()):
            out |= {f"#{entry.number}", *_grounds(entries, entry)}
    out |= {f"what {source} says" for source in value.get("rests_on") or ()}
    out |= {f"the other name in {join}" for join in value.get("joined") or ()}
    out |= {f"the step {step}" for step in _steps(value)}
    began = params.get("onset") or value.get("first")
    return out | ({f"the onset {began}"} if began else set())


def _steps(value: dict[str, Any]) -> list[str]:
    told = value.get("predicate") or {}
    steps = [told.get(name) for name in ("instead", "expected")] if isinstance(told, dict) else []
    return [f"{step['step']} '{step['name']}'" for step in steps if isinstance(step, dict)]
