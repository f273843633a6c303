"""A drill: each stage holds what had come by then, nothing later and no answer; afterwards, what the trainee did."""

import json
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from investigator.case import Case
from investigator.cli import app
from investigator.errors import CaseError, ParameterError
from investigator.library import drill
from investigator.library.recognising import Signatures
from investigator.library.signature import Signature, Step
from investigator.moment import clock
from investigator.samples import trades

START = datetime.fromisoformat("2026-05-04T08:00:00+00:00")


def then(minutes):
    return clock.held(START + timedelta(minutes=minutes))


@pytest.fixture
def past(tmp_path):
    """A case that was found out: files and words that came one after the other."""
    root = tmp_path / "past"
    with then(0):
        case = Case.new("INC-7", words="Nobody sees LOT-4711.", about=["LOT-4711"], root=root, author="ana")
    for minutes, name, text in (
        (5, "belt.log", "2026-05-04T07:00:00Z INFO LOT-4711 put on belt 2\n"),
        (20, "robot.log", "2026-05-04T07:01:00Z ERROR LOT-4711 gripper jammed, lot set aside\n"),
        (90, "after.log", "2026-05-04T09:00:00Z INFO LOT-4711 found again on the shelf\n"),
    ):
        (tmp_path / name).write_text(text)
        with then(minutes):
            case.add(tmp_path / name, author="ana")
        if minutes == 5:
            with then(8):
                case.record.note("the belt runs, says the hall", verb="heard", author="bo")
                ask = case.record.ask("who was at the robot?", who="cy", author="ana")
        if minutes == 20:
            with then(30):
                case.record.answer(ask, "the night shift was", author="cy")
            with then(40):
                guess = case.record.guess("the gripper of the robot jammed", author="ana")
            with then(60):
                case.record.judge(guess, "confirmed", "its log says so", author="ana")
    return case


def everything(folder):
    """Every byte below a folder, by its path; a database's free pages too."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


LATER = {
    1: (b"gripper jammed", b"night shift", b"found again", b"its log says so"),
    2: (b"night shift", b"found again", b"its log says so"),
    3: (b"found again", b"its log says so", b"the gripper of the robot jammed"),
}


def test_each_stage_holds_nothing_later_and_no_answer(past, tmp_path):
    with then(10_000):
        going = drill.begin({"case": str(past.path)}, root=tmp_path / "drills")
    seen = {}
    for number in (1, 2, 3):
        if number > 1:
            with then(10_000 + number):
                going, stage, why = drill.on(going)
            assert stage is not None, why
        held = everything(going.case.path)
        for path, data in held.items():
            for text in LATER[number]:
                assert text not in data, (number, path, text)
            assert text.decode().encode("utf-16-le") not in data
        seen[number] = [
            name
            for name in ("belt.log", "robot.log")
            if list(going.case.path.glob(f"stages/stage-{number}/evidence/{name}"))
        ]
    assert seen == {1: ["belt.log"], 2: ["robot.log"], 3: []}
    assert "the belt runs, says the hall" in (going.stages / "stage-1" / "messages.txt").read_text()
    assert "the night shift was" in (going.stages / "stage-3" / "messages.txt").read_text()
    assert drill.on(going)[1:] == (
        None,
        "Everything that came is here. When you know what it was: inv drill end",
    )


def test_by_the_clock_a_stage_comes_when_it_is_due(past, tmp_path):
    with then(1000):
        going = drill.begin({"case": str(past.path)}, root=tmp_path / "drills", real=True)
        assert drill.on(going)[2] == "Nothing new yet. The next comes in 12 min."
    with then(1013):
        assert drill.on(drill.opened(going.case))[0].came == 2


def test_afterwards_the_trainee_sees_what_it_was_and_how_they_went(past, tmp_path):
    with then(1000):
        going = drill.begin({"case": str(past.path)}, root=tmp_path / "drills")
    with then(1007):
        going.case.record.guess("the belt stopped", author="dee")
        going.case.find.search("belt")
    with then(1015):
        going.case.record.guess("a robot's gripper jammed", author="dee")
        going.case.record.note("@customer we look", verb="told", who="customer", author="dee")
    entries = len(going.case.entries())
    said = drill.debrief(going).text
    assert "What it was: the gripper of the robot jammed: its log says so" in said
    assert "The first guess with words of it came after 15 min; whether it meant it, you know best." in said
    assert (
        "2 of 3 stages had not come yet: see them with inv drill next." in said and drill.to_come(going) == 2
    )
    assert "has words of the answer: robot, gripper, jammed" in said and "not by its words" in said
    assert (
        "The checks that you asked for beside the first screen (1):" in said
        and "search" in said
        and "we look" in said
    )
    assert "The short path, beside it:" in said and "score" not in said
    assert len(going.case.entries()) == entries, "what became of it is kept nowhere"


def test_a_made_incident_of_a_trade_comes_in_stages_without_its_truth():
    script = drill.script_of({"seed": 2, "domain": "claims"}, START)
    assert len(script.stages) >= 3 and [one.minutes for one in script.stages] == sorted(
        one.minutes for one in script.stages
    )
    whole = b"".join(data for stage in script.stages for data in stage.files.values())
    assert script.answer.split(".")[0].encode() not in whole and script.about[0].encode() in whole
    made = drill.Script(
        "x", "", (), "UTC", None, (), "a rule files it elsewhere", drill.shown.paragraph(""), "triage"
    )
    assert drill.right("I bet the triage drops them", made) == "names the part at fault, triage"
    assert drill.right("the triage-cache is full", made) == "" and drill.right("", made) == ""
    changes = [n for n, stage in enumerate(script.stages) if "deployments.log" in stage.files]
    assert changes == [len(script.stages) - 1], "what was changed comes last"


def test_a_made_incident_is_of_the_hour_in_which_its_drill_began():
    drawn, now = (trades.trade(2, "claims", until=until) for until in (None, START))
    assert (
        now.truth["window"][1] == "2026-05-04T08:00:00.000Z"
        and now.truth["worse"]["at"] > now.truth["window"][1]
    )
    assert (
        len(now.truth["affected"]) == len(drawn.truth["affected"])
        and now.truth["trigger"]["service"] == drawn.truth["trigger"]["service"]
    )
    assert {name: text.count("\n") for name, text in now.files.items()} == {
        name: text.count("\n") for name, text in drawn.files.items()
    }
    later = drill.Drill(None, {"seed": 2, "domain": "claims"}, False, START, 1)
    with then(90):
        held = {name: data for stage in later.script.stages for name, data in stage.files.items()}
    assert held == {name: text.encode() for name, text in now.files.items()}, (
        "also where a later stage is asked for"
    )


def test_what_is_no_drill_and_what_can_be_none_is_said(past, tmp_path):
    with pytest.raises(CaseError, match="INC-7 is no drill"):
        drill.opened(past)
    with pytest.raises(ParameterError, match="made from one thing"):
        drill.check_source("INC-7", 3, None, None)
    open_ = Case.new("INC-8", words="x", root=tmp_path, author="ana")
    with pytest.raises(CaseError, match="No cause is confirmed in INC-8"):
        drill.begin({"case": str(open_.path)}, root=tmp_path / "drills")
    going = drill.begin({"case": str(past.path)}, root=tmp_path / "drills")
    (going.case.path / drill.FILE).write_text(json.dumps({"format": "else"}))
    with pytest.raises(CaseError, match="is no drill"):
        drill.opened(going.case)


def test_a_drill_that_is_ended_is_no_open_case_any_more(past, tmp_path, monkeypatch):
    monkeypatch.setenv("INVESTIGATOR_CASES", str(tmp_path / "drills"))
    for _ in range(2):
        assert CliRunner().invoke(app, ["drill", str(past.path)]).exit_code == 0
    refused = CliRunner().invoke(app, ["note", "think", "the belt stopped"])
    assert refused.exit_code == 1 and "Which case is that for?" in str(refused.exception)
    ended = CliRunner().invoke(app, ["drill", "end", "--case", "DRILL-1"])
    assert ended.exit_code == 0 and "Nothing of it is kept." in ended.output
    noted = CliRunner().invoke(app, ["note", "think", "the belt stopped"])
    assert noted.exit_code == 0 and "DRILL-2" in noted.output


def test_what_somebody_said_reads_as_a_line_with_its_whole_minute():
    assert str(drill.Said(11.67, "Dana", "never \x1b[31mindexed")) == "12 min  Dana: never \\x1b[31mindexed"


def test_a_drill_is_not_told_its_answer_by_the_library_and_is_no_incident_of_it(past, tmp_path):
    from investigator.library import Library

    library = Library(tmp_path / "library")
    library.add_case(past)
    with then(1000):
        going = drill.begin({"case": str(past.path)}, root=tmp_path / "drills").case
        made = drill.begin({"seed": 2, "domain": "claims"}, root=tmp_path / "drills").case
        other = Case.new(
            "INC-8", words=past.state.words, about=["LOT-4711"], root=tmp_path / "past", author="ana"
        )
    assert (drill.itself(past), drill.itself(going), drill.itself(made)) == ("INC-7", "INC-7", made.id)
    assert [hit.incident.id for hit in library.similar(other)] == ["INC-7"]
    assert library.similar(going) == [] == library.similar(past)
    with pytest.raises(CaseError, match="is a drill, and no incident"):
        library.add_case(going)


def test_the_signature_of_the_incident_itself_is_not_held_against_it(past, tmp_path):
    held = Signatures(tmp_path)
    step = Step("search", params={"text": {"is": "gripper"}})
    held.all = {"INC-7": Signature("INC-7", "x", (step,)), "INC-6": Signature("INC-6", "x", (step,))}
    with then(1000):
        going = drill.begin({"case": str(past.path)}, root=tmp_path / "drills").case
    assert held.recognise(past).signatures == held.recognise(going).signatures == 1
