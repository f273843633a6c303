"""Where each of 100,000 documents stopped and where it is: lifecycle and census over a million events."""

from __future__ import annotations

import json
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.figure import Figure, at_most

#: Seconds after the upload, service, message.
_WAY = (
    (0.0, "upload", "received {id} from {customer}"),
    (0.8, "storage", "stored object for {id}"),
    (1.1, "storage", "replicated object of {id}"),
    (2.0, "upload", "upload of {id} complete"),
    (3.0, "scan", "scanning document {id}"),
    (5.0, "scan", "document {id} is clean"),
    (6.0, "indexer", "picked {id} from queue"),
    (7.0, "indexer", "indexed document {id}"),
    (8.0, "search", "document {id} visible in search"),
)


def stops(number: int, documents: int) -> bool:
    """Whether the indexer skips a document: one of fifty of the later half, none so late that it had still time."""
    return documents // 2 < number < documents - 200 and number % 50 == 0


def write(folder: Path, documents: int, *, seed: int = 7) -> None:
    """A log of nine events a document, and a table with a row for each; one of fifty is skipped by the indexer."""
    random = Random(seed)
    start = datetime(2026, 6, 15, tzinfo=UTC)
    lines = []
    with open(folder / "documents.csv", "w", encoding="utf-8") as table:
        table.write("id,customer_id,status\n")
        for number in range(documents):
            identifier, customer = f"DOC-{100_000 + number}", f"CUST-{random.randrange(40):04d}"
            skipped = stops(number, documents)
            for after, service, said in _WAY[: 7 if skipped else 9]:
                lines.append((number * 0.9 + after, service, said.format(id=identifier, customer=customer)))
            if skipped:
                lines.append(
                    (number * 0.9 + 7, "indexer", f"skipped document {identifier} unsupported schema")
                )
            table.write(f"{identifier},{customer},stored\n")
    lines.sort()
    with open(folder / "app.jsonl", "w", encoding="utf-8") as stream:
        for seconds, service, said in lines:
            at = (start + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            stream.write(
                json.dumps({"time": at, "level": "info", "service": service, "message": said}) + "\n"
            )


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events import Events
    from investigator.events.entities import index
    from investigator.events.store import Store
    from investigator.performing import perform

    documents = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as place:
        files = Path(place) / "files"
        files.mkdir()
        write(files, documents)
        store = Store(Path(place) / "events")
        for number, file in enumerate(sorted(files.iterdir()), 1):
            load.add(file, store=store, vault=Path(place) / "vault", load=number)
        index(store, {"document": "DOC-[0-9]+", "customer": "CUST-[0-9]+"})
        small = Events.open(store.folder)
        small.count()
        like = f"DOC-{100_000 + (documents // 2 // 50 + 1) * 50}"
        taken = []
        for _ in range(3):
            events = Events.open(store.folder)  # nothing kept from the run before
            began = time.perf_counter()
            course = perform("lifecycle", events, {"like": like})
            middle = time.perf_counter()
            census = perform("whereabouts", events, {"like": like})
            taken.append((time.perf_counter() - began, middle - began))
        skipped = sum(stops(number, documents) for number in range(documents))
        right = (
            course.value["affected"]["count"]
            == skipped
            == census.value["dispositions"].get("hidden by index")
            and census.value["total"] == documents
        )
    whole, first = min(taken)
    return [
        at_most(
            "lifecycle and census",
            whole,
            3,
            unit=" s",
            note=f"{documents * 10:,} events, {documents:,} documents; lifecycle {first:.1f} s; "
            f"{skipped:,} stopped, counted {'exactly' if right else 'WRONG'}",
        )
    ]
