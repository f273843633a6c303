"""Expressions of `normalise.columns` over few rows, worked out here: to put a question to the engine takes longer.

What is not one of the functions here is asked of the engine; what is, gives the same: both look for patterns with RE2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from investigator import re2

if TYPE_CHECKING:
    import pyarrow as pa

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|NULL::TIMESTAMP|\|\||[(),]|\w+)")
_COLUMN = re.compile(r"f\d+")
#: A part of an expression: a function with its parts, a column, or a text.
_Part = tuple[str, Any]
#: One value a row.
_Values = Sequence[Any]
#: Rows: of more the engine is faster.
FEW = 200


def evaluated(what: str, rows: pa.Table) -> pa.Array | None:
    """What an expression gives for each row; None where only the engine can tell."""
    import pyarrow as pa

    part = _parsed(what)
    if part is None or part[0] == "time":
        return None if part is None else pa.nulls(rows.num_rows, pa.timestamp("us"))
    columns = {name: rows[name] for name in _columns(part)}
    if not columns or any(column.type != pa.string() for column in columns.values()):
        return None
    held = {name: column.to_pylist() for name, column in columns.items()}
    return pa.array(_of(part, held, rows.num_rows), pa.string())


@lru_cache(maxsize=1024)
def _parsed(what: str) -> _Part | None:
    tokens, at = [], 0
    while at < len(what):
        token = _TOKEN.match(what, at)
        if token is None:
            return None
        tokens.append(token[1])
        at = token.end()
    try:
        part, left = _joined(tokens)
    except (IndexError, ValueError):
        return None
    return part if not left else None


def _joined(tokens: Sequence[str]) -> tuple[_Part, Sequence[str]]:
    """Texts put together with ||, or one part."""
    first, tokens = _one(tokens)
    parts = [first]
    while tokens and tokens[0] == "||":
        more, tokens = _one(tokens[1:])
        parts.append(more)
    return (parts[0] if len(parts) == 1 else ("||", parts)), tokens


def _one(tokens: Sequence[str]) -> tuple[_Part, Sequence[str]]:
    token, rest = tokens[0], tokens[1:]
    if token[0] == "'":
        return ("text", token[1:-1].replace("''", "'")), rest
    if token == "NULL::TIMESTAMP":
        return ("time", None), rest
    if token == "CASE" and rest[0] == "WHEN":
        condition, rest = _joined(rest[1:])
        if rest[0] != "THEN":
            raise ValueError(token)
        value, rest = _joined(rest[1:])
        if rest[0] != "END":
            raise ValueError(token)
        return ("CASE", [condition, value]), rest[1:]
    if token.isdigit():
        return ("number", int(token)), rest
    if _COLUMN.fullmatch(token):
        return ("column", token), rest
    if token not in _FUNCTIONS or rest[0] != "(":
        raise ValueError(token)
    parts: list[_Part] = []
    while rest[0] != ")":
        part, rest = _joined(rest[1:])
        parts.append(part)
        if rest[0] not in (",", ")"):
            raise ValueError(token)
    if not _known(token, parts):
        raise ValueError(token)
    return (token, parts), rest[1:]


def _known(name: str, parts: Sequence[_Part]) -> bool:
    """Whether a function is called as it is worked out here."""
    kinds = [kind for kind, _ in parts[1:]]
    if name == "nullif":
        return parts[1:] == [("text", "")]
    if name in ("left", "substr"):
        return kinds == ["number"] * (1 if name == "left" else 2) and (name == "left" or parts[1][1] == 1)
    if name.startswith("regexp"):
        if parts[1][0] != "text" or re.search(r"\\[QECzZ]|\[:|\(\?[^:i]", parts[1][1]):
            return False
        if name == "regexp_extract":
            return kinds == ["text", "number"] and parts[2][1] == 1 and len(re2.groups(parts[1][1])) == 1
        return kinds == (["text"] if name == "regexp_matches" else ["text", "text"])
    return bool(parts) and (name != "concat_ws" or (parts[0][0] == "text"))


def _columns(part: _Part) -> set[str]:
    if part[0] == "column":
        return {part[1]}
    return set().union(*map(_columns, part[1])) if isinstance(part[1], list) else set()


def _of(part: _Part, columns: Mapping[str, _Values], rows: int) -> _Values:
    kind, inner = part
    if kind == "column":
        return columns[inner]
    if kind in ("text", "number"):
        return [inner] * rows
    return _FUNCTIONS[kind](*(_of(one, columns, rows) for one in inner))


def _nullif(values: _Values, empty: _Values) -> _Values:
    return [None if value == no else value for value, no in zip(values, empty, strict=True)]


def _case(conditions: _Values, values: _Values) -> _Values:
    return [value if yes else None for yes, value in zip(conditions, values, strict=True)]


def _joined_up(*parts: _Values) -> _Values:
    return [None if None in row else "".join(row) for row in zip(*parts, strict=True)]


def _with_between(between: _Values, *parts: _Values) -> _Values:
    rows = zip(*parts, strict=True)
    return [sep.join([x for x in row if x is not None]) for sep, row in zip(between, rows, strict=True)]


def _either(*parts: _Values) -> _Values:
    return [next((x for x in row if x is not None), None) for row in zip(*parts, strict=True)]


def _left(values: _Values, *length: _Values) -> _Values:
    return [None if x is None else x[:n] for x, n in zip(values, length[-1], strict=True)]


def _looked(look: Callable[[list[str], str], Sequence[Any]], values: _Values, patterns: _Values) -> _Values:
    """What RE2 says of those that are there."""
    there = [value for value in values if value is not None]
    found = iter(look(there, patterns[0]) if there else ())
    return [None if value is None else next(found) for value in values]


def _matches(values: _Values, patterns: _Values) -> _Values:
    return _looked(lambda texts, pattern: re2.matches(pattern, texts), values, patterns)


def _extract(values: _Values, patterns: _Values, _: _Values) -> _Values:
    """What the first group captures; an empty text where there is none."""

    def look(texts: list[str], pattern: str) -> list[str]:
        told = re2.captured(re2.first_named(pattern, "found"), texts)
        return [(one or {}).get("found") or "" for one in told]

    return _looked(look, values, patterns)


def _replace(values: _Values, patterns: _Values, by: _Values) -> _Values:
    import pyarrow as pa
    import pyarrow.compute as pc

    def look(texts: list[str], pattern: str) -> list[str]:
        found = pc.replace_substring_regex(pa.array(texts), pattern, by[0], max_replacements=1)
        return list(found.to_pylist())

    return _looked(look, values, patterns)


_FUNCTIONS: dict[str, Callable[..., _Values]] = {
    "||": _joined_up,
    "CASE": _case,
    "coalesce": _either,
    "concat_ws": _with_between,
    "left": _left,
    "nullif": _nullif,
    "regexp_extract": _extract,
    "regexp_matches": _matches,
    "regexp_replace": _replace,
    "substr": _left,
}
