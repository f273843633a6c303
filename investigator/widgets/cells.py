"""Which cell is running: what names a write, so that Run All twice adds nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from investigator.case.record import mode

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def attach(shell: InteractiveShell) -> None:
    """Tell the case which cell of which notebook runs."""
    mode.cells_from(lambda: running(shell))


def running(shell: Any) -> tuple[str, str, str] | None:
    """Notebook, cell and this run of it, as Jupyter's message says; None in a console or a plain script."""
    try:
        parent = shell.get_parent()
    except (AttributeError, LookupError):
        return None
    cell = str((parent.get("metadata") or {}).get("cellId") or "")
    run = str((parent.get("header") or {}).get("msg_id") or "")
    return (os.environ.get("JPY_SESSION_NAME", ""), cell, run) if cell and run else None
