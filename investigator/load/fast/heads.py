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
_FEW = 50  # distinct heads that always are
_FIT = 0.9  # of a sample's lines whose pieces must fit one behind the other
_GROUPS = 4  # of a piece
_SEEN_AT_MOST = 20_000  # distinct heads that are remembered


class Heads:
    """The captures of one pattern: `lengths` says how long the parts of each line's head are, `columns` what they capture.

    A head is looked at as a whole first. Where whole heads are too various it is cut into pieces, of which each is decided
    by itself: the first way in which a piece fits is the first way of the whole, wherever what follows fits behind it.
    """

    def __init__(self, pattern: str, groups: list[str], *, joins: bool, never_null: tuple[str, ...]) -> None:
        head, self._bounded, self._alike = parted(pattern)
        #: Ways to cut the head that are not tried yet, the coarsest first.
        self._ways = [] if head is None else [(head,), *([cut] if len(cut := pieces(head)) > 1 else [])]
        self._groups, self._joins, self._never_null = groups, joins, never_null
        self._seen: dict[str, _Seen] = {}
        self._known = False  # whether the first of the ways was found to be worth it

    @property
    def worth(self) -> bool:
        """Whether captures are to be had from heads, as far as is known by now."""
        return bool(self._ways)

    @property
    def pieces(self) -> int:
        """How many pieces heads are cut into now."""
        return len(self._ways[0])

    def lengths(self, texts: pa.LargeStringArray) -> Any:
        """How many bytes each piece of each text's head has, a row a text; -1 in the last where not all fit.

        None where heads are not worth it: that may be found meanwhile, for texts before these.
        """
        import pyarrow.compute as pc

        ways = self._ways if self.worth else ()
        if not ways:
            return None
        found, size = [], pc.binary_length(texts).to_numpy()
        for place, piece in enumerate(ways[0]):
            # Arrow says no length of a match as quickly as it takes one away.
            texts = pc.replace_substring_regex(texts, f"^{piece}" if place else piece, "")
            left = pc.binary_length(texts).to_numpy()
            found.append((size - left).astype(np.int64))
            size = left
        out = np.column_stack(found)
        out[(out <= 0).any(axis=1), -1] = -1
        return out

    def columns(self, texts: pa.LargeStringArray, lengths: Any) -> tuple[list[Any], Any] | None:
        """One text column a group, in the groups' order; `-` and nothing are null except where never. And which rows are
        right: the others must be captured line by line. What heads tell of a group is encoded as a dictionary.

        `lengths` are those of the texts' heads. None where all captures must be found line by line.
        """
        import pyarrow as pa

        if not self.worth or not len(texts):
            return None
        data, offsets = bounds(texts)
        if not self._worth(data, offsets, lengths):
            return None
        right = lengths[:, -1] > 0
        starts, ends = offsets[:-1], offsets[1:]
        found: list[Any] = []
        for piece, length in zip(self._ways[0], lengths.T, strict=True):
            length = np.where(right, length, 0)
            seen = self._seen.setdefault(piece, _Seen(piece, self._groups[:-1], self._alike))
            which = seen.numbers(self._heads(starts, length, ends, data))
            right &= seen.spans[0][1][which] == length
            for place, group in enumerate(seen.groups, 1):
                low, size, missing = seen.spans[place]
                may_lack = group not in self._never_null
                if may_lack and (same := seen.texts(place)) is not None:
                    found.append(
                        pa.DictionaryArray.from_arrays(same.indices.take(pa.array(which)), same.dictionary)
                    )
                    continue
                begin = starts + low[which]
                found.append(slices(data, begin, begin + size[which], missing[which] if may_lack else None))
            starts = starts + length
        if not self._joins:
            # A dot is any character but a line's end.
            ends = ends - ((data[np.maximum(ends - 1, 0)] == 10) & (ends > starts))
        null = None if self._groups[-1] in self._never_null else _nothing(data, starts, ends)
        found.append(slices(data, starts, ends, null))
        return found, right

    def _worth(self, data: Any, offsets: Any, lengths: Any) -> bool:
        """Whether pieces of a sample are alike; where they are not, the next way is taken from now on."""
        if self._known:
            return True
        few = slice(0, min(len(lengths), _SAMPLE))
        starts, ends = offsets[:-1][few], offsets[1:][few]
        fits = bool((lengths[few, -1] > 0).mean() >= _FIT)
        several = []
        for length in np.maximum(lengths[few], 0).T:
            several.append(len(self._heads(starts, length, ends, data).unique()) / len(starts))
            starts = starts + length
        share = sum(several) / len(several)
        self._known = fits and share <= max(_ALIKE * len(starts), _FEW) / len(starts)
        if not self._known:
            self._ways = self._ways[1:]
        return self._known

    def _heads(self, starts: Any, lengths: Any, stops: Any, data: Any) -> pa.StringArray:
        """The heads, alike where the pattern can't tell them apart; each with the letter that a \\b may look at."""
        import pyarrow as pa

        ends = starts + lengths
        if self._bounded:
            after = data[np.minimum(ends, len(data) - 1)]
            ends = ends + ((ends < stops) & _WORD[after])
        heads = slices(data, starts, ends, None)
        if not self._alike:
            return heads
        _, bytes_, texts = heads.buffers()
        same = pa.py_buffer(zeroed(np.frombuffer(texts or b"", np.uint8)))
        return pa.StringArray.from_buffers(len(heads), bytes_, same)


class _Seen:
    """The distinct heads of a piece so far, and first byte, length and whether it is nothing, of the whole and of each
    group in it: the engine is asked of each head once."""

    def __init__(self, piece: str, groups: list[str], alike: bool) -> None:
        import pyarrow as pa

        self._piece, self._alike = piece, alike
        self.groups = [group for group in groups if f"(?P<{group}>" in piece]
        self._heads = pa.array([], pa.string())
        self.spans: list[Any] = []
        self._texts: dict[int, pa.DictionaryArray | None] = {}

    def numbers(self, heads: pa.StringArray) -> Any:
        """The number of each of these heads among all that were seen, from now on with these."""
        import pyarrow as pa
        import pyarrow.compute as pc

        which = pc.index_in(heads, value_set=self._heads)
        if which.null_count or not len(heads):
            kept = self._heads if len(self._heads) < _SEEN_AT_MOST else self._heads[:0]
            new = heads.filter(which.is_null()) if len(kept) else heads
            self._heads = pa.concat_arrays([kept, new.unique()])
            self._told()
            which = pc.index_in(heads, value_set=self._heads)
        return which.to_numpy()

    def _told(self) -> None:
        """Look at all heads."""
        import pyarrow as pa
        import pyarrow.compute as pc

        heads = self._heads
        found = pc.extract_regex_span(heads, f"^(?P<whole_>{self._piece.removeprefix('^')})")
        data = np.frombuffer(heads.buffers()[2] or b"", np.uint8)
        begins = np.frombuffer(heads.buffers()[1], np.int32)[heads.offset : heads.offset + len(heads)]
        self.spans, self._texts = [], {}
        for name in ("whole_", *self.groups):
            pairs = found.field(name)
            valid = pairs.is_valid().to_numpy(zero_copy_only=False) & found.is_valid().to_numpy(
                zero_copy_only=False
            )
            flat = np.zeros((len(heads), 2), np.int64)
            if valid.any():
                flat[valid] = pairs.filter(pa.array(valid)).flatten().to_numpy().reshape(-1, 2)
            low, length = flat[:, 0], flat[:, 1]
            self.spans.append((low, length, _nothing(data, begins + low, begins + low + length)))

    def texts(self, place: int) -> pa.DictionaryArray | None:
        """What the group at a place is in each head, where a head tells it: where it holds no digit, which may be any."""

        if place not in self._texts:
            heads, (low, length, missing) = self._heads, self.spans[place]
            data = np.frombuffer(heads.buffers()[2] or b"", np.uint8)
            begins = np.frombuffer(heads.buffers()[1], np.int32)[heads.offset : heads.offset + len(heads)]
            own = slices(data, begins + low, begins + low + length, missing)
            various = self._alike and b"0" in bytes(own.buffers()[2] or b"")
            self._texts[place] = None if various else own.dictionary_encode()
        return self._texts[place]


def parted(pattern: str) -> tuple[str | None, bool, bool]:
    """A pattern's head, whether it looks at a word's bounds, and whether all digits are the same to it."""
    last = _BODY.search(pattern)
    if not last or not pattern.startswith("^") or not re2.read_alike(pattern):
        return None, False, False
    head = pattern[: last.start()]
    found = _told(head)  # None also where a head may be nothing: that is how lines of another kind are told
    return (head, *found) if found and "(" in head else (None, False, False)


_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P<\w+>|\(\?:|.", re.DOTALL)
_REPEATED = re.compile(r"[*+?]|\{\d")


def pieces(head: str) -> tuple[str, ...]:
    """A head cut before bytes that stand for themselves, so that each piece has few groups: the engine captures few of them
    in one walk, and many by trying."""
    found, begin, depth, groups, cut = [], 0, 0, 0, 0
    within = 0  # groups behind the last place to cut
    for token in _TOKEN.finditer(head):
        text = token[0]
        itself = text not in "^$.|()[]{}*+?" if len(text) == 1 else text[0] == "\\" and not text[1:].isalnum()
        if itself and not depth and not _REPEATED.match(head, token.end()):
            cut, within = token.start(), 0
        depth += text.startswith("(") - (text == ")")
        if text.startswith("(?P<"):
            groups, within = groups + 1, within + 1
            if groups > _GROUPS and cut > begin:
                found.append(head[begin:cut])
                begin, groups = cut, within
    return (*found, head[begin:])


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
