"""In which case a line goes, who said it, and that two incidents of one id stay two."""

import pytest
from typer.testing import CliRunner

from investigator.case import Case
from investigator.case.writing import shorthand
from investigator.cli import app
from investigator.errors import CaseError, ParameterError


def run(*arguments, given=None):
    return CliRunner().invoke(app, list(arguments), input=given)


def test_while_two_are_open_a_note_asks_which_and_writes_nothing(tmp_path):
    kiln, ferry = (
        Case.new(name, title=title, root=tmp_path)
        for name, title in (("KILN-1", "cold"), ("FERRY-1", "late"))
    )
    done = run("note", "did 09:30 closed the door", "--cases", str(tmp_path))
    text = str(done.exception or done.output)
    assert done.exit_code and "Which case is that for?" in text and "KILN-1" in text and "FERRY-1" in text
    assert not kiln.entries("note") and not ferry.entries("note")
    assert run("note", "--case", "KILN-1", "did closed the door", "--cases", str(tmp_path)).exit_code == 0
    ferry.record.phase("resolved", why="it sailed")
    assert run("note", "the door is open", "--cases", str(tmp_path)).exit_code == 0
    assert len(kiln.entries("note")) == 2 and not ferry.entries("note")


def test_a_triage_never_takes_over_the_case_at_hand(tmp_path):
    kiln = Case.new("KILN-1", title="cold", root=tmp_path)
    (tmp_path / "kiln.log").write_text("2026-06-17T07:00:00Z INFO kiln fired BRICK-11\n")
    assert (
        run("triage", str(tmp_path / "kiln.log"), "--about", "BRICK-11", "--cases", str(tmp_path)).exit_code
        == 0
    )
    assert run("note", "the door is open", "--cases", str(tmp_path)).exit_code == 0
    assert [e.content["text"] for e in kiln.entries("note")] == ["the door is open"]


def test_an_answer_to_what_is_no_question_is_asked_about(tmp_path):
    case = Case.new("KILN-1", title="cold", root=tmp_path)
    shorthand.write(case.evidence, "ask", "@ana is the door shut? 5m", author="ben")
    with pytest.raises(ParameterError, match=r"#1 is no question.*#2 is the door shut"):
        shorthand.write(case.evidence, "heard", "#1 yes it is", author="ben")
    said = str(shorthand.write(case.evidence, "heard", "#2 yes it is", author="ben"))
    assert "answers #2" in said and "KILN-1" in said
    assert "heard" in str(
        shorthand.write(case.evidence, "heard", "order #9 is late", author="ben").entry.content
    )


def test_two_incidents_of_one_id_are_merged_for_a_reason_alone(tmp_path):
    one, two = (Case.new("SAME", title=t, root=tmp_path / t) for t in ("cold", "late"))
    two.record.note("it sailed")
    with pytest.raises(CaseError, match="two incidents of one id"):
        one.evidence.merge(two.path)
    export = two.evidence.record.export(tmp_path / "two.jsonl")
    with pytest.raises(CaseError, match="two incidents of one id"):
        one.evidence.merge(export)
    assert len(one.entries("note")) == 0 and one.title == "cold"
    one.evidence.merge(two.path, anyway="the desk opened it twice")
    assert len(one.entries("note")) == 1 and one.entries("anyway")
    one.evidence.merge(two.path)  # they share entries now


def test_status_read_in_news_and_record_name_the_speaker(tmp_path):
    case = Case.new("KILN-1", title="cold", root=tmp_path, author="ben")
    run(
        "paste",
        "KILN-1",
        "-y",
        "--cases",
        str(tmp_path),
        given="[14:02] Ana Roth\nthe kiln is cold since nine\n\n[14:03] Cem Lang\nI look\n",
    )
    shorthand.write(case.evidence, "heard", "@dana the door was open", author="ben")
    for text in (
        case.status().inside(),
        case.brief.read_in().text,
        case.brief.news().text,
        case.brief.record().text,
    ):
        line = next(line for line in text.splitlines() if "kiln is cold" in line)
        assert "Ana" in line
        assert "dana" in next(line for line in text.splitlines() if "door was open" in line)


def test_a_line_of_the_news_has_its_day_where_that_is_not_today(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781690400")  # 2026-06-17 10:00 UTC
    case = Case.new("KILN-1", title="cold", root=tmp_path, author="ben")
    shorthand.write(case.evidence, "note", "15.06.2026 08:05 old kiln swapped", author="ben")
    shorthand.write(case.evidence, "note", "09:30 cold again", author="ben")
    said = case.brief.news().text.splitlines()
    assert said[-2:] == ["#2 2026-06-15 08:05 ben, note: old kiln swapped", "#3 09:30 ben, note: cold again"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781776800")  # a day later
    assert case.brief.news().text.splitlines()[-1] == "#3 2026-06-17 09:30 ben, note: cold again"


def test_while_two_are_open_a_paste_and_a_status_that_is_sent_ask_which(tmp_path):
    for one in ("KILN-1", "KILN-2"):
        Case.new(one, title="cold", root=tmp_path, author="ben")
    for words, again in (
        (("paste", "-y"), "inv paste KILN-"),
        (("status", "--send", "inside"), "inv status KILN-"),
    ):
        asked = run(*words, "--cases", str(tmp_path), given="the kiln is cold\n")
        told = str(asked.exception)
        assert "Which case is that for? Nothing was written down." in told and again in told
    assert not any(Case.open(one, root=tmp_path).entries("note") for one in ("KILN-1", "KILN-2"))
    took = run("paste", "KILN-2", "-y", "--cases", str(tmp_path), given="the kiln is cold\n")
    number = Case.open("KILN-2", root=tmp_path).entries("note")[-1].number
    assert f"#{number} · KILN-2 · undo: inv note --case KILN-2 undo #{number}" in took.output
    back = run("note", "--case", "KILN-2", "undo", f"#{number}", "--cases", str(tmp_path))
    assert (
        back.exit_code == 0 and "the kiln is cold" not in Case.open("KILN-2", root=tmp_path).status().inside()
    )
