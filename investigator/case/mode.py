"""Whether writes count: not in a report, a walkthrough or a notebook test, where each prints what was saved."""

from __future__ import annotations

import getpass
import os
import subprocess
from functools import lru_cache

VARIABLE = "INVESTIGATOR_RUN"


def reporting() -> bool:
    """True where the notebook runs for a report or a test: every write is a no-op then."""
    return os.environ.get(VARIABLE, "") in ("report", "walkthrough", "test")


@lru_cache(maxsize=1)
def author() -> str:
    """Who writes: INVESTIGATOR_AUTHOR, else git's user.name, else the login name."""
    given = os.environ.get("INVESTIGATOR_AUTHOR", "").strip()
    if given:
        return given
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
