"""The postmortem: processor time against a notebook with the same imports and no work, and as the number of events grows."""

from __future__ import annotations

import json
import resource
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.figure import Figure, at_most

IMPORTS = "import ibis, duckdb, sqlalchemy, plotly.graph_objects, pandas, papermill, investigator"
IDLE = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Nothing\n\n> No work."},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {"tags": ["parameters"]},
            "source": 'case_id: str = "x"  # none',
            "outputs": [],
            "execution_count": None,
        },
        {
            "cell_type": "code",
            "id": "c",
            "metadata": {},
            "source": IMPORTS + "\nibis.duckdb.connect()\nplotly.graph_objects.Figure()",
            "outputs": [],
            "execution_count": None,
        },
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def _processor(job: Callable[[], object]) -> float:
    """How much processor time a job takes, its kernel's with it: what others do on the machine counts for nothing."""

    def so_far() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)

    before = so_far()
    job()
    return so_far() - before


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import samples
    from investigator.case import Case
    from investigator.case.sample import build
    from investigator.report import pipeline
    from investigator.report.make import make

    sizes = (20_000, 60_000) if quick else (10_000, 200_000, 2_000_000)
    rounds = 1 if quick else 5
    with tempfile.TemporaryDirectory() as place:
        idle = Path(place) / "idle.ipynb"
        idle.write_text(json.dumps(IDLE))
        out = Path(place) / "idle"
        out.mkdir()
        cases = {}
        for lines in sizes:
            root = Path(place) / str(lines)
            cases[lines] = Case(build(samples.make(root / "files", lines=lines), root))
        make(cases[sizes[0]], "postmortem")  # the first page also compiles the parsers of all
        took: dict[int, list[float]] = {lines: [] for lines in (0, *sizes)}
        for _ in range(rounds):  # in turn, so that a slow minute of the machine touches all alike
            took[0].append(
                _processor(lambda: pipeline.render(idle, {"case_id": "x"}, out, name="idle", title="idle"))
            )
            for lines, case in cases.items():
                took[lines].append(_processor(lambda c=case: make(c, "postmortem")))
        weight = max((case.path / "reports" / "postmortem.html").stat().st_size for case in cases.values())
    usual = {lines: statistics.median(times) for lines, times in took.items()}
    low, middle, high = sizes[0], sizes[-2], sizes[-1]
    return [
        at_most(
            "postmortem against an idle notebook",
            usual[middle] / usual[0],
            2.5,
            unit=" times",
            peer=f"idle {usual[0]:.1f} s, postmortem {usual[middle]:.1f} s",
            note=f"{middle:,} lines",
        ),
        at_most(
            f"postmortem from {low:,} to {high:,} lines",
            usual[high] / usual[low],
            1.25,
            unit=" times",
            peer=f"{usual[low]:.1f} s to {usual[high]:.1f} s",
        ),
        at_most("weight of the page", weight / 1e6, 3, unit=" MB"),
    ]
