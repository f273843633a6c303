"""Writes the growing files: slice by slice, first as exported in the worst hour, then on to the recovery."""

from __future__ import annotations

import gzip
import shutil
from collections import Counter
from pathlib import Path
from typing import IO, Any

from investigator.samples.clock import MINUTE
from investigator.samples.services import FILES, HEADERS


class GrowingFiles:
    """Eight files that grow by their tail; `export` freezes what there is and goes on in a copy."""

    def __init__(self, folder: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.requests: dict[int, Counter[str]] = {}
        self._folder = folder
        self._files = self._opened("wb")
        for name, header in HEADERS.items():
            self._files[name].write(header.encode())
            self.counts[FILES[name]] += 1

    def write(self, lines: list[tuple[int, str, str]]) -> None:
        """The lines of one slice, each into its file, in order of time."""
        by_file: dict[str, list[tuple[int, str]]] = {name: [] for name in FILES}
        for time, file, line in lines:
            by_file[file].append((time, line))
        for name, entries in by_file.items():
            entries.sort(key=lambda entry: entry[0])
            self._files[name].write("".join(line for _, line in entries).encode())
            self.counts[FILES[name]] += len(entries)
        for time, line in by_file["nginx"]:
            # A Prometheus point stands at the end of the minute that it counts.
            status = line.split('" ', 1)[1][:3]
            self.requests.setdefault(time // MINUTE * MINUTE + MINUTE, Counter())[status] += 1

    def export(self, folder: Path) -> None:
        """Close these files and continue in copies of them; a compressed one grows by a second member."""
        self.close()
        for path in FILES.values():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._folder / path, folder / path)
        self._folder = folder
        self._files = self._opened("ab")

    def close(self) -> None:
        """Everything is on the disk."""
        for file in self._files.values():
            file.close()
            if isinstance(file, gzip.GzipFile):
                self._compressed.close()

    def _opened(self, mode: str) -> dict[str, IO[bytes] | gzip.GzipFile]:
        opened: dict[str, Any] = {}
        for name, path in FILES.items():
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            file = (self._folder / path).open(mode)
            if path.endswith(".gz"):
                # No name and no time in the header, so that the same seed gives the same bytes.
                self._compressed = file
                opened[name] = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
            else:
                opened[name] = file
        return opened
