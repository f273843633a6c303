"""An investigation kit: load what there is, find what happened, show it, and write down how.

    import investigator as inv

    case = inv.Case.open("INC-2031")            # or inv.read("a/folder") without a case
    events = case.events()
    inv.find.trace_entity(events, entity="DOC-4711")
    inv.show.timeline(events)

`inv.find` and `inv.show` are shelves: shown on their own they say what is on them. `case.find` and `case.show` are
the same, bound to the case's window and kept in its trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.catalogue import Shelf
from investigator.check import Check, Expect
from investigator.finding import Coverage, Finding
from investigator.performing import run, wrapped
from investigator.version import __version__ as __version__

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.events import Events

__all__ = ["Case", "Check", "Coverage", "Events", "Expect", "Finding", "find", "read", "run", "show"]

find = Shelf("investigator.analyses", "analysis", wrapped)
show = Shelf("investigator.views", "view")


def read(path: Any, **options: Any) -> Events:
    """Events from a file or folder, without a case: recognised, read, and what was not understood counted."""
    from investigator.events import Events
    from investigator.load import read as load_read

    store, report = load_read(path, **options)
    events = Events.open(store.folder)
    events.memo["report"] = report
    return events


def __getattr__(name: str) -> Any:
    if name == "Case":
        from investigator.case import Case

        _in_a_notebook()
        return Case
    if name == "Events":
        from investigator.events import Events

        return Events
    raise AttributeError(f"module 'investigator' has no attribute '{name}'")


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext investigator`: the shorthand and the trail. The kit's own kernels have it from the start."""
    from investigator.widgets import attach

    attach(shell)


def _in_a_notebook() -> None:
    """Where a case is used in a notebook, the shorthand and the trail come with it."""
    import sys

    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        load_ipython_extension(shell)


def __dir__() -> list[str]:
    return __all__
