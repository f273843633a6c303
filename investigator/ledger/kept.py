"""The record as it was read last: the next reading fetches only what was added since."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from investigator.ledger.entry import Entry

if TYPE_CHECKING:
    from investigator.ledger.store import Store

Heads = dict[str, tuple[int, str]]


class Kept:
    """The entries of one ledger in the total order, as of the heads that its chains had.

    The chains only grow, and an erasure is an entry too: the same heads are the same record. Where a head is not the
    one that stood there (a copy was put in place of the file), all is read again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heads: Heads = {}
        self._entries: list[Entry] = []
        self._gone: set[str] = set()

    def forget(self) -> None:
        """Hold nothing: what was erased is not in memory either."""
        with self._lock:
            self._heads, self._entries, self._gone = {}, [], set()

    def read(self, store: Store) -> tuple[list[Entry], tuple[Any, ...]]:
        """The entries, not to be changed, and a mark that is equal while they are."""
        with self._lock, store.reading() as connection:
            heads = store.heads(connection)
            if heads != self._heads:
                grown = self._heads and all(
                    heads.get(chain, (0, ""))[0] > seq or heads.get(chain) == (seq, digest)
                    for chain, (seq, digest) in self._heads.items()
                )
                if grown and not store.stands(connection, self._heads):
                    grown = False
                if not grown:
                    self._heads, self._entries, self._gone = {}, [], set()
                with unswept():
                    rows = store.since(connection, {c: seq for c, (seq, _) in self._heads.items()})
                    self._entries = _together(self._entries, rows, self._gone)
                self._heads = heads
            return self._entries, tuple(sorted(self._heads.items()))


def _together(before: list[Entry], rows: list[tuple[Any, ...]], gone: set[str]) -> list[Entry]:
    """Both in the one order, each with its number; what was erased is empty, also what was read before."""
    found = before
    if any(row[2] == "erase" for row in rows):
        gone.update(row[4] for row in rows if row[2] == "erase")
        found = [_emptied(entry) if entry.id in gone else entry for entry in found]
    late = bool(rows and found and tuple(rows[0][i] for i in (8, 0, 1)) < found[-1].order)
    start = len(found) + 1
    if gone:
        new = [Entry(row, number=n, erased=f"{row[0]}-{row[1]}" in gone) for n, row in enumerate(rows, start)]
    else:
        new = [Entry(row, number=n, erased=False) for n, row in enumerate(rows, start)]
    found = [*found, *new]
    if late:
        found.sort(key=lambda entry: entry.order)
        found = [
            entry if entry.number == n else Entry(entry._raw, number=n, erased=entry.erased)
            for n, entry in enumerate(found, 1)
        ]
    return found


def _emptied(entry: Entry) -> Entry:
    return entry if entry.erased else Entry((*entry._raw[:-1], None), number=entry.number, erased=True)


@contextmanager
def unswept() -> Iterator[None]:
    """Python's sweep for cycles waits: a hundred thousand entries hold none, and looking takes longer than reading."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
