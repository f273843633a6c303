"""The live table and its timeline at ten million lines: what a look costs, and what travels.

Held against the bar is the processor's time over the two cores that the bar is for; the clock's stands beside it.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, at_most
from benchmarks.made import write_logs

#: So many times the same lines make the large case; the small one is held against it for its payload.
TIMES, CORES, ROUNDS = 5, 2, 3


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events.events import Events
    from investigator.events.store import Store
    from investigator.widgets.asking import Asking

    rows = 100_000 if quick else 2_000_000
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "platform.jsonl"
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        load.add(file, store=store, vault=Path(place) / "vault", load=1)
        manifest = store.manifest()
        many = replace(
            manifest,
            segments=tuple(replace(s, files=s.files * TIMES, rows=s.rows * TIMES) for s in manifest.segments),
        )
        small, large = (Asking(Events.open(store.folder, manifest=one)) for one in (manifest, many))
        return _figures(small, large, rows * TIMES)


def _figures(small: Any, large: Any, rows: int) -> list[Figure]:
    start, less = _told(large, "start"), _told(small, "start")
    low, high = large.events.span()
    middle = low + (high - low) / 2
    windows = {
        "the whole": (low, high),
        "an eighth": (middle, middle + (high - low) / 8),
        "ten seconds": (middle, middle + timedelta(seconds=10)),
    }
    out = []
    for name, (a, b) in windows.items():
        given = {"low": a.isoformat(), "high": b.isoformat()}
        out.append(
            _timed(f"the timeline of {name}, asked again", 0.5, lambda g=given: _told(large, "overview", **g))
        )
    for name, first in (
        ("the first rows", 0),
        ("rows in the middle", rows // 2),
        ("the last rows", rows - 100),
    ):
        out.append(
            _timed(f"{name} of {rows:,}", 0.5, lambda f=first: _told(large, "rows", first=f, count=100))
        )
    moved = itertools.count()

    def compare() -> Any:
        # Each time another window: an answer that was given once is kept.
        begin = middle + timedelta(seconds=next(moved))
        return _told(
            large, "compare", **{"from": begin.isoformat(), "to": (begin + (high - low) / 16).isoformat()}
        )

    out.append(_timed("a window compared with the time before it", 1.5, compare))
    whole = {"low": low.isoformat(), "high": high.isoformat()}
    weight, light = (len(json.dumps(_told(one, "overview", **whole))) for one in (large, small))
    first = sum(len(json.dumps(part)) for part in (start, _told(large, "rows", first=0, count=100))) + weight
    out.append(
        at_most(
            "what a timeline brings",
            weight / 1000,
            150,
            unit=" kB",
            note=f"{light / 1000:.1f} kB with {rows // TIMES:,} lines",
        )
    )
    out.append(
        at_most(
            "what the first screen brings: timeline, rows and what there is", first / 1000, 150, unit=" kB"
        )
    )
    assert start["total"] == rows and less["total"] == rows // TIMES
    return out


def _told(asking: Any, name: str, **given: Any) -> Any:
    found = asking.answer({"ask": name, **given})
    assert "answer" in found, found
    return found["answer"]


def _timed(name: str, bar: float, job: Callable[[], object]) -> Figure:
    """The median; a first time is not counted: what is known of the events as such is kept."""
    job()
    used, clock = [], []
    for _ in range(ROUNDS):
        before, started = time.process_time(), time.perf_counter()
        job()
        used.append((time.process_time() - before) / CORES)
        clock.append(time.perf_counter() - started)
    note = f"by the clock {statistics.median(clock):.2f} s at a load of {os.getloadavg()[0]:.0f}"
    return at_most(name, statistics.median(used), bar, unit=f" s on {CORES} cores", note=note)
