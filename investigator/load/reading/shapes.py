"""The keys of JSON objects, nested as they are, and the query that reads lines of one shape as columns.

A shape has an entry a key: the shape of the object inside, None for a value, and an empty one where only null was seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from investigator.load.sql import quote
from investigator.sources._format import Head, flat


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
    """The query over `lines` for one column a leaf of the shape, and which lines hold other keys, or none of these."""
    found, inner = leaves(shape), _containers(shape)
    columns = "".join(f", {path} AS f{i}" for i, (_, path) in enumerate(found))
    present = [f"(f{i} IS NOT NULL)::INTEGER" for i in range(len(found))]
    inside = "".join(f", ({path} IS NOT NULL)::INTEGER AS c{i}" for i, path in enumerate(inner))
    expected = " + ".join([*present, *(f"c{i}" for i in range(len(inner)))]) or "0"
    structure = quote(_structure(_typed(shape)) if shape else '{"": "VARCHAR"}')
    wanted = "".join(f", f{i}" for i in range(len(found)))
    return (
        f"SELECT unit, 1::BIGINT AS units, byte{wanted}, keys <> ({expected}) AS gap, ({expected}) = 0 AS empty FROM "
        f"(SELECT unit, byte, keys{columns}{inside} FROM "
        f"(SELECT unit, byte, keys, json_transform(text, {structure}) AS j FROM lines))"
    )


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
