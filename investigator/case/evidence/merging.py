"""Two copies of one case become one: the union of what people wrote, of the evidence, and of the events read from it.

Either way round, in any order and as often as one likes, the same comes out: entries by their ids, evidence by its
hash, events by the evidence they are from. Loads are numbered by the order in which the record tells of them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.evidence import loads
from investigator.case.evidence.bundle import unbundle
from investigator.case.evidence.erase import destroy
from investigator.case.evidence.evidence import Evidence
from investigator.case.evidence.verify import sha256
from investigator.case.record import folder, location
from investigator.case.record.record import Record
from investigator.errors import CaseError

if TYPE_CHECKING:
    from investigator.events.store import Manifest, Segment, Store

Progress = Callable[[int, int, str], None]
Tellers = dict[tuple[int, str], Any]


@dataclass(frozen=True)
class Merged:
    """What came in: entries, evidence and loads that were not here before, and what is said two ways now.

    `case` is its id.
    """

    case: str
    entries: int
    evidence: int
    loads: int
    contradictions: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not (self.entries or self.evidence or self.loads):
            head = f"{self.case} had all of it already."
        else:
            head = f"{self.case}: {self.entries:,} new entries, {self.evidence:,} new pieces of evidence, {self.loads:,} new sources."
        return "\n".join([head, *(f"Said two ways: {line}" for line in self.contradictions)])


def merge(
    evidence: Evidence,
    other: Path | str,
    *,
    root: Path | str | None = None,
    progress: Progress | None = None,
    anyway: str = "",
) -> Merged:
    """Take into the case what another copy of it has: a folder, an id, a bundle, or an export of its record.

    Two records that share no entry are two incidents, whatever they are called: `anyway` is the reason to join them.
    """
    record = evidence.record
    record.writable("merge")
    source = Path(other)
    if source.suffix == ".jsonl" and source.is_file():
        from investigator.ledger.exchange import read

        _one_incident(record, {row.id for row in read(source)[1]}, source, "", anyway)
        return Merged(record.id, record.merge(source), 0, 0)
    with _opened(source, root) as there:
        if there.folder.resolve() == evidence.folder.resolve():
            raise CaseError(
                f"{record.id} can't be merged with itself.", "", "Give the folder of the other copy."
            )
        theirs = {entry.id for entry in there.record.everything()}
        _one_incident(record, theirs, there.folder, there.record.state.title, anyway)
        told = _told(there) | _told(evidence)
        # Asked before the records are one: each of them knows which load is which.
        tellers = [
            loads.told(side.record, side.store.manifest(), side.record.everything("load"))
            for side in (evidence, there)
        ]
        entries = record.merge(there.record)
        # What was erased on either side is gone from both, also the bytes.
        erased = {entry.id for entry in record.everything("load") if entry.erased}
        still = {one for entry in record.everything("load") for one in loads.evidence(entry)}
        gone = set().union(*(told.get(one, set()) for one in erased)) - still
        copied = _copied(evidence, there, gone)
        new = _events(evidence, there, gone, tellers)
    if new or evidence.store.manifest().entities is None:
        evidence.index(progress=progress)
    return Merged(record.id, entries, copied, new)


def _one_incident(record: Record, theirs: set[str], where: Path, title: str, anyway: str) -> None:
    """Raises CaseError where two records have no entry in common; with a reason that stands in the record."""
    mine = {entry.id for entry in record.everything()}
    if not theirs or not mine or mine & theirs:
        return
    if not anyway:
        raise CaseError(
            f"{record.id} here and in {where} share no entry: they are two incidents of one id.",
            f"Here: '{record.state.title or record.id}'. There: '{title or 'another record'}'. Nothing was merged.",
            f"If they are one all the same: inv merge {record.id} {where} --anyway 'the reason'",
        )
    record.append("anyway", {"text": anyway, "gate": "merging two incidents of one id"})


@contextmanager
def _opened(source: Path, root: Path | str | None) -> Iterator[Evidence]:
    """The other copy, only to be read."""
    from investigator.ledger import Ledger

    with tempfile.TemporaryDirectory(prefix="investigator-") as place:
        path = unbundle(source, place).path if source.is_file() else folder.find(source, root)
        ledger = Ledger.open(location.place(path), read_only=True)
        try:
            yield Evidence(path, Record(ledger, id=path.name))
        finally:
            ledger.close()


def _copied(evidence: Evidence, there: Evidence, gone: set[str]) -> int:
    """Copy what is not here, each held against its hash."""
    count = 0
    wanted = {s.sha256 for s in there.store.manifest().segments if s.evidence not in gone}
    for digest in sorted(wanted):
        target, source = evidence.vault / digest, there.vault / digest
        pointer = there.vault / f"{digest}.pointer.json"
        if target.exists() or (evidence.vault / pointer.name).exists():
            continue
        if source.is_file():
            new = evidence.vault / f".incoming-{uuid.uuid4().hex[:12]}"
            evidence.vault.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(source, new)
                if sha256(new) != digest:
                    raise CaseError(
                        f"Evidence {digest[:12]} in {there.folder} was changed: its bytes have another hash.",
                        "Its record was merged; evidence and events were not.",
                        "Take it from another copy, and merge again.",
                    )
                with open(new, "rb") as stream:
                    os.fsync(stream.fileno())
                new.chmod(0o444)
                os.replace(new, target)
            finally:
                new.unlink(missing_ok=True)
            count += 1
        elif pointer.is_file():
            shutil.copyfile(pointer, evidence.vault / pointer.name)
            count += 1
    return count


def _events(evidence: Evidence, there: Evidence, gone: set[str], tellers: list[Tellers]) -> int:
    """The union of both stores, each load under the number that the record gives it; how many sources were new."""
    from investigator.events.store import Manifest

    with evidence.store.writing() as staging:
        mine, theirs = evidence.store.manifest(), there.store.manifest()
        versions = [(m.schema_version, m.mask_version) for m in (mine, theirs) if m.segments]
        if len(set(versions)) > 1:
            raise CaseError(
                f"The events in {there.folder} were made by another version of the kit.",
                "Its record and its evidence were merged.",
                f"Add its evidence again: inv add {evidence.record.id} {there.folder / 'evidence'}",
            )
        kept: list[Segment] = []
        for segment, old, store in _union(evidence, mine, there, theirs, gone, tellers):
            if store is evidence.store and (segment.load, segment.source) == (old.load, old.source):
                kept.append(segment)
                continue
            files = tuple(_renamed(name, segment.load) for name in old.files)
            for before, after in zip(old.files, files, strict=True):
                _numbered(store.folder / "segments" / before, staging.file(after), segment)
            rejects = _renamed(old.rejects, segment.load) if old.rejects else None
            if rejects:
                _numbered(store.folder / "rejects" / str(old.rejects), staging.file(rejects), segment)
            kept.append(replace(segment, files=files, rejects=rejects, seals={}))
        if tuple(kept) == mine.segments:
            return 0
        for segment in kept:
            for name, room in [(f, "segments") for f in segment.files] + [(segment.rejects, "rejects")]:
                if name and staging.file(name).exists():
                    staging._place(name, room)
        staging.write(Manifest(tuple(kept), None, *(versions[0] if versions else ())))
        staging.drop(mine.entities)
        named = {name for segment in kept for name in (*segment.files, segment.rejects)}
        for segment in mine.segments:
            for name, room in [(f, "segments") for f in segment.files] + [(segment.rejects, "rejects")]:
                if name and name not in named:
                    destroy(evidence.store.folder / room / name)
        for digest in {s.sha256 for s in mine.segments} - {s.sha256 for s in kept}:
            destroy(evidence.vault / digest)
            destroy(evidence.vault / f"{digest}.pointer.json")
    here = {segment.evidence for segment in mine.segments}
    return len({segment.evidence for segment in kept} - here)


def _union(
    evidence: Evidence,
    mine: Manifest,
    there: Evidence,
    theirs: Manifest,
    gone: set[str],
    tellers: list[Tellers],
) -> list[tuple[Segment, Segment, Store]]:
    """Each segment that stays, as it is from now on, as it was, and where it lies; in the order of the record."""
    entries = evidence.record.everything("load")
    place = {entry.id: number for number, entry in enumerate(entries, 1)}
    found: dict[tuple[int, str], tuple[Segment, Store, str]] = {}
    for side, manifest, known in ((evidence, mine, tellers[0]), (there, theirs, tellers[1])):
        store = side.store
        for segment in manifest.segments:
            if segment.evidence in gone:
                continue
            teller = known.get((segment.load, segment.evidence))
            number = place[teller.id] if teller else len(entries) + segment.load
            same = teller is None or (teller.content or {}).get("load") == number
            named = "" if same or teller is None else teller.id
            found.setdefault((number, segment.evidence), (segment, store, named))
    out: list[tuple[Segment, Segment, Store]] = []
    standing: dict[str, Segment] = {}
    for (number, bytes_), (old, store, entry) in sorted(found.items(), key=lambda item: item[0]):
        before = standing.get(bytes_)
        if before is not None and old.supersedes is None:
            continue  # two people added the same bytes: the first to do so stays
        new = replace(
            old,
            load=number,
            entry=entry,
            source=before.source if before else old.source,
            supersedes=before.load if before else None,
        )
        standing[bytes_] = new
        out.append((new, old, store))
    return out


def _renamed(name: str, number: int) -> str:
    return f"{number:06d}-{name.partition('-')[2] or name}"


def _told(side: Evidence) -> dict[str, set[str]]:
    """The evidence of each load, by its entry."""
    return {entry.id: loads.evidence(entry) for entry in side.record.everything("load")}


def _numbered(source: Path, target: Path, segment: Segment) -> None:
    """The same rows as those of another load, or under the name that the source has here; a row group at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = {"load": segment.load, "source": segment.source}
    with pq.ParquetFile(source) as file:
        schema = file.schema_arrow
        with pq.ParquetWriter(target, schema, compression="lz4", store_schema=False) as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                for name, value in told.items():
                    place = schema.get_field_index(name)
                    if place >= 0:
                        column = pa.repeat(pa.scalar(value, schema.field(place).type), len(table))
                        table = table.set_column(place, schema.field(place), column)
                writer.write_table(table, row_group_size=max(len(table), 1))
    with open(target, "rb") as stream:
        os.fsync(stream.fileno())
