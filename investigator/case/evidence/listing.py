"""What is wrong with the list of what was loaded, beside the events themselves; and with the pages that left the house."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.evidence import loads
from investigator.events.store import file_seal
from investigator.look import harmless

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.case.record.record import Record
    from investigator.events.store import Manifest, Segment


def refused(store: Path, segment: Segment, said: Mapping[str, Any]) -> list[str]:
    """What is wrong with what is kept of the lines that could not be read."""
    import pyarrow as pa

    if not segment.rejects and not said.get("refused"):
        return []
    try:
        same = loads.refused(store / "rejects", segment) == said.get("refused", "")
    except (OSError, ValueError, pa.ArrowException) as error:
        why = str(error).split("\n")[0][:120]
        return [harmless(f"What could not be read of {segment.source} can't be looked at ({why}).")]
    if same or "refused" not in said:
        return []
    return [harmless(f"What could not be read of {segment.source} was changed after it was loaded.")]


def resealed(store: Path, segment: Segment, sealed: bool) -> list[str]:
    """Files of a source whose bytes are not those that were written: what stands beside the rows steers what is found.

    `sealed` is whether the list seals files at all: it is written whole, so then it seals each.
    """
    wrong = []
    for name, path in segment.paths(store).items():
        with contextlib.suppress(OSError):  # what is missing is named by what it lacks
            if (name in segment.seals or sealed) and file_seal(path) != segment.seals.get(name):
                wrong.append(f"{path.parent.name}/{name}")
    return [
        harmless(
            f"{name} of {segment.source} has other bytes than were written: rebuild the events from evidence."
        )
        for name in wrong
    ]


def replaced(manifest: Manifest, *, erased: bool = False) -> list[str]:
    """A source that is said to be replaced or read again must have another of its kind in its place."""
    out: list[str] = []
    standing: dict[tuple[str, str], int] = {}
    for segment in manifest.standing:
        standing[segment.source, segment.evidence] = standing.get((segment.source, segment.evidence), 0) + 1
    for (source, _), count in standing.items():
        if count > 1:
            out.append(harmless(f"The list of what was loaded counts {source} {count} times."))
    there = {(s.source, s.evidence, s.load) for s in manifest.segments}
    there_now = {s.source: s for s in manifest.segments}
    for segment in manifest.segments:
        if (
            segment.supersedes is not None
            and (segment.source, segment.evidence, segment.supersedes) not in there
        ):
            out.append(
                harmless(
                    f"{segment.source} is said to have been read again, and what was read first is not here."
                )
            )
        new = there_now.get(segment.replaced_by)
        if not segment.replaced_by or (erased and new is None):
            continue
        if new is None or "record" not in (new.kind, segment.kind) or new.format != segment.format:
            out.append(
                harmless(
                    f"{segment.source} is said to be replaced by {segment.replaced_by}, which is no newer export of it here."
                )
            )
    return out


def counted_again(record: Record, manifest: Manifest) -> list[str]:
    """An older export that the record says stepped back, and that the list counts again though nobody said that it may."""
    by = {(s.source, s.evidence, s.load): s.replaced_by for s in manifest.segments}
    declared = [(e.content or {}).get("apart") or {} for e in record.everything("declare")]
    apart = {pair for pairs in declared for pair in pairs.items()}
    out = []
    for entry in record.everything("load"):
        for one in (entry.content or {}).get("stepped_back", []) if entry.replica in record.own else []:
            here = by.get((one["source"], one["evidence"], one["load"]), one["by"])
            if here != one["by"] and (one["source"], one["by"]) not in apart:
                out.append(
                    harmless(
                        f"{one['source']} counts again in the list of what was loaded, and #{entry.number} says that "
                        f"{one['by']} took its place."
                    )
                )
    return out


def released(evidence: Evidence) -> tuple[list[str], list[str]]:
    """What is wrong with the pages that left the house, held against the record; and what may have been erased."""
    problems: list[str] = []
    limits: list[str] = []
    record = evidence.record
    gone = any(True for _ in record.everything("erase"))
    for entry in record.everything("report"):
        content = entry.content or {}
        if not content.get("released") or not content.get("path"):
            continue
        page = evidence.folder / str(content["path"])
        named = harmless(f"The page {page.name} that was released (#{entry.number})")
        for path, wanted in ((page, "sha256"), (page.with_suffix(".manifest.json"), "manifest")):
            if evidence.folder not in path.resolve().parents and path.exists():
                problems.append(f"{named} is said to lie out of this folder.")
            elif not path.is_file():
                (limits if gone else problems).append(f"{named} is not here any more.")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != content.get(wanted):
                problems.append(f"{named} was changed after it left the house.")
            else:
                continue
            break
    return problems, limits


def own_seal(told: Mapping[str, Any]) -> str:
    """What a list of files says besides its seal, as one number."""
    said = {name: value for name, value in told.items() if name != "seal"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]
