"""Values as plain JSON: what a finding states, a check compares and the record keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from investigator.errors import ParameterError


def plain(value: Any) -> Any:
    """A value as plain JSON: times as ISO text, numbers as Python's, tuples as lists; raises where that can't be."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return None if value != value or value in (float("inf"), float("-inf")) else value
    if isinstance(value, datetime):
        return None if value != value else value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        if getattr(value.dtype, "kind", "") == "M":
            value = value.astype("datetime64[us]")  # in nanoseconds numpy's item() is a bare number
        return plain(value.item())
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if missing(value):
        return None
    raise ParameterError(
        f"A {type(value).__name__} is no plain JSON.",
        "Values are text, numbers, true and false, lists and dictionaries.",
        "Turn it into one of these.",
    )


def missing(value: Any) -> bool:
    """Whether it is one of pandas' words for nothing: NaT is not equal to itself, NA does not say."""
    try:
        return bool(value != value)
    except TypeError:
        return True
