"""Where a ledger may lie, and what is said where it can't."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from investigator.errors import LedgerError
from investigator.ledger import Ledger, place, sqlite

FORK = multiprocessing.get_context("fork")
MOUNTS = """\
/dev/vda1 / ext4 rw 0 0
nas:/team /mnt/team nfs4 rw,vers=4.2 0 0
//nas/share /mnt/with\\040blank cifs rw 0 0
mira@host:/ /home/mira/remote fuse.sshfs rw 0 0
C: /mnt/c 9p rw,aname=drvfs;path=C: 0 0
root / 9p rw,trans=fd 0 0
/dev/vdb1 /mnt/team/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    "path, expected",
    [
        ("/home/mira/cases/case.db", ""),
        ("/mnt/team/case.db", "on NFS4 (/mnt/team)"),
        ("/mnt/team/local/case.db", ""),
        ("/mnt/teamwork/case.db", ""),
        ("/mnt/with blank/x/case.db", "on CIFS (/mnt/with blank)"),
        ("/home/mira/remote/case.db", "on FUSE.SSHFS (/home/mira/remote)"),
        ("/mnt/c/cases/case.db", "on 9P (/mnt/c)"),
        ("/home/mira/Dropbox/case.db", "in the synced folder 'Dropbox'"),
        ("/home/mira/Dropbox (Work)/INC-1/case.db", "in the synced folder 'Dropbox (Work)'"),
        ("/home/mira/OneDrive - Acme/case.db", "in the synced folder 'OneDrive - Acme'"),
        ("/Users/m/Library/Mobile Documents/case.db", "in the synced folder 'Mobile Documents'"),
        ("/Users/m/Library/CloudStorage/GoogleDrive-m/case.db", "in the synced folder 'CloudStorage'"),
        ("/home/mira/Google Drive/case.db", "in the synced folder 'Google Drive'"),
        ("/home/mira/dropbox-export/case.db", ""),
        ("/home/mira/cases/Dropbox", ""),
        *(
            (f"/home/mira/{name}/X/case.db", f"in the synced folder '{name}'")
            for name in (
                "ownCloud",
                "Syncthing",
                "Box",
                "MEGA",
                "OneDrive-Contoso",
                "My Drive",
                "pCloudDrive",
                "Proton Drive",
            )
        ),
        ("/home/mira/boxes/X/case.db", ""),
    ],
)
def test_a_folder_that_loses_entries_is_recognised(path, expected):
    assert place.shared_folder(Path(path), mounts=MOUNTS) == expected


def test_what_macos_says_is_understood():
    said = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//mira@nas/team on /Volumes/The Team (smbfs, nodev, nosuid, mounted by mira)
"""
    found = place.shared_folder(Path("/Volumes/The Team/case.db"), mounts=place.from_macos(said))
    assert found == "on SMBFS (/Volumes/The Team)"


def test_what_is_mounted_here_can_be_asked():
    assert place.read_mounts()


def test_a_network_folder_is_refused_pointing_to_postgresql(tmp_path, monkeypatch):
    file = tmp_path / "case.db"
    Ledger.create(file, case_id="INC-1").close()
    monkeypatch.setattr(place, "read_mounts", lambda: f"nas:/x {tmp_path} nfs4 rw 0 0\n")
    with pytest.raises(LedgerError, match=r"on NFS4.*loses entries.*postgresql://"):
        Ledger.create(tmp_path / "other.db", case_id="INC-1")
    with pytest.raises(LedgerError, match=r"on NFS4.*postgresql://"):
        Ledger.open(file)
    assert [path.name for path in tmp_path.iterdir()] == ["case.db"]


def test_a_synced_folder_is_refused_also_behind_a_link(tmp_path):
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "cases").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(LedgerError, match="in the synced folder 'Dropbox'"):
        Ledger.create(tmp_path / "cases" / "case.db", case_id="INC-1")


def test_a_closed_ledger_can_be_read_on_a_network_folder_and_an_open_one_is_not_guessed_at(
    tmp_path, monkeypatch
):
    file = tmp_path / "case.db"
    ledger = Ledger.create(file, case_id="INC-1")
    ledger.append("note", {"text": "x"}, author="mira")
    monkeypatch.setattr(place, "read_mounts", lambda: f"nas:/x {tmp_path} nfs4 rw 0 0\n")
    with pytest.raises(LedgerError, match=r"somebody has it open.*Copy all three files"):
        Ledger.open(file, read_only=True)
    ledger.close()
    with Ledger.open(file, read_only=True) as reading:
        assert len(reading) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["case.db"]


@pytest.mark.parametrize(
    "address, said",
    [
        ("mysql://host/db", "can't lie at a mysql:// address"),
        ("sqlite:///case.db", "can't lie at a sqlite:// address"),
        ("postgresql://host:port/db", "can't be read"),
        ("postgresql://host/db?schema=Robert'; DROP", "is no name for a schema"),
        ("", "is no place"),
        ("a\0b", "is no place"),
    ],
)
def test_an_address_that_is_none_is_refused(address, said):
    with pytest.raises(LedgerError, match=said):
        Ledger.open(address)


def test_a_password_is_never_said():
    assert "s3cret" not in str(place.place("postgres://mira:s3cret@db.example:5432/cases?schema=inc_1"))


# -- what may lie there instead --------------------------------------------------------------------


def test_a_missing_file_is_said(file):
    with pytest.raises(LedgerError, match=r"There is no ledger at .*Ledger\.create"):
        Ledger.open(file)
    assert not file.exists()


def test_a_missing_folder_is_said(file):
    with pytest.raises(LedgerError, match="There is no folder"):
        Ledger.create(file.parent / "missing" / "case.db", case_id="INC-1")


def test_a_folder_is_no_ledger_and_the_file_in_it_is_named(file):
    with pytest.raises(LedgerError, match=r"is a folder.*no case\.db in it"):
        Ledger.open(file.parent)
    Ledger.create(file, case_id="INC-1").close()
    with pytest.raises(LedgerError, match=r"is a folder.*Open .*case\.db"):
        Ledger.open(file.parent)


@pytest.mark.parametrize(
    "start, said",
    [(b"", "it is empty"), (b"not a database", "it starts with"), (b"SQLite format 3\0junk", "damaged")],
)
def test_a_file_that_is_no_ledger_is_said(file, start, said):
    file.write_bytes(start)
    with pytest.raises(LedgerError, match=said):
        Ledger.open(file)
    assert file.read_bytes() == start


def test_a_database_of_something_else_is_said(file):
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE entries (id)")
    connection.close()
    with pytest.raises(LedgerError, match=r"not a ledger.*has the tables: entries"):
        Ledger.open(file)


def test_a_damaged_file_is_said_and_never_read_as_whole(file):
    with Ledger.create(file, case_id="INC-1") as ledger:
        for number in range(200):
            ledger.append("note", {"text": f"{number} " * 50}, author="mira")
    whole = file.read_bytes()
    for start in range(4096, len(whole) - 4096, max(4096, len(whole) // 12 // 4096 * 4096)):
        file.write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
        try:
            with Ledger.open(file) as ledger:
                assert not ledger.verify().ok, start
        except LedgerError as error:
            assert "damaged" in str(error)


def test_a_file_cut_short_is_said(file):
    with Ledger.create(file, case_id="INC-1") as ledger:
        for number in range(200):
            ledger.append("note", {"text": f"{number} " * 50}, author="mira")
    file.write_bytes(file.read_bytes()[:20_000])
    try:
        with Ledger.open(file) as ledger:
            said = str(ledger.verify())
    except LedgerError as error:
        said = str(error)
    assert "damaged" in said


def test_creating_leaves_one_file_and_no_other(file):
    Ledger.create(file, case_id="INC-1").close()
    assert [path.name for path in file.parent.iterdir()] == ["case.db"]


# -- copies ----------------------------------------------------------------------------------------


def test_a_copied_file_starts_a_chain_of_its_own(file):
    with Ledger.create(file, case_id="INC-1") as ledger:
        first = ledger.append("note", {"text": "before"}, author="mira")
    shutil.copy(file, copy := file.with_name("copy.db"))
    with Ledger.open(file) as here, Ledger.open(copy) as there:
        mine, theirs = (each.append("note", {"text": "after"}, author="mira") for each in (here, there))
        assert mine.replica == first.replica != theirs.replica
        assert (here.merge(there), there.merge(here)) == (1, 1)
        assert here.entries() == there.entries() and here.verify().ok and there.verify().ok


def test_another_machine_starts_a_chain_of_its_own(file, monkeypatch):
    with Ledger.create(file, case_id="INC-1") as ledger:
        first = ledger.append("note", {"text": "x"}, author="mira")
    monkeypatch.setattr(sqlite.socket, "gethostname", lambda: "another")
    with Ledger.open(file) as ledger:
        assert ledger.append("note", {"text": "x"}, author="mira").replica != first.replica
        assert ledger.verify().ok


def test_the_machines_name_is_not_in_the_file(file, monkeypatch):
    monkeypatch.setattr(sqlite.socket, "gethostname", lambda: "miras-laptop")
    with Ledger.create(file, case_id="INC-1") as ledger:
        ledger.append("note", {"text": "x"}, author="mira")
    assert b"miras-laptop" not in file.read_bytes()


def test_a_file_that_was_replaced_while_open_is_not_written_into(file):
    ledger = Ledger.create(file, case_id="INC-1")
    ledger.append("note", {"text": "x"}, author="mira")
    os.rename(file, file.with_name("moved.db"))
    with pytest.raises(LedgerError, match="moved, removed or replaced while it was open"):
        ledger.append("note", {"text": "y"}, author="mira")
    ledger.close()


# -- permissions -----------------------------------------------------------------------------------


def _without_permission(file: Path, said: multiprocessing.Queue) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        with Ledger.open(file) as ledger:
            ledger.append("note", {"text": "y"}, author="jon")
        said.put("written")
    except LedgerError as error:
        said.put(str(error))


@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_a_file_that_is_not_yours_is_said(mode):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        file = Path(folder) / "case.db"
        with Ledger.create(file, case_id="INC-1") as ledger:
            ledger.append("note", {"text": "x"}, author="mira")
        os.chmod(file, mode)
        said = FORK.Queue()
        child = FORK.Process(target=_without_permission, args=(file, said))
        child.start()
        answer = said.get(timeout=60)
        child.join(60)
        assert "may not" in answer or "can't be read: Permission denied" in answer
        os.chmod(file, 0o644)
        with Ledger.open(file) as ledger:
            assert len(ledger) == 1 and ledger.verify().ok
