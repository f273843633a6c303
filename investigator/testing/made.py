"""A small made-up incident as events, and a store that holds it: what checks and tests stand on."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

    from investigator.events.engine import Engine
    from investigator.events.events import Events

#: When the made-up incident of `documents` starts, and the id that its questions are about.
ONSET = datetime(2026, 3, 4, 9, 30, 5, tzinfo=UTC)
AFFECTED = "DOC-2000"
HEALTHY = "DOC-1055"
KINDS = {"document": "DOC-[0-9]+", "customer": "CUST-[0-9]+"}


def documents(*, healthy: int = 60, affected: int = 12, unknown: int = 3, seed: int = 7) -> pandas.DataFrame:
    """A small made-up incident as a DataFrame of events: documents that go through four services, and some that stop.

    From ONSET on, the indexer skips the documents of two customers, three minutes after its deploy. Rows of two
    tables (kind record, without a time) say what the database holds; for `unknown` documents they are all there is.
    """
    import pandas as pd

    dice = random.Random(seed)
    rows: list[dict[str, Any]] = []
    attributes: list[dict[str, str]] = []
    units: dict[str, int] = {}

    def add(
        time: datetime | None,
        source: str,
        body: str,
        kind: str = "log",
        severity: int | None = 9,
        **more: str,
    ) -> None:
        evidence, _, member = source.partition("!")
        unit = units[source] = units.get(source, 0) + 1
        service = more.pop("service", source if kind == "log" else None)
        name = "!" + member if member else ""
        rows.append(
            {
                "time": time,
                "source": source,
                "kind": kind,
                "service": service,
                "severity_number": severity,
                "body": body,
                "evidence": _evidence(evidence) + name,
                "unit": unit,
            }
        )
        attributes.append(more)

    def go(number: int, customer: str, start: datetime, *, skipped: bool) -> None:
        document = f"DOC-{number}"

        def at(seconds: float) -> datetime:
            return start + timedelta(seconds=seconds + dice.random() / 2)

        add(start, "upload", f"received {document} from {customer}", customer=customer)
        add(at(1), "storage", "stored object", key=f"objects/{document}/v1")
        add(
            at(1.6),
            "audit",
            f"UPDATE documents {document} status: received -> stored",
            "audit",
            None,
            customer=customer,
        )
        add(at(3), "scan", f"scanning document {document}")
        if dice.random() < 0.1:
            add(at(3.6), "scan", f"engine timeout after 30000 ms for {document}", severity=17)
        add(at(5), "scan", f"document {document} is clean")
        add(at(6), "indexer", f"picked document {document} from queue")
        if skipped:
            add(at(7), "indexer", f"skipped document {document} unsupported schema 3")
        else:
            add(at(7), "indexer", f"indexed document {document}")
            add(at(8), "search", "document visible in search", document=document)
        stored = start.isoformat()
        add(
            None,
            "db.sqlite!documents",
            f"id={document} status=stored",
            "record",
            None,
            id=document,
            customer_id=customer,
            status="stored",
            stored_at=stored,
        )
        add(
            None,
            "db.sqlite!index_state",
            f"document_id={document} state={'pending' if skipped else 'indexed'}",
            "record",
            None,
            document_id=document,
            state="pending" if skipped else "indexed",
        )

    spread = timedelta(hours=6) / max(healthy, 1)
    begin = ONSET - timedelta(hours=5)
    for position in range(healthy):
        go(1000 + position, f"CUST-{dice.randrange(1, 6):04d}", begin + position * spread, skipped=False)
    for position in range(affected):
        start = ONSET - timedelta(seconds=7) + timedelta(minutes=4 * position)
        go(2000 + position, f"CUST-{(7, 8)[position % 3 == 0]:04d}", start, skipped=True)
    for position in range(unknown):
        document = f"DOC-{3000 + position}"
        add(
            None,
            "db.sqlite!documents",
            f"id={document} status=stored",
            "record",
            None,
            id=document,
            customer_id="CUST-0009",
            status="stored",
            stored_at=ONSET.isoformat(),
        )
        add(None, "db.sqlite!index_state", f"document_id={document}", "record", None, document_id=document)
    for minute in range(390):
        at = begin + timedelta(minutes=minute)
        for second in sorted(dice.sample(range(60), 2)):
            add(at + timedelta(seconds=second), "search", f"query returned {dice.randrange(9)} hits")
        if minute < 300 and minute % 3 == 0:
            add(at + timedelta(seconds=11), "scan", f"heartbeat {minute} ok")
        if minute % 60 == 0:
            due = (ONSET + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
            add(at, "storage", f"purge scheduled for {due}: {minute} orphan candidates")
    for hours, service, version in (
        (28, "upload", "4.1.0"),
        (4, "search", "5.8.0"),
        (0.05, "indexer", "2.3.1"),
    ):
        at = ONSET - timedelta(hours=hours)
        add(at, "deploys.json", f"{service} {version}", "deploy", None, service=service, version=version)
    add(
        ONSET - timedelta(minutes=20),
        "flags.json",
        "ranking-v2: off -> 10 %",
        "flag",
        None,
        flag="ranking-v2",
        **{"from": "off", "to": "10 %"},
    )
    add(ONSET + timedelta(hours=4), "ticket.txt", f"The customer cannot find {AFFECTED}", "ticket", None)
    frame = pd.DataFrame(rows)
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    frame["severity_number"] = frame["severity_number"].astype("Int64")
    frame["attributes"] = attributes
    return frame


def stored(
    frame: pandas.DataFrame,
    folder: Path | str,
    *,
    kinds: dict[str, str] | None = None,
    engine: Engine | str | None = None,
) -> Events:
    """A DataFrame of events written to a store in `folder` as a load would, ids indexed, and opened."""
    from investigator.events import kept_frame

    return kept_frame.stored(frame, folder, kinds=kinds if kinds is not None else KINDS, engine=engine)


def _evidence(source: str) -> str:
    import hashlib

    return hashlib.sha256(source.encode()).hexdigest()[:12]
