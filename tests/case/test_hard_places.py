"""Terminals and pastes of other encodings, folders that may only be read, disks without room: a sentence, never a traceback."""

import errno
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from investigator import cli
from investigator.case import Case
from investigator.case.record import location
from investigator.cli import app
from investigator.errors import KitError, LedgerError


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_what_a_terminal_can_not_show_is_written_out_and_written_once(tmp_path, encoding):
    case = Case.new("OVEN-1", title="🆘 no loaves", root=tmp_path)
    call = [
        sys.executable,
        "-m",
        "investigator.cli",
        "note",
        "--case",
        "OVEN-1",
        "did",
        "öffnete",
        "die",
        "Tür",
    ]
    done = subprocess.run(
        [*call, "--cases", str(tmp_path)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.returncode == 0 and b"Traceback" not in done.stderr and b"OVEN-1" in done.stdout
    assert [e.content["text"] for e in case.entries("note")] == ["öffnete die Tür"]


@pytest.mark.parametrize(
    "data",
    [
        "[10:05] Dana Roth\ncafé\n\n[10:06] Ana Lee\nok\n".encode(code)
        for code in ("cp1252", "utf-8", "utf-8-sig", "utf-16")
    ],
)
def test_a_paste_is_read_in_the_encoding_that_it_has(tmp_path, data):
    case = Case.new("OVEN-1", title="cold", root=tmp_path)
    done = CliRunner().invoke(app, ["paste", "OVEN-1", "-y", "--cases", str(tmp_path)], input=data)
    assert done.exit_code == 0, done.output
    assert "café" in [e.content["text"] for e in case.entries("note")]


def test_a_case_that_may_only_be_read_is_read(tmp_path, monkeypatch):
    case = Case.new("OVEN-1", title="cold", root=tmp_path, author="ben")
    case.record.note("the door is shut")
    (tmp_path / "oven.log").write_text("2026-06-17T09:00:00Z INFO oven baked LOAF-1\n")
    case.add(tmp_path / "oven.log")
    case.record._record.close()
    monkeypatch.setattr(location, "sealed", lambda path: True)
    there = Case.open("OVEN-1", root=tmp_path)
    before = len(there.entries())
    assert there.find.search("baked").value["count"] == 1 and "OVEN-1" in there.brief.read_in().text
    assert there.status().inside() and there.verify() and len(there.entries()) == before
    with pytest.raises(KitError, match="opened for reading only"):
        there.record.note("one more")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_no_more_is_a_sentence(monkeypatch, capsys, number):
    def full(_):
        raise OSError(number, os.strerror(number), "/cases/OVEN-1/x\x1b[2J")

    monkeypatch.setattr(cli, "note", full)
    monkeypatch.setattr(sys, "argv", ["inv", "note", "did", "it"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr().err
    assert left.value.code == 2 and "I can't write /cases/OVEN-1/x" in said and "\x1b[2J" not in said


@pytest.fixture
def closed(tmp_path):
    """A case with a load and a note, closed: nobody has its record open."""
    case = Case.new("OVEN-1", title="cold", root=tmp_path / "cases", author="ben")
    case.record.note("the door is shut")
    (tmp_path / "oven.log").write_text("2026-06-17T09:00:00Z INFO oven baked LOAF-1\n")
    case.add(tmp_path / "oven.log")
    case.record._record.close()
    return case.path


def held(folder):
    """The bytes of every file of a case but the index of the log, which SQLite makes and removes by itself."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("status OVEN-1", "OVEN-1"),
        ("read-in OVEN-1", "OVEN-1"),
        ("verify OVEN-1", "The case is as it was."),
        ("search OVEN-1 baked", "1 line"),
    ],
)
def test_where_no_disk_takes_a_byte_a_case_is_read(closed, command, says):
    done = _without_room(closed, command)
    assert done.returncode == 0 and says in done.stdout and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", ["note --case OVEN-1 shut", "add OVEN-1 {log}", "paste OVEN-1 -y", "erase OVEN-1 2 --reason x"]
)
def test_where_no_disk_takes_a_byte_writing_is_a_sentence_and_nothing_is_half_made(closed, command):
    before = held(closed)
    done = _without_room(closed, command.format(log=closed.parents[1] / "oven.log"))
    assert done.returncode == 2 and "so it can only be read.\nNothing was written." in done.stderr
    assert "Free some space" in done.stderr and "Pasted" not in done.stdout
    assert held(closed) == before


def _without_room(closed, command):
    """`inv` while no file may grow by a byte, nor a temporary one: what it prints goes into pipes."""
    call = [sys.executable, "-m", "investigator.cli", *command.split(), "--cases", str(closed.parent)]
    return subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *call],
        capture_output=True,
        text=True,
        input="[10:05] Dana: it is cold\n",
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )


def test_what_a_log_still_holds_is_not_left_out_on_a_full_disk(closed):
    (closed / "case.db-wal").write_bytes(b"\1" * 64)  # as whoever was killed leaves it
    done = _without_room(closed, "status OVEN-1")
    assert (
        done.returncode == 2
        and "lies on a disk that is full, and somebody has it open or left" in done.stderr
    )
    assert "Its last entries can't be read from here." in done.stderr


def test_of_a_case_that_may_only_be_read_it_is_said_whom_to_ask(closed, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    there = Case.open(closed)
    for write in (lambda: there.record.note("x"), lambda: there.add(tmp_path / "oven.log")):
        with pytest.raises(LedgerError, match=r"may only be read by you\..*Ask its owner.*or copy"):
            write()
    assert there.verify() and "may only be read by you" in there.card().text
