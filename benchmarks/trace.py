"""One entity among two million rows: its events, and the whole finding."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, at_most
from benchmarks.made import write_logs


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events import Events
    from investigator.events.entities import index
    from investigator.events.store import Store
    from investigator.facts import traces
    from investigator.performing import perform

    rows = 200_000 if quick else 2_000_000
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "app.jsonl"
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        load.add(file, store=store, vault=Path(place) / "vault", load=1)
        file.unlink()
        index(store, {"document": "DOC-[0-9]+"})
        events = Events.open(store.folder)
        ids = [f"DOC-{number}" for number in range(1000, 1000 + 7 * 60, 7)]
        perform("trace_entity", events, {"entity": ids[0]})
        fast, whole = [], []
        for identifier in ids:
            started = time.perf_counter()
            traces.read(events, identifier)
            fast.append(time.perf_counter() - started)
            started = time.perf_counter()
            perform("trace_entity", events, {"entity": identifier})
            whole.append(time.perf_counter() - started)
    return [
        at_most(
            "an entity's events, 95th percentile", _p95(fast) * 1000, 30, unit=" ms", note=f"{rows:,} rows"
        ),
        at_most(
            "the whole finding, 95th percentile", _p95(whole) * 1000, 150, unit=" ms", note=f"{rows:,} rows"
        ),
    ]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
