"""The ledger: what was said, decided and done; append-only, chained, with two clocks. On screens: the record.

    ledger = Ledger.create("case.db", case_id="INC-2031")
    ledger.append("note", {"text": "paused the purge"}, author="dana")
    ledger.entries(as_of=...)        # exactly as it stood
    ledger.verify()
"""

from __future__ import annotations

from typing import Any

__all__ = ["Entry", "Ledger", "Verification"]

_WHERE = {"Entry": "entry", "Verification": "entry", "Ledger": "ledger"}


def __getattr__(name: str) -> Any:
    import importlib

    if name not in _WHERE:
        raise AttributeError(f"module 'investigator.ledger' has no attribute '{name}'")
    return getattr(importlib.import_module(f"investigator.ledger.{_WHERE[name]}"), name)
