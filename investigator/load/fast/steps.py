"""A pattern as steps that can be taken one after the other, where its repetitions can end in one way alone.

What may follow a repetition never begins with what it repeats, so the longest is the only one that can go on
(deterministic in the sense of Brüggemann-Klein, 1998).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from investigator import re2

ENDLESS = 1 << 30


@dataclass(frozen=True)
class Lit:
    """These bytes."""

    text: bytes


@dataclass(frozen=True)
class Run:
    """As many bytes of a class as there are, from `least` to `most`."""

    among: bytes  # 256 times 0 or 1
    least: int = 1
    most: int = ENDLESS


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
class Steps:
    """The steps of a pattern, its groups, and whether it counts characters, so that lines must be ASCII."""

    steps: tuple[Any, ...]
    groups: tuple[str, ...]
    counts: bool


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
def steps_of(pattern: str) -> Steps | None:
    """The steps of an RE2 pattern that begins with ^; None where it is of another kind than can be taken in steps."""
    from re import _constants as c  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

    if not pattern.startswith("^") or not re2.read_alike(pattern):
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
    return Steps(steps, tuple(tree.state.groupdict), any(counts))


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
        return Run(among, least, ENDLESS if endless else int(most))
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
