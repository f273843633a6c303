"""The bundled incident as a case: made once in the user's cache, so that every template runs untouched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case import marks, shelves
from investigator.case.evidence import intake
from investigator.case.reasoning import pins
from investigator.case.record.model import SIDES
from investigator.case.recovery.recovery import Recovery
from investigator.case.snapshot import Snapshot
from investigator.case.writing import call, shorthand
from investigator.case.writing.evidence_door import EvidenceDoor
from investigator.case.writing.record_door import RecordDoor
from investigator.case.writing.status import status
from investigator.moment import Moment, clock

if TYPE_CHECKING:
    from investigator.finding import Finding
    from investigator.samples import Sample

Progress = Callable[[int, int, str], None]

#: Changes when the sample or the layout of a case does, so that an old copy is not opened.
VERSION = 11


def cache() -> Path:
    """Where the sample case lies: INVESTIGATOR_CACHE, else the user's cache folder."""
    given = os.environ.get("INVESTIGATOR_CACHE")
    base = (
        Path(given)
        if given
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "investigator"
    )
    return base / f"sample-{VERSION}"


def sample_case() -> Path:
    """The folder of the sample case, made when it is not there; complete or absent, never half."""
    from investigator.samples import make

    place = cache()
    found = place / "INC-2031"
    if (found / "case.db").is_file():
        return found
    place.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=place))
    try:
        sample = make(building / "files")
        build(sample, building)
        try:
            os.rename(building / sample.id, found)
        except OSError:
            if not (found / "case.db").is_file():  # else another process was quicker
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return found


def build(
    sample: Sample, root: Path, *, progress: Progress | None = None, after: bool = True
) -> EvidenceDoor:
    """A case from a sample: the call, the raw files, what the team wrote down, and what was exported afterwards.

    The clock stands at the time of each entry, so that the case can be shown as of any moment of that day.
    """
    first = sample.record[0]
    with clock.held(_when(first)):
        evidence = call.begin(
            sample.id,
            title=sample.title,
            words=first["text"],
            contact=first.get("contact", ""),
            deadline=_deadline(first),
            zone=first.get("zone", "Europe/Berlin"),
            about=first.get("about", []),
            happened=_when(first),
            author=first["author"],
            root=root,
        )
    exported = datetime.fromisoformat(sample.truth["exported"])
    with clock.held(exported):
        intake.add(evidence, sample.raw, progress=progress, author=first["author"])
    if not after:
        return evidence
    named: dict[str, str] = {}
    resolved = [item for item in sample.record if item.get("state") == "resolved"]
    for item in sample.record[1:]:
        if item not in resolved:
            with clock.held(_when(item)):
                retell(evidence, item, named)
    lead = sample.record[-1]["author"]
    with clock.held(datetime.fromisoformat(sample.truth["recovered"])):
        intake.add(evidence, sample.after, progress=progress, author=first["author"])
        if evidence.record.state.recoveries:
            Recovery(evidence).recount(author=lead)
        # It was over at 16:48, and could be said when the count from another source was there.
        for item in resolved:
            retell(evidence, item, named)
        pin(evidence, lead)
    return evidence


#: What is pinned when the recovery is done: the sentences that the postmortem stands on.
PINNED: tuple[tuple[str, str, str], ...] = (
    ("harm", "like", ""),
    ("who_else", "like", ""),
    ("compare_entities", "entity", ""),
    ("new_messages", "onset", ""),
    ("changes_before_onset", "onset", ""),
)


def pin(evidence: EvidenceDoor, author: str) -> None:
    """The findings that the postmortem stands on, made on all of the evidence."""
    for analysis, knob, sentence in PINNED:
        pins.pin(evidence.record, _found(evidence, analysis, knob), sentence, author=author)


def _found(evidence: EvidenceDoor, analysis: str, knob: str) -> Finding:
    snapshot = Snapshot.of(evidence)
    start = marks.onset(snapshot)
    value = snapshot.about if knob != "onset" else (start.isoformat() if start else "")
    return getattr(shelves.find(evidence), analysis)(**{knob: value})


def retell(evidence: EvidenceDoor, item: dict[str, Any], named: dict[str, str]) -> None:
    """Write down one thing that the team said, decided or did, with the time at which it happened.

    `named` keeps the ids of guesses and questions that a later item speaks of.
    """
    given: dict[str, Any] = {"author": item["author"], "happened": _when(item)}
    kind, text, record = item["kind"], item.get("text", ""), RecordDoor(evidence)
    if kind == "note":
        record.note(text, **given)
    elif kind in ("did", "told", "heard", "plan"):
        shorthand.write(evidence, kind, text, author=item["author"])
    elif kind == "ask":
        named[item["name"]] = shorthand.write(evidence, kind, text, author=item["author"]).entry.id
    elif kind == "answer":
        record.answer(named[item["name"]], text, **given)
    elif kind == "status":
        status(evidence).send("both", **given)
    elif kind == "recovery":
        _recover(evidence, item, given)
    elif kind == "guess" and item["name"] in named:
        record.judge(named[item["name"]], item["state"], item.get("because", ""), **given)
    elif kind == "guess":
        how = {"expect": item.get("expect", ""), "state": item["state"], "sure": item.get("sure", "")}
        named[item["name"]] = record.guess(text, **how, **given).id
    elif kind == "decision":
        record.decide(text, why=item.get("because", ""), options=item.get("options"), **given)
    elif kind == "phase":
        record.phase(item["state"], why=text, **given)
    elif kind == "action":
        record.action(text, owner=item.get("owner", ""), due=item.get("due", ""), **given)
    elif kind == "prose":
        record.prose(item["section"], text, **given)
    elif kind == "pin":
        knob = {"whereabouts": "entity", "new_messages": "onset"}[item["analysis"]]
        entry = record.pin(_found(evidence, item["analysis"], knob), **given)
        for side in SIDES:
            for name in item.get(side, ()):
                record.hold(named[name], side, entry, **given)


def _recover(evidence: EvidenceDoor, item: dict[str, Any], given: dict[str, Any]) -> None:
    recovery, text = Recovery(evidence), item["text"]
    if item["state"] == "listed":
        recovery.begin(**given)
    elif item["state"] == "restored":
        recovery.restored(text, source=item["source"], **given)
    elif item["state"] == "seen":
        recovery.seen(text, by=item["by"], **given)
    else:
        unknown = shelves.find(evidence).who_else(like=Snapshot.of(evidence).about).value["unknown_ids"]
        if unknown:  # a small sample has none
            recovery.exception(unknown, why=text, **given)


def _deadline(item: dict[str, Any]) -> Moment | None:
    if not item.get("deadline"):
        return None
    due = datetime.fromisoformat(item["deadline"])
    return Moment(due, due, item.get("zone", "Europe/Berlin"), (), str(item["deadline"]))


def _when(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["happened"])
