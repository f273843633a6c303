"""What people wait for: a line into the record, its echo in a notebook, a status, and what the trail adds to a cell."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, at_most, seconds


def run(*, quick: bool = False) -> list[Figure]:
    from investigator.case import Case

    rounds = 3 if quick else 9
    with tempfile.TemporaryDirectory() as place:
        case = Case.new("INC-1", words="lost", root=place, author="ana")
        for number in range(200):
            case.record.note(f"line {number} of a long day")
        terminal = _terminal(Path(place), rounds)
        echo, hook = _notebook(case, rounds)
    return [
        at_most("inv note in a terminal", terminal, 0.5, unit=" s", note="record of 200 entries, median"),
        at_most("a line in a notebook until its echo", echo, 0.5, unit=" s", note="median, kernel's side"),
        at_most(
            "what keeping a scratch cell adds", hook * 1000, 2, unit=" ms", note="with its synced commit"
        ),
        at_most(
            "a status to copy, the sample at three points",
            _status(),
            5,
            unit=" s",
            note="the slowest of three",
        ),
        _walkthrough(),
    ]


def _terminal(root: Path, rounds: int) -> float:
    inv = Path(sys.executable).with_name("inv")
    call = [str(inv), "note", "did", "14:05", "paused", "purge"]
    environment = {"INVESTIGATOR_CASES": str(root), "PATH": "/usr/bin:/bin", "HOME": str(root)}
    subprocess.run(call, env=environment, check=True, capture_output=True)
    return statistics.median(
        seconds(lambda: subprocess.run(call, env=environment, check=True, capture_output=True))
        for _ in range(rounds)
    )


def _notebook(case: object, rounds: int) -> tuple[float, float]:
    """A kernel as Lab has it: seconds from sending a line to its echo; seconds that the trail adds to a cell."""
    import os

    from jupyter_client.manager import KernelManager

    from investigator.case import current
    from investigator.report.kernel import launch

    with launch() as made:
        environment = {k: v for k, v in made.environment.items() if k != "INVESTIGATOR_RUN"}
        manager = KernelManager(transport="tcp", ip="127.0.0.1")
        manager.connection_file = os.path.join(environment["JUPYTER_RUNTIME_DIR"], "kernel.json")
        manager._kernel_spec = _spec(made.argv)
        manager.start_kernel(env=environment, cwd=str(made.folder))
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            # The same cells, before there is a case to keep them in, and after.
            bare = statistics.median(_took(client, f"sorted([{n}])") for n in range(rounds * 5))
            where = str(case.path.resolve())  # type: ignore[attr-defined]
            _took(client, f"import os; os.environ[{current.VARIABLE!r}] = {where!r}")
            _took(client, "%note warm")
            kept = statistics.median(_took(client, f"sorted([{n}])") for n in range(rounds * 5))
            echo = statistics.median(_took(client, f"%note line {n}") for n in range(rounds))
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return echo, max(kept - bare, 0.0)


def _spec(argv: list[str]) -> object:
    from jupyter_client.kernelspec import KernelSpec

    return KernelSpec(argv=argv, display_name="Investigator", language="python")


def _took(client: object, code: str) -> float:
    started = time.perf_counter()
    client.execute_interactive(code, timeout=30, output_hook=lambda message: None)  # type: ignore[attr-defined]
    return time.perf_counter() - started


def _status() -> float:
    from investigator.case import Case

    case = Case.open("sample")
    points = ("2026-06-17 14:18", "2026-06-17 14:32", "2026-06-17 15:10")
    return max(seconds(lambda at=at: case.as_of(at).status()) for at in points)


def _walkthrough() -> Figure:
    """A walkthrough takes no longer than a postmortem: both of the sample, in turn."""
    import shutil

    from investigator.case import Case
    from investigator.report.make import make

    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(Case.open("sample").path, Path(place) / "INC-2031")
        case = Case.open(Path(place) / "INC-2031")
        took: dict[str, list[float]] = {"walkthrough": [], "postmortem": []}
        for _ in range(3):
            for name, times in took.items():
                times.append(seconds(lambda name=name: make(case, name, draft=False)))
    walked, told = (statistics.median(times) for times in took.values())
    return at_most(
        "a walkthrough against a postmortem",
        walked / told,
        1,
        unit=" times",
        peer=f"postmortem {told:.1f} s, walkthrough {walked:.1f} s",
    )
