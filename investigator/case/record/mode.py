"""Whether and how writes count: a report writes nothing; a cell that runs twice writes once."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

VARIABLE = "INVESTIGATOR_RUN"

#: Tells which cell is running: (notebook, cell, this run of it); set by whoever has a notebook, else nobody does.
_running: list[Callable[[], tuple[str, str, str] | None]] = []
_run = ""
_said: Counter[tuple[str, ...]] = Counter()
_written = 0


def reporting() -> bool:
    """True where the notebook runs for a report or a test: every write is a no-op then."""
    return os.environ.get(VARIABLE, "") in ("report", "walkthrough", "test")


def author() -> str:
    """Who writes: INVESTIGATOR_AUTHOR, else git's user.name, else the login name."""
    return os.environ.get("INVESTIGATOR_AUTHOR", "").strip() or _known()


@lru_cache(maxsize=1)
def _known() -> str:
    """Who writes by git, else by the login; asked once."""
    try:
        found = subprocess.run(
            ["git", "config", "--get", "user.name"], capture_output=True, text=True, timeout=2, check=False
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        found = ""
    if found:
        return found
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def cells_from(running: Callable[[], tuple[str, str, str] | None]) -> None:
    """From now on this function says which cell is running."""
    _running[:] = [running]


def cell_key(*said: str) -> list[str] | None:
    """What names a write in a cell: notebook, cell, what is said, and the how manyth time in this run of the cell.

    None where no cell runs. Run All gives the same names again, so the ledger adds nothing.
    """
    global _run
    at = _running[0]() if _running else None
    if at is None:
        return None
    notebook, cell, run = at
    if run != _run:
        _run = run
        _said.clear()
    _said[said] += 1
    return [notebook, cell, *said, str(_said[said])]


def wrote() -> None:
    """Note that something went into the record; a cell that wrote is no scratch cell."""
    global _written
    _written += 1


def written() -> int:
    """How many entries this process has put into the record, or found there already."""
    return _written
