"""Destroy content for good: in the record, in the evidence and in everything derived from it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.evidence import loads

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.ledger import Entry


def erase(evidence: Evidence, entry: Entry, reason: str, author: str) -> list[str]:
    """Erase an entry; of a load also its evidence, events, rejects and index.

    Entries that quote its words (the trail, a report) are erased with it. Gives the released reports that still
    hold them: those have left the house, and people must be told.
    """
    record = evidence.record
    record.writable("erase")
    words = _quotable(entry)
    gone: set[str] = set()
    if entry.kind == "load" and entry.content:
        gone = loads.evidence(entry)
        _erase_load(evidence, int(entry.content["load"]))
    record.erase(entry.id, reason=reason, author=author, evidence=gone)
    for other in record.everything():
        if other.content is None or other.id == entry.id or other.kind == "erase":
            continue
        if any(word in json.dumps(other.content, ensure_ascii=False) for word in words):
            record.erase(other.id, reason=f"quotes {entry.id}: {reason}", author=author)
    evidence.forget()
    return _holding(evidence.folder / "reports", words)


def _quotable(entry: Entry) -> list[str]:
    """The texts of an entry that are long enough to be recognised elsewhere."""
    if not entry.content or entry.kind in ("load", "phase", "declare"):
        return []
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, str) and len(value) >= 8:
            found.append(value)
        elif isinstance(value, dict) and "check" not in value:
            for item in value.values():
                walk(item)

    for name in ("text", "words"):
        walk(entry.content.get(name))
    return list(dict.fromkeys(found))


def _erase_load(evidence: Evidence, load: int) -> None:
    from investigator.events.store import Manifest

    store = evidence.store
    with store.writing() as staging:
        manifest = store.manifest()
        # Evidence that was read again, under another zone, lies in several loads: all that came of it goes.
        read = {(s.source, s.evidence) for s in manifest.segments if s.load == load}
        gone = [segment for segment in manifest.segments if (segment.source, segment.evidence) in read]
        kept = tuple(s for s in manifest.segments if (s.source, s.evidence) not in read)
        staging.write(Manifest(kept, None))
        for segment in gone:
            for name in segment.files:
                destroy(store.folder / "segments" / name)
            if segment.rejects:
                destroy(store.folder / "rejects" / segment.rejects)
            if segment.sha256 not in {other.sha256 for other in kept}:
                destroy(evidence.vault / segment.sha256)
                destroy(evidence.vault / f"{segment.sha256}.pointer.json")
        if manifest.entities:
            for name in manifest.entities.files:
                destroy(store.folder / "entities" / name)
    evidence.index()


def destroy(path: Path) -> None:
    """Overwrite and remove a file. On a copying file system the old blocks may live on: that is the disk's matter."""
    if not path.is_file():
        return
    path.chmod(0o600)
    size = path.stat().st_size
    with open(path, "r+b") as stream:
        block = b"\0" * (1 << 20)
        for start in range(0, size, len(block)):
            stream.write(block[: min(len(block), size - start)])
        stream.flush()
        os.fsync(stream.fileno())
    path.unlink()


def _holding(reports: Path, words: list[str]) -> list[str]:
    """Released files that hold any of these words, as they stand in a page or as a page escapes them."""
    import html

    wanted = [
        variant.encode() for word in words for variant in {word, html.escape(word), json.dumps(word)[1:-1]}
    ]
    found = []
    for path in sorted(reports.glob("*")):
        if path.is_file() and any(word in path.read_bytes() for word in wanted):
            found.append(path.name)
    return found
