"""Which load of this folder is which entry of the record.

Two laptops both have a first load. So an entry speaks of the load whose number *and* evidence are as it says; and
where merging gave a load another number, its segments name the entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from investigator.case.record.record import Record
    from investigator.events.store import Manifest, Segment
    from investigator.ledger import Entry


def evidence(entry: Entry) -> set[str]:
    """The evidence that an entry says was loaded."""
    return {str(source["evidence"]) for source in (entry.content or {}).get("sources", [])}


def told(record: Record, manifest: Manifest, entries: Iterable[Entry]) -> dict[tuple[int, str], Entry]:
    """The entry that tells of each segment here (by load and evidence), for those of which one does."""
    own = record.replica
    by_id: dict[str, Entry] = {}
    by_number: dict[tuple[Any, str], Entry] = {}
    for entry in entries:
        by_id[entry.id] = entry
        for one in evidence(entry):
            key = (entry.content or {}).get("load"), one
            known = by_number.get(key)
            # Two read the same again, each as their second load: what was written here speaks of what lies here.
            if known is None or (entry.replica == own != known.replica):
                by_number[key] = entry
    found = {}
    for segment in manifest.segments:
        place = segment.load, segment.evidence
        entry_ = by_id.get(segment.entry) if segment.entry else by_number.get(place)
        if entry_ is not None:
            found[place] = entry_
    return found


def unrecorded(record: Record, manifest: Manifest) -> list[int]:
    """The loads here that the record doesn't know yet: a crash came between."""
    known = told(record, manifest, record.everything("load"))
    return sorted({s.load for s in manifest.segments if (s.load, s.evidence) not in known})


def through(record: Record, manifest: Manifest) -> int:
    """The last load here that was known by the time that the case is shown as of."""
    return max((load for load, _ in told(record, manifest, record.entries("load"))), default=0)


def absent(record: Record, manifest: Manifest) -> list[Entry]:
    """What colleagues loaded that is not in this folder: the record knows of it, its events are elsewhere."""
    here = {segment.evidence for segment in manifest.segments}
    return [entry for entry in record.entries("load") if evidence(entry) - here]


def erased(record: Record) -> set[str]:
    """The evidence that entries say was erased."""
    return {
        str(one) for entry in record.everything("erase") for one in (entry.content or {}).get("evidence", [])
    }


def gone(
    record: Record, manifest: Manifest, known: Mapping[tuple[int, str], Entry]
) -> list[tuple[Entry, list[str]]]:
    """The loads that this copy wrote down and whose events are not here, with the sources that are gone."""
    own, went = record.own, erased(record)
    here = {segment.evidence for segment in manifest.segments}
    with_segment = {(entry.id, one) for (_, one), entry in known.items()}
    out = []
    for entry in record.everything("load"):
        content = entry.content or {}
        if entry.replica not in own or not content.get("sources"):
            continue
        lost = [
            str(source["source"])
            for source in content["sources"]
            if (one := str(source["evidence"])) not in went
            and (entry.id, one) not in with_segment
            # Of two who added the same bytes the first one's load stays; what was read again has one of its own.
            and (one not in here or content.get("again"))
        ]
        if lost:
            out.append((entry, lost))
    return out


def banner(record: Record, manifest: Manifest) -> str:
    """What every page says on top where something that was loaded is not here any more; mostly empty."""
    entries = record.everything("load")
    if not entries or len(told(record, manifest, entries)) >= sum(len(evidence(e)) for e in entries):
        return ""
    lost = gone(record, manifest, told(record, manifest, entries))
    if not lost:
        return ""
    names = named(list(dict.fromkeys(name for _, sources in lost for name in sources)))
    numbers = ", ".join(f"#{entry.number}" for entry, _ in lost[:5])
    return f"Something is missing here: {names} (loaded in {numbers}) is not in the folder of the case any more. See inv verify."


def named(names: Sequence[str]) -> str:
    """The first three, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def notices(record: Record, manifest: Manifest) -> list[tuple[str, str]]:
    """What to know of this copy: that it can only be read, that colleagues' evidence is elsewhere; mostly nothing."""
    out = []
    if record.unwritable:
        out.append(("read only", record.unwritable.partition(" Nothing was written.")[0]))
    elsewhere = absent(record, manifest)
    if elsewhere:
        who = ", ".join(sorted({entry.author for entry in elsewhere})[:3])
        loads = "load" if len(elsewhere) == 1 else "loads"
        out.append(
            ("elsewhere", f"{len(elsewhere)} {loads} by {who} not in this folder: inv merge brings them")
        )
    return out


def brought(entry: Entry) -> set[str]:
    """The evidence that a load brought itself, without older versions of its threads."""
    sources = (entry.content or {}).get("sources", [])
    return {str(source["evidence"]) for source in sources if not source.get("told_in")}


#: What the list of what was loaded says of a source for good: merging and later loads change the rest.
_LISTED = ("evidence", "sha256", "format", "kind", "rows", "first", "last", "zone", "doubt", "continues", "replaces",
           "content_sha256", "content_bytes", "modified", "inside", "attributes", "told_in")  # fmt: skip


def listed(segment: Segment) -> str:
    """What the list of what was loaded says of a source for good, as one number."""
    said = {name: getattr(segment, name) for name in _LISTED} | {"units": vars(segment.units)}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def refused(folder: Path, segment: Segment) -> str:
    """What could not be read of a source, as one number, whichever load it is of; empty where all could be."""
    if not segment.rejects:
        return ""
    import pyarrow.parquet as pq

    table = pq.read_table(folder / segment.rejects)
    names = [name for name in table.column_names if name not in ("load", "source")]
    rows = sorted(json.dumps(row, default=str, sort_keys=True) for row in table.select(names).to_pylist())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def content(
    number: int,
    mine: list[Segment],
    path: str,
    name: str,
    numbers: Mapping[tuple[str, str], str],
    store: Path,
) -> dict[str, Any]:
    """What the entry of a load says; `numbers` is the content of its events, by their source and evidence."""
    return {
        "text": f"loaded {len(mine)} sources from {name}",
        "load": number,
        "path": path,
        "sources": [
            {
                "source": segment.source,
                "evidence": segment.evidence,
                "sha256": segment.sha256,
                "format": segment.format,
                "events": segment.rows,
                "units": str(segment.units),
                "content": numbers.get((segment.source, segment.evidence), ""),
                **({"told_in": segment.told_in} if segment.told_in else {}),
                "listed": listed(segment),
                **({"refused": refused(store / "rejects", segment)} if segment.rejects else {}),
            }
            for segment in mine
        ],
    }


def stepped_back(number: int, segments: Sequence[Segment]) -> dict[str, Any]:
    """Which older exports a load took the place of, or came too late to: for the record, as a list can be changed."""
    names = {segment.source for segment in segments if segment.load == number}
    older = [s for s in segments if s.replaced_by and (s.load == number or s.replaced_by in names)]
    told = [{"source": s.source, "evidence": s.evidence, "load": s.load, "by": s.replaced_by} for s in older]
    return {"stepped_back": told} if told else {}
