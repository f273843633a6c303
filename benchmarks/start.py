"""How soon it is there: the import, and a first finding from a fresh kernel."""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.figure import Figure, at_most, seconds

FIRST = """
import investigator as inv
case = inv.Case.open("sample")
print(case.find.trace_entity(entity=case.about).answer)
"""


def run(*, quick: bool = False) -> list[Figure]:
    from investigator.case.sample import sample_case

    sample_case()  # made before the clock runs: a case is there already when somebody opens it
    times = 3 if quick else 9
    bare = statistics.median(_process("pass") for _ in range(times))
    importing = statistics.median(_process("import investigator") for _ in range(times)) - bare
    kernel = statistics.median(_kernel(FIRST) for _ in range(1 if quick else 3))
    return [
        at_most(
            "import investigator", importing, 0.3, unit=" s", peer=f"a bare interpreter takes {bare:.2f} s"
        ),
        at_most(
            "first finding from a fresh kernel",
            kernel,
            3,
            unit=" s",
            note="kernel start, import, open, trace",
        ),
    ]


def _process(code: str) -> float:
    import os

    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True, env=environment))


def _kernel(code: str) -> float:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    return seconds(lambda: NotebookClient(notebook, timeout=60).execute())
