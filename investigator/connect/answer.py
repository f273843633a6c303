"""What one system's room tells of an answer that it wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """How many rows or samples were written, whether these are all, and in sentences what may be missing."""

    rows: int
    complete: bool = True
    limits: tuple[str, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict)
