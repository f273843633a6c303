"""What a file has to do with what was added before: the same, grown, rotated, cut shorter, or begun anew.

Told by hashes of content, uncompressed, and never by a name alone: app.log.1.gz that begins with all that was added as
app.log is that file, rotated, and only its tail is new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from investigator.errors import DataError
from investigator.events.store import Segment
from investigator.load.content import Content
from investigator.load.evidence import place
from investigator.load.known import Known, akin
from investigator.load.members import taken_out

#: Less than this in common may be chance, where only the names are alike: a header, a first line.
ENOUGH = 1000


@dataclass(frozen=True)
class Before:
    """`same` are sources that hold all of it already, and `why`; else `chain` is what it goes on from."""

    same: tuple[Segment, ...] = ()
    why: str = ""
    chain: tuple[Segment, ...] = ()
    whole: str = ""
    size: int = 0

    @property
    def source(self) -> str:
        """The source that it goes on."""
        return self.chain[-1].source


def tell(
    known: Known,
    name: str,
    path: Path,
    vault: Path,
    *,
    line_based: bool,
    inside: tuple[str, ...] = (),
) -> Before:
    """Hold a file against all that was added under its name, and under names that a rotation gives.

    `inside` are the members that lead to it in an archive.
    """
    own = known.named(name)
    others = [
        s
        for s in known.akin(inside[-1] if inside else name)
        if s.source != name and s.content_sha256 and s.first and s.content_bytes >= ENOUGH
    ]
    if not own and not others:
        return Before()
    segments = known.standing()
    whole, size, prefixes = _hashes(path, {s.content_bytes for s in (*own, *others)})
    if any(s.content_sha256 == whole for s in own):
        return Before(tuple({s.source: s for s in own}.values()), "the same content")
    for s in others:
        if s.content_sha256 == whole:
            return Before((s,), f"the same content as {s.source}")
    if not line_based:
        return Before()
    continued = {(s.source, s.continues) for s in segments}
    for found in (own, others):
        ends = [
            s
            for s in found
            if (s.source, s.evidence) not in continued
            and s.content_bytes < size
            and prefixes.get(s.content_bytes) == s.content_sha256
        ]
        if ends:
            last = max(ends, key=lambda s: s.content_bytes)
            return Before(chain=chain(segments, last, replaced=True), whole=whole, size=size)
    for s in own:
        if s.content_bytes > size and _first(chain(segments, s), vault, size) == whole:
            why = f"it is shorter now, the first {size:,} of {s.content_bytes:,} bytes, and all of them are here"
            return Before((s,), why)
    return Before()


def chain(segments: Sequence[Segment], last: Segment, *, replaced: bool = False) -> tuple[Segment, ...]:
    """The segments that are one content, from its beginning; with the snapshots that they `replaced`."""
    out = [last]
    while earlier := out[0].continues or (out[0].replaces if replaced else None):
        before = [s for s in segments if s.source == last.source and s.evidence == earlier]
        if not before or before[-1] in out:
            break
        out.insert(0, before[-1])
    return tuple(out)


def anew(here: list[Segment], first: str | None, original: Path | None) -> str:
    """Why a file of a known name is not that file grown, as a doubt."""
    last = max((s.last for s in here if s.last), default=None)
    rotated = _rotated(original) if original is not None else ""
    if rotated:
        return f"it is no continuation of what was added before: rotated, the earlier lines are in {rotated}"
    if first and last and first >= last:
        return (
            "it begins anew after what was added before: truncated (copytruncate) or rotated; what was written "
            "between the last time it was added and then may be missing"
        )
    if first and last:
        return (
            "it is no continuation of what was added before: rewritten, with times that were added before too"
        )
    return "it is no continuation of what was added before: rotated or rewritten"


def _rotated(original: Path) -> str:
    """A file beside it that a rotation made of it; empty where there is none."""
    try:
        beside = sorted(p.name for p in original.parent.iterdir() if p.name.startswith(original.name + "."))
    except OSError:
        return ""
    return next((found for found in beside if akin(found, original.name)), "")


def _hashes(path: Path, lengths: set[int]) -> tuple[str, int, dict[int, str]]:
    """The hash of all of a content, its size, and the hashes of these beginnings of it; in one pass."""
    whole, position, prefixes = hashlib.sha256(), 0, {}
    wanted = sorted(length for length in lengths if length > 0)
    for block in Content(path).unpacked():
        low = 0
        while wanted and wanted[0] <= position + len(block):
            length = wanted.pop(0)
            whole.update(block[low : length - position])
            low = length - position
            prefixes[length] = whole.copy().hexdigest()
        whole.update(block[low:])
        position += len(block)
    return whole.hexdigest(), position, prefixes


def _first(found: tuple[Segment, ...], vault: Path, size: int) -> str:
    """The hash of the first bytes of what was added before; empty where it can't be read any more."""
    digest, left = hashlib.sha256(), size
    try:
        for block in _old(found, vault):
            digest.update(block[:left])
            left -= min(left, len(block))
            if not left:
                return digest.hexdigest()
    except DataError:
        return ""
    return ""


def _old(found: tuple[Segment, ...], vault: Path) -> Iterator[bytes]:
    begins = 0
    for segment in found:
        left = segment.content_bytes - begins  # a later segment may begin before this one's evidence ends
        begins = segment.content_bytes
        with taken_out(place(vault, segment), segment.inside, vault) as path:
            for block in Content(path).unpacked():
                yield block[:left]
                left -= min(left, len(block))
                if not left:
                    break
