"""Past incidents that can be found again: cases and postmortems, kept as text in a folder that a team has in git.

library -> finding_alike -> index -> incident; document and postmortem bring in what was written elsewhere, from_case
brings in a case.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Library"]


def __getattr__(name: str) -> Any:
    if name == "Library":
        from investigator.library.library import Library

        return Library
    raise AttributeError(f"module 'investigator.library' has no attribute '{name}'")
