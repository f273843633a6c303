"""What a pattern captures, found in many lines at once: each step of the pattern is taken by all of them together.

Only for patterns whose repetitions can end in one way (`steps`). Choices are tried in their order, each with all that follows, as RE2 and Perl do: what is found is what they find. A line that none of it fits, or that holds other
than ASCII where the pattern counts characters, is left to RE2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.fast.buffers import slices
from investigator.load.fast.steps import ENDLESS, Choice, Lit, Mark, Quoted, Run, Steps, steps_of

if TYPE_CHECKING:
    import pyarrow as pa

_LINES = 8_192  # looked at together, so that they stay in the processor's cache
_STEPS = 48  # bytes of a run that are looked at one by one, before its end is looked up
_FEW = 3  # bytes that end a run: they are looked for as they are
_SPARSE = 0.9  # of lines that still fit: below it the others are dropped
_WORTH = 0.5  # of a block's lines that must fit: below it RE2 reads them all
_LINE_AT_MOST = 1 << 20
_WALKS = 200  # of one block's lines, one for each way of a choice: above it RE2 reads them, which takes no way twice
_ESCAPES = 64  # in one text in quotes: lines with more are RE2's


@dataclass(frozen=True)
class Found:
    """Which lines of a block fit, and the bounds of each group in its bytes; where a group is not there both are one."""

    fits: Any
    low: dict[str, Any]
    high: dict[str, Any]

    def columns(self, data: Any, lines: Any, never_null: tuple[str, ...]) -> list[pa.StringArray]:
        """One text column a group, of these lines; `-` and nothing are null except where never."""
        out = []
        for group, low in self.low.items():
            begin, end = low[lines], self.high[group][lines]
            null = None
            if group not in never_null:
                length = end - begin
                null = (length == 0) | ((length == 1) & (data[np.minimum(begin, len(data) - 1)] == 45))
                null = null if null.any() else None
            out.append(slices(data, begin, end, null))
        return out


class Cuts:
    """One pattern, taken step by step."""

    def __init__(self, steps: Steps) -> None:
        self._steps, self._groups, self._counts = steps.steps, steps.groups, steps.counts
        self._given_up = False

    def find(self, data: Any, offsets: Any, blank: Any) -> Found | None:
        """What is captured of the lines between these offsets; None where too few of them fit."""
        if self._given_up or len(data) >= 1 << 31:
            return None
        number = len(offsets) - 1
        low = {group: offsets[:-1].astype(np.int32) for group in self._groups}
        high = {group: bounds.copy() for group, bounds in low.items()}
        fits = np.zeros(number, bool)
        for first in range(0, number, _LINES):
            some = slice(first, first + _LINES)
            lines = _Lines(data, offsets[first : first + _LINES + 1])
            wanted = ~blank[some] & (lines.stop - lines.start < _LINE_AT_MOST)
            if self._counts:
                wanted &= lines.ascii()
            rows = np.flatnonzero(wanted)
            lines.low = {group: bounds[some] for group, bounds in low.items()}
            lines.high = {group: bounds[some] for group, bounds in high.items()}
            fits[some][rows] = lines.walk(self._steps, rows, lines.start[rows], {})
            fits[some] &= ~lines.unsure
            if lines.walks > _WALKS:
                self._given_up = True
                return None
        if fits.sum() < _WORTH * max(number - int(blank.sum()), 1):
            self._given_up = True
            return None
        return Found(fits, low, high)


class _Lines:
    """The bytes of some lines; places are counted from the first line's beginning."""

    def __init__(self, data: Any, offsets: Any) -> None:
        self.base = int(offsets[0])
        self.data = data[self.base : offsets[-1]]
        offsets = offsets - self.base
        self.start, self.stop = offsets[:-1], offsets[1:]
        self.low: dict[str, Any] = {}
        self.high: dict[str, Any] = {}
        self.unsure = np.zeros(len(self.start), bool)
        self.walks = 0
        self._ends: dict[bytes, Any] = {}

    def ascii(self) -> Any:
        """Which lines hold nothing but ASCII."""
        plain = np.ones(len(self.start), bool)
        if len(self.data) and self.data.max() >= 128:
            others = np.flatnonzero(self.data >= 128)
            plain[np.searchsorted(self.stop, others, side="right")] = False
        return plain

    def walk(self, steps: tuple[Any, ...], rows: Any, at: Any, marks: dict[str, tuple[Any, Any]]) -> Any:
        """Take these steps with these lines from these places on; gives which of them fit, and keeps their marks."""
        fits = np.zeros(len(rows), bool)
        self.walks += 1
        if self.walks > _WALKS:
            return fits
        here: Any = None  # the places among the given ones of those that are left; None for all
        good = np.ones(len(rows), bool)
        for place, step in enumerate(steps):
            if isinstance(step, Mark):
                known = marks.get(step.group, (None, None))
                marks = {**marks, step.group: (at, None) if step.begins else (known[0], at)}
                continue
            if isinstance(step, Lit):
                good &= self._same(at, step.text) & (at + len(step.text) <= self.stop[rows])
                at = at + len(step.text)
            elif isinstance(step, Run):
                end = self._end(step.among, at, self.stop[rows], step.most)
                if step.least:
                    good &= end - at >= step.least
                at = end
            elif isinstance(step, Quoted):
                at = self._quoted(step, rows, at)
            left = int(np.count_nonzero(good))
            if not left:
                return fits
            if left < len(good) and (left < _SPARSE * len(good) or isinstance(step, Choice)):
                here = np.flatnonzero(good) if here is None else here[good]
                rows, at = rows[good], at[good]
                marks = {
                    group: tuple(None if one is None else one[good] for one in both)  # type: ignore[misc]
                    for group, both in marks.items()
                }
                good = np.ones(left, bool)
            if isinstance(step, Choice):
                found = self._choose(step, steps[place + 1 :], rows, at, marks)
                if here is None:
                    return found
                fits[here] = found
                return fits
        if here is None:
            here = slice(None)
        fits[here] = good
        chosen = rows[good]
        every = slice(None) if len(chosen) == len(self.start) else chosen
        for group, (begin, end) in marks.items():
            self.low[group][every], self.high[group][every] = begin[good] + self.base, end[good] + self.base
        return fits

    def _choose(
        self, choice: Choice, rest: tuple[Any, ...], rows: Any, at: Any, marks: dict[str, tuple[Any, Any]]
    ) -> Any:
        fits = np.zeros(len(rows), bool)
        left: Any = slice(None)
        for way in choice.ways:
            some = {g: tuple(None if one is None else one[left] for one in both) for g, both in marks.items()}
            found = self.walk((*way, *rest), rows[left], at[left], some)  # type: ignore[arg-type]
            fits[left] = found
            if found.all():
                break
            left = np.flatnonzero(~fits)
        return fits

    def _same(self, at: Any, text: bytes) -> Any:
        """Whether this text stands at each place."""
        most = len(self.data) - 1
        good = np.ones(len(at), bool)
        for step, byte in enumerate(text):
            good &= self.data[np.minimum(at + step, most)] == byte
        return good

    def _end(self, among: bytes, at: Any, stop: Any, most: int) -> Any:
        """Where the run of bytes of a class ends that begins at each place."""
        if most <= _FEW or not _looked_up(among):
            return self._stepped(among, at, stop, most)
        ends = self._where_not(among)
        found = ends[np.minimum(np.searchsorted(ends, at), len(ends) - 1)]
        found = np.maximum(np.minimum(found, stop), np.minimum(at, stop))
        return np.minimum(found, at + most) if most < ENDLESS else found

    def _stepped(self, among: bytes, at: Any, stop: Any, most: int) -> Any:
        inside = np.frombuffer(among, bool)
        end, last = at.copy(), len(self.data) - 1
        moving: Any = slice(None)
        for _ in range(min(most, _STEPS)):
            here = end[moving]
            goes_on = inside[self.data[np.minimum(here, last)]] & (here < stop[moving])
            if goes_on.all():
                end[moving] = here + 1
                continue
            if not goes_on.any():
                return end
            moving = np.flatnonzero(goes_on) if isinstance(moving, slice) else moving[goes_on]
            end[moving] += 1
        if most > _STEPS:
            # The few that are longer.
            here = end[moving]
            ends = self._where_not(among)
            found = ends[np.minimum(np.searchsorted(ends, here), len(ends) - 1)]
            end[moving] = np.minimum(np.maximum(np.minimum(found, stop[moving]), here), at[moving] + most)
        return end

    def _where_not(self, among: bytes) -> Any:
        """Where bytes stand that are not of a class, and behind the last."""
        if among not in self._ends:
            others = [byte for byte in range(256) if not among[byte]]
            if len(others) <= _FEW:
                hit = self.data == others[0] if others else np.zeros(len(self.data), bool)
                for byte in others[1:]:
                    hit |= self.data == byte
                found = np.flatnonzero(hit)
            elif others[-1] <= 32:
                found = np.flatnonzero(self.data <= others[-1])
                found = found[~np.frombuffer(among, bool)[self.data[found]]]
            else:
                found = np.flatnonzero(~np.frombuffer(among, bool)[self.data])
            self._ends[among] = np.append(found, len(self.data))
        return self._ends[among]

    def _quoted(self, step: Quoted, rows: Any, at: Any) -> Any:
        """Where a text in quotes ends: at what is neither of the class nor escaped."""
        stop = self.stop[rows]
        end = self._end(step.among, at, stop, ENDLESS)
        last = len(self.data) - 1
        moving = np.flatnonzero((end < stop) & (self.data[np.minimum(end, last)] == step.escape))
        for _ in range(_ESCAPES):
            if not len(moving):
                return end
            # An escape and what follows it, which is no line's end; then on.
            after = end[moving] + 1
            whole = (after < stop[moving]) & (self.data[np.minimum(after, last)] != 10)
            moving, after = moving[whole], after[whole]
            end[moving] = self._end(step.among, after + 1, stop[moving], ENDLESS)
            there = end[moving]
            moving = moving[(there < stop[moving]) & (self.data[np.minimum(there, last)] == step.escape)]
        self.unsure[rows[moving]] = True
        return end


@lru_cache(maxsize=256)
def _looked_up(among: bytes) -> bool:
    """Whether the end of a run of this class is looked up: a few bytes end it, or only spaces and what is below."""
    others = [byte for byte in range(256) if not among[byte]]
    return len(others) <= _FEW or others[-1] <= 32


def cuts(pattern: str) -> Cuts | None:
    """The steps of an RE2 pattern that begins with ^; None where it is of another kind than can be taken in steps."""
    steps = steps_of(pattern)
    return None if steps is None else Cuts(steps)
