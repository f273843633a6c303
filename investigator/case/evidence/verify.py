"""Whether a case is as it was: the chain, the evidence, the law of every load, the reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case import shown
from investigator.case.evidence import listing, loads
from investigator.case.shown import Shown
from investigator.errors import CaseError, LedgerError
from investigator.events.store import Manifest, Segment
from investigator.ledger import heads
from investigator.look import harmless

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.case.record.record import Record
    from investigator.ledger import Entry


@dataclass(frozen=True)
class Verified:
    """What was held against what. `problems` are sentences; `ok` where there are none.

    `head` is where the record ends now: kept elsewhere, it shows one that was cut. `limits` are what could not be held
    against anything, and what lies elsewhere: no problem, and no proof.
    """

    checked: tuple[str, ...]
    problems: tuple[str, ...]
    head: str = ""
    limits: tuple[str, ...] = ()
    what: str = "The case"

    @property
    def ok(self) -> bool:
        return not self.problems

    def shown(self) -> Shown:
        """A line a thing that was verified, then the problems."""
        if self.problems:
            head = f"{_count(len(self.problems), 'problem', 'problems')}."
        elif self.limits:
            head = "What could be checked is as it was. Not all could be."
        else:
            head = f"{self.what} is as it was."
        told = [*self.checked, *self.limits, *self.problems]
        told += [f"Head of the record: {self.head}"] if self.head else []
        return shown.paragraph(head) + shown.bullets(told)

    def __str__(self) -> str:
        return self.shown().text

    def _repr_html_(self) -> str:
        return self.shown().markup


class _Told:
    """What verifying found so far."""

    def __init__(self) -> None:
        self.checked: list[str] = []
        self.limits: list[str] = []
        self.problems: list[str] = []


def verify(evidence: Evidence, head: str = "", *, deep: bool = False) -> Verified:
    """Recompute everything that can be, from the record on: nothing of the case is run.

    `head` is what was printed or noted elsewhere at an earlier time: a record that was cut at its end is whole in
    itself, and only that tells. `deep` also reads the evidence again, and compares what it gives with the events.
    """
    record, told = evidence.record, _Told()
    chain = record.verify(head)
    told.checked.append(f"{_count(chain.entries, 'entry', 'entries')}, each chained to the one before.")
    if head:
        told.checked.append("It holds what had been noted of its head.")
    told.problems += chain.problems
    chains = {entry.replica for entry in record.everything()}
    told.problems += [
        f"The chain {one} is said to be written here, and no entry is of it: whose loads these are can't be told."
        for one in sorted(record.own - chains)
        if chains
    ]
    try:
        manifest = evidence.store.manifest()
    except CaseError as error:
        told.problems.append(f"The list of what was loaded can't be read: {error.what}")
        manifest = Manifest()
    try:
        known = loads.told(record, manifest, record.everything("load"))
    except LedgerError:
        known = {}  # a record that is damaged was named above
    told.checked += _erased(record)
    _missing(evidence, manifest, known, told)
    _evidence(evidence, manifest, told)
    _events(evidence, manifest, known, told)
    told.problems += listing.replaced(manifest, erased=bool(record.everything("erase")))
    told.problems += listing.counted_again(record, manifest)
    _index(evidence, manifest, told)
    _strangers(evidence, manifest, told)
    if deep and told.problems:
        told.limits.append("The evidence was not read again: mend the problems first.")
    elif deep:
        _derived(evidence, manifest, known, told)
    told.checked.append(f"{_count(len(manifest.standing), 'load', 'loads')}: {manifest.units}.")
    _reports(evidence, told.checked, told.problems)
    wrong, unsure = listing.released(evidence)
    told.problems += wrong
    told.limits += unsure
    try:
        end = heads.text(record.head())
    except LedgerError:
        end = ""
    return Verified(tuple(told.checked), tuple(told.problems), end, tuple(told.limits))


def _erased(record: Record) -> list[str]:
    """Which entries say nothing any more, and by which each was erased."""
    try:
        by = {entry.about: entry for entry in record.everything("erase")}
        gone = [(entry, by[entry.id]) for entry in record.everything() if entry.erased and entry.id in by]
    except LedgerError:
        return []
    said = [f"#{entry.number} ({entry.kind}) by #{eraser.number}" for entry, eraser in gone[:12]]
    more = f" and {len(gone) - 12:,} more" if len(gone) > 12 else ""
    return [f"Erased: {', '.join(said)}{more}."] if gone else []


def _missing(
    evidence: Evidence, manifest: Manifest, known: Mapping[tuple[int, str], Entry], told: _Told
) -> None:
    """What the record says was loaded, and what of it is not here."""
    record = evidence.record
    try:
        entries = record.everything("load")
    except LedgerError:
        return
    silent = [entry for entry in entries if entry.erased]
    said = {str(e.about) for e in record.everything("erase") if (e.content or {}).get("evidence")}
    for entry, gone in loads.gone(record, manifest, known):
        named = harmless(f"Load #{entry.number} by {entry.author} ({loads.named(gone)})")
        if any(one.id not in said for one in silent):
            told.limits.append(
                f"{named} is not in this folder. A load was erased before the record said what went with it: "
                "this may be that."
            )
            continue
        told.problems.append(
            f"{named} is in the record, and its events are not in this folder: all that is shown lacks them. "
            "Restore the folders events/ and evidence/ from a copy, or add the files again."
        )
    for number in loads.unrecorded(record, manifest):
        told.problems.append(
            f"Load {number} is in events but not in the record: add any file to write it down."
        )
    own = record.own
    elsewhere = [entry for entry in loads.absent(record, manifest) if entry.replica not in own]
    if elsewhere:
        named = ", ".join(f"#{entry.number} by {entry.author}" for entry in elsewhere[:5])
        here = _count(
            len(elsewhere),
            "load of the record is",
            "loads of the record are",
        )
        told.limits.append(
            harmless(
                f"{here} not in this folder ({named}): inv merge brings them from the folder that they were added to."
            )
        )


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _wanted(record: Record, manifest: Manifest) -> dict[str, str]:
    """The bytes that must be here, by hash, with a name of theirs: as the record says, and as the events say."""
    wanted = {segment.sha256: segment.source for segment in manifest.segments}
    own, erased = record.own, loads.erased(record)
    try:
        entries = record.everything("load")
    except LedgerError:
        return wanted
    for entry in entries:
        for source in (entry.content or {}).get("sources", []) if entry.replica in own else []:
            if source["evidence"] not in erased and source.get("sha256"):
                wanted.setdefault(str(source["sha256"]), str(source["source"]))
    return wanted


def sha256(path: Path) -> str:
    """The hash of a file, read in blocks."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _evidence(evidence: Evidence, manifest: Manifest, told: _Told) -> None:
    from investigator.load.evidence import pointed

    kept = left = 0
    erased_before = any(entry.erased for entry in evidence.record.everything("load"))
    listed = {segment.sha256 for segment in manifest.segments}
    for digest, source in _wanted(evidence.record, manifest).items():
        named = harmless(f"Evidence {digest[:12]} ({source})")
        path, pointer = evidence.vault / digest, evidence.vault / f"{digest}.pointer.json"
        if path.is_file():
            kept += 1
            if sha256(path) != digest:
                told.problems.append(
                    f"{named} was changed: its bytes have another hash. Restore it from its source."
                )
        elif pointer.is_file():
            left += 1
            _, problem = pointed(evidence.vault, digest, anew=True)
            if problem:
                told.problems.append(
                    harmless(
                        f"{named}: {problem} Put it back where it was, or add it again from where it is now."
                    )
                )
        elif digest in listed or not erased_before:
            told.problems.append(
                f"{named} is missing from {evidence.vault.name}/. Restore it from its source."
            )
    told.checked.append(
        f"{_count(kept, 'file of evidence was', 'files of evidence were')} looked at by their hash"
        + (f", and {left:,} that were left in place." if left else ".")
    )


def _events(
    evidence: Evidence, manifest: Manifest, known: Mapping[tuple[int, str], Entry], told: _Told
) -> None:
    """Every source's events: as many as were loaded, and the same."""
    from investigator.events.content import Content, contents

    folder = evidence.store.folder / "segments"
    strange = [n for s in manifest.segments for n in (*s.files, s.rejects or "x") if Path(n).name != n]
    if strange:
        told.problems.append(
            harmless(f"The list of what was loaded names {strange[0]!r}, which is no file of this folder.")
        )
        return
    found, broken = contents(folder, manifest.segments)
    for name, why in broken.items():
        told.problems.append(harmless(f"{name} can't be read ({why}): rebuild the events from evidence."))
    unproven = rows = 0
    sealed = any(segment.seals for segment in manifest.segments)
    goes_on = {segment.continues for segment in manifest.segments if segment.continues}
    for segment in manifest.segments:
        place = (segment.load, segment.source, segment.evidence)
        content = found.pop(place, Content(0, ""))
        rows += content.rows
        if any(name in broken for name in segment.files):
            continue
        told.problems += listing.resealed(evidence.store.folder, segment, sealed)
        teller = known.get((segment.load, segment.evidence))
        said = _source_of(teller, segment)
        wanted = int(said.get("events", segment.rows))
        if segment.evidence in goes_on and segment.rows < wanted:
            # The file grew: its last event is read with what came after it, by the load that goes on.
            said, wanted = {**said, "units": "", "content": "", "listed": ""}, segment.rows
        if content.rows != segment.rows or content.rows != wanted:
            told.problems.append(
                harmless(
                    f"{segment.source} has {content.rows:,} events on disk, {segment.rows:,} in the list of what was "
                    f"loaded, and {wanted:,} in the record: rebuild the events from evidence."
                )
            )
        elif said.get("content") and content.number != said["content"]:
            told.problems.append(
                harmless(
                    f"Events of {segment.source} were changed after they were loaded "
                    f"(#{teller.number if teller else ''}): as many, and not the same. Rebuild them from evidence."
                )
            )
        elif teller is not None and "content" not in said:
            unproven += 1
        for field, word in (("sha256", "bytes"), ("format", "format"), ("source", "name")):
            if said.get(field) and said[field] != getattr(segment, field) and not segment.entry:
                told.problems.append(
                    harmless(
                        f"The list of what was loaded gives {segment.source} another {word} than the record: "
                        f"{getattr(segment, field)}, and not {said[field]}."
                    )
                )
        if said.get("listed") and said["listed"] != loads.listed(segment):
            told.problems.append(
                harmless(
                    f"What the list of what was loaded says of {segment.source} was changed after it was loaded."
                )
            )
        told.problems += listing.refused(evidence.store.folder, segment, said)
        if said.get("units") and said["units"] != str(segment.units):
            told.problems.append(
                harmless(f"{segment.source}: {segment.units} in the list, and {said['units']} in the record.")
            )
    for (load, source, one), content in found.items():
        told.problems.append(
            harmless(
                f"{content.rows:,} events say that they are of {source} ({one}, load {load}), which was never loaded."
            )
        )
    if not told.problems:
        told.checked.append(f"{rows:,} events on disk, as many as were loaded.")
    if unproven:
        told.limits.append(
            f"{_count(unproven, 'source was', 'sources were')} loaded by a kit that did not write down what their events say: "
            "only the number of their events was checked. With --deep their evidence is read again."
        )


def _source_of(entry: Entry | None, segment: Segment) -> dict[str, Any]:
    """What the entry of a load says of one source; of two files with the same bytes, of the one with this name."""
    sources = (entry.content or {}).get("sources", []) if entry is not None else []
    same = [source for source in sources if source["evidence"] == segment.evidence]
    return next((one for one in same if one.get("source") == segment.source), same[0] if same else {})


def _derived(
    evidence: Evidence, manifest: Manifest, known: Mapping[tuple[int, str], Entry], told: _Told
) -> None:
    """What the evidence gives when it is read again."""
    from investigator.case.evidence.derived import derive

    found = derive(evidence)
    proven = {
        s.source for s in manifest.standing if _source_of(known.get((s.load, s.evidence)), s).get("content")
    }
    told.checked.append(
        f"{_count(found.same, 'source was', 'sources were')} read again from evidence, and gave the same events."
    )
    for source in found.otherwise:
        if source in proven:
            told.limits.append(
                harmless(
                    f"{source} is read otherwise by this kit than by the one that loaded it; its events are as they "
                    "were loaded."
                )
            )
        else:
            told.problems.append(
                harmless(
                    f"The evidence of {source} gives other events today than those that lie here: they were changed, "
                    "or this kit reads it otherwise. Add it again under another name, and compare."
                )
            )
    for source, why in found.unread:
        told.limits.append(harmless(f"{source} could not be read again: {why}"))


def forged(evidence: Evidence) -> list[str]:
    """What is wrong with the events of a folder that somebody sent, held against its record."""
    record, told = evidence.record, _Told()
    manifest = evidence.store.manifest()
    _events(evidence, manifest, loads.told(record, manifest, record.everything("load")), told)
    return told.problems


def _index(evidence: Evidence, manifest: Manifest, told: _Told) -> None:
    """The index of ids, which traces are read from: it has the rows that it was made with."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    index = manifest.entities
    if index is None:
        return
    folder = evidence.store.folder / "entities"
    for name in filter(None, (index.file, index.firsts, index.shared)):
        try:
            rows = pq.ParquetFile(folder / Path(name).name).metadata.num_rows
        except (OSError, ValueError, pa.ArrowException) as error:
            why = str(error).split("\n")[0][:120]
            told.problems.append(
                harmless(f"The index of ids can't be read ({name}: {why}): delete it, then inv index.")
            )
            continue
        if name == index.file and rows != index.rows:
            told.problems.append(
                f"The index of ids has {rows:,} rows, and was made with {index.rows:,}: what is traced lacks some."
            )
            return
    if told.problems or not index.seal:
        return
    try:
        same = index.sealed(folder) == index.seal
    except OSError:
        same = False
    if not same:
        told.problems.append("The index of ids was changed after it was made: delete it, then inv index.")


def _strangers(evidence: Evidence, manifest: Manifest, told: _Told) -> None:
    """Files that no load names: nothing reads them, and somebody may ask what they are."""
    wanted = _wanted(evidence.record, manifest)
    rooms = {
        evidence.vault: {*wanted, *(f"{digest}.pointer.json" for digest in wanted)},
        evidence.store.folder / "segments": {name for s in manifest.segments for name in s.files},
        evidence.store.folder / "rejects": {s.rejects for s in manifest.segments if s.rejects},
    }
    strange = sorted(
        f"{room.name}/{path.name}"
        for room, names in rooms.items()
        if room.is_dir()
        for path in room.iterdir()
        if path.name not in names and not path.name.startswith(".")
    )
    if strange:
        told.limits.append(
            harmless(
                f"{_count(len(strange), 'file belongs', 'files belong')} to no load, and nothing reads them: "
                f"{loads.named(strange)}."
            )
        )


def _reports(evidence: Evidence, checked: list[str], problems: list[str]) -> None:
    found = sorted((evidence.folder / "reports").glob("*.manifest.json"))
    for path in found:
        try:
            listed = json.loads(path.read_text(encoding="utf-8"))
            wanted = [
                (path.parent / Path(item["name"]).name, item["sha256"]) for item in listed["files"].values()
            ]
        except (ValueError, KeyError, TypeError, AttributeError):
            problems.append(f"{path.name} can't be read: render the report again.")
            continue
        if listed.get("seal") not in (None, listing.own_seal(listed)):
            problems.append(f"{path.name} was changed after it was made.")
            continue
        for file, digest in wanted:
            if not file.is_file():
                problems.append(f"{file.name} is missing though its manifest is here.")
            elif sha256(file) != digest:
                problems.append(f"{file.name} was changed after it was made.")
    if found:
        checked.append(f"{len(found)} reports are as they were made.")
