"""What a line's pattern captures, told from the line's head alone, and once for all heads that are alike.

A pattern that ends in `(?P<body>.*)` is decided before its body begins: what comes after can change no capture. So the
engine is asked only how long each head is (a tenth of what captures take), and the captures are found once for each
distinct head, with its digits read as 0 where the pattern makes no difference between them. Where heads are too various,
or a pattern is of another form, there is no answer, and the engine captures line by line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator import re2
from investigator.load.fast.buffers import bounds, slices
from investigator.load.naming import zeroed

if TYPE_CHECKING:
    import pyarrow as pa

_BODY = re.compile(r"\(\?P<([A-Za-z_][A-Za-z0-9_]*)>\.\*\)$")
_SAMPLE = 4_000
_ALIKE = 0.25  # of a sample's heads that are distinct: above it captures are not worth sharing
_MOST = 1 << 31


class Heads:
    """The captures of one pattern: `lengths` says how long each line's head is, `columns` what it captures."""

    def __init__(self, pattern: str, groups: list[str], *, joins: bool, never_null: tuple[str, ...]) -> None:
        self._head, self._bounded, self._alike = parted(pattern)
        self._groups, self._joins, self._never_null = groups, joins, never_null
        self._worth: bool | None = None

    @property
    def worth(self) -> bool:
        """Whether captures are to be had from heads, as far as is known by now."""
        return self._head is not None and self._worth is not False

    def lengths(self, texts: pa.LargeStringArray) -> Any:
        """How many bytes the head of each text has; 0 where it begins otherwise."""
        import pyarrow.compute as pc

        # Arrow says no length of a match as quickly as it takes one away.
        rest = pc.replace_substring_regex(texts, self._head, "")
        return (pc.binary_length(texts).to_numpy() - pc.binary_length(rest).to_numpy()).astype(np.int64)

    def columns(self, texts: pa.LargeStringArray, lengths: Any) -> list[Any] | None:
        """One text column a group, in the groups' order; `-` and nothing are null except where never.

        `lengths` are those of the texts' heads. None where captures must be found line by line.
        """
        if not self.worth or not len(texts):
            return None
        data, offsets = bounds(texts)
        if len(data) >= _MOST:
            return None
        if self._worth is None:
            few = min(len(texts), _SAMPLE)
            heads = self._heads(offsets[: few + 1], data, lengths[:few])
            self._worth = len(heads.unique()) <= max(_ALIKE * few, 50)
            if not self._worth:
                return None
        heads = self._heads(offsets, data, lengths).dictionary_encode()
        spans = self._spans(heads.dictionary)
        which = heads.indices.to_numpy()
        whole = spans[0][1][which]
        if bool((whole != lengths).any()):
            return None
        starts = offsets[:-1]
        found = []
        for group, (low, length, missing) in zip(self._groups, spans[1:], strict=False):
            null = None if group in self._never_null else missing[which]
            begin = starts + low[which]
            found.append(slices(data, begin, begin + length[which], null))
        ends = offsets[1:]
        if not self._joins:
            # A dot is any character but a line's end.
            ends = ends - ((data[np.maximum(ends - 1, 0)] == 10) & (ends > starts))
        last = self._groups[-1]
        null = None if last in self._never_null else _nothing(data, starts + lengths, ends)
        found.append(slices(data, starts + lengths, ends, null))
        return found

    def _heads(self, offsets: Any, data: Any, lengths: Any) -> pa.StringArray:
        """The heads, alike where the pattern can't tell them apart; each with the letter that a \\b may look at."""
        import pyarrow as pa

        starts, ends = offsets[:-1], offsets[:-1] + lengths
        if self._bounded:
            after = data[np.minimum(ends, len(data) - 1)]
            ends = ends + ((ends < offsets[1:]) & _WORD[after])
        heads = slices(data, starts, ends, None)
        if not self._alike:
            return heads
        _, ends, texts = heads.buffers()
        same = pa.py_buffer(zeroed(np.frombuffer(texts or b"", np.uint8)))
        return pa.StringArray.from_buffers(len(heads), ends, same)

    def _spans(self, heads: pa.StringArray) -> list[tuple[Any, Any, Any]]:
        """First byte, length and whether it is nothing, of the whole and of each group but the last."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = pc.extract_regex_span(heads, f"(?P<whole_>{self._head})")
        data = np.frombuffer(heads.buffers()[2] or b"", np.uint8)
        begins = np.frombuffer(heads.buffers()[1], np.int32)[heads.offset : heads.offset + len(heads)]
        out = []
        for name in ("whole_", *self._groups[:-1]):
            pairs = found.field(name)
            valid = pairs.is_valid().to_numpy(zero_copy_only=False) & found.is_valid().to_numpy(
                zero_copy_only=False
            )
            flat = np.zeros((len(heads), 2), np.int64)
            if valid.any():
                flat[valid] = pairs.filter(pa.array(valid)).flatten().to_numpy().reshape(-1, 2)
            low, length = flat[:, 0], flat[:, 1]
            out.append((low, length, _nothing(data, begins + low, begins + low + length)))
        return out


def parted(pattern: str) -> tuple[str | None, bool, bool]:
    """A pattern's head, whether it looks at a word's bounds, and whether all digits are the same to it."""
    last = _BODY.search(pattern)
    if not last or not pattern.startswith("^") or not re2.read_alike(pattern):
        return None, False, False
    head = pattern[: last.start()]
    found = _told(head)  # None also where a head may be nothing: that is how lines of another kind are told
    return (head, *found) if found and "(" in head else (None, False, False)


@lru_cache(maxsize=256)
def _told(head: str) -> tuple[bool, bool] | None:
    """Whether a head looks at a word's bounds, and whether all digits are alike; None where it can't be told."""
    from re import _constants as c  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

    if _chooses(head):
        return None  # a choice of whole patterns: the last alone has a body
    try:
        tree = parser.parse(head)
    except re.error:
        return None
    if tree.state.flags & ~re.UNICODE:
        return None
    bounded, alike = False, True
    digits = set(range(48, 58))

    def partly(low: int, high: int) -> bool:
        return 0 < len(digits & set(range(low, min(high, 127) + 1))) < 10

    def walk(items: Any, top: bool) -> bool:
        nonlocal bounded, alike
        for place, (op, value) in enumerate(items):
            if op in (c.LITERAL, c.NOT_LITERAL):
                alike &= value not in digits
            elif op is c.IN:
                known = set()
                for kind, inner in value:
                    if kind is c.LITERAL and inner in digits:
                        known.add(inner)
                    elif kind is c.RANGE and partly(*inner):
                        known |= digits & set(range(inner[0], inner[1] + 1))
                    elif kind not in (c.LITERAL, c.RANGE, c.NEGATE, c.CATEGORY):
                        return False
                alike &= len(known) in (0, 10)
            elif op is c.AT:
                if value is c.AT_BEGINNING and top and place == 0:
                    continue
                if value is not c.AT_BOUNDARY:
                    return False
                bounded = True
            elif op in (c.MAX_REPEAT, c.MIN_REPEAT):
                if not walk(value[2], False):
                    return False
            elif op is c.SUBPATTERN:
                if value[1] or value[2] or not walk(value[3], False):
                    return False
            elif op is c.BRANCH:
                if not all(walk(branch, False) for branch in value[1]):
                    return False
            elif op is not c.ANY:
                return False
        return True

    return (bounded, alike) if walk(tree, True) and tree.getwidth()[0] else None


def _chooses(head: str) -> bool:
    """Whether there is a `|` outside of all brackets."""
    bare = re.sub(r"\\.", "x", head)
    bare = re.sub(r"\[\^?\]?[^\]]*\]", "", bare)
    before = ""
    while bare != before:
        before, bare = bare, re.sub(r"\([^()]*\)", "", bare)
    return "|" in bare or "(" in bare


_WORD = np.array([chr(byte).isalnum() or byte == 95 for byte in range(128)] + [False] * 128)


def _nothing(data: Any, low: Any, high: Any) -> Any:
    """Which slices are empty, or the `-` that logs write for nothing."""
    if not len(data):
        return np.ones(len(low), bool)
    length = high - low
    return (length == 0) | ((length == 1) & (data[np.minimum(low, len(data) - 1)] == 45))
