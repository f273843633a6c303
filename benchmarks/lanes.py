"""What each way of reading many lines at once gains, end to end, against the same load by DuckDB alone."""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.figure import Figure, at_least
from benchmarks.made import write_logs
from benchmarks.text import access, application, syslog

GAIN_AT_LEAST = 1.1  # times the processor time: what gains less goes
ROUNDS = 9
#: Which lane is measured on which lines: each on those that it is for, and times on all.
LANES = {
    "heads": ("application", "syslog", "container"),
    "stamps": ("access", "container", "application", "syslog", "json"),
}
#: The named groups of what polars is asked to extract; it reads no times, kinds or ids, and writes the columns alone.
POLARS = {
    "access": r"^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] \"(?P<method>\S+) (?P<path>\S+) [^\"]*\" (?P<status>\d+) (?P<bytes>\S+) \"(?P<referrer>[^\"]*)\" \"(?P<agent>[^\"]*)\"",
    "container": r"^(?P<time>\S+) (?P<stream>stdout|stderr) (?P<tag>[FP]) (?P<body>.*)",
    "syslog": r"^(?P<time>[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}) (?P<host>\S+) (?P<program>[^:\[]+)(?:\[(?P<pid>\d+)\])?: (?P<body>.*)",
}


def container(random: Random, number: int) -> str:
    """One line of a container, as Kubernetes keeps it on the node."""
    at = datetime(2026, 6, 15, tzinfo=UTC) + timedelta(milliseconds=number * 11)
    stream = random.choice(("stdout", "stdout", "stderr"))
    body = syslog(random, number).rstrip("\n").split(": ", 1)[1]
    return f"{at:%Y-%m-%dT%H:%M:%S}.{random.randrange(10**9):09d}Z {stream} F {body}\n"


def run(*, quick: bool = False) -> list[Figure]:
    rows = 5_000 if quick else 100_000
    figures = []
    with tempfile.TemporaryDirectory() as place:
        files = written(Path(place), rows)
        for lane, kinds in LANES.items():
            for kind in kinds:
                figures.append(measured(lane, files[kind], Path(place), rows, 1 if quick else ROUNDS))
        figures += peers(files, Path(place), rows, 1 if quick else ROUNDS)
    return figures


def written(place: Path, rows: int) -> dict[str, Path]:
    """The files that are loaded, by what they hold."""
    files = {kind.__name__: kind for kind in (access, container, application, syslog)}
    out = {name: place / f"{name}.log" for name in files}
    for name, made in files.items():
        random = Random(11)
        with open(out[name], "w", encoding="utf-8") as stream:
            stream.writelines(made(random, number) for number in range(rows))
    out["json"] = place / "json.jsonl"
    write_logs(out["json"], rows)
    return out


def measured(lane: str, file: Path, place: Path, rows: int, rounds: int) -> Figure:
    """One lane on one file: on and off in turn, the median of the processor time of each."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(-1, rounds):
        for on in (True, False) if number % 2 else (False, True):
            with contextlib.nullcontext() if on else OFF[lane]():
                took = processor(lambda: loaded(file, place, rows))
            if number >= 0:
                times[on].append(took)
    on, off = statistics.median(times[True]), statistics.median(times[False])
    return at_least(
        f"{lane} on {file.stem} lines",
        off / on,
        GAIN_AT_LEAST,
        unit=" times",
        peer=f"by the engine alone {off:.2f} s, with it {on:.2f} s",
        note=f"processor time, {rows:,} events, median of {rounds} in turn",
    )


def peers(files: dict[str, Path], place: Path, rows: int, rounds: int) -> list[Figure]:
    """The whole load beside polars' `str.extract_groups` into Parquet, where polars is there: for scale, no bar."""
    try:
        import polars
    except ImportError:
        return [Figure("loads beside polars", "not measured", "polars is not installed", "", None)]
    out = []
    for kind, pattern in POLARS.items():

        def extracted(kind: str = kind, pattern: str = pattern) -> None:
            text = files[kind].read_text(encoding="utf-8").splitlines()
            frame = polars.DataFrame({"line": text})
            found = frame.select(polars.col("line").str.extract_groups(pattern).alias("g")).unnest("g")
            found.write_parquet(place / "peer.parquet", compression="lz4")

        both: dict[str, list[float]] = {"ours": [], "peer": []}
        for _ in range(rounds):
            both["ours"].append(processor(lambda kind=kind: loaded(files[kind], place, rows)))
            both["peer"].append(processor(extracted))
        ours, peer = (statistics.median(times) for times in both.values())
        said = f"polars extracts and writes in {peer:.2f} s; the whole load {ours:.2f} s"
        out.append(Figure(f"load of {kind} lines beside polars", f"{ours / peer:.3g} times", said, "", None))
    return out


def processor(job: Callable[[], object]) -> float:
    """The processor time that a job takes, of all its threads."""
    started = time.process_time()
    job()
    return time.process_time() - started


def loaded(file: Path, place: Path, rows: int) -> None:
    """Load a file into a store that is gone afterwards."""
    from investigator import load
    from investigator.events.store import Store

    with tempfile.TemporaryDirectory(dir=place) as folder:
        store = Store(Path(folder) / "events")
        report = load.add(file, store=store, vault=Path(folder) / "vault", load=1, copied_at_most=0)
    if report.events != rows:
        raise RuntimeError(f"{file.name}: {report.events:,} of {rows:,} events")


@contextlib.contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """With something else in a name's place."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _no_heads() -> Any:
    from investigator.load.fast.heads import Heads

    return replaced(Heads, "worth", property(lambda self: False))


def _no_stamps() -> Any:
    from investigator.load.fast import stamps

    return replaced(stamps, "microseconds", lambda *given, **named: None)


#: How each lane is left out, so that the engine does its work.
OFF = {"heads": _no_heads, "stamps": _no_stamps}
