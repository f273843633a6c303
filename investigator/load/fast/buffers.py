"""Texts of Arrow as the bytes that they are, and slices of such bytes as texts: no copy a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_SHORT = 256  # bytes of texts that are copied as numbers


def bounds(texts: pa.LargeStringArray) -> tuple[Any, Any]:
    """The bytes that texts lie in, and between which of them each lies: one offset more than texts."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(texts.buffers()[2] or b"", np.uint8), offsets


def slices(data: Any, low: Any, high: Any, null: Any) -> pa.StringArray:
    """Texts that are slices of one buffer, in its order; `null` says which are nothing, None for none."""
    import pyarrow as pa

    number = len(low)
    length = int(high[0] - low[0]) if number and null is None else 0
    if length and length <= _SHORT and bool((high - low == length).all()):
        # All are as long as each other: they are copied as so many numbers of that many bytes.
        whole = np.ndarray((len(data) - length + 1,), f"V{length}", buffer=data, strides=(1,))[low]
        offsets = np.arange(0, length * number + 1, length, dtype=np.int32)
        return pa.StringArray.from_buffers(number, pa.py_buffer(offsets), pa.py_buffer(whole))
    cuts = np.empty(2 * number, np.int32)
    cuts[::2], cuts[1::2] = low, high
    every = pa.StringArray.from_buffers(max(len(cuts) - 1, 0), pa.py_buffer(cuts), pa.py_buffer(data))
    return every.take(pa.array(np.arange(0, len(cuts), 2), mask=null))


def one(column: Any) -> Any:
    """A column as one array, which begins where its buffers do; one that is so already is not copied."""
    import pyarrow as pa

    if not isinstance(column, pa.ChunkedArray):
        return column
    whole = column.num_chunks == 1 and not column.chunk(0).offset
    return column.chunk(0) if whole else column.combine_chunks()


def plain(column: Any) -> Any:
    """A column of texts without a dictionary."""
    import pyarrow as pa

    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
