"""Whether the times of a source go forward: one that goes back is said, because order is then not what lines say."""

from __future__ import annotations

from typing import Any

import numpy as np

JITTER = 60_000_000  # microseconds: threads write a little out of order
_RECORDS = ("record", "metric")


class Clock:
    """Sees the times of a source chunk by chunk, in the order of its units."""

    def __init__(self) -> None:
        self._last: int | None = None
        self.steps = self.back = self.jumps = self.most = 0
        self.unit = 0  # at which it went back first

    def see(self, times: Any, units: Any) -> None:
        """The next times, as Arrow, and their units."""
        import pyarrow as pa
        import pyarrow.compute as pc

        known = pc.is_valid(times)
        values = times.filter(known).cast(pa.int64()).to_numpy()
        if not len(values):
            return
        if self._last is not None:
            values = np.concatenate([[self._last], values])
        steps = np.diff(values)
        self._last = int(values[-1])
        self.steps += len(steps)
        self.back += int((steps < 0).sum())
        jumps = np.flatnonzero(steps < -JITTER)
        if len(jumps):
            if not self.jumps:
                place = int(jumps[0]) + (1 if len(values) == int(pc.sum(known).as_py()) else 0)
                self.unit = int(units.filter(known)[place].as_py())
            self.jumps += len(jumps)
            self.most = max(self.most, int(-steps[jumps].min()))

    def doubt(self, kind: str) -> str:
        """What to know about its order; empty where it goes forward, or backward all the way, as exports do."""
        if not self.jumps or kind in _RECORDS:
            return ""
        if self.back > 0.9 * self.steps:
            return "its newest lines come first"
        times = "once" if self.jumps == 1 else f"{self.jumps:,} times"
        return f"its time goes back {times}, first at unit {self.unit:,}, by up to {_lasting(self.most)}"


def _lasting(microseconds: int) -> str:
    seconds = microseconds // 1_000_000
    for size, word in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}"
    return f"{seconds} seconds"
