"""The entity index, built after a load, against the load itself."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figure import Figure, at_most, seconds
from benchmarks.made import write_logs


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events.entities import index
    from investigator.events.store import Store

    rows = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "app.jsonl"
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        loading = seconds(lambda: load.add(file, store=store, vault=Path(place) / "vault", load=1))
        indexing = seconds(lambda: index(store, {"document": "DOC-[0-9]+", "customer": "CUST-[0-9]+"}))
    ratio = indexing / loading
    return [
        at_most(
            "entity index against its load",
            ratio,
            3,
            unit=" times",
            peer=f"load {loading:.1f} s, index {indexing:.1f} s",
            note=f"{rows:,} lines, two kinds and trace ids",
        )
    ]
