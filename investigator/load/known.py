"""What a store holds by now, found by the name of its file: of thousands, without a walk through all for each."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath

from investigator.events.store import Segment, Store

_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst|zstd|lzma)$", re.IGNORECASE)
_NUMBER = re.compile(r"[-._](?:\d{1,3}|\d{4}-?\d{2}-?\d{2}(?:[-_.T]?\d{2,6}){0,3}|\d{10})$")


class Known:
    """The segments of a store that stand, by the names of their files; told anew of what a load adds to it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._segments: tuple[Segment, ...] = ()
        self._clear()

    def _clear(self) -> None:
        self._standing: list[Segment] = []
        self._named: dict[str, list[Segment]] = {}
        self._members: dict[str, str] = {}  # what a source is called inside its archive
        #: By its name without numbers and endings, and by each end of that: the place among those that stand.
        self._families: dict[tuple[str, ...], list[int]] = {}
        self._ends: dict[tuple[str, ...], list[int]] = {}

    def standing(self) -> list[Segment]:
        """All that stand, in their order."""
        now = self._store.manifest()
        if now.segments is not self._segments:
            count = len(self._segments)
            added = now.segments[count:]
            if now.segments[:count] != self._segments or any(s.supersedes is not None for s in added):
                self._clear()
                added = now.standing
            self._segments = now.segments
            for segment in added:
                self._take(segment)
        return self._standing

    def _take(self, segment: Segment) -> None:
        place = len(self._standing)
        self._standing.append(segment)
        for whole in wholes(segment.source):
            self._named.setdefault(whole, []).append(segment)
        if segment.inside:
            self._members[segment.source] = segment.inside[-1]
        family = _family(self._members.get(segment.source, segment.source))  # a tail of it lies in no archive
        self._families.setdefault(family, []).append(place)
        for first in range(len(family)):
            self._ends.setdefault(family[first:], []).append(place)

    def named(self, name: str) -> list[Segment]:
        """The segments of a file, with those of its parts."""
        self.standing()
        return list(self._named.get(name, ()))

    def akin(self, name: str) -> list[Segment]:
        """The segments whose name may be another of this file's: rotated, compressed, inside an archive or out of it."""
        standing, family = self.standing(), _family(name)
        places = set(self._ends.get(family, ()))
        for first in range(1, len(family)):
            places.update(self._families.get(family[first:], ()))
        return [standing[place] for place in sorted(places)]


def akin(one: str, other: str) -> bool:
    """Whether two names are those of one file: rotated, compressed, or inside an archive and out of it."""
    short, long = sorted((_family(one), _family(other)), key=len)
    return long[-len(short) :] == short


def wholes(source: str) -> list[str]:
    """A source's name, and those of the files that it may be a part of: a.sqlite for a.sqlite!documents."""
    parts = source.split("!")
    return ["!".join(parts[:count]) for count in range(1, len(parts) + 1)]


@lru_cache(maxsize=20_000)
def _family(name: str) -> tuple[str, ...]:
    parts = PurePosixPath(name).parts or ("",)
    base = _PACKED.sub("", parts[-1])
    base = _NUMBER.sub("", base)
    stem, dot, ending = base.rpartition(".")
    if dot and stem:
        base = (_NUMBER.sub("", stem) or stem) + "." + ending
    return (*parts[:-1], base)
