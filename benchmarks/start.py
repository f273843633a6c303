"""How soon it is there: the import, and a first finding from a fresh kernel."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

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
    """From nothing to the answer of a first cell; ending the kernel again is not part of it."""
    from jupyter_client.manager import start_new_kernel

    started = time.perf_counter()
    manager, client = start_new_kernel(startup_timeout=60)
    try:
        reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: None)
        took = time.perf_counter() - started
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(reply["content"])
    return took
