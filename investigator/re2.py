"""Regular expressions, always as RE2 reads them: in time that grows with the text alone, so that none can hang.

Whatever is looked for in evidence is prepared here once and matched here or by the engine, which is RE2 too. A second
engine would recognise what the first does not read: Python's `$` stands before a line's end, RE2's only at the very end
of a text; Python's `\\d` takes digits of every script, RE2's the ten of ASCII.
"""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

#: A line's end, whatever blanks stand before it: what `$` means in the pattern of a line.
LINE_END = r"[ \t\r]*(?m:$)"
NAME = "[A-Za-z_][A-Za-z0-9_]*"
_NAMED = re.compile(rf"\(\?P?<({NAME})>")
_OPENS = re.compile(r"\(\?[A-Za-z-]*[:)]")
_FLAGS = re.compile(r"\(\?[imsU-]+\)")
#: What RE2 says, and what people call it.
_REFUSALS = (
    (r"\(\?=|\(\?!", "it looks ahead, with (?= or (?!"),
    (r"\(\?<=|\(\?<!", "it looks behind, with (?<= or (?<!"),
    (r"\(\?P=|\\[1-9]|\\k<", "it refers back to a group, with \\1 or (?P=name)"),
    (r"\(\?>|[*+?}]\+", "it has an atomic or possessive part, with (?> or ++"),
    (r"\(\?\(|\(\?#", "it has a condition or a comment, with (?( or (?#"),
)
_BEGIN, _MIDDLE, _STOP = "\x01", "\x02", "\x03"


@lru_cache(maxsize=1024)
def prepared(pattern: str) -> str:
    """The pattern of a line, as the engine takes it: it begins where the line does, `$` is the line's end, and groups
    without a name keep nothing, because the engine counts groups by place."""
    flags = _FLAGS.match(pattern)
    front = flags[0] if flags else ""
    body = pattern[len(front) :]
    out: list[str] = []
    depth, chosen, anchored = 0, False, True
    first = True  # whether an alternative of the whole begins here
    for part in _parts(body):
        if first:
            anchored &= part in ("^", r"\A")
            first = False
        named = _NAMED.fullmatch(part)
        if part == "(":
            part = "(?:"
        elif named:
            part = f"(?P<{named[1]}>"
        elif part in ("$", r"\z", r"\Z"):
            # Behind `.*` it is there already.
            part = (
                ""
                if out[-2:] == [".", "*"] or (out[-3:] == [".", "*", ")"] and _opens(out[-4]))
                else LINE_END
            )
        elif part == "|" and depth == 0:
            chosen = first = True
        depth += _opens(part)
        depth -= part == ")"
        out.append(part)
    text = "".join(out)
    if not anchored:
        text = f"^(?:{text.removeprefix('^')})" if chosen else f"^{text}"
    return front + text


def refused(pattern: str) -> str:
    """Why RE2 refuses a pattern, in words; empty where it takes it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""], pa.large_string()), pattern)
        return ""
    except pa.ArrowInvalid as error:
        said = str(error).partition("Invalid regular expression: ")[2] or str(error)
        for shape, words in _REFUSALS:
            if re.search(r"(?<!\\)(?:\\\\)*" + f"(?:{shape})", pattern):
                return f"{words} ({said.strip()})"
        return said.strip()


def groups(pattern: str) -> list[str]:
    """The names of the groups, in order; empty where a group has none."""
    return list(_groups(pattern))


@lru_cache(maxsize=1024)
def _groups(pattern: str) -> tuple[str, ...]:
    found = []
    for part in _parts(pattern):
        named = _NAMED.fullmatch(part)
        if named or part == "(":
            found.append(named[1] if named else "")
    return tuple(found)


@lru_cache(maxsize=1024)
def first_named(pattern: str, name: str) -> str:
    """The pattern with a name for its first group that has none."""
    parts = list(_parts(pattern))
    if "(" in parts:
        parts[parts.index("(")] = f"(?P<{name}>"
    return "".join(parts)


class Known:
    """Lines of many small files: a pattern is looked for in all of them at once, when it is first asked for.

    To make a pattern ready takes longer than to look for it in a few lines.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._lines: pa.LargeStringArray | None = None
        self._found: dict[str, list[bool]] = {}
        self._asked: Sequence[str] = ()
        self._at: list[int | None] = []

    def take(self, lines: Iterable[str]) -> None:
        """These lines in place of those before."""
        self._places = {line: place for place, line in enumerate(dict.fromkeys(lines))}
        self._lines, self._found, self._asked = None, {}, ()

    def matches(self, pattern: str, texts: Sequence[str]) -> list[bool] | None:
        """In which of these texts it is found; None where one of them is not known."""
        if not self._places:
            return None
        if self._asked is not texts:
            # Many patterns are looked for in the same lines, one after the other.
            self._asked, self._at = texts, [self._places.get(text) for text in texts]
        places = self._at
        if None in places:
            return None
        found = self._found.get(pattern)
        if found is None:
            import pyarrow.compute as pc

            if self._lines is None:
                self._lines = _texts(list(self._places))
            found = pc.match_substring_regex(self._lines, pattern).to_pylist()
            self._found[pattern] = found
        return [found[place] for place in places if place is not None]


KNOWN = Known()


def matches(pattern: str, texts: Sequence[str]) -> list[bool]:
    """In which of these texts it is found."""
    import pyarrow.compute as pc

    if (known := KNOWN.matches(pattern, texts)) is not None:
        return known
    return pc.match_substring_regex(_texts(texts), pattern).to_pylist() if texts else []


def whole(pattern: str, text: str) -> bool:
    """Whether it matches all of a text."""
    return matches(rf"\A(?:{pattern})\z", [text])[0]


def captured(pattern: str, texts: Sequence[str]) -> list[dict[str, str] | None]:
    """What each group captures in each text, by its name; None of one in which the pattern is not found."""
    import pyarrow.compute as pc

    return pc.extract_regex(_texts(texts), pattern).to_pylist() if texts else []


def found(pattern: str, text: str) -> Iterator[tuple[str, str]]:
    """Each place of a text where it matches, in order and apart: what matches, and what the first group captures."""
    inner = r"\1" if groups(pattern) else ""
    return ((said, first) for said, first in _marked(pattern, [text], r"\0", inner)[0] if said)


def pairs(pattern: str, texts: Sequence[str]) -> list[list[tuple[str, str]]]:
    """For each text, in order and apart, each place where it matches: what its first and its second group capture.

    The pattern is made ready once for all; the texts are looked at as `clean` gives them.
    """
    # To tell whether it matches at all takes half as long as to say where.
    hit = matches(pattern, texts)
    held = [text for text, one in zip(texts, hit, strict=True) if one]
    told = iter(_marked(pattern, held, r"\1", r"\2") if held else ())
    return [next(told) if one else [] for one in hit]


_CLEAN = {ord(mark): " " for mark in (_BEGIN, _MIDDLE, _STOP)}


def clean(text: str) -> str:
    """The text, as long as it was, with a blank for each sign that marks places here and ? for what has no UTF-8."""
    return text.translate(_CLEAN).encode(errors="replace").decode()


def _marked(pattern: str, texts: Sequence[str], first: str, second: str) -> list[list[tuple[str, str]]]:
    import pyarrow.compute as pc

    marks = f"{_BEGIN}{first}{_MIDDLE}{second}{_STOP}"
    told = pc.replace_substring_regex(_texts([clean(text) for text in texts]), pattern, marks).to_pylist()
    return [
        [(one, rest.partition(_STOP)[0]) for one, _, rest in (piece.partition(_MIDDLE) for piece in pieces)]
        for pieces in (text.split(_BEGIN)[1:] for text in told)
    ]


def replaced(pattern: str, text: str, by: str) -> str:
    """The text with each place where it matches replaced; the same text where there is none."""
    import pyarrow.compute as pc

    return (
        pc.replace_substring_regex(_texts([text]), pattern, by)[0].as_py()
        if matches(pattern, [text])[0]
        else text
    )


#: How many texts `needed` tells of one pattern's part.
_TOLD = 64


@lru_cache(maxsize=256)
def needed(pattern: str) -> tuple[str, ...]:
    """Texts of which each match has one in it, all case-folded; empty where no such are known.

    To look for them takes a thousandth of what it takes to make a pattern ready. Method: what RE2 and Google's Code Search
    ask of a text before they match (Cox 2012, Regular Expression Matching with a Trigram Index).
    """
    from re import _parser as parser  # type: ignore[attr-defined]

    exact, some = _held(parser.parse(pattern.replace(r"\p{L}", r"\w").replace(r"\z", r"\Z")))
    found = _best(exact, some) or set()
    return tuple(one for one in found if not any(other in one for other in found - {one}))


def _held(items: Any) -> tuple[set[str] | None, set[str] | None]:
    """Of a part of a pattern: all that it can match, where that is little, and texts of which a match has one."""
    exact: set[str] = {""}
    some: set[str] | None = None
    broken = False
    for op, value in items:
        whole, one = _held_by(str(op), value)
        if whole is not None and len(exact) * len(whole) <= _TOLD:
            exact = {before + after for before in exact for after in whole}
            continue
        some = _best(some, exact, one)
        exact, broken = (whole or {""}), True
    return (None, _best(some, exact)) if broken else (exact, None)


def _held_by(op: str, value: Any) -> tuple[set[str] | None, set[str] | None]:
    if op == "LITERAL":
        return {chr(value).casefold()}, None
    if op == "AT":
        return {""}, None
    if op == "IN" and len(value) <= 5 and all(str(kind) == "LITERAL" for kind, _ in value):
        return {chr(one).casefold() for _, one in value}, None
    if op == "SUBPATTERN":
        return _held(value[3])
    if op in ("MAX_REPEAT", "MIN_REPEAT"):
        exact, some = _held(value[2])
        if value[:2] == (0, 1) and exact is not None:
            return exact | {""}, None
        return None, (_best(exact, some) if value[0] else None)
    if op == "BRANCH":
        parts = [_held(branch) for branch in value[1]]
        whole: set[str] = set().union(*(exact or () for exact, _ in parts))
        if len(whole) <= _TOLD and all(exact is not None for exact, _ in parts):
            return whole, None
        each = [_best(exact, some) for exact, some in parts]
        return None, (set().union(*(one or () for one in each)) if all(each) else None)
    return None, None


def _best(*choices: set[str] | None) -> set[str] | None:
    """The choice that says most: its shortest text is the longest; of two alike the smaller. None where one may be empty."""
    known = [one for one in choices if one and "" not in one]
    return max(known, key=lambda one: (min(map(len, one)), -len(one)), default=None)


def read_alike(pattern: str) -> bool:
    """Whether Python's parser reads a pattern as RE2 does: no classes with names, no \\Q, \\p, \\C and \\z."""
    return not re.search(r"\[:\^?[a-z]+:\]|\\[QEpPCz]|\(\?[A-Za-z-]*U", pattern)


def _opens(part: str) -> bool:
    return part.startswith("(") and not part.endswith(")")


def _texts(texts: Sequence[str]) -> pa.LargeStringArray:
    """The texts as RE2 takes them; what has no UTF-8 as a question mark.

    From their bytes: `pa.array` would load pandas first.
    """
    import pyarrow as pa

    held = [text.encode(errors="replace") for text in texts]
    places = array("q", itertools.accumulate(map(len, held), initial=0))
    return pa.LargeStringArray.from_buffers(len(held), pa.py_buffer(places), pa.py_buffer(b"".join(held)))


def _parts(pattern: str) -> Iterator[str]:
    """The pattern in pieces: a class, an escape, a quotation, what opens a group, or one character."""
    at = 0
    while at < len(pattern):
        end = _end(pattern, at)
        yield pattern[at:end]
        at = end


def _end(pattern: str, at: int) -> int:
    if pattern.startswith(r"\Q", at):
        end = pattern.find(r"\E", at)
        return len(pattern) if end < 0 else end + 2
    if pattern[at] == "\\":
        return at + 2
    if pattern.startswith("(?m:$)", at):
        return at + len("(?m:$)")
    if pattern.startswith("(?", at):
        named = _NAMED.match(pattern, at)
        opened = _OPENS.match(pattern, at)
        return named.end() if named else opened.end() if opened else at + 2
    if pattern[at] != "[":
        return at + 1
    # A ] that comes first is meant itself.
    at += 3 if pattern.startswith("[^]", at) else 2 if pattern.startswith("[]", at) else 1
    while at < len(pattern) and pattern[at] != "]":
        if pattern.startswith("[:", at) and ":]" in pattern[at:]:
            at = pattern.index(":]", at) + 2
        else:
            at += 2 if pattern[at] == "\\" else 1
    return at + 1
