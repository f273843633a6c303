"""Names of a whole column of bodies at once: the same 12 hex as `mask.name`.

Which digits a body holds makes no difference to its name, so all are read as 0 first: most bodies are then one of a
few hundred, and only these are masked (by Arrow's own RE2, a third of what the engine's takes) and hashed.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.events import mask

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 300
FEW = 20  # bodies: a pattern takes longer to be prepared
_SAMPLE = 2_000
_ALIKE = 0.7  # of a sample that differs by more than digits: above it every body is masked by itself
_SEVERAL = 0.05  # of bodies that have more than one line: above it each is cut by itself
_PIECE = 1 << 18  # of a buffer, so that it stays in the processor's cache


def names(bodies: pa.StringArray) -> pa.DictionaryArray:
    """The name of each body, as a dictionary array of texts; null for null."""
    import pyarrow as pa

    if len(bodies) <= FEW:
        return pa.array(
            [None if body is None else mask.name(body) for body in bodies.to_pylist()], pa.string()
        ).dictionary_encode()
    if len(undigited(bodies[:_SAMPLE]).unique()) > _SAMPLE * _ALIKE:
        encoded = _masked(bodies).dictionary_encode()
        kinds = pa.array([_hash(kind) for kind in encoded.dictionary.to_pylist()], pa.string())
        return pa.DictionaryArray.from_arrays(encoded.indices, kinds)
    alike = undigited(_first_lines(bodies)).dictionary_encode()
    encoded = _masked(alike.dictionary).dictionary_encode()
    kinds = pa.array([_hash(kind) for kind in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices.take(alike.indices), kinds)


@lru_cache(maxsize=20_000)
def _hash(masked: str) -> str:
    return hashlib.md5(masked.encode(), usedforsecurity=False).hexdigest()[:12]


def undigited(bodies: pa.StringArray) -> pa.StringArray:
    """The same texts with every digit as 0, which is what a mask looks for."""
    import pyarrow as pa

    if not len(bodies):
        return bodies
    _, offsets, data = bodies.buffers()
    if data is None:
        return bodies
    wide = pa.types.is_large_string(bodies.type)
    bounds = np.frombuffer(offsets, np.int64 if wide else np.int32)[
        bodies.offset : bodies.offset + len(bodies) + 1
    ]
    low, high = int(bounds[0]), int(bounds[-1])
    digits = zeroed(np.frombuffer(data, np.uint8)[low:high])
    own = pa.py_buffer(np.subtract(bounds, low, dtype=bounds.dtype))
    known = bodies.is_valid().buffers()[1] if bodies.null_count else None
    return pa.Array.from_buffers(bodies.type, len(bodies), [known, own, pa.py_buffer(digits)])


def zeroed(data: Any) -> Any:
    """The same bytes with every digit as 0."""
    out = np.empty_like(data)
    for low in range(0, len(data), _PIECE):
        piece = data[low : low + _PIECE]
        digit = np.subtract(piece, 48, dtype=np.uint8)  # what is none wraps around, or is 10 and more
        digit *= digit < 10
        np.subtract(piece, digit, out=out[low : low + _PIECE])
    return out


def _first_lines(bodies: pa.StringArray) -> pa.StringArray:
    """The bodies up to their first line end."""
    import pyarrow as pa

    _, offsets, data = bodies.buffers()
    if data is None or pa.types.is_large_string(bodies.type):
        return bodies
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    if not len(ends):
        return bodies
    bounds = np.frombuffer(offsets, np.int32)[bodies.offset : bodies.offset + len(bodies) + 1]
    rows = np.unique(np.searchsorted(bounds, ends, side="right")) - 1
    rows = rows[(rows >= 0) & (rows < len(bodies))]
    if len(rows) < _SEVERAL * len(bodies) and not bodies.null_count:
        return _shortened(
            data, bounds, rows, np.minimum(ends[np.searchsorted(ends, bounds[rows])], bounds[rows + 1])
        )
    found = np.append(ends, bounds[-1])[np.searchsorted(ends, bounds[:-1])]
    # Every other slice is a first line; those between hold the lines after it.
    cuts = np.empty(2 * len(bodies) + 1, np.int32)
    cuts[::2], cuts[1::2] = bounds, np.minimum(found, bounds[1:])
    slices = pa.StringArray.from_buffers(len(cuts) - 1, pa.py_buffer(cuts), data)
    which = pa.array(
        np.arange(0, len(cuts) - 1, 2),
        mask=None if not bodies.null_count else bodies.is_null().to_numpy(zero_copy_only=False),
    )
    return slices.take(which)


def _shortened(data: Any, bounds: Any, rows: Any, stops: Any) -> pa.StringArray:
    """Texts of which a few end earlier than they did: what lies between these is copied as it is."""
    import pyarrow as pa

    whole, begins = np.frombuffer(data, np.uint8), np.append(bounds[:1], bounds[rows + 1])
    kept = [whole[low:high] for low, high in zip(begins, np.append(stops, bounds[-1:]), strict=True)]
    lengths = np.diff(bounds)
    lengths[rows] = stops - bounds[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.StringArray.from_buffers(
        len(lengths), pa.py_buffer(offsets), pa.py_buffer(np.concatenate(kept))
    )


def _masked(bodies: pa.StringArray) -> pa.StringArray:
    """First lines, at most 300 characters, masked."""
    import pyarrow.compute as pc

    text = bodies
    if pc.any(pc.match_substring(text, "\n")).as_py():
        text = pc.replace_substring_regex(text, r"(?s)\n.*", "")
    if (pc.max(pc.binary_length(text)).as_py() or 0) > _LONGEST:
        text = pc.utf8_slice_codeunits(text, 0, _LONGEST)
    for pattern, replacement in mask.PATTERNS:
        text = pc.replace_substring_regex(text, pattern, replacement)
    return text
