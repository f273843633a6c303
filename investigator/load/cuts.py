"""What a pattern captures, found in many lines at once: each step of the pattern is taken by all of them together.

Only for patterns whose repetitions can end in one way: what may follow one never begins with what it repeats, so the
longest is the only one that can go on (deterministic in the sense of Brüggemann-Klein, 1998). Choices are tried in their
order, each with all that follows, as RE2 and Perl do: what is found is what they find. A line that none of it fits, or that holds other
than ASCII where the pattern counts characters, is left to RE2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.buffers import slices

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
_ENDLESS = 1 << 30


@dataclass(frozen=True)
class Lit:
    """These bytes."""

    text: bytes


@dataclass(frozen=True)
class Run:
    """As many bytes of a class as there are, from `least` to `most`."""

    among: bytes  # 256 times 0 or 1
    least: int = 1
    most: int = _ENDLESS


@dataclass(frozen=True)
class Quoted:
    """Bytes of a class, and any byte after an escape, as many as there are."""

    among: bytes
    escape: int


@dataclass(frozen=True)
class Mark:
    """Where a group begins or ends."""

    group: str
    begins: bool


@dataclass(frozen=True)
class Choice:
    """The first of these with which all that follows fits."""

    ways: tuple[tuple[Any, ...], ...]


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

    def __init__(self, steps: tuple[Any, ...], groups: tuple[str, ...], *, counts: bool) -> None:
        self._steps, self._groups, self._counts = steps, groups, counts
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
        return np.minimum(found, at + most) if most < _ENDLESS else found

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
        end = self._end(step.among, at, stop, _ENDLESS)
        last = len(self.data) - 1
        moving = np.flatnonzero((end < stop) & (self.data[np.minimum(end, last)] == step.escape))
        for _ in range(_ESCAPES):
            if not len(moving):
                return end
            # An escape and what follows it, which is no line's end; then on.
            after = end[moving] + 1
            whole = (after < stop[moving]) & (self.data[np.minimum(after, last)] != 10)
            moving, after = moving[whole], after[whole]
            end[moving] = self._end(step.among, after + 1, stop[moving], _ENDLESS)
            there = end[moving]
            moving = moving[(there < stop[moving]) & (self.data[np.minimum(there, last)] == step.escape)]
        self.unsure[rows[moving]] = True
        return end


def _class(*parts: Any) -> bytes:
    table = np.zeros(256, np.uint8)
    for part in parts:
        table[list(part)] = 1
    return table.tobytes()


_DIGIT, _SPACE = range(48, 58), (9, 10, 12, 13, 32)
_WORD = (*_DIGIT, *range(65, 91), 95, *range(97, 123))


def _without(among: bytes) -> bytes:
    return bytes(1 - one for one in among)


_ANY = _without(_class((10,)))


@lru_cache(maxsize=256)
def _looked_up(among: bytes) -> bool:
    """Whether the end of a run of this class is looked up: a few bytes end it, or only spaces and what is below."""
    others = [byte for byte in range(256) if not among[byte]]
    return len(others) <= _FEW or others[-1] <= 32


@lru_cache(maxsize=256)
def cuts(pattern: str) -> Cuts | None:
    """The steps of an RE2 pattern that begins with ^; None where it is of another kind than can be taken in steps."""
    from re import _constants as c  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

    if not pattern.startswith("^"):
        return None
    try:
        tree = parser.parse(pattern)
    except re.error:
        return None
    if tree.state.flags & ~re.UNICODE or tree[0][0] is not c.AT:
        return None
    names = {number: name for name, number in tree.state.groupdict.items()}
    counts: list[bool] = []
    steps = _steps(list(tree)[1:], names, counts)
    if steps is None or _follows(steps, (np.zeros(256, bool), False)) is None:
        return None
    return Cuts(steps, tuple(tree.state.groupdict), counts=any(counts))


def _steps(items: Any, names: dict[int, str], counts: list[bool]) -> tuple[Any, ...] | None:
    """Python's tree of a pattern as steps; None where it holds what is none."""
    from re import _constants as c  # type: ignore[attr-defined]

    out: list[Any] = []
    for op, value in items:
        if op is c.LITERAL:
            if value >= 128:
                return None
            if out and isinstance(out[-1], Lit):
                out[-1] = Lit(out[-1].text + bytes([value]))
            else:
                out.append(Lit(bytes([value])))
        elif (among := _among(op, value)) is not None:
            counts.append(any(among[128:]))
            out.append(Run(among, 1, 1))
        elif op is c.SUBPATTERN:
            group, added, removed, inner = value
            found = _steps(list(inner), names, counts)
            if found is None or added or removed or (group is not None and group not in names):
                return None
            marks = () if group is None else (Mark(names[group], True), Mark(names[group], False))
            out += [*marks[:1], *found, *marks[1:]]
        elif op is c.BRANCH:
            ways = [_steps(list(branch), names, counts) for branch in value[1]]
            if any(way is None for way in ways):
                return None
            out.append(Choice(tuple(way for way in ways if way is not None)))
        elif op is c.MAX_REPEAT:
            step = _repeated(value, names, counts)
            if step is None:
                return None
            out.append(step)
        else:
            return None
    return tuple(out)


def _repeated(value: Any, names: dict[int, str], counts: list[bool]) -> Any:
    """The step for a greedy repetition; None where it is none."""
    from re import _constants as c  # type: ignore[attr-defined]

    least, most, inner = value
    endless = most is c.MAXREPEAT
    items = list(inner)
    if len(items) == 1 and (among := _among(*items[0])) is not None:
        counts.append(any(among[128:]) and (not endless or least > 1))
        return Run(among, least, _ENDLESS if endless else int(most))
    if (least, most) == (0, 1):
        found = _steps(items, names, counts)
        return None if found is None else Choice((found, ()))
    if not endless or least:
        return None
    # (?:[^"\\]|\\.)*
    if len(items) == 1 and items[0][0] is c.SUBPATTERN and items[0][1][0] is None:
        items = list(items[0][1][3])
    if len(items) != 1 or items[0][0] is not c.BRANCH or len(items[0][1][1]) != 2:
        return None
    plain, escaped = (list(branch) for branch in items[0][1][1])
    if len(plain) != 1 or len(escaped) != 2 or escaped[0][0] is not c.LITERAL or escaped[1][0] is not c.ANY:
        return None
    among = _among(*plain[0])
    escape = escaped[0][1]
    return (
        Quoted(among, escape) if among and escape < 128 and not among[escape] and any(among[128:]) else None
    )


def _among(op: Any, value: Any) -> bytes | None:
    """The bytes of a class of characters, with all that are not ASCII or none; None where it is no class."""
    from re import _constants as c  # type: ignore[attr-defined]

    if op is c.ANY:
        return _ANY
    if op is c.LITERAL:
        return _class((value,)) if value < 128 else None
    if op is c.NOT_LITERAL:
        return _without(_class((value,))) if value < 128 else None
    if op is not c.IN:
        return None
    known = {
        c.CATEGORY_DIGIT: _class(_DIGIT),
        c.CATEGORY_SPACE: _class(_SPACE),
        c.CATEGORY_WORD: _class(_WORD),
        c.CATEGORY_NOT_DIGIT: _without(_class(_DIGIT)),
        c.CATEGORY_NOT_SPACE: _without(_class(_SPACE)),
        c.CATEGORY_NOT_WORD: _without(_class(_WORD)),
    }
    table, negated = np.zeros(256, bool), False
    for kind, inner in value:
        if kind is c.NEGATE:
            negated = True
        elif kind is c.LITERAL and inner < 128:
            table[inner] = True
        elif kind is c.RANGE and inner[1] < 128:
            table[inner[0] : inner[1] + 1] = True
        elif kind is c.CATEGORY and inner in known:
            table |= np.frombuffer(known[inner], bool)
        else:
            return None
    return (~table if negated else table).astype(np.uint8).tobytes()


def _follows(steps: tuple[Any, ...], after: tuple[Any, bool]) -> tuple[Any, bool] | None:
    """What these steps and all after them may begin with, and whether they can fail; None where a repetition could end
    in more than one way."""
    begins, fails = after
    for step in reversed(steps):
        if isinstance(step, Lit):
            begins, fails = np.frombuffer(_class(step.text[:1]), bool), True
        elif isinstance(step, (Run, Quoted)):
            among = np.frombuffer(step.among, bool).copy()
            least = 0
            if isinstance(step, Quoted):
                among[step.escape] = True
            else:
                least = step.least
            single = isinstance(step, Run) and step.least == step.most
            if fails and not single and bool((among & begins).any()):
                return None
            begins = among if least else among | begins
            fails = fails or least > 0
        elif isinstance(step, Choice):
            ways = [_follows(way, (begins, fails)) for way in step.ways]
            if any(way is None for way in ways):
                return None
            told = [way for way in ways if way is not None]
            begins = np.logical_or.reduce([way[0] for way in told])
            fails = all(way[1] for way in told)
    return begins, fails
