"""What is left after a kill, a full disk, an interrupt; and what is not left after an erasure."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from investigator.errors import LedgerError
from investigator.ledger import Ledger, sqlite
from investigator.ledger.undisturbed import undisturbed

FORK = multiprocessing.get_context("fork")


def _append_for_ever(place: str, acknowledged: Any) -> None:
    with Ledger.open(place) as ledger:
        number = 0
        while True:
            acknowledged.send(ledger.append("note", {"text": f"{os.getpid()} {number}"}, author="mira").id)
            number += 1


def test_every_acknowledged_entry_survives_a_kill(new_place):
    place = new_place()
    Ledger.create(place, case_id="INC-1").close()
    seen: list[str] = []
    for turn in range(6):
        hear, say = FORK.Pipe(duplex=False)
        child = FORK.Process(target=_append_for_ever, args=(place, say))
        child.start()
        say.close()
        seen.append(hear.recv())
        time.sleep(0.03 + 0.017 * turn)
        child.kill()
        child.join(60)
        try:
            while True:
                seen.append(hear.recv())
        except EOFError:
            pass
    with Ledger.open(place) as ledger:
        kept = [entry.id for entry in ledger.entries()]
        assert set(seen) <= set(kept) and len(kept) <= len(seen) + 6  # a kill may come before the answer
        assert ledger.verify().ok
        assert all(entry.content for entry in ledger.entries())


def _interrupted(place: str, hear: Any) -> None:
    count = 0
    with Ledger.open(place) as ledger:
        ledger.append("note", {"text": "ready"}, author="mira")
        hear.send("ready")
        while count < 8:
            try:
                while True:  # inside: an interrupt between two appends is one, too
                    ledger.append("note", {"text": "x"}, author="mira")
            except KeyboardInterrupt:
                count += 1
                hear.send(count)
        ledger.append("note", {"text": "after"}, author="mira")


def test_an_interrupt_leaves_the_chain_whole_and_the_ledger_usable(new_place):
    place = new_place()
    Ledger.create(place, case_id="INC-1").close()
    hear, say = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_interrupted, args=(place, say))
    child.start()
    assert hear.recv() == "ready"
    for turn in range(1, 9):
        time.sleep(0.013 + 0.0017 * turn)
        os.kill(child.pid, signal.SIGINT)
        assert hear.poll(30) and hear.recv() == turn
    child.join(60)
    with Ledger.open(place) as ledger:
        assert ledger.entries()[-1].content == {"text": "after"}
        assert ledger.verify().ok


def _fill(file: Path, said: Any) -> None:
    with Ledger.open(file) as ledger:
        ledger.append("note", {"text": "first"}, author="mira")
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        written = 1
        try:
            for _ in range(100):
                ledger.append("note", {"text": "x" * 50_000}, author="mira")
                written += 1
        except LedgerError as error:
            said.send((written, str(error)))
        os._exit(0)  # as after a crash: nothing is folded in or cleaned up


def test_a_full_disk_is_said_and_nothing_is_half_written(file):
    Ledger.create(file, case_id="INC-1").close()
    hear, say = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_fill, args=(file, say))
    child.start()
    assert hear.poll(60)
    written, said = hear.recv()
    child.join(60)
    assert "The disk can't take more" in said and "Nothing was written" in said and "Free some space" in said
    with Ledger.open(file) as ledger:
        assert 1 < written == len(ledger) and ledger.verify().ok
        assert ledger.append("note", {"text": "there is room again"}, author="mira").seq == written + 1


def _create_without_room(file: Path, said: Any) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    try:
        Ledger.create(file, case_id="INC-1")
        said.send("made")
    except LedgerError as error:
        said.send(str(error))


def test_a_full_disk_at_the_start_leaves_no_half_a_ledger(file):
    hear, say = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_create_without_room, args=(file, say))
    child.start()
    assert hear.poll(60) and "The disk can't take more" in hear.recv()
    child.join(60)
    assert list(file.parent.iterdir()) == []


def test_a_full_disk_leaves_the_earlier_export_untouched(file, monkeypatch):
    with Ledger.create(file, case_id="INC-1") as ledger:
        ledger.append("note", {"text": "x"}, author="mira")
        export = ledger.export_jsonl(file.with_name("record.jsonl"))
        before = export.read_bytes()
        ledger.append("note", {"text": "y"}, author="mira")

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(LedgerError, match=r"No space left on device.*untouched"):
            ledger.export_jsonl(export)
    assert export.read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir()) == ["case.db", "record.jsonl"]


def test_a_busy_ledger_says_so_after_its_patience(file, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    with Ledger.create(file, case_id="INC-1") as ledger:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="is busy: somebody else has been writing"):
            ledger.append("note", {"text": "x"}, author="mira")
        other.execute("ROLLBACK")
        other.close()
        assert ledger.append("note", {"text": "x"}, author="mira").seq == 1


# -- erased bytes ----------------------------------------------------------------------------------


def holding(folder: Path, secret: bytes) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if secret in path.read_bytes())


@pytest.mark.parametrize("size", [1, 100, 20_000])
def test_erased_bytes_are_gone_from_the_file_its_log_and_its_index(file, size):
    with Ledger.create(file, case_id="INC-1") as ledger:
        entries = []
        for number in range(40):
            secret = "hunter2 " * size if number % 3 == 0 else "harmless"
            entries.append(
                ledger.append("note", {"text": secret[:900_000]}, author="mira", key=f"cell {secret}"[:400])
            )
        assert holding(file.parent, b"hunter2")
        for entry in entries[::3]:
            ledger.erase(entry.id, reason="a password", author="mira")
        assert holding(file.parent, b"hunter2") == [], "while it is open"
        assert ledger.verify().ok
    assert holding(file.parent, b"hunter2") == [], "after it was closed"


def test_an_erasure_that_a_reader_holds_up_is_said_and_done_by_erasing_again(file, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    with Ledger.create(file, case_id="INC-1") as ledger:
        entry = ledger.append("note", {"text": "hunter2"}, author="mira")
        reader = sqlite3.connect(file, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM contents").fetchone()
        with pytest.raises(LedgerError, match=r"bytes are still on disk.*erase the same entry again"):
            ledger.erase(entry.id, reason="a password", author="mira")
        assert ledger.entry(entry.id).erased
        reader.close()
        assert ledger.erase(entry.id, reason="a password", author="mira").already
        assert holding(file.parent, b"hunter2") == []


def test_an_erasure_that_comes_by_merging_leaves_no_bytes_either(file, tmp_path):
    with Ledger.create(file, case_id="INC-1") as ledger:
        entry = ledger.append("note", {"text": "hunter2"}, author="mira")
        with Ledger.create(tmp_path / "other.db", case_id="INC-1") as other:
            other.merge(ledger)
            other.erase(entry.id, reason="a password", author="jon")
            assert ledger.merge(other) == 1
        assert ledger.entry(entry.id).erased and holding(file.parent, b"hunter2") == []


def test_an_interrupt_waits_until_the_entry_is_written_and_is_not_lost():
    order = []
    with pytest.raises(KeyboardInterrupt):
        with undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            order.append("written")
        order.append("never")
    assert order == ["written"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


ANOTHER = """
import sys
from investigator.ledger import Ledger
with Ledger.open(sys.argv[1]) as ledger:
    ledger.append("note", {"text": sys.argv[2]}, author="ana")
"""


def _another_writes(file, text):
    subprocess.run([sys.executable, "-c", ANOTHER, str(file), text], check=True, timeout=60)


def _texts(ledger):
    return [entry.content["text"] for entry in ledger.entries()]


def test_opening_it_again_keeps_the_locks_of_who_has_it_open(file):
    with Ledger.create(file, case_id="INC-1") as ledger:
        Ledger.open(file).close()
        _another_writes(file, "one")
        assert Path(f"{file}-wal").exists(), "the log is in use here; nobody else may remove it"
        assert _texts(ledger) == ["one"]


def test_a_copy_made_inside_this_process_costs_no_entry(file):
    with Ledger.create(file, case_id="INC-1") as ledger, Ledger.open(file) as second:
        ledger.append("note", {"text": "one"}, author="mira")
        shutil.copyfile(file, file.with_suffix(".copy"))  # its closing drops this process's locks on the file
        _another_writes(file, "two")
        assert not Path(f"{file}-wal").exists(), (
            "this is what the copy does; otherwise the test shows nothing"
        )
        ledger.append("note", {"text": "three"}, author="mira")
        _another_writes(file, "four")
        second.append("note", {"text": "five"}, author="mira")
        assert _texts(ledger) == _texts(second) == ["one", "two", "three", "four", "five"]
    with Ledger.open(file) as ledger:
        assert _texts(ledger) == ["one", "two", "three", "four", "five"]
        assert ledger.verify().ok
