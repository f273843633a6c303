"""A word among two million lines, and among twenty: common, rare and absent, with the exact count, beside a scan of the raw file.

Held against the bar is the processor's time, of all cores together: on a machine that does nothing else the clock's
is less. The clock's stands beside it, with the peer's, measured in turns.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.figure import Figure, at_most
from benchmarks.made import write_logs

#: What is asked, as a search and as a peer looks for it in the raw file.
WORDS = {
    "common": ("clean", "clean"),
    "rare": ("DOC-4711", r"DOC-4711([^0-9]|$)"),
    "absent": ("unrouted", "unrouted"),
}
ROUNDS = 3
#: So many times the same lines make the large case.
TIMES = 10


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events.events import Events
    from investigator.events.store import Store

    rows = 100_000 if quick else 2_000_000
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "platform.jsonl"
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        load.add(file, store=store, vault=Path(place) / "vault", load=1)
        manifest = store.manifest()
        small = _measured(Events.open(store.folder), rows, 0.5, file)
        many = replace(
            manifest,
            segments=tuple(replace(s, files=s.files * TIMES, rows=s.rows * TIMES) for s in manifest.segments),
        )
        return small + _measured(Events.open(store.folder, manifest=many), rows * TIMES, 3.0, None)


def _measured(events: object, rows: int, bar: float, file: Path | None) -> list[Figure]:
    from investigator.events.events import Events
    from investigator.events.searched import condition
    from investigator.performing import perform

    assert isinstance(events, Events)
    assert events.count() == rows
    figures = []
    for name, (word, pattern) in WORDS.items():
        for where, text, limit in (("body", f"body:{word}", bar), ("everywhere", word, 5 * bar)):

            def count(text: str = text) -> int:
                table = events.table
                return int(events.fetch(table.filter(condition(text, table)).count()))

            def answer(text: str = text) -> None:
                # Asked anew, as the next question of a session: what is known of the events as such is kept.
                for key in [key for key in events.memo if isinstance(key, tuple)]:
                    del events.memo[key]
                perform("search", events, {"text": text})

            scan, said = _peer(file, pattern) if file else (None, "")
            found = count()
            answer()
            jobs = {"exact count": count, "the whole answer": answer}
            taken: dict[str, list[tuple[float, float]]] = {job: [] for job in (*jobs, "peer")}
            for _ in range(ROUNDS):
                for job, call in jobs.items():
                    taken[job].append(_times(call))
                if scan:
                    taken["peer"].append(_times(scan))
            for job in jobs:
                processor, clock = _median(taken[job])
                peer = ""
                if scan:
                    theirs, by_clock = _median(taken["peer"])
                    peer = f"{said} {theirs:.2f} s, by the clock {by_clock:.2f} s"
                note = f"{found:,} of {rows:,} lines; by the clock {clock:.2f} s at a load of {os.getloadavg()[0]:.0f}"
                figures.append(
                    at_most(
                        f"{name} word, {where}, {rows:,} lines: {job}",
                        processor,
                        limit,
                        unit=" s of processor time",
                        peer=peer,
                        note=note,
                    )
                )
    return figures


def _times(job: Callable[[], object]) -> tuple[float, float]:
    """How long a job takes, of the processor's time (also that of what it starts) and by the clock."""
    used, started = os.times(), time.perf_counter()
    job()
    now = os.times()
    return sum(now[:4]) - sum(used[:4]), time.perf_counter() - started


def _median(taken: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


def _peer(file: Path, pattern: str) -> tuple[Callable[[], object], str]:
    """A scan of the raw file that counts lines, capitals or not: ripgrep where it is, else grep."""
    tool = "rg" if shutil.which("rg") else "grep"
    argv = [tool, "-c", "-i", *(["-E"] if tool == "grep" else []), "-e", pattern, str(file)]

    def scan() -> None:
        subprocess.run(argv, capture_output=True, check=False)  # to /dev/null grep would stop at the first

    return scan, f"{'ripgrep' if tool == 'rg' else tool} -c -i over the raw file"
