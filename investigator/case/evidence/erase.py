"""Destroy content for good: in the record, in the evidence and in everything derived from it, in the case's files.

What quotes it goes with it: entries of every kind, cells of notebooks, drafts of pages, files in the inbox. Pages that
were released are named, and go only where that is asked for: those have left the house, and people must be told.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.evidence import holding, loads
from investigator.errors import CaseError, ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.events.store import Segment
    from investigator.ledger import Entry

#: Words of an entry shorter than this are said by anybody.
QUOTED = 8
#: What is asked for by itself may be shorter.
SHORTEST = 4
#: Words that nobody says by chance: letters beside a digit, or joined as in addresses and paths. Times are none.
_TOKEN = re.compile(r"[\w@][\w.@:/+-]{4,}[\w]")
_TELLING = re.compile(r"(?=.*[^\W\d_])(?=.*[\d@_/])(?!\d{4}-\d\d|\d\d?:\d\d)")
#: What the kit quotes of a message, from its beginning.
_QUOTE = re.compile(r"'([^'\n]{8,}?)…?'")
RELEASED = "released"


def erase(evidence: Evidence, entry: Entry, reason: str, author: str, *, released: bool) -> list[str]:
    """Erase an entry; of a load also its evidence, events, rejects and index, and all that came from it.

    Entries that quote its words (the trail, a pin, a report) are erased with it, and what the case's files hold of it:
    cells of notebooks, drafts, copies in the inbox. Gives the released pages that still hold it, which `released` erases.
    """
    record = evidence.record
    record.writable("erase")
    _not_held(evidence)
    words, gone, numbers = _quotable(entry), set[str](), []
    if entry.kind == "load" and entry.content:
        gone = loads.brought(entry)
        words += _own_words(evidence, entry)
        numbers = [int(entry.content["load"])]
    return _erased(evidence, [entry], words, numbers, gone, reason, author, released)


def erase_text(evidence: Evidence, text: str, reason: str, author: str, *, released: bool) -> list[str]:
    """Erase a text wherever the case has it: in every field of every entry, and in whatever form; a load that holds it goes
    whole. Gives the released pages that still hold it."""
    record = evidence.record
    record.writable("erase")
    _not_held(evidence)
    if len(text.strip()) < SHORTEST:
        raise ParameterError(
            f"'{text}' is too short: half of the case holds it.", "", "Give four letters or more."
        )
    wanted = holding.forms(text.strip())
    found = [e for e in record.everything() if _said(e, wanted)]
    found += [
        e
        for e in record.everything("load")
        if e.content and e not in found and _loaded(evidence, int(e.content["load"]), wanted)
    ]
    if not found and not any(holding.holds(p.read_bytes(), wanted) for p in holding.files(evidence.folder)):
        record.scrub()  # an erasure of it may have stopped before its bytes were gone
        raise CaseError(f"Nothing in {record.id} holds that text.", "", "See case.brief.record().")
    gone: set[str] = set()
    words, numbers = [text.strip()], []
    for one in found:
        if one.kind == "load" and one.content:
            gone |= loads.evidence(one)
            words += _own_words(evidence, one)
            numbers.append(int(one.content["load"]))
    return _erased(evidence, found, words, numbers, gone, reason, author, released)


def _not_held(evidence: Evidence) -> None:
    """Raises CaseError while a lawyer's hold stands: nothing is erased then."""
    hold = evidence.record.state.settings.get("hold")
    if hold:
        raise CaseError(
            f"Nothing is erased: {hold}.",
            "A hold keeps all of a case until it is lifted.",
            "Lift it first: inv note legalhold lifted",
        )


def _erased(
    evidence: Evidence,
    entries: list[Entry],
    words: list[str],
    numbers: list[int],
    gone: set[str],
    reason: str,
    author: str,
    released: bool,
) -> list[str]:
    record, folder = evidence.record, evidence.folder
    wanted = {form for word in words for form in holding.forms(word)} | {one.casefold() for one in gone}
    # The reason must not say it again.
    if holding.holds(reason.encode(), wanted):
        reason = "a text was erased"
    # What is meant goes last: where this stops in the middle, the same erasure finds all that is left.
    done = {entry.id for entry in entries}
    first = entries[0].id if entries else "a text"
    for other in record.everything():
        if other.id not in done and _said(other, wanted):
            record.erase(other.id, reason=f"quotes {first}: {reason}", author=author)
    hashes = {one.sha256 for number in numbers for one in _segments(evidence, number)[0]}
    left = _erased_files(folder, wanted, hashes, released)
    for number in numbers:
        _erase_load(evidence, number)
    for entry in entries:
        record.erase(entry.id, reason=reason, author=author, evidence=gone if entry.kind == "load" else ())
    evidence.forget()
    record.scrub()
    return left


def _erased_files(folder: Path, wanted: set[str], hashes: set[str], released: bool) -> list[str]:
    """Destroy the case's files that hold any of these, or are copies of these bytes; gives the released ones that stay."""
    left = []
    for path in holding.files(folder):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() in hashes:
            destroy(path)
        elif holding.holds(data, wanted) or holding.holds(path.name.encode(), wanted):
            kept = holding.without(path, wanted) if path.suffix == ".ipynb" else None
            parts = path.relative_to(folder).parts
            if RELEASED in parts or path.name.startswith("receipt-"):
                if released:
                    destroy(path)
                else:
                    left.append("/".join(parts[1:]))
            else:
                destroy(path)
                if kept is not None and parts[0] != "reports":
                    path.write_bytes(kept)
    _whole(folder / "reports")
    return left


def _whole(reports: Path) -> None:
    """A page of which a file went goes whole, with the manifest that lists its files: nothing is missing then."""
    for manifest in sorted(reports.rglob("*.manifest.json")):
        try:
            listed = json.loads(manifest.read_text(encoding="utf-8"))["files"].values()
            files = [manifest.parent / Path(str(item["name"])).name for item in listed]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if not all(file.is_file() for file in files):
            for file in (*files, manifest):
                destroy(file)


def _said(entry: Entry, wanted: Iterable[str]) -> bool:
    """Whether an entry says any of these, in any of its fields."""
    if entry.content is None:
        return False
    # What went is named by its hash where an entry says that it went: that stays.
    said = {"text": entry.content["text"]} if entry.kind == "erase" else entry.content
    whole = json.dumps(said, ensure_ascii=False)
    return holding.holds(f"{whole}\n{entry.author}".encode(), wanted) or any(
        holding.holds(text.encode(), wanted) for text in _texts(said)
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _quotable(entry: Entry) -> list[str]:
    """The texts of an entry that are long enough to be recognised elsewhere; of a call also title and contact."""
    if not entry.content or entry.kind in ("load", "phase", "declare"):
        return []
    found = [str(entry.content.get(name) or "") for name in ("text", "words", "sentence", "why", "code")]
    if entry.kind == "call":
        contact = str(entry.content.get("contact") or "")
        found += [str(entry.content.get("title") or ""), contact, contact.split(",")[0].split("<")[0]]
    kept = [word.strip() for word in found]
    return list(
        dict.fromkeys(word for word in kept if len(word) >= (SHORTEST if entry.kind == "call" else QUOTED))
    )


def _segments(evidence: Evidence, load: int) -> tuple[list[Segment], list[Segment]]:
    """The segments that go with a load, and those that stay: evidence that was read again lies in several loads."""
    manifest = evidence.store.manifest()
    mine = [s for s in manifest.segments if s.load == load and not (s.told_in and s.supersedes is not None)]
    read, sources = {(s.source, s.evidence) for s in mine}, {s.source for s in mine}

    def goes(one: Segment) -> bool:
        # What this load, or one after it, left of an older version goes too: the whole of that counts again.
        left = one.supersedes is not None and one.load >= load and one.told_in in sources
        return (one.source, one.evidence) in read or left

    gone = [s for s in manifest.segments if goes(s)]
    before: dict[tuple[str, str, int | None], int | None] = {
        (s.source, s.evidence, s.load): s.supersedes for s in gone
    }
    kept = [s for s in manifest.segments if not goes(s)]
    return gone, [
        replace(s, supersedes=before.get((s.source, s.evidence, s.supersedes), s.supersedes)) for s in kept
    ]


def _rows(evidence: Evidence, segments: Iterable[Segment]) -> Iterator[str]:
    """The texts of segments: bodies, attributes, and what could not be read."""
    import pyarrow.parquet as pq

    store = evidence.store
    for segment in segments:
        places = [store.folder / "segments" / name for name in segment.files]
        places += [store.folder / "rejects" / segment.rejects] if segment.rejects else []
        for place in places:
            if not place.is_file():
                continue
            with pq.ParquetFile(place) as file:
                names = [n for n in ("body", "attributes", "text") if n in file.schema_arrow.names]
                for batch in file.iter_batches(columns=names):
                    for column in batch.columns:
                        for value in column.to_pylist():
                            yield from _plain(value)


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _plain(item)
    elif isinstance(value, dict):
        yield from _plain(list(value.values()))


def _loaded(evidence: Evidence, load: int, wanted: set[str]) -> bool:
    """Whether the evidence or the events of a load hold any of these."""
    gone, _ = _segments(evidence, load)
    if any(holding.holds(text.encode(), wanted) for text in _rows(evidence, gone)):
        return True
    vault = [evidence.vault / digest for digest in sorted({s.sha256 for s in gone})]
    return any(holding.holds(path.read_bytes(), wanted) for path in vault if path.is_file())


def _own_words(evidence: Evidence, entry: Entry) -> list[str]:
    """Words that came with this load alone and that the record or a file of the case says: by these its quotes are known."""
    gone, kept = _segments(evidence, int((entry.content or {}).get("load", 0)))
    tokens, quotes, before = set[str](), set[str](), set[str]()
    for other in evidence.record.everything():
        if other.content is None or other.kind == "load":
            continue
        for text in _texts(other.content):
            # What somebody said before it was loaded did not come from it.
            (before if other.known < entry.known else tokens).update(_tokens(text))
            if other.known > entry.known:
                quotes.update(_QUOTE.findall(text))
    for path in holding.files(evidence.folder):
        text = path.read_bytes().decode("utf-8", "replace")
        tokens.update(_tokens(text))
        quotes.update(html.unescape(one) for one in _QUOTE.findall(html.unescape(text)))
    tokens -= before
    begun: dict[str, set[str]] = {}
    for one in quotes:
        begun.setdefault(one[:QUOTED], set()).add(one)
    here = _these(evidence, gone, tokens, begun)
    here -= _these(evidence, kept, here, begun)
    return sorted(here | ({s.evidence for s in gone} - {s.evidence for s in kept}))


def _these(
    evidence: Evidence, segments: Iterable[Segment], tokens: set[str], begun: dict[str, set[str]]
) -> set[str]:
    """Which of these words, and of these beginnings of messages, segments have."""
    out: set[str] = set()
    if not tokens and not begun:
        return out
    for text in _rows(evidence, segments):
        out |= tokens & _tokens(text)
        out |= {one for one in begun.get(text[:QUOTED], ()) if text.startswith(one)}
    return out


def _tokens(text: str) -> set[str]:
    return {word for word in _TOKEN.findall(text) if _TELLING.match(word)}


def _erase_load(evidence: Evidence, load: int) -> None:
    """Destroy what a load brought."""
    from investigator.events.store import Manifest

    store = evidence.store
    with store.writing() as staging:
        manifest = store.manifest()
        gone, kept = _segments(evidence, load)
        staging.write(Manifest(tuple(kept), None))
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
        destroy(store.folder / "seen.json")
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
