"""The keys of JSON objects, nested as they are, and the query that reads lines of one shape as columns.

A shape has an entry a key: the shape of the object inside, None for a value, and an empty one where only null was seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.fast.buffers import one
from investigator.load.sql import quote
from investigator.sources._format import Head, flat

if TYPE_CHECKING:
    import pyarrow as pa


def headed(head: Head) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The shape of a file's first lines, and the values of their keys."""
    shape: dict[str, Any] = {}
    samples: dict[str, list[str]] = {}
    for line in head.lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            shape = merged(shape, _shape_of(value, 0))
            for key, text in flat(value).items():
                if text:
                    samples.setdefault(key, []).append(text)
    return shape, samples


def _shape_of(value: dict[str, Any], depth: int) -> dict[str, Any]:
    return {
        key: (_shape_of(inner, depth + 1) if isinstance(inner, dict) and inner and depth < 6 else None)
        if inner is not None
        else _UNKNOWN
        for key, inner in value.items()
    }


#: A key that was only ever null: what it holds is not known yet.
_UNKNOWN: dict[str, Any] = {}


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both shapes: a key is a container where it is one in both, or in the one that knows."""
    out = dict(first)
    for key, inner in second.items():
        if key not in out or out[key] == _UNKNOWN:
            out[key] = inner
        elif inner == _UNKNOWN:
            continue
        elif out[key] is None or inner is None:
            out[key] = None
        else:
            out[key] = merged(out[key], inner)
    return out


def _containers(shape: dict[str, Any], path: str = "j") -> list[str]:
    """The places of the structs inside; by position, because the engine knows no empty name and no case."""
    out: list[str] = []
    for position, inner in enumerate(shape.values(), 1):
        if inner:
            place = f"struct_extract_at({path}, {position})"
            out += [place, *_containers(inner, place)]
    return out


def rows_of(shape: dict[str, Any]) -> str:
    """The query over `lines` for one column a leaf of the shape, f0, f1, ..., and one for each struct inside, c0, c1, ...,
    that says where it is there."""
    columns = "".join(f", {path} AS f{i}" for i, (_, path) in enumerate(leaves(shape)))
    inside = "".join(
        f", nullif({path} IS NOT NULL, false) AS c{i}" for i, path in enumerate(_containers(shape))
    )
    structure = quote(_structure(_typed(shape)) if shape else '{"": "VARCHAR"}')
    return (
        f"SELECT unit, 1::BIGINT AS units, byte{columns}{inside} FROM "
        f"(SELECT unit, byte, json_transform(text, {structure}) AS j FROM lines)"
    )


def explained(rows: pa.Table) -> Any:
    """How many keys of each line the columns of `rows_of` hold."""
    there = [name for name in rows.column_names if name[0] in "fc"]
    some = [one(rows[name]) for name in there if rows[name].null_count > 0]
    found = np.full(rows.num_rows, len(there) - len(some), np.int32)
    for column in some:
        if column.null_count < len(column):
            found += column.is_valid().to_numpy(zero_copy_only=False)
    return found


def _structure(shape: Mapping[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False)


def _typed(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: _typed(inner) if inner else "VARCHAR" for key, inner in shape.items()}


def leaves(shape: dict[str, Any], prefix: str = "", path: str = "j") -> list[tuple[str, str]]:
    """Each leaf's dotted name and its place in the struct."""
    out: list[tuple[str, str]] = []
    taken: set[str] = set()
    for position, (key, inner) in enumerate(shape.items(), 1):
        name = f"{prefix}.{key}" if prefix else key
        place = f"struct_extract_at({path}, {position})"
        for leaf in leaves(inner, name, place) if inner else [(name, place)]:
            unique = leaf[0]
            while unique in taken:
                unique += "_"
            taken.add(unique)
            out.append((unique, leaf[1]))
    return out


def pointer(key: str) -> str:
    """A key as a JSON pointer."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
