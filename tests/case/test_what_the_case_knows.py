"""A question of a case is asked of the id in question, and a case is no evidence."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from investigator import testing
from investigator.case import Case
from investigator.cli import app
from investigator.errors import CaseError, ParameterError
from investigator.performing import perform
from investigator.testing.made import AFFECTED, KINDS


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    case = Case.new("INC-5", words="One is missing.", about=[AFFECTED], root=tmp_path_factory.mktemp("known"), author="ana")  # fmt: skip
    case.record.declare(kinds=KINDS)
    testing.stored(testing.documents(), case.path / "events", kinds=KINDS)
    return case


@pytest.mark.parametrize(("name", "knob"), [("who_else", "like"), ("whereabouts", "entity"), ("trace_entity", "entity"), ("saturation", "like")])  # fmt: skip
def test_a_question_is_asked_of_the_id_in_question_unless_another_is_given(case, name, knob):
    given = {"onset": testing.ONSET.isoformat()} if name == "saturation" else {}
    check = getattr(case.find, name)(**given).check
    assert check.params[knob] == AFFECTED and not {"entity", "like"} - {knob} & set(check.params)
    assert getattr(case.find, name)(**given, **{knob: "DOC-1"}).check.params[knob] == "DOC-1"


def test_of_a_case_about_nothing_it_is_a_sentence_that_says_what_is_lacking(tmp_path):
    empty = Case.new("INC-6", words="Something.", root=tmp_path, author="ana")
    with pytest.raises(ParameterError, match="The analysis 'who_else' needs 'like'"):
        empty.find.who_else()
    with pytest.raises(ParameterError, match="The analysis 'search' needs 'text'"):
        perform("search", pd.DataFrame({"time": [], "body": []}), {})


def test_the_folder_of_a_case_is_no_evidence_and_its_triage_is_its_own(case, tmp_path):
    other = Case.new("INC-7", words="Another.", root=tmp_path, author="ana")
    with pytest.raises(CaseError, match="INC-5 is a case, and no evidence"):
        other.add(case.path)
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "record.json").write_text(
        '{"time": "2026-01-05T07:00:00Z", "message": "a record of theirs"}\n'
    )
    assert "1 event" in str(other.add(exports)) or other.events().sources
    said = CliRunner().invoke(app, ["triage", str(case.path)])
    assert said.exit_code == 0 and said.output.startswith("where ") and "TRIAGE-" not in said.output
    assert not list(case.path.parent.glob("TRIAGE-*"))


def test_what_is_asked_during_a_load_says_so_and_finds_nothing_absent(case):
    asked = {"text": "neverwritten"}
    assert case.find.search(**asked).verdict == "absent"
    with case.evidence.store.writing():
        found = case.find.search(**asked)
    assert found.verdict == "inconclusive" and "Something is being loaded just now" in str(found)
    assert case.find.search(**asked).verdict == "absent"


def test_what_needs_to_know_when_it_began_proposes_what_is_not_known(tmp_path):
    bakery = Case.new("INC-8", words="the ovens stopped", root=tmp_path / "cases", author="ana")
    with pytest.raises(ParameterError, match="The analysis 'candidate_triggers' needs 'onset'"):
        bakery.find.candidate_triggers()
    log = tmp_path / "oven.log"
    trays = [f"2026-03-02 04:{m:02d}:00,000 INFO oven - tray {m} is in\n" for m in range(10)]
    log.write_text("".join([*trays, "2026-03-02 04:10:00,000 ERROR oven - no gas\n"]))
    bakery.add(log)
    with pytest.raises(
        ParameterError, match=r"nobody said it.*It may have begun .*first error.*--onset 2026-03-02T04:10"
    ):
        bakery.find.candidate_triggers()
    assert bakery.find.candidate_triggers(onset="2026-03-02T04:10:00+00:00").answer
    bakery.record.declare(onset="2026-03-02T04:05:00+00:00")
    assert bakery.find.candidate_triggers().check.params["onset"] == "2026-03-02T04:05:00+00:00"
