"""JSON lines to queryable events: against DuckDB's own typed reading and pandas', with damage, again, hashing, memory."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from random import Random

from benchmarks.figure import Figure, alone, at_least, at_most
from benchmarks.made import write_logs

#: Libraries are imported, and each has read something small, before its clock starts.
OURS = """
import duckdb, pandas, pyarrow.parquet
from pathlib import Path
from investigator import load
from investigator.events.store import Store
file, place = Path(sys.argv[1]), Path(sys.argv[2])
if sys.argv[3:] == ["unhashed"]:
    # Only here: what is left of a load when its file is not hashed.
    from investigator.load import evidence
    evidence._hash = lambda path: "0" * 64
small = place / ("small" + file.suffix)
with open(file, "rb") as lines:
    small.write_bytes(b"".join(next(lines) for _ in range(100)))
load.add(small, store=Store(place / "small"), vault=place / "small-vault", load=1)
_started, _cpu = time.perf_counter(), time.process_time()
report = load.add(file, store=Store(place / "events"), vault=place / "vault", load=1)
out = {"seconds": time.perf_counter() - _started, "cpu": time.process_time() - _cpu, "rows": report.events}
out["rejected"] = report.units.rejected
assert report.units.unexplained == 0
"""
DUCKDB = """
import duckdb, pandas, pyarrow.parquet
connection = duckdb.connect()
connection.execute("SELECT count(*) FROM read_json(?)", [sys.argv[1].replace("app", "small")])
_started, _cpu = time.perf_counter(), time.process_time()
connection.execute("SET TimeZone='UTC'")
connection.execute(
    "COPY (SELECT * FROM read_json(?, format='newline_delimited', columns={time: 'TIMESTAMP', level: 'VARCHAR', "
    "service: 'VARCHAR', message: 'VARCHAR', trace_id: 'VARCHAR', http: 'STRUCT(method VARCHAR, status INTEGER, "
    "took INTEGER)', worker: 'INTEGER'}) ORDER BY time) TO '" + sys.argv[2] + "/peer.parquet' (FORMAT parquet)",
    [sys.argv[1]],
)
out = {"seconds": time.perf_counter() - _started, "cpu": time.process_time() - _cpu}
"""
PANDAS = """
import pandas
pandas.read_json(sys.argv[1].replace("app", "small"), lines=True)
_started, _cpu = time.perf_counter(), time.process_time()
frame = pandas.read_json(sys.argv[1], lines=True)
out = {"seconds": time.perf_counter() - _started, "cpu": time.process_time() - _cpu, "rows": len(frame)}
"""
#: The case is made and its file added; then the clock runs over adding it again, and over opening and counting.
AGAIN = """
from pathlib import Path
from investigator import Case
case = Case.new("INC-1", root=Path(sys.argv[2]))
case.add(sys.argv[1], index=False)
_started = time.perf_counter()
report = case.add(sys.argv[1], index=False)
out = {"seconds": time.perf_counter() - _started}
assert {source.state for source in report.sources} == {"already here"}
"""
OPENED = """
import duckdb, ibis, pandas, sqlalchemy
from pathlib import Path
from investigator import Case
ibis.duckdb.connect()
_started = time.perf_counter()
case = Case.open("INC-1", root=Path(sys.argv[2]))
rows = case.events().count()
out = {"seconds": time.perf_counter() - _started, "rows": rows}
"""


def run(*, quick: bool = False) -> list[Figure]:
    rows = 100_000 if quick else 1_000_000
    rounds = 1 if quick else 5
    with tempfile.TemporaryDirectory() as place:
        file, damaged = Path(place) / "app.jsonl", Path(place) / "damaged.jsonl"
        write_logs(Path(place) / "small.jsonl", 100)
        write_logs(file, rows)
        broken = _damaged(file, damaged)
        jobs = {
            "duckdb": (DUCKDB, file, ()),
            "ours": (OURS, file, ()),
            "damaged": (OURS, damaged, ()),
            "unhashed": (OURS, file, ("unhashed",)),
            "pandas": (PANDAS, file, ()),
        }
        took: dict[str, list[dict]] = {name: [] for name in jobs}
        for number in range(rounds):
            for name, (code, given, more) in jobs.items():
                folder = Path(place) / f"{name}-{number}"
                folder.mkdir()
                took[name].append(alone(code, str(given), str(folder), *more))
        wall = {name: statistics.median(one["seconds"] for one in took[name]) for name in jobs}
        cpu = {name: statistics.median(one["cpu"] for one in took[name]) for name in jobs}
        listed = took["damaged"][0]["rejected"]
        again = [_again(Path(place) / f"again-{size}", size) for size in (rows // 10, rows)]
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
            wall["ours"] / wall["duckdb"],
            2.0,
            unit=" times",
            peer=f"DuckDB typed read_json to Parquet by time {wall['duckdb']:.2f} s, ours {wall['ours']:.2f} s",
            note=f"{rows:,} lines, median of {rounds}; processor time {cpu['ours'] / cpu['duckdb']:.2f} times",
        ),
        at_most(
            "one line in a hundred damaged, against the clean file",
            wall["damaged"] / wall["ours"],
            1.3,
            unit=" times",
            peer=f"clean {wall['ours']:.2f} s, damaged {wall['damaged']:.2f} s",
            note=f"processor time {cpu['damaged'] / cpu['ours']:.2f} times",
        ),
        at_least("damaged lines that are listed", listed / broken, 1, peer=f"{listed:,} of {broken:,}"),
        at_most(
            "hashing adds",
            100 * (cpu["ours"] / cpu["unhashed"] - 1),
            10,
            unit=" %",
            peer=f"processor time {cpu['unhashed']:.2f} s without, {cpu['ours']:.2f} s with",
        ),
        *(
            at_most(f"{what}, {size:,} lines", seconds, 0.3, unit=" s")
            for size, *both in again
            for what, seconds in zip(
                ("unchanged evidence added again", "a case opened and counted"), both, strict=True
            )
        ),
        at_least(
            "faster than pandas.read_json(lines=True)",
            wall["pandas"] / wall["ours"],
            4,
            unit=" times",
            peer=f"pandas {wall['pandas']:.2f} s",
        ),
        at_most(
            f"memory from {low:,} to {high:,} lines",
            peaks[high] / peaks[low],
            1.3,
            unit=" times",
            peer=f"{peaks[low]:,.0f} MB to {peaks[high]:,.0f} MB",
        ),
    ]


def _damaged(file: Path, target: Path) -> int:
    """A copy in which one line in a hundred is cut somewhere; gives how many."""
    random, count = Random(5), 0
    with open(file, "rb") as lines, open(target, "wb") as stream:
        for line in lines:
            if random.random() < 0.01:
                line, count = line[: random.randrange(1, len(line) - 2)] + b"\n", count + 1
            stream.write(line)
    return count


def _again(folder: Path, rows: int) -> tuple[int, float, float]:
    """Rows, seconds to add a file again, and seconds to open its case and count."""
    folder.mkdir()
    file = folder / "app.jsonl"
    write_logs(file, rows)
    time.sleep(2.1)  # a file that was written just now is hashed again, to be sure
    os.sync()
    added = alone(AGAIN, str(file), str(folder))["seconds"]
    opened = alone(OPENED, str(file), str(folder))
    if opened["rows"] != rows:
        raise RuntimeError(f"{opened['rows']:,} of {rows:,} rows are there")
    return rows, added, opened["seconds"]
