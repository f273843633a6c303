"""The case: what people hold in their hands. Everything else is reached through it."""

from __future__ import annotations

from typing import Any

__all__ = ["Case"]


def __getattr__(name: str) -> Any:
    if name == "Case":
        from investigator.case.case import Case

        return Case
    raise AttributeError(f"module 'investigator.case' has no attribute '{name}'")
