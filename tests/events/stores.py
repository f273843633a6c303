"""How the tests of events put rows into a store without a format to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from investigator.events import Store, mask, schema
from investigator.events.store import Manifest, Segment, Units

START = datetime(2026, 6, 17, 7, 0)


def arrow(rows: Sequence[dict[str, Any]], *, load: int, evidence: str) -> pa.Table:
    """Rows as the schema's table: what a row doesn't say has a plain default."""
    whole = []
    for number, row in enumerate(rows, start=1):
        time = row.get("time", START + timedelta(seconds=number))
        whole.append(
            {
                **dict.fromkeys(schema.COLUMNS),
                **dict.fromkeys(("time", "time_low", "time_high"), time),
                "source": "app",
                "kind": "log",
                "evidence": evidence,
                "unit": number,
                "units": 1,
                "load": load,
                "name": mask.name(row.get("body", "")),
                "body": "",
                **row,
                "attributes": list(row.get("attributes", {}).items()),
            }
        )
    return pa.Table.from_pylist(whole, schema=schema.arrow_schema())


def segment(
    rows: Sequence[dict[str, Any]], file: str, *, load: int = 1, evidence: str = "", **more: Any
) -> Segment:
    """What such a load says of itself."""
    evidence = evidence or f"{load:012x}"
    times = [row.get("time", START + timedelta(seconds=n)) for n, row in enumerate(rows, start=1)]
    given: dict[str, Any] = {
        "source": "app",
        "evidence": evidence,
        "sha256": evidence.ljust(64, "0"),
        "load": load,
        "format": "test",
        "kind": "log",
        "rows": len(rows),
        "units": Units(total=len(rows), used=len(rows)),
        "files": (file,),
        "first": min(times).isoformat() + "+00:00",
        "last": max(times).isoformat() + "+00:00",
    }
    return Segment(**{**given, **more})


def add(
    store: Store, rows: Sequence[dict[str, Any]], *, load: int = 1, evidence: str = "", **more: Any
) -> Manifest:
    """One load of these rows, committed."""
    made = segment(rows, f"load-{load}.parquet", load=load, evidence=evidence, **more)
    with store.writing() as staging:
        pq.write_table(arrow(rows, load=load, evidence=made.evidence), staging.file(made.files[0]))
        return staging.commit([made])
