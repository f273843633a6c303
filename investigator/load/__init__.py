"""Recognise, read, normalise, and count what was not understood.

    report = add("exports/", store=store, vault=folder, load=1)
    print(report)            # units in = used + joined into others + structural + rejected

`read` is the same without a case, into a temporary folder.
"""

from __future__ import annotations

from typing import Any

__all__ = ["LoadReport", "Progress", "SourceReport", "add", "raw", "read"]

_WHERE = {
    "LoadReport": "report",
    "SourceReport": "report",
    "Progress": "options",
    "add": "adding",
    "read": "adding",
    "raw": "origin",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name not in _WHERE:
        raise AttributeError(f"module 'investigator.load' has no attribute '{name}'")
    return getattr(importlib.import_module(f"investigator.load.{_WHERE[name]}"), name)
