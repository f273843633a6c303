"""In a kernel that somebody sits before, what `case.watch()` gives renews itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from IPython.display import display

from investigator.case.live import Watching

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_now: dict[str, Watching] = {}


def attach(shell: InteractiveShell) -> None:
    """From now on this kernel shows it so; elsewhere it stands still."""
    formatter = shell.display_formatter
    if formatter is not None and hasattr(shell, "kernel"):
        formatter.ipython_display_formatter.for_type(Watching, _shown)


def _shown(watching: Watching) -> None:
    if not watching.renews:
        display(watching._show())
        return
    place = str(watching.case.path)
    if place in _now:  # the cell ran again
        _now[place].stop()
    _now[place] = watching
    handle = display(watching._show(), display_id=True)
    threading.Thread(target=watching.renew, args=(handle.update,), name="watch", daemon=True).start()
