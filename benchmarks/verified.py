"""A case of two million events is held against its record; and derived again from its evidence, against its load."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figure import Figure, at_most
from benchmarks.made import write_logs


def run(*, quick: bool = False) -> list[Figure]:
    """Both in processor time, as a machine that is busy takes longer by the clock. `quick` takes a twentieth."""
    from investigator.case import Case

    rows = 2_000_000 // (20 if quick else 1)
    with tempfile.TemporaryDirectory(prefix="verified-") as place:
        file = Path(place) / "app.jsonl"
        write_logs(file, rows)
        case = Case.new("INC-1", words="lost", about=["DOC-1001"], root=Path(place) / "cases", author="ana")
        loading = _work(lambda: case.add(file))
        case.evidence.forget()
        verifying, wall = _work(lambda: case.verify()), time.perf_counter()
        found = case.verify()
        wall = time.perf_counter() - wall
        deep = _work(lambda: case.verify(deep=True)) - verifying
    if not found.ok:
        raise RuntimeError(str(found))
    load = f"{rows:,} events; load with its index {loading:.1f} s of processor time"
    return [
        at_most(
            "verify", verifying, 10, unit=" s of processor time", note=f"{load}; by the clock {wall:.1f} s"
        ),
        at_most(
            "reading the evidence again for --deep, against its load",
            deep / loading,
            1.3,
            unit=" times",
            note=load,
        ),
    ]


def _work(job: Callable[[], object]) -> float:
    started = time.process_time()
    job()
    return time.process_time() - started
