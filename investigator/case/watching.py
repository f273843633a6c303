"""What `case.watch()` gives: something to look at that is renewed as others write."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from investigator.case import shown
from investigator.case.record import mode
from investigator.case.record.news import EVERY, since_now
from investigator.case.record.record import Record
from investigator.case.shown import Shown
from investigator.errors import KitError

#: Seconds after which a clock is shown anew.
CLOCK = 20.0


class Watching:
    """What `show` gives: in JupyterLab it renews itself when somebody writes; on a page it stands still."""

    def __init__(self, record: Record, show: Callable[[], Shown], *, every: float = EVERY) -> None:
        self.record, self.every, self._show = record, every, show
        self._ended = threading.Event()

    def stop(self) -> None:
        """No longer renew it."""
        self._ended.set()

    def __str__(self) -> str:
        return str(self._show())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self._show()._repr_html_()

    @property
    def renews(self) -> bool:
        """Whether there is something to wait for: not where a page is made, and not for a case as it stood."""
        return not mode.reporting() and self.record.as_of is None

    def renew(self, put: Callable[[Shown], object]) -> None:
        """Hand over what is to be seen, each time that it changes, until `stop()`; run in a thread of its own."""
        news, before = since_now(self.record), time.monotonic()
        while not self._ended.wait(self.every):
            try:
                # A clock on it goes on also while nobody writes.
                if news.look() or time.monotonic() - before > CLOCK:
                    put(self._show())
                    before = time.monotonic()
            except KitError as error:
                put(shown.missing(f"{error.what} I go on asking."))
                news.seen = {}
