"""What passes between the rooms of a case: the record writes, the evidence has the bytes, a snapshot stands still."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from investigator.case import Case
from investigator.case.evidence.evidence import Evidence
from investigator.case.record.record import Record
from investigator.case.snapshot import Snapshot
from investigator.errors import CaseError, ParameterError
from investigator.ledger import Ledger
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)
LATER = datetime(2026, 6, 17, 13, 5, tzinfo=UTC)
LINE = '{"time":"2026-06-17T07:14:07Z","message":"parcel PCL-17 left the belt"}\n'


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        return Case.new(
            "INC-1", words="two parcels are gone", zone="Europe/Berlin", root=tmp_path, author="ana"
        )


def test_a_record_of_a_bare_ledger_needs_no_case(tmp_path):
    record = Record(Ledger.create(tmp_path / "case.db", case_id="INC-9"))
    with clock.held(CALLED):
        entry = record.append("note", {"text": "the belt stood still, password=hunter2!x"}, author="ana")
    assert (
        record.id == "INC-9"
        and record.entry(entry.number) == entry
        and record.entry(f"#{entry.number}") == entry
    )
    assert "hunter2" not in record.state.notes[0].content["text"]
    with pytest.raises(CaseError, match="There is no entry 7"):
        record.entry(7)


def test_a_record_as_of_a_time_knows_only_what_was_known_then_and_takes_nothing(case):
    record = case.evidence.record
    with clock.held(LATER):
        case.record.note("found in the wrong lorry", author="ana")
    then = record.at(CALLED)
    assert [entry.kind for entry in then.entries()] == ["call"] and then.now == CALLED
    assert len(then.everything()) == len(record.entries()) == 2
    with pytest.raises(CaseError, match="can't add a note: this is the case as of"):
        then.append("note", {"text": "too late"})
    with pytest.raises(ParameterError, match="has no zone"):
        record.at(datetime(2026, 6, 17, 12))
    assert record.at("14:05").as_of >= CALLED  # read in the customer's zone


def test_evidence_takes_bytes_and_tells_the_record_and_an_earlier_one_has_nothing_of_them(case, tmp_path):
    path = tmp_path / "belt.jsonl"
    path.write_text(LINE)
    evidence = Evidence(case.path, case.evidence.record)
    with clock.held(LATER):
        evidence.add(path, author="ana")
        evidence.index()
    assert [entry.content["load"] for entry in evidence.record.entries("load")] == [1]
    assert evidence.events().count() == 1 and len(evidence.manifest().segments) == 1
    origin = evidence.events().rows(1)["origin"].iloc[0]
    assert json.loads(evidence.raw(origin)) == json.loads(LINE)
    earlier = evidence.at(evidence.record.at(CALLED))
    assert earlier.events().count() == 0 and earlier.manifest().segments == ()
    with pytest.raises(CaseError, match="can't add evidence"):
        earlier.add(path)


def test_a_snapshot_stands_still_while_somebody_writes(case):
    with clock.held(LATER):
        snapshot = Snapshot.of(case.evidence)
        case.record.note("found in the wrong lorry", author="ben")
        assert [entry.kind for entry in snapshot.entries()] == ["call"] and snapshot.state.notes == []
        assert len(case.snapshot().state.notes) == 1 and snapshot.now == LATER
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.now = CALLED


def test_a_snapshot_at_a_time_is_the_case_as_it_stood(case):
    with clock.held(LATER):
        case.record.declare(onset="2026-06-17T07:00:00+00:00", about="PCL-17", author="ana")
        snapshot = case.snapshot()
    then = snapshot.at(CALLED)
    assert (snapshot.about, then.about) == ("PCL-17", "")
    assert (then.as_of, then.now, snapshot.as_of) == (CALLED, CALLED, None)
    assert then.id == snapshot.id == "INC-1" and then.zone == "Europe/Berlin" and then.deadline is None
