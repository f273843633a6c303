"""A file that has not changed is not read again; one that has is, whatever its size and date say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from investigator import load
from investigator.events.store import Manifest, Store
from investigator.load import adding, fingerprints

LINES = '{"time": "2026-06-15T10:00:0%dZ", "message": "stored %d"}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "app.jsonl"
    path.write_text("".join(LINES % (i, i) for i in range(5)))
    return path


def _add(file: Path, load_number: int = 1) -> load.LoadReport:
    folder = file.parent
    return load.add(file, store=Store(folder / "events"), vault=folder / "vault", load=load_number)


def test_an_unchanged_file_is_not_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "_STILL", 0)
    assert _add(file).events == 5
    monkeypatch.setattr(adding, "frozen", None)
    again = _add(file, 2)
    assert (again.events, again.sources[0].state) == (0, "already here")
    assert "unchanged by size and time" in str(again)


def test_a_file_written_over_with_its_old_size_and_date_is_read_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "_STILL", 0)
    _add(file)
    stat = file.stat()
    file.write_text(file.read_text().replace("stored", "lost.."))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert file.stat().st_size == stat.st_size
    assert _add(file, 2).sources[0].state == "loaded"


def test_a_file_that_was_just_written_is_hashed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _add(file)
    monkeypatch.setattr(fingerprints, "_STILL", 0)
    assert _add(file, 2).sources[0].why == "the same bytes"


def test_what_is_here_no_more_is_loaded_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "_STILL", 0)
    _add(file)
    with Store(file.parent / "events").writing() as staging:
        staging.write(Manifest())
    assert _add(file, 2).events == 5


def test_stamps_that_can_not_be_read_are_none(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "_STILL", 0)
    _add(file)
    (file.parent / "events" / "seen.json").write_text("[]")
    assert _add(file, 2).sources[0].why == "the same bytes"
