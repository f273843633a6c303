"""In a kernel that somebody sits before, a cell that ends in events shows them live: timeline, kinds and table, linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.case.record import mode

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from investigator.events.events import Events


def attach(shell: InteractiveShell) -> None:
    """From now on this kernel shows events so; elsewhere, and in a report, the table of their sources stands there."""
    formatter = shell.display_formatter
    if formatter is not None and hasattr(shell, "kernel"):
        formatter.mimebundle_formatter.for_type_by_name("investigator.events.events", "Events", _shown)


def _shown(events: Events, **_: Any) -> Any:
    if mode.reporting() or not events.sources:
        return None
    from investigator.widgets.explorer import (
        bundle,
    )  # what draws it is loaded when there is something to draw

    return bundle(events)
