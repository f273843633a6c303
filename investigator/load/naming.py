"""Names of a whole column of bodies at once: the same 12 hex as `mask.name`.

Which digits a body holds makes no difference to its name, so all are read as 0 first: most bodies are then one of a
few hundred, and only these are masked (by Arrow's own RE2, a third of what the engine's takes) and hashed.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from investigator.events import mask

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 300
_SAMPLE = 2_000
_ALIKE = 0.7  # of a sample that differs by more than digits: above it every body is masked by itself
#: What makes every digit a 0.
DIGITS = bytes.maketrans(b"123456789", b"0" * 9)


def names(bodies: pa.StringArray) -> pa.DictionaryArray:
    """The name of each body, as a dictionary array of texts; null for null."""
    import pyarrow as pa

    if len(_undigited(bodies[:_SAMPLE]).unique()) > _SAMPLE * _ALIKE:
        encoded = _masked(bodies).dictionary_encode()
        kinds = pa.array([_hash(kind) for kind in encoded.dictionary.to_pylist()], pa.string())
        return pa.DictionaryArray.from_arrays(encoded.indices, kinds)
    alike = _undigited(_first_lines(bodies)).dictionary_encode()
    encoded = _masked(alike.dictionary).dictionary_encode()
    kinds = pa.array([_hash(kind) for kind in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices.take(alike.indices), kinds)


@lru_cache(maxsize=20_000)
def _hash(masked: str) -> str:
    return hashlib.md5(masked.encode(), usedforsecurity=False).hexdigest()[:12]


def _undigited(bodies: pa.StringArray) -> pa.StringArray:
    """The same texts with every digit as 0, which is what a mask looks for."""
    import pyarrow as pa

    validity, offsets, data = bodies.buffers()
    if data is None:
        return bodies
    digits = pa.py_buffer(data.to_pybytes().translate(DIGITS))
    return pa.Array.from_buffers(bodies.type, len(bodies), [validity, offsets, digits], offset=bodies.offset)


def _first_lines(bodies: pa.StringArray) -> pa.StringArray:
    """The bodies up to their first line end."""
    import numpy as np
    import pyarrow as pa

    _, offsets, data = bodies.buffers()
    if data is None or pa.types.is_large_string(bodies.type):
        return bodies
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    if not len(ends):
        return bodies
    bounds = np.frombuffer(offsets, np.int32)[bodies.offset : bodies.offset + len(bodies) + 1]
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
