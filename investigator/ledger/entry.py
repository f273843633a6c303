"""An entry of the record, its envelope, and how envelopes are chained."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from investigator.ledger.kinds import canonical

START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One entry. `happened` is (earliest, latest), `known` when this copy of the record learned of it, both aware UTC.

    `id` is the same in every copy; `number` is its place in this one. `content` is None where it was erased.
    """

    id: str
    number: int
    replica: str
    seq: int
    kind: str
    author: str
    about: str | None
    happened: tuple[datetime, datetime]
    zone: str
    known: datetime
    wall: datetime
    key: str | None
    content: dict[str, Any] | None = field(repr=False)
    hash: str = field(repr=False)
    previous: str = field(repr=False)
    already: bool = False

    @property
    def erased(self) -> bool:
        """Whether its content was destroyed."""
        return self.content is None


@dataclass(frozen=True)
class Verification:
    """What became of a check of the whole chain: `problems` are sentences, none where it holds."""

    entries: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


ENVELOPE = (
    "replica",
    "seq",
    "kind",
    "author",
    "about",
    "happened_low",
    "happened_high",
    "zone",
    "known",
    "wall",
    "key",
    "content_hash",
    "previous",
)


def envelope_hash(row: dict[str, Any]) -> str:
    """The hash that chains an entry: sha256 over its envelope, which holds the hash before it."""
    return hashlib.sha256(canonical([row[name] for name in ENVELOPE]).encode()).hexdigest()


def content_hash(salt: str, text: str) -> str:
    """The salted hash of content: without the salt, short content could be guessed after it was erased."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
