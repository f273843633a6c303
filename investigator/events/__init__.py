"""Events: the schema, the store on disk, the entity index, and the engine behind them."""

from __future__ import annotations

from typing import Any

__all__ = ["Events", "Source", "Store", "schema"]

_WHERE = {"Events": "events", "Source": "sources", "Store": "store", "schema": "schema"}


def __getattr__(name: str) -> Any:
    import importlib

    if name not in _WHERE:
        raise AttributeError(f"module 'investigator.events' has no attribute '{name}'")
    module = importlib.import_module(f"investigator.events.{_WHERE[name]}")
    return module if name == "schema" else getattr(module, name)
