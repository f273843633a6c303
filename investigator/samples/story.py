"""One incident from its cause: draw the week, write what was exported, and tell what is true about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from investigator.errors import ParameterError
from investigator.samples.cause import read_cause, read_platform
from investigator.samples.clock import HOUR, berlin, iso, milliseconds, moment
from investigator.samples.documents import Document, Documents, repair
from investigator.samples.jobs import next_purge, orphans, schedule_jobs
from investigator.samples.people import write_people
from investigator.samples.schedule import SLICE, Schedule, schedule_document
from investigator.samples.services import HEADERS, Services, Versions
from investigator.samples.snapshots import write_changes, write_database, write_metrics
from investigator.samples.traffic import Traffic, busy
from investigator.samples.writing import GrowingFiles

DOCUMENTS = 9_350
DOCUMENTS_A_LINE = DOCUMENTS / 200_000
FEWEST_LINES = 10_000


@dataclass(frozen=True)
class Sample:
    """An incident on disk: the export of the worst hour, the one after, what the team did, what is true."""

    id: str
    title: str
    folder: Path
    raw: Path
    after: Path
    record: list[dict[str, Any]]
    truth: dict[str, Any]


def make_sample(
    folder: str | Path,
    *,
    name: str,
    seed: int,
    lines: int,
    progress: Callable[[int, int, str], Any] | None,
    causes_folder: str | Path | None,
) -> Sample:
    """The named incident, written below `folder`; see `investigator.samples.make`."""
    if lines < FEWEST_LINES:
        raise ParameterError(
            f"A sample of {lines} lines has no room for its incident. The story alone takes about "
            f"{FEWEST_LINES - 1_000:,} lines. Ask for lines={FEWEST_LINES} or more."
        )
    cause, platform = read_cause(name, causes_folder), read_platform()
    folder = Path(folder)
    raw, after = folder / "raw", folder / "after"
    # Two random sources: more background traffic changes no document.
    maker = Documents(platform, cause, Random(seed))
    few = sum(group["documents"] for group in cause["affected"]) + 150
    documents = maker.draw(min(DOCUMENTS, max(few, round(lines * DOCUMENTS_A_LINE))))
    repair(documents, maker)
    deploys = [*platform["deploys"], *cause.get("deploys", [])]
    flags = [*platform["flags"], *cause.get("flags", [])]
    versions = Versions(platform["services"], deploys)
    services = Services(versions)
    schedule = Schedule(cause.get("gap"))
    for document in documents:
        schedule_document(schedule, services, document, cause)
    schedule_jobs(schedule, services, platform, cause, documents, deploys)

    traffic = Traffic(services, schedule, platform, Random(f"{seed} traffic"))
    counts = _write_growing(raw, after, maker, schedule, traffic, lines, progress)
    for place, time in ((raw, maker.cut), (after, maker.end)):
        requests = {at: count for at, count in counts["requests"].items() if at <= time}
        write_database(place / "db" / "documents.sqlite", time, documents, platform, cause, versions)
        write_changes(place / "changes", time, deploys, flags, platform["services"])
        write_metrics(place / "metrics", maker.start, time, documents, requests, platform, cause, seed)
        write_people(place, time, cause, documents)
    truth = _truth(cause, platform, maker, documents, counts)
    (folder / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    record = [
        _as_json(entry) for entry in sorted(cause.get("record", []), key=lambda entry: entry["happened"])
    ]
    return Sample(cause["id"], cause["title"], folder, raw, after, record, truth)


def _write_growing(
    raw: Path,
    after: Path,
    maker: Documents,
    schedule: Schedule,
    traffic: Traffic,
    lines: int,
    progress: Callable[[int, int, str], Any] | None,
) -> dict[str, Any]:
    """Write the logs until the export, then on in their copies; how many lines and requests that made."""
    files = GrowingFiles(raw)
    background = max(0, lines - schedule.count(maker.start, maker.cut) - len(HEADERS))
    weight = sum(busy(maker.platform, low) * (high - low) for low, high in _slices(maker.start, maker.cut))
    rate, owed = background / weight, 0.0
    in_raw: dict[str, int] = {}
    total = round(lines * maker.share(maker.start, maker.end) / maker.share(maker.start, maker.cut))
    done = 0
    for low, high in [*_slices(maker.start, maker.cut), *_slices(maker.cut, maker.end)]:
        if low == maker.cut:
            in_raw = dict(files.counts)
            files.export(after)
        # What is owed is carried on, so that the whole comes out to the line.
        owed += busy(maker.platform, low) * (high - low) * rate
        budget = round(owed)
        owed -= budget
        slice_lines = [*schedule.between(low, high), *traffic.between(low, high, budget)]
        files.write(slice_lines)
        done += len(slice_lines)
        if progress:
            progress(min(done, total), total, f"writing {moment(low):%A %H:%M}")
    files.close()
    if progress:
        progress(total, total, "written")
    return {"raw": in_raw, "after": dict(files.counts), "requests": files.requests}


def _slices(start: int, end: int) -> Iterator[tuple[int, int]]:
    for low in range(start // SLICE * SLICE, end, SLICE):
        if min(low + SLICE, end) > max(low, start):
            yield max(low, start), min(low + SLICE, end)


def _truth(
    cause: dict[str, Any],
    platform: dict[str, Any],
    maker: Documents,
    documents: list[Document],
    counts: dict[str, Any],
) -> dict[str, Any]:
    """What really happened: for tests, drills and the last page of a tutorial; never among the evidence."""
    affected: dict[str, list[str]] = {group["customer"]: [] for group in cause["affected"]}
    faulted = sorted((d for d in documents if d.fault is not None), key=lambda d: (d.fault, d.id))
    for document in faulted:
        affected[document.customer].append(document.id)
    run = next_purge(platform, maker.cut)
    hours = platform["purge"]["older_than_hours"]
    candidates, _ = orphans(documents, maker.cut, maker.cut)
    due = [document.id for document in faulted if document.stored < run - hours * HOUR]
    gap, burst, purge = cause.get("gap"), cause.get("burst"), cause.get("purge")
    return {
        "id": cause["id"],
        "title": cause["title"],
        "cause": {
            "text": cause["cause"],
            "stage": cause["fault"]["stage"],
            "message": cause["fault"]["message"],
            "changes": [
                {
                    "service": deploy["service"],
                    "version": deploy["version"],
                    "at": iso(milliseconds(deploy["at"])),
                }
                for deploy in cause.get("deploys", [])
                if deploy.get("true_cause")
            ],
        },
        "onset": iso(milliseconds(cause["fault"]["onset"])),
        "last_fault": iso(faulted[-1].fault or 0),
        "noticed": iso(milliseconds(cause["noticed"])),
        "exported": iso(maker.cut),
        "recovered": iso(maker.end),
        "repaired": iso(milliseconds(cause["repair"]["until"])),
        "deadline": iso(milliseconds(cause["deadline"])) if "deadline" in cause else None,
        "filed": iso(milliseconds(cause["filed"]["until"])) if "filed" in cause else None,
        "documents": {"raw": sum(d.stored < maker.cut for d in documents), "after": len(documents)},
        "affected": affected,
        "affected_count": len(faulted),
        "unknown": [document.id for document in documents if document.unlogged],
        "deleted_by_owner": [d.id for d in documents if d.deleted is not None and d.deleted < maker.cut],
        "example": cause["repair"]["first"],
        "healthy_example": _healthy_example(cause, maker, documents),
        "longer_number": maker.longer,
        "red_herrings": cause.get("red_herrings", []),
        "burst": _span(burst) | {"documents": sum(_in_burst(d, burst) for d in documents)} if burst else None,
        "gap": _span(gap) | {"service": gap["service"]} if gap else None,
        "purge": {
            "runs": iso(run),
            "paused": iso(milliseconds(purge["paused"])) if purge else None,
            "older_than_hours": hours,
            "candidates_at_export": candidates,
            "would_delete": due,
        },
        "lines": {"raw": counts["raw"], "after": counts["after"]},
        "total_lines": {"raw": sum(counts["raw"].values()), "after": sum(counts["after"].values())},
    }


def _healthy_example(cause: dict[str, Any], maker: Documents, documents: list[Document]) -> str | None:
    """A document whose whole way was logged, as close as possible to the one that failed."""
    failed = next(document for document in documents if document.id == cause["repair"]["first"])
    gap = cause.get("gap")
    silent = (milliseconds(gap["from"]), milliseconds(gap["until"])) if gap else (0, 0)
    complete = [
        document
        for document in documents
        if document.fault is None
        and not document.unlogged
        and not document.timeouts
        and document.deleted is None
        and document.accepted is not None
        and document.accepted < maker.cut
        and document.visible is not None
        and not silent[0] <= document.visible < silent[1]
    ]
    nearest = min(
        complete, key=lambda document: (abs(document.received - failed.received), document.id), default=None
    )
    return nearest.id if nearest else None


def _span(table: dict[str, Any]) -> dict[str, Any]:
    return {"from": iso(milliseconds(table["from"])), "until": iso(milliseconds(table["until"]))}


def _in_burst(document: Document, burst: dict[str, Any]) -> bool:
    return any(milliseconds(burst["from"]) <= at < milliseconds(burst["until"]) for at in document.timeouts)


def _as_json(entry: dict[str, Any]) -> dict[str, Any]:
    """A record's entry with its moments as text, so that it is JSON."""
    return {
        key: berlin(milliseconds(value)) if isinstance(value, datetime) else value
        for key, value in entry.items()
    }
