"""A few milliseconds in which Ctrl-C waits."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C is kept back until the block is done, and then does what it would have done.

    An interrupt in the middle of a transaction can strike between any two lines of a library. The connection
    is then held by the traceback that a notebook keeps, with its lock, and the next entry waits for nobody.
    Python raises KeyboardInterrupt in the main thread only, so elsewhere there is nothing to do.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    pressed: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: pressed.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            before(*pressed[0])
