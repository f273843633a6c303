"""Files that are exported anew each time: the database of documents, lists of changes, metrics."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from investigator.samples.clock import MINUTE, berlin, iso, milliseconds, moment
from investigator.samples.documents import Document
from investigator.samples.services import Versions

TABLES = """
CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT NOT NULL, client_version TEXT NOT NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers(id), name TEXT NOT NULL,
    schema_version INTEGER, sha256 TEXT NOT NULL, size INTEGER NOT NULL, status TEXT NOT NULL,
    stored_at TEXT NOT NULL, deleted_at TEXT
);
CREATE TABLE index_state (
    document_id TEXT PRIMARY KEY REFERENCES documents(id), state TEXT, indexed_at TEXT, index_build TEXT
);
"""


def write_database(
    file: Path,
    time: int,
    documents: list[Document],
    platform: dict[str, Any],
    cause: dict[str, Any],
    versions: Versions,
) -> None:
    """The database of documents as it stood at a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    stored = [document for document in documents if document.stored < time]
    affected, client = (
        {group["customer"] for group in cause["affected"]},
        cause.get("traits", {}).get("client"),
    )
    connection = sqlite3.connect(file)
    connection.executescript(TABLES)
    connection.executemany(
        "INSERT INTO customers VALUES (?, ?, ?)",
        [
            (number, entry["name"], client if client and number in affected else entry["client"])
            for number, entry in platform["customers"].items()
        ],
    )
    connection.executemany(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (_row(d, time) for d in stored)
    )
    connection.executemany(
        "INSERT INTO index_state VALUES (?, ?, ?, ?)", (_state(d, time, versions) for d in stored)
    )
    connection.commit()
    connection.close()


def _row(document: Document, time: int) -> tuple[Any, ...]:
    filed = document.accepted is not None and document.accepted < time
    gone = document.deleted if document.deleted is not None and document.deleted < time else None
    return (
        document.id,
        document.customer,
        document.name,
        document.schema,
        document.sha256,
        document.size,
        "filed" if filed else "stored",
        iso(document.stored),
        iso(gone) if gone else None,
    )


def _state(
    document: Document, time: int, versions: Versions
) -> tuple[str, str | None, str | None, str | None]:
    if document.unlogged:
        return document.id, None, None, None
    if document.indexed is None or document.indexed >= time:
        return document.id, "pending", None, None
    return document.id, "indexed", iso(document.indexed), versions.at("indexer", document.indexed)


def write_changes(
    folder: Path,
    time: int,
    deploys: list[dict[str, Any]],
    flags: list[dict[str, Any]],
    services: dict[str, Any],
) -> None:
    """The lists of deploys and of flags, as far as they had happened."""
    folder.mkdir(parents=True, exist_ok=True)
    running = {name: entry["version"] for name, entry in services.items()}
    told = []
    for deploy in sorted(deploys, key=lambda deploy: deploy["at"]):
        if milliseconds(deploy["at"]) < time:
            entry = {
                "service": deploy["service"],
                "version": deploy["version"],
                "previous": running[deploy["service"]],
            }
            running[deploy["service"]] = deploy["version"]
            rest = {key: deploy[key] for key in ("by", "commit", "note")}
            told.append({**entry, "at": berlin(milliseconds(deploy["at"])), **rest})
    switched = [
        {
            **{key: flag[key] for key in ("flag", "from", "to")},
            "at": berlin(milliseconds(flag["at"])),
            "by": flag["by"],
        }
        for flag in sorted(flags, key=lambda flag: flag["at"])
        if milliseconds(flag["at"]) < time
    ]
    _write_json(folder / "deploys.json", told, indent=2)
    _write_json(folder / "flags.json", switched, indent=2)


def write_metrics(
    folder: Path,
    low: int,
    high: int,
    documents: list[Document],
    requests: dict[int, Counter[str]],
    platform: dict[str, Any],
    cause: dict[str, Any],
    seed: int,
) -> None:
    """Three answers of a Prometheus range query, one point a minute."""
    folder.mkdir(parents=True, exist_ok=True)
    minutes = range(low + MINUTE, high + 1, MINUTE)
    indexed = Counter(
        document.indexed // MINUTE * MINUTE + MINUTE for document in documents if document.indexed is not None
    )
    labels = {"__name__": "indexed_documents:per_minute", "job": "indexer", "service": "indexer"}
    _write_range(folder / "indexed_documents.json", [(labels, [(at, indexed[at]) for at in minutes])])
    _write_range(
        folder / "queue_depth.json",
        [
            (
                {"__name__": "queue_depth", "queue": queue, "service": queue},
                _depths(queue, minutes, platform, cause, seed),
            )
            for queue in ("indexer", "scan")
        ],
    )
    statuses = sorted({status for counts in requests.values() for status in counts})
    served = [
        (
            {"__name__": "http_requests:per_minute", "code": status, "service": "nginx"},
            [(at, requests.get(at, Counter())[status]) for at in minutes],
        )
        for status in statuses
    ]
    _write_range(folder / "http_requests.json", served)


def _depths(
    queue: str, minutes: range, platform: dict[str, Any], cause: dict[str, Any], seed: int
) -> list[tuple[int, int]]:
    """A queue that follows the working day; the one for scans swells while the engine times out."""
    rng = Random(f"{seed} {queue}")
    burst = cause.get("burst") if queue == "scan" else None
    points = []
    for at in minutes:
        depth = int(rng.expovariate(1) * platform["hours"][moment(at).hour] / 40)
        if burst and milliseconds(burst["from"]) < at <= milliseconds(burst["until"]):
            depth += rng.randrange(18, 45)
        points.append((at, depth))
    return points


def _write_range(file: Path, series: list[tuple[dict[str, str], list[tuple[int, int]]]]) -> None:
    result = [
        {"metric": labels, "values": [[at // 1000, str(value)] for at, value in points]}
        for labels, points in series
    ]
    _write_json(file, {"status": "success", "data": {"resultType": "matrix", "result": result}})


def _write_json(file: Path, content: Any, indent: int | None = None) -> None:
    separators = None if indent else (",", ":")
    text = json.dumps(content, ensure_ascii=False, indent=indent, separators=separators)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")
