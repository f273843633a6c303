"""Whether a case is as it was: the chain, the evidence, the law of every load, the reports."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.evidence import loads
from investigator.case.shown import Shown
from investigator.ledger import heads
from investigator.look import harmless

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence


@dataclass(frozen=True)
class Verified:
    """What was held against what. `problems` are sentences; `ok` where there are none.

    `head` is where the record ends now: kept elsewhere, it shows one that was cut.
    """

    checked: tuple[str, ...]
    problems: tuple[str, ...]
    head: str = ""

    @property
    def ok(self) -> bool:
        return not self.problems

    def shown(self) -> Shown:
        """A line a thing that was verified, then the problems."""
        head = "The case is as it was." if self.ok else f"{len(self.problems)} problems."
        told = [*self.checked, *self.problems, *([f"Head of the record: {self.head}"] if self.head else [])]
        return shown.paragraph(head) + shown.bullets(told)

    def __str__(self) -> str:
        return self.shown().text

    def _repr_html_(self) -> str:
        return self.shown().markup


def verify(evidence: Evidence, head: str = "") -> Verified:
    """Recompute everything that can be: nothing of the case is run.

    `head` is what was printed or noted elsewhere at an earlier time: a record that was cut at its end is whole in
    itself, and only that tells.
    """
    record, manifest = evidence.record, evidence.store.manifest()
    checked: list[str] = []
    problems: list[str] = []
    chain = record.verify(head)
    checked.append(f"{chain.entries:,} entries, each chained to the one before.")
    if head:
        checked.append("It holds what had been noted of its head.")
    problems += chain.problems
    _evidence(evidence, checked, problems)
    _segments(evidence, checked, problems)
    for load in loads.unrecorded(record, manifest):
        problems.append(f"Load {load} is in events but not in the record: add any file to write it down.")
    elsewhere = loads.absent(record, manifest)
    if elsewhere:
        named = ", ".join(f"#{entry.number} by {entry.author}" for entry in elsewhere[:5])
        checked.append(
            f"{len(elsewhere)} loads of colleagues are not in this folder ({named}): inv merge brings them."
        )
    checked.append(f"{len(manifest.standing)} loads: {manifest.units}.")
    _reports(evidence, checked, problems)
    return Verified(tuple(checked), tuple(problems), heads.text(record.head()))


def sha256(path: Path) -> str:
    """The hash of a file, read in blocks."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _evidence(evidence: Evidence, checked: list[str], problems: list[str]) -> None:
    from investigator.load.evidence import pointed

    kept = left = 0
    for digest in dict.fromkeys(segment.sha256 for segment in evidence.store.manifest().segments):
        path, pointer = evidence.vault / digest, evidence.vault / f"{digest}.pointer.json"
        if path.is_file():
            kept += 1
            if sha256(path) != digest:
                problems.append(
                    f"Evidence {digest[:12]} was changed: its bytes have another hash. Restore it from its source."
                )
        elif pointer.is_file():
            left += 1
            _, problem = pointed(evidence.vault, digest, anew=True)
            if problem:
                problems.append(
                    harmless(
                        f"Evidence {digest[:12]}: {problem} Put it back where it was, or add it again from where it is now."
                    )
                )
        else:
            problems.append(
                f"Evidence {digest[:12]} is missing from {evidence.vault.name}/. Restore it from its source."
            )
    checked.append(
        f"{kept:,} files of evidence have the hash they came with"
        + (f", {left:,} left in place." if left else ".")
    )


def _segments(evidence: Evidence, checked: list[str], problems: list[str]) -> None:
    import pyarrow.parquet as pq

    store, rows = evidence.store, 0
    for segment in store.manifest().segments:
        found = 0
        for name in segment.files:
            path = store.folder / "segments" / name
            try:
                found += pq.ParquetFile(path).metadata.num_rows
            except (OSError, ValueError) as error:
                problems.append(f"{path.name} can't be read ({error}): rebuild the events from evidence.")
        rows += found
        if found != segment.rows:
            problems.append(
                f"{segment.source} has {found:,} events on disk and {segment.rows:,} in the manifest."
            )
    checked.append(f"{rows:,} events on disk, as many as were loaded.")


def _reports(evidence: Evidence, checked: list[str], problems: list[str]) -> None:
    found = sorted((evidence.folder / "reports").glob("*.manifest.json"))
    for path in found:
        try:
            files = json.loads(path.read_text(encoding="utf-8"))["files"]
            wanted = [(path.parent / Path(item["name"]).name, item["sha256"]) for item in files.values()]
        except (ValueError, KeyError, TypeError, AttributeError):
            problems.append(f"{path.name} can't be read: render the report again.")
            continue
        for file, digest in wanted:
            if not file.is_file():
                problems.append(f"{file.name} is missing though its manifest is here.")
            elif sha256(file) != digest:
                problems.append(f"{file.name} was changed after it was made.")
    if found:
        checked.append(f"{len(found)} reports are as they were made.")
