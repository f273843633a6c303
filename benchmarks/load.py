"""Clean JSON lines to queryable events: against DuckDB's own typed reading and pandas', and memory as lines grow."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.figure import Figure, alone, at_least, at_most
from benchmarks.made import write_logs

#: Libraries are imported, and each has read something small, before its clock starts.
OURS = """
import duckdb, pandas, pyarrow.parquet
from pathlib import Path
from investigator import load
from investigator.events.store import Store
file, place = Path(sys.argv[1]), Path(sys.argv[2])
small = place / "small.jsonl"
with open(file) as lines:
    small.write_text("".join(next(lines) for _ in range(100)))
load.add(small, store=Store(place / "small"), vault=place / "small-vault", load=1)
_started = time.perf_counter()
report = load.add(file, store=Store(place / "events"), vault=place / "vault", load=1)
out = {"seconds": time.perf_counter() - _started, "rows": report.events}
assert report.units.unexplained == 0
"""
DUCKDB = """
import duckdb, pandas, pyarrow.parquet
connection = duckdb.connect()
connection.execute("SELECT count(*) FROM read_json(?)", [sys.argv[1].replace("app", "small")])
_started = time.perf_counter()
connection.execute("SET TimeZone='UTC'")
connection.execute(
    "COPY (SELECT * FROM read_json(?, format='newline_delimited', columns={time: 'TIMESTAMP', level: 'VARCHAR', "
    "service: 'VARCHAR', message: 'VARCHAR', trace_id: 'VARCHAR', http: 'STRUCT(method VARCHAR, status INTEGER, "
    "took INTEGER)', worker: 'INTEGER'}) ORDER BY time) TO '" + sys.argv[2] + "/peer.parquet' (FORMAT parquet)",
    [sys.argv[1]],
)
out = {"seconds": time.perf_counter() - _started}
"""
PANDAS = """
import pandas
pandas.read_json(sys.argv[1].replace("app", "small"), lines=True)
_started = time.perf_counter()
frame = pandas.read_json(sys.argv[1], lines=True)
out = {"seconds": time.perf_counter() - _started, "rows": len(frame)}
"""


def run(*, quick: bool = False) -> list[Figure]:
    rows = 100_000 if quick else 1_000_000
    rounds = 1 if quick else 5
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "app.jsonl"
        write_logs(Path(place) / "small.jsonl", 100)
        write_logs(file, rows)
        took: dict[str, list[float]] = {"ours": [], "duckdb": [], "pandas": []}
        for number in range(rounds):
            for name, code in (("duckdb", DUCKDB), ("ours", OURS), ("pandas", PANDAS)):
                folder = Path(place) / f"{name}-{number}"
                folder.mkdir()
                took[name].append(alone(code, str(file), str(folder))["seconds"])
        ours, duckdb, pandas = (statistics.median(took[name]) for name in ("ours", "duckdb", "pandas"))
        peaks = {}
        for size in (rows // 2, rows * 5):
            write_logs(file, size)
            folder = Path(place) / f"memory-{size}"
            folder.mkdir()
            peaks[size] = alone(OURS, str(file), str(folder))["peak_mb"]
    low, high = sorted(peaks)
    return [
        at_most(
            "clean JSON lines to queryable events",
            ours / duckdb,
            2.5,
            unit=" times",
            peer=f"DuckDB typed read_json to Parquet by time {duckdb:.2f} s, ours {ours:.2f} s",
            note=f"{rows:,} lines, median of {rounds}",
        ),
        at_least(
            "faster than pandas.read_json(lines=True)",
            pandas / ours,
            4,
            unit=" times",
            peer=f"pandas {pandas:.2f} s",
        ),
        at_most(
            f"memory from {low:,} to {high:,} lines",
            peaks[high] / peaks[low],
            1.3,
            unit=" times",
            peer=f"{peaks[low]:,.0f} MB to {peaks[high]:,.0f} MB",
        ),
    ]
