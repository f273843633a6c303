"""A team's record at one URL, two laptops that become one, and what a second author writes."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time

import pytest

from investigator.case import Case
from investigator.case.evidence import loads
from investigator.case.record import news as live
from investigator.check import Check
from investigator.errors import CaseError, KitError, LedgerError, ParameterError
from investigator.finding import Coverage, Finding
from investigator.ledger import heads

DAY = "2026-06-17T09:{:02d}:00Z"


def log(path, name, *minutes, word="handled"):
    lines = [
        json.dumps({"time": DAY.format(m), "level": "info", "message": f"DOC-{m} {word}"}) for m in minutes
    ]
    path.mkdir(exist_ok=True, parents=True)
    (path / name).write_text("\n".join(lines) + "\n")
    return path / name


@pytest.fixture
def team(server, monkeypatch):
    monkeypatch.setenv("TEAM_RECORD", f"{server.replace('postgres:@', 'postgres:hunter2@')}")
    return "env:TEAM_RECORD"


@pytest.fixture
def case_id():
    return f"INC-{os.urandom(3).hex()}"


def test_a_team_writes_one_record_by_one_url_and_no_password_stays(team, case_id, tmp_path):
    ana = Case.new(case_id, words="40 documents are lost", root=tmp_path / "ana", ledger=team, author="ana")
    jon = Case.join(case_id, team, root=tmp_path / "jon")
    jon.record.note("the queue is full", author="jon")
    ana.record.note("paused the purge", author="ana")
    again = Case.open(case_id, root=tmp_path / "jon")
    assert [e.content["text"] for e in again.entries("note")] == ["the queue is full", "paused the purge"]
    assert again.state.words == "40 documents are lost" and again.verify().ok
    jon.add(log(tmp_path, "of-jon.jsonl", 1), author="jon")
    assert "1 load by jon not in this folder" in ana.card().text and "elsewhere" not in jon.card().text
    assert "inv merge brings them" in str(ana.verify()) and ana.verify().ok
    assert (
        ana.evidence.merge(jon.path).loads == 1
        and ana.events().count() == 1
        and "elsewhere" not in ana.card().text
    )
    assert not (ana.path / "case.db").exists()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"hunter2" not in path.read_bytes(), path
    assert "hunter2" not in f"{ana.evidence.record._ledger!r} {ana.verify()}"
    with pytest.raises(CaseError, match="Take part in it: inv join"):
        Case.new(case_id, words="x", root=tmp_path / "mia", ledger=team)
    assert not (tmp_path / "mia" / case_id).exists(), "nothing half-made is left"


def test_an_address_with_a_password_or_without_its_variable_is_refused(team, case_id, tmp_path, monkeypatch):
    with pytest.raises(ParameterError, match="has a password in it") as caught:
        Case.new(case_id, words="x", root=tmp_path, ledger="postgresql://ana:hunter2@db/team")
    assert "hunter2" not in str(caught.value)
    Case.new(case_id, words="x", root=tmp_path, ledger=team)
    monkeypatch.delenv("TEAM_RECORD")
    with pytest.raises(ParameterError, match="the environment has no TEAM_RECORD"):
        Case.open(case_id, root=tmp_path)
    with pytest.raises(CaseError, match="can't lie at a mysql:// address"):
        Case.new("INC-9", words="x", root=tmp_path, ledger="mysql://db/team")


def test_what_a_second_author_writes_is_seen_within_five_seconds(team, case_id, tmp_path):
    ana = Case.new(case_id, words="x", root=tmp_path / "ana", ledger=team, author="ana")
    jon = Case.join(case_id, team, root=tmp_path / "jon")
    news = ana.record.news()
    assert news.look() == []
    jon.record.note("it is the indexer", author="jon")
    assert [e.content["text"] for e in news.look()] == ["it is the indexer"] and news.look() == []
    lines: list[str] = []
    began = threading.Event()

    def hear():
        began.set()
        for line in live.follow(ana.evidence.record, every=0.05, until=lambda: bool(lines)):
            lines.append(line)

    listening = threading.Thread(target=hear)
    listening.start()
    began.wait(5)
    until = time.monotonic() + 30
    while not lines and time.monotonic() < until:
        jon.record.note("and <b>not</b>\nthe purge", author="jon")
        listening.join(0.5)
    listening.join(30)
    assert "jon, note: and <b>not</b> the purge" in lines[0]
    assert live.EVERY < 5 and "&lt;b&gt;not" in ana.watch()._repr_html_()


@pytest.fixture
def laptops(tmp_path):
    """One case on two machines, each with evidence of its own and some in common."""
    ana = Case.new("INC-1", words="lost", root=tmp_path / "ana", about=["DOC-1"], author="ana")
    ana.add(log(tmp_path, "common.jsonl", 1, 2, 3), author="ana")
    shutil.copytree(ana.path, tmp_path / "jon" / "INC-1")
    jon = Case.open("INC-1", root=tmp_path / "jon")
    jon.add(log(tmp_path, "queue.jsonl", 4, 5, word="queued"), author="jon")
    ana.add(log(tmp_path, "index.jsonl", 6, 7, 8, word="indexed"), author="ana")
    jon.record.note("from jon", author="jon")
    jon.add(log(tmp_path / "jon", "index-of-jon.jsonl", 6, 7, 8, word="indexed"), author="jon")
    return ana, jon


def whole(case):
    """What must be the same on both sides: the record, the evidence, the events, who saw which when."""
    rows = case.events().rows(100)
    return (
        [(e.id, e.number, e.content) for e in case.entries()],
        sorted(path.name for path in case.evidence.vault.iterdir()),
        sorted(zip(rows["body"], rows["source"], rows["origin"], strict=True)),
        [(s.source, s.evidence, s.load, s.rows) for s in case.evidence.store.manifest().segments],
    )


def test_two_laptops_become_one_whichever_way_round_and_twice_changes_nothing(laptops, tmp_path):
    ana, jon = laptops
    for name in ("one", "other"):
        shutil.copytree(ana.path if name == "one" else jon.path, tmp_path / name / "INC-1")
    merged = ana.evidence.merge(jon.path)
    assert (merged.entries, merged.evidence, merged.loads) == (3, 1, 1)
    one, other = (Case.open("INC-1", root=tmp_path / name) for name in ("one", "other"))
    other.evidence.merge(one.path)
    assert whole(ana) == whole(other)
    jon.evidence.merge(ana.path)
    assert whole(jon) == whole(ana)
    again = ana.evidence.merge(jon.path)
    assert str(again) == "INC-1 had all of it already." and whole(jon) == whole(ana)
    assert (
        ana.verify().ok
        and jon.verify().ok
        and loads.absent(ana.evidence.record, ana.evidence.manifest()) == []
    )
    # Each load is shown from when it was known, whoever brought it.
    counts = []
    for entry in ana.entries("load"):
        counts.append(ana.as_of(entry.known).events().count())
    assert counts == [3, 5, 8, 8]
    assert len(ana.find.trace_entity(entity="DOC-4").table) == 1


def test_what_was_erased_on_one_laptop_is_gone_from_the_other_after_merging(laptops):
    ana, jon = laptops
    jon.evidence.merge(ana.path)
    load = ana.entries("load")[0]
    digest = load.content["sources"][0]["sha256"]
    ana.record.erase(load, "a customer's data")
    assert (jon.evidence.vault / digest).exists()
    jon.evidence.merge(ana.path)
    assert not (jon.evidence.vault / digest).exists() and not (ana.evidence.vault / digest).exists()
    ana.evidence.merge(jon.path)
    assert not (ana.evidence.vault / digest).exists()
    assert sorted(set(jon.events().rows(100)["source"])) == sorted(set(ana.events().rows(100)["source"]))
    assert "common.jsonl" not in set(ana.events().rows(100)["source"])
    assert ana.verify().ok and jon.verify().ok


def test_evidence_that_was_changed_over_there_is_not_taken(laptops):
    ana, jon = laptops
    new = next(path for path in jon.evidence.vault.iterdir() if not (ana.evidence.vault / path.name).exists())
    new.chmod(0o600)
    new.write_bytes(b"something else")
    with pytest.raises(CaseError, match=r"was changed: its bytes have another hash"):
        ana.evidence.merge(jon.path)
    assert not (ana.evidence.vault / new.name).exists() and ana.verify().ok


def test_a_cut_record_is_found_by_the_head_that_was_printed(laptops, tmp_path):
    ana, _ = laptops
    head = ana.verify().head
    assert ana.verify(head).ok and ana.verify(heads.text(ana.record.head(), 12)).ok
    earlier = tmp_path / "restored" / "INC-1"
    shutil.copytree(ana.path, earlier)
    ana.record.note("the last word", author="ana")
    noted = ana.verify().head
    found = Case.open(earlier).verify(noted)
    assert not found.ok and "entries are missing" in str(found)
    with pytest.raises(LedgerError, match="is no head of a record"):
        ana.verify("nonsense")


def test_a_case_of_a_newer_kit_is_looked_at_and_not_written(laptops, monkeypatch):
    ana, _ = laptops
    ana.evidence.record._ledger._store.read_only, ana.evidence.record._ledger._store.newer = True, 9
    assert (
        ana.state.words == "lost"
        and "read only" in ana.card().text
        and "newer kit (version 9" in ana.card().text
    )
    with pytest.raises(KitError, match=r"newer kit \(version 9"):
        ana.record.note("x")


def test_a_source_that_was_read_again_on_both_laptops_stands_once(tmp_path):
    log_of = tmp_path / "local.log"
    log_of.write_text("2026-06-17 09:01:00 INFO DOC-1 lost\n2026-06-17 09:02:00 INFO DOC-2 lost\n")
    ana = Case.new("INC-1", words="lost", root=tmp_path / "ana", author="ana")
    ana.add(log_of, author="ana")
    shutil.copytree(ana.path, tmp_path / "jon" / "INC-1")
    jon = Case.open("INC-1", root=tmp_path / "jon")
    ana.evidence.answer_zone("local.log", "Europe/Berlin", author="ana")
    jon.evidence.answer_zone("local.log", "Asia/Tokyo", author="jon")
    ana.evidence.merge(jon.path)
    jon.evidence.merge(ana.path)
    assert whole(ana) == whole(jon) and ana.events().count() == 2
    assert {str(at)[:13] for at in ana.events().rows(9)["time"]} == {"2026-06-17 00"}, "the last word counts"
    assert [ana.as_of(e.known).events().count() for e in ana.entries("load")] == [2, 2, 2]
    assert ana.verify().ok


def test_a_record_on_a_network_folder_is_refused_with_what_to_do_and_leaves_nothing(tmp_path, monkeypatch):
    from investigator.ledger import place

    monkeypatch.setattr(place, "read_mounts", lambda: f"nas:/team {tmp_path} nfs4 rw 0 0\n")
    with pytest.raises(LedgerError, match=r"on NFS4 .*loses entries.*--record env:TEAM_RECORD"):
        Case.new("INC-1", words="lost", root=tmp_path / "cases", author="ana")
    assert list((tmp_path / "cases").iterdir()) == []


def test_what_two_laptops_say_differently_is_listed_when_they_become_one(tmp_path):
    ana = Case.new("INC-1", words="lost", root=tmp_path / "ana", about=["DOC-1"], author="ana")
    shutil.copytree(ana.path, tmp_path / "jon" / "INC-1")
    jon = Case.open("INC-1", root=tmp_path / "jon")
    check = Check("whereabouts", params={"entity": "DOC-1"})
    value = {"entity": "DOC-1", "disposition": "hidden"}
    whole = Coverage(("indexer",), control=True)
    ana.record.pin(
        Finding("?", "It is hidden.", value=value, verdict="found", coverage=whole, check=check), author="ana"
    )
    jon.record.note("DOC-1 is gone for good", author="jon")
    merged = ana.evidence.merge(jon.path)
    assert len(merged.contradictions) == 1 and "Said two ways: DOC-1, whereabouts: hidden by #3" in str(
        merged
    )
    assert ana.evidence.merge(jon.path).contradictions == ()
