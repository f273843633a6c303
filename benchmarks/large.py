"""Twenty million rows: a whole comparison, one entity's events beside bound SQL, and memory beside a tenth of it."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.comparison import FIELDS
from benchmarks.figure import Figure, alone, at_most
from benchmarks.made import write_logs

#: One analysis in a process of its own; "middle" stands for the middle of the events.
ONE = """
import sys
from investigator.performing import perform
from investigator.events import Events

folder, name, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
events = Events.open(folder)
first, last = events.span()
middle = (first + (last - first) / 2).isoformat()
perform(name, events, {knob: middle if value == "middle" else value for knob, value in given.items()})
"""
#: What is asked of all rows at once, with what it has to be told.
ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    ("what_changed", {"onset": "middle"}),
    ("patterns", {"onset": "middle"}),
    ("first_error", {}),
    ("coverage", {}),
    ("rate_change", {}),
)


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events import Events
    from investigator.events.entities import index
    from investigator.events.store import Store
    from investigator.facts import traces
    from investigator.facts.silences import silences
    from investigator.performing import perform

    rows = 200_000 if quick else 20_000_000
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "app.jsonl"
        few = Store(Path(place) / "few")
        write_logs(file, rows // 10)
        load.add(file, store=few, vault=Path(place) / "few-vault", load=1)
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        began = time.perf_counter()
        load.add(file, store=store, vault=Path(place) / "vault", load=1)
        loading = time.perf_counter() - began
        began = time.perf_counter()
        file.unlink()
        index(store, {"document": "DOC-[0-9]+"})
        indexing = time.perf_counter() - began
        events = Events.open(store.folder)
        span = events.span()
        assert span is not None
        onset = (span[0] + (span[1] - span[0]) / 2).isoformat()
        given = {
            "onset": onset,
            "fields": [*(name for name in FIELDS if name in events.table.columns), "message"],
        }
        perform("what_changed", events, given)
        # What limits every answer (silences, what is there twice) is asked once a session, by whichever question is first.
        silences(events)
        known = {
            name: held for name, held in events.memo.items() if str(name).split()[0] in ("silences", "copies")
        }
        compared = []
        for _ in range(3):
            again = Events.open(store.folder, engine=events.engine)
            again.memo.update(known)
            began = time.perf_counter()
            perform("what_changed", again, given)
            compared.append(time.perf_counter() - began)
        ids = [f"DOC-{number}" for number in range(1000, 1000 + 7 * 60, 7)]
        traces.read(events, ids[0])
        files = [str(path) for path in sorted((store.folder / "entities").glob("entities-*.parquet"))]
        ours, sql = [], []
        for identifier in ids:
            began = time.perf_counter()
            traces.read(events, identifier)
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            # The list of files is a bound parameter too.
            events.engine.backend.con.execute(
                "SELECT * FROM read_parquet($1, union_by_name=true) WHERE id = $2 ORDER BY time, unit",
                [files, identifier],
            ).df()
            sql.append(time.perf_counter() - began)
        peaks = {
            name: [alone(ONE, str(f), name, json.dumps(given))["peak_mb"] for f in (few.folder, store.folder)]
            for name, given in ASKED
        }
    size = f"{rows:,} rows; load {loading:.0f} s, index {indexing:.0f} s"
    return [
        at_most("a comparison of 8 dimensions and the messages", min(compared), 2, unit=" s", note=size),
        at_most(
            "an entity's events, 95th percentile",
            _p95(ours) * 1000,
            45,
            unit=" ms",
            peer=f"bound SQL {_p95(sql) * 1000:.0f} ms",
            note=f"{rows:,} rows",
        ),
        *(
            at_most(
                f"memory of {name}, from {rows // 10:,} to {rows:,} rows",
                high / low,
                1.3,
                unit=" times",
                peer=f"{low:,.0f} MB to {high:,.0f} MB",
            )
            for name, (low, high) in peaks.items()
        ),
    ]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
