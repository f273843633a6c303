"""In a kernel that somebody sits before, what `case.watch()` gives renews itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from IPython.display import display

from investigator.case.watching import Watching
from investigator.widgets import cells

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

#: What renews itself now, by its case and cell: a cell that runs again ends what it had begun.
_now: dict[tuple[str, str], Watching] = {}


def attach(shell: InteractiveShell) -> None:
    """From now on this kernel shows it so; elsewhere it stands still."""
    formatter = shell.display_formatter
    if formatter is not None and hasattr(shell, "kernel"):
        formatter.ipython_display_formatter.for_type(Watching, lambda watching: _shown(shell, watching))


def _shown(shell: InteractiveShell, watching: Watching) -> None:
    if not watching.renews:
        display(watching._show())
        return
    cell = cells.running(shell)
    place = (watching.record.id, cell[1] if cell else "")
    if place in _now:  # the cell ran again
        _now[place].stop()
    _now[place] = watching
    handle = display(watching._show(), display_id=True)
    threading.Thread(target=watching.renew, args=(handle.update,), name="watch", daemon=True).start()
