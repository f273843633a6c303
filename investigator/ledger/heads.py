"""Where every chain ends, in one line: printed and kept elsewhere, it shows a record that was cut at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from investigator.errors import LedgerError
from investigator.ledger.entry import Entry

SHOWN = 32
_ONE = re.compile(r"([0-9a-f]{8}):([1-9][0-9]{0,17}):([0-9a-f]{12,64})")


def of(entries: Iterable[Entry]) -> dict[str, tuple[int, str]]:
    """The last number and hash of every chain among these entries."""
    found: dict[str, tuple[int, str]] = {}
    for entry in entries:
        if entry.seq > found.get(entry.replica, (0, ""))[0]:
            found[entry.replica] = (entry.seq, entry.hash)
    return dict(sorted(found.items()))


def text(heads: Mapping[str, tuple[int, str]], digits: int = SHOWN) -> str:
    """The heads as people copy them: replica:number:hash, one after the other."""
    return ",".join(f"{replica}:{seq}:{digest[:digits]}" for replica, (seq, digest) in sorted(heads.items()))


def read(line: str) -> dict[str, tuple[int, str]]:
    """The heads in a line, as `text` wrote it or as it stands at the end of a page."""
    found = {m[1]: (int(m[2]), m[3]) for m in _ONE.finditer(line.lower())}
    left = re.sub(r"[\s,;]|record", "", _ONE.sub("", line.lower()))
    if not found or left:
        raise LedgerError(
            f"'{line[:80]}' is no head of a record.",
            "A head looks like 1f0c2d3e:17:9a8b7c6d5e4f, and may have several, with commas between.",
            "Copy it from what `inv verify` or `inv bundle` printed, or from the end of a report.",
        )
    return found
