"""In a kernel that somebody sits before, a cell that ends in events shows them live: timeline, kinds and table, linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case.record import mode

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from investigator.events.events import Events

#: The page of the live table hides what stands in this, as long as it is there itself.
TWIN = "<div class='inv-twin'>{}</div>"


def attach(shell: InteractiveShell) -> None:
    """From now on this kernel shows events so; elsewhere, and in a report, the table of their sources stands there."""
    formatter = shell.display_formatter
    if formatter is not None and hasattr(shell, "kernel"):
        formatter.ipython_display_formatter.for_type_by_name("investigator.events.events", "Events", _shown)


def _shown(events: Events) -> None:
    from IPython.display import display

    # The table of the sources first: where the live one can't be had, as in a saved notebook, it is what stands there.
    display({"text/html": TWIN.format(events._repr_html_()), "text/plain": repr(events)}, raw=True)
    if mode.reporting() or not events.sources:
        return
    from investigator.widgets.explorer import (
        Explorer,
    )  # what draws it is loaded when there is something to draw

    display(Explorer(events).bundle(), raw=True)
