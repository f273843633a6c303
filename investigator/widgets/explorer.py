"""Events that are looked at in a notebook: the timeline, the kinds of message and a table of any size, linked.

Shown where a cell ends in events and somebody sits before the kernel; in a report, on a page and wherever no widget
runs the static table of the sources stands in its place. Only what is seen travels: a screen of rows, a few hundred
numbers of a timeline. The page holds nothing that a later cell needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget

from investigator.widgets.asking import Asking

if TYPE_CHECKING:
    from investigator.events.events import Events

_HERE = Path(__file__).parent


class Explorer(anywidget.AnyWidget):
    """The live table of some events. All that it shows it asks for by messages, each answered by `Asking`."""

    _esm = (_HERE / "explorer.js").read_text(encoding="utf-8")
    _css = (_HERE / "explorer.css").read_text(encoding="utf-8")

    def __init__(self, events: Events) -> None:
        super().__init__()
        self.asking = Asking(events)
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        number = content.get("number") if isinstance(content, dict) else None
        self.send({"number": number if isinstance(number, int) else None, **self.asking.answer(content)})

    def bundle(self) -> dict[str, Any]:
        """It as the output of a cell."""
        found: Any = self._repr_mimebundle_()
        data = found[0] if isinstance(found, tuple) else found
        return {**(data or {}), "text/plain": "The live table is there while its kernel runs."}
