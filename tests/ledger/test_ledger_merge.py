"""Copies become one record: by file, by export, across databases; and what is refused."""

from __future__ import annotations

import json
import shutil

import pytest

from investigator.errors import LedgerError
from investigator.ledger import Ledger


def two(new_place) -> tuple[Ledger, Ledger]:
    here, there = (Ledger.create(new_place(), case_id="INC-1") for _ in range(2))
    here.append("note", {"text": "here"}, author="mira")
    there.append("note", {"text": "there"}, author="jon")
    return here, there


def test_merging_is_a_union_and_twice_changes_nothing(new_place):
    here, there = two(new_place)
    assert (here.merge(there), here.merge(there), there.merge(here), here.merge(here)) == (1, 0, 1, 0)
    assert here.entries() == there.entries() and len(here) == 2
    assert [entry.number for entry in here.entries()] == [1, 2]
    assert here.verify().ok and there.verify().ok


def test_both_write_on_after_merging(new_place):
    here, there = two(new_place)
    here.merge(there)
    there.merge(here)
    for ledger in (here, there, here):
        ledger.append("note", {"text": "on"}, author="mira")
    assert (here.merge(there), there.merge(here)) == (1, 2)
    assert here.entries() == there.entries() and here.verify().ok


def test_an_erasure_wins_whichever_side_it_is_on(new_place):
    here, there = two(new_place)
    here.merge(there)
    there.merge(here)
    mine, yours = (next(e for e in here.entries() if e.author == name) for name in ("mira", "jon"))
    here.erase(yours.id, reason="r", author="mira")
    there.erase(mine.id, reason="r", author="jon")
    here.merge(there)
    there.merge(here)
    for ledger in (here, there):
        assert ledger.entry(mine.id).erased and ledger.entry(yours.id).erased and ledger.verify().ok
    assert here.entries() == there.entries()


def test_the_same_cell_on_two_copies_is_one_entry_from_then_on(new_place):
    here, there = (Ledger.create(new_place(), case_id="INC-1") for _ in range(2))
    for ledger in (here, there):
        ledger.append("note", {"text": "x"}, author="mira", key="cell")
    here.merge(there)
    again = here.append("note", {"text": "x"}, author="mira", key="cell")
    assert again.already and again == here.entries()[0] and len(here) == 2


def test_a_record_goes_from_a_file_to_a_server_and_back(server, file):
    with Ledger.create(file, case_id="INC-1") as local:
        local.append("note", {"text": "ümläut"}, author="mira")
        url = f"{server}{'&' if '?' in server else '?'}schema=merged_from_file"
        with Ledger.create(url, case_id="INC-1") as team:
            assert team.merge(local) == 1
            team.append("note", {"text": "from the team"}, author="jon")
            assert local.merge(url) == 1
            assert local.entries() == team.entries() and local.verify().ok and team.verify().ok


def test_an_export_is_read_back_whole(new_place, tmp_path):
    here, there = two(new_place)
    erased = here.append("note", {"text": "hunter2", "why": {"a": [1.5, None]}}, author="mira", about="DOC-1")
    here.append("note", {"text": "line separator \u2028 and broken \udcff"}, author="mira")
    here.erase(erased.id, reason="r", author="mira")
    export = here.export_jsonl(tmp_path / "record.jsonl")
    assert b"hunter2" not in export.read_bytes()
    assert there.merge(export) == 4 and there.merge(export) == 0
    here.merge(there)
    assert here.entries() == there.entries() and there.verify().ok


def test_another_case_is_refused(new_place):
    here, other = (Ledger.create(new_place(), case_id=name) for name in ("INC-1", "INC-2"))
    with pytest.raises(LedgerError, match="is the record of INC-2, and this is INC-1"):
        here.merge(other)


def test_a_record_that_does_not_verify_is_refused(new_place, tampering):
    here, there = two(new_place)
    with tampering(there) as run:
        run("UPDATE entries SET author = 'mira'")
    with pytest.raises(LedgerError, match=r"doesn't verify, so nothing was taken.*was changed after"):
        here.merge(there)
    assert len(here) == 1
    with pytest.raises(LedgerError, match="doesn't verify, so nobody could merge"):
        there.export_jsonl("unused.jsonl")


def test_a_forked_chain_is_refused_with_both_named(file):
    with Ledger.create(file, case_id="INC-1") as ledger:
        ledger.append("note", {"text": "both"}, author="mira")
    backup = file.read_bytes()
    with Ledger.open(file) as ledger:
        first = ledger.append("note", {"text": "before the restore"}, author="mira")
    shutil.copy(file, kept := file.with_name("kept.db"))
    with open(file, "r+b") as stream:  # a restore over the same inode, which can't be seen from inside
        stream.write(backup)
        stream.truncate()
    with Ledger.open(file) as ledger:
        second = ledger.append("decision", {"text": "after the restore"}, author="jon")
        assert first.id == second.id
        with pytest.raises(LedgerError, match=f"forked at {first.id}.*decision by jon.*note by mira"):
            ledger.merge(kept)
        assert len(ledger) == 2 and ledger.verify().ok


def test_content_that_was_lost_comes_back_by_merging(new_place, tampering):
    here, there = two(new_place)
    there.merge(here)
    with tampering(here) as run:
        run("DELETE FROM contents")
    assert not here.verify().ok
    here.merge(there)
    assert here.verify().ok and here.entries() == there.entries()


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda lines: lines[:-1], "has 1 entries, and was written with 2"),
        (lambda lines: [lines[0], lines[1][:50]], "line 2, is not a line of a ledger's export"),
        (lambda lines: ["[]", *lines[1:]], "line 1, is not a line"),
        (lambda lines: ["{}", *lines[1:]], "line 1.*names no case"),
        (
            lambda lines: [lines[0].replace('"format":1', '"format":9'), *lines[1:]],
            "format 9.*Update the kit",
        ),
        (lambda lines: [lines[0], lines[1].replace('"seq":1', '"seq":"1"'), lines[2]], "its seq is '1'"),
        (lambda lines: [lines[0], lines[1].replace('"one"', '"two"'), lines[2]], "doesn't verify"),
        (lambda lines: ["[" * 100_000], "line 1, is not a line"),
    ],
)
def test_a_changed_export_is_refused(file, change, said):
    with Ledger.create(file, case_id="INC-1") as ledger:
        for text in ("one", "three"):
            ledger.append("note", {"text": text}, author="mira")
        export = ledger.export_jsonl(file.with_name("record.jsonl"))
    lines = export.read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == {"ledger": "INC-1", "format": 1, "entries": 2}
    export.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
    with Ledger.create(file.with_name("other.db"), case_id="INC-1") as other:
        with pytest.raises(LedgerError, match=said):
            other.merge(export)
        assert len(other) == 0


def test_an_export_that_is_missing_or_no_text_is_said(file):
    with Ledger.create(file, case_id="INC-1") as ledger:
        with pytest.raises(LedgerError, match="can't read"):
            ledger.merge(file.with_name("missing.jsonl"))
        (binary := file.with_name("binary.jsonl")).write_bytes(b"\xff\xfe\0")
        with pytest.raises(LedgerError, match="not UTF-8"):
            ledger.merge(binary)
