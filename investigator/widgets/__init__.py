"""Where people write into the case from a notebook: the shorthand as magics, and the trail of what ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["attach"]


def attach(shell: InteractiveShell) -> None:
    """Give a notebook's kernel the shorthand and the trail; a second time changes nothing."""
    from investigator.widgets import cells, live, magics, trail, watching

    cells.attach(shell)
    magics.attach(shell)
    trail.attach(shell)
    watching.attach(shell)
    live.attach(shell)
