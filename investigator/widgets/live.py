"""In a kernel that somebody sits before, a cell that ends in events or in a status shows it live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case.record import mode

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from investigator.case.writing.status import Status
    from investigator.events.events import Events

#: What is live hides what stands in this, as long as it is there itself.
TWIN = "<div class='inv-twin'>{}</div>"


def attach(shell: InteractiveShell) -> None:
    """From now on this kernel shows events so; elsewhere, and in a report, the table of their sources stands there."""
    formatter = shell.display_formatter
    if formatter is not None and hasattr(shell, "kernel"):
        shown = formatter.ipython_display_formatter
        shown.for_type_by_name("investigator.events.events", "Events", _shown)
        shown.for_type_by_name("investigator.case.writing.status", "Status", _composed)


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


def _composed(status: Status) -> None:
    from IPython.display import display

    # As it stood at a moment nothing is written; in a report nobody clicks.
    still = mode.reporting() or status.evidence.record.as_of is not None
    markup = status._repr_html_() if still else TWIN.format(status._repr_html_())
    display({"text/html": markup, "text/plain": repr(status)}, raw=True)
    if still:
        return
    from investigator.widgets.composing import Composer

    display(Composer(status).bundle(), raw=True)
