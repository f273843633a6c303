"""Whether the rows of a ledger are what was written: every hash recomputed, every gap named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from investigator.ledger.entry import Row, beginning, content_hash, envelope_hash


def problems(case_id: str, rows: Iterable[Row], *, head: Mapping[str, Any] | None = None) -> list[str]:
    """A sentence for each thing that is not as it was written; `rows` come chain by chain.

    `head` is what `Ledger.head()` gave earlier, kept elsewhere: a chain that was cut at its end, or written
    anew from the start, is whole in itself, and only that tells.
    """
    rows = list(rows)
    erased = {row.about for row in rows if row.kind == "erase"}
    found: list[str] = []
    for replica, chain in groupby(rows, key=lambda row: row.replica):
        found += _chain(case_id, str(replica), list(chain))
    for row in rows:
        found += _content(row, row.id in erased)
    return found + _heads(rows, head or {})


def _chain(case_id: str, replica: str, chain: list[Row]) -> list[str]:
    found = []
    previous, expected, known = beginning(case_id), 1, None
    for row in chain:
        if row.seq != expected:
            missing = f"{replica}-{expected}" + (
                f" to {replica}-{row.seq - 1}" if row.seq > expected + 1 else ""
            )
            found.append(f"Before entry {row.id} the chain has a gap: {missing} is missing.")
        elif row.previous != previous:
            where = "the entry before it" if expected > 1 else f"the beginning of case {case_id}"
            found.append(f"Entry {row.id} is not chained to {where}: that was changed or replaced.")
        try:
            right = envelope_hash(row._asdict()) == row.hash
        except ValueError:
            right = False
        if not right:
            found.append(f"Entry {row.id} was changed after it was written: its hash is another.")
        if known is not None and isinstance(row.known, int) and row.known <= known:
            found.append(f"Entry {row.id} was known before the entry that it follows.")
        previous, expected, known = row.hash, row.seq + 1, row.known if isinstance(row.known, int) else known
    return found


def _content(row: Row, erased: bool) -> list[str]:
    if row.content is None or row.salt is None:
        return (
            [] if erased else [f"The content of entry {row.id} is missing, and no entry says it was erased."]
        )
    if erased:
        return [f"Entry {row.id} was erased, but its content is still there."]
    if content_hash(str(row.salt), str(row.content)) != row.content_hash:
        return [f"The content of entry {row.id} was changed after it was written: its hash is another."]
    return []


def _heads(rows: list[Row], head: Mapping[str, Any]) -> list[str]:
    found = []
    here = {(row.replica, row.seq): row.hash for row in rows}
    for replica, (seq, digest) in head.items():
        last = max((row.seq for row in rows if row.replica == replica), default=0)
        if last < seq:
            ends = f"now it ends at {replica}-{last}" if last else "now it is not there at all"
            found.append(f"Chain {replica} had reached {replica}-{seq}; {ends}: entries are missing.")
        elif not (here.get((replica, seq)) or "").startswith(digest):
            found.append(
                f"Entry {replica}-{seq} is not the one whose head was noted: the chain was written anew."
            )
    return found
