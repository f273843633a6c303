"""Fingerprints of files that were hashed before: an unchanged file is not read again.

A fingerprint, or stamp, is device, inode, size, and when its bytes and its entry last changed, in nanoseconds. It
counts only where the file had been still for two seconds when it was taken, so that no later write falls within the
same tick of a clock.
The stamps are derived and lie beside the manifest: without them a file is hashed again.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

from investigator.events.store import Segment, Store
from investigator.load.known import wholes

_STILL = 2_000_000_000  # nanoseconds
UNCHANGED = "unchanged by size and time since it was hashed; touch it to have it hashed again"


class Fingerprints:
    """What a store holds, and the stamps of the files it came from; read once for all files of a load."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stamps: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._path.read_text(encoding="utf-8"))
            self._stamps = found if isinstance(found, dict) else {}
        self._here: dict[str, list[Segment]] | None = None
        self._noted: dict[str, list[int]] = {}

    @property
    def _path(self) -> Path:
        return self._store.folder / "seen.json"

    def segments(self, name: str, file: Path) -> list[Segment]:
        """What is here of a file that has not changed since it was hashed; nothing where that can't be told."""
        known = self._stamps.get(name)
        if not isinstance(known, dict) or known.get("stamp") != stamp(file):
            return []
        here = self._of(name)
        return here if known.get("evidence") == _evidence(here) else []

    def note(self, name: str, file: Path, before: list[int]) -> None:
        """Keep the stamp of a file that was hashed, if it was still before and is the same now."""
        if time.time_ns() - max(before[-2:]) >= _STILL and stamp(file) == before:
            self._noted[name] = before

    def save(self) -> None:
        """Write the stamps whole, or not at all; a folder that can't be written to keeps none."""
        if not self._noted or not self._store.folder.is_dir():
            return
        self._here = None
        for name, noted in self._noted.items():
            self._stamps[name] = {"stamp": noted, "evidence": _evidence(self._of(name))}
        temporary = self._path.with_name(f".seen-{uuid.uuid4().hex[:8]}")
        with contextlib.suppress(OSError):
            try:
                temporary.write_text(json.dumps(self._stamps), encoding="utf-8")
                os.replace(temporary, self._path)
            finally:
                temporary.unlink(missing_ok=True)

    def _of(self, name: str) -> list[Segment]:
        if self._here is None:
            self._here = {}
            for segment in self._store.manifest().segments:
                for whole in wholes(segment.source):
                    self._here.setdefault(whole, []).append(segment)
        return self._here.get(name, [])


def stamp(file: Path) -> list[int]:
    """Device, inode, size and the two times of a file."""
    stat = file.stat()
    return [stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]


def _evidence(segments: list[Segment]) -> list[str]:
    return [f"{segment.source} {segment.evidence} {segment.load}" for segment in segments]
