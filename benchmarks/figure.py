"""One figure: what was measured, against which peer, and the bar it is held to."""

from __future__ import annotations

import inspect
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A row of the results. `bar` is how it should be, in words; `met` None where there is no bar."""

    name: str
    figure: str
    peer: str
    bar: str
    met: bool | None
    note: str = ""


def at_most(
    name: str, value: float, limit: float, *, unit: str = "", peer: str = "", note: str = ""
) -> Figure:
    """A figure that must not be more than its bar."""
    return Figure(name, f"{value:,.3g}{unit}", peer, f"at most {limit:,.3g}{unit}", value <= limit, note)


def at_least(
    name: str, value: float, limit: float, *, unit: str = "", peer: str = "", note: str = ""
) -> Figure:
    """A figure that must not be less than its bar."""
    return Figure(name, f"{value:,.3g}{unit}", peer, f"at least {limit:,.3g}{unit}", value >= limit, note)


def seconds(job: Callable[[], object]) -> float:
    """How long a job takes."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def alone(code: str, *arguments: str, timeout: float = 1800) -> dict:
    """Run code in a fresh process; gives what it printed as JSON on its last line, plus `seconds` and `peak_mb`.

    A process of its own, so that one job's memory and caches are not another's.
    """
    root = Path(__file__).parents[1]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(root)
    with tempfile.NamedTemporaryFile("w", suffix=".py", delete=False) as script:
        script.write(
            "import json, sys, time\n"
            + inspect.getsource(_peak_mb)
            + "_started = time.perf_counter()\n"
            + code
            + "\nout = globals().get('out', {})\nout.setdefault('seconds', time.perf_counter() - _started)\n"
            "out['peak_mb'] = _peak_mb()\n"
            "print(json.dumps(out))\n"
        )
    try:
        done = subprocess.run(
            [sys.executable, script.name, *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
    finally:
        Path(script.name).unlink(missing_ok=True)
    if done.returncode:
        raise RuntimeError(f"{code[:80]}...\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _peak_mb() -> float:
    """The highest memory of this process, in MB; on Linux without what its parent held before the exec."""
    import resource
    import sys

    if sys.platform == "linux":
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def children_peak_mb() -> float:
    """The highest memory of any child process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
