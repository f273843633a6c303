"""A status and what was found, composed by clicking: what the page may ask, what then stands in the record."""

import json

import pytest

from investigator.case import Case
from investigator.widgets.asking import Asking
from investigator.widgets.composing import Composing


@pytest.fixture
def case(tmp_path):
    lines = [
        {"time": f"2026-06-17T07:00:{n:02d}Z", "level": "error" if n > 30 else "info", "service": "oven", "msg": f"tray {n} went in"}
        for n in range(60)
    ]  # fmt: skip
    (tmp_path / "app.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    made = Case.new("INC-9", words="cold bread", zone="Europe/Athens", root=tmp_path / "cases", author="ana")
    made.add(tmp_path / "app.jsonl")
    return made


def told(asking, name, **given):
    found = asking.answer({"ask": name, **given})
    assert "sorry" not in found, found
    json.dumps(found, allow_nan=False)
    return found["answer"]


def of(case):
    return case.status().evidence


def texts(answer):
    return [line["text"] for line in answer["lines"]]


def test_a_line_is_left_out_for_everybody_and_after_a_restart_and_undo_brings_it_back(case):
    page = Composing(of(case))
    line = texts(told(page, "start"))[0]
    assert line not in texts(told(page, "strike", text=line))
    again = Case.open(case.path)
    assert line not in again.status().inside()
    assert f"left out of the status: {line}" in str(again.brief.record())
    again.record.undo(again.snapshot().entries()[-1])
    assert line in Case.open(case.path).status().inside()


def test_a_line_is_put_in_where_it_belongs_until_a_status_was_sent(case):
    page = Composing(of(case))
    assert "a hand for the oven" in texts(told(page, "add", text="a hand for the oven", section="need"))
    again = Case.open(case.path)
    text = again.status().inside()
    assert text.index("We need") < text.index("a hand for the oven")
    assert text.count("a hand for the oven") == 1
    again.status().send("inside")
    assert "a hand for the oven" not in Case.open(case.path).status().inside()


def test_what_somebody_says_we_know_is_marked_reported(case):
    answer = told(Composing(of(case)), "add", text="all 40 are cold", section="know")
    assert any("all 40 are cold" in text and "reported" in text for text in texts(answer))


def test_a_finding_of_this_session_is_pinned_guessed_from_and_asked_about(case):
    case.find.first_error()
    page = Composing(of(case))
    found = told(page, "start")["found"]
    assert len(found) == 1 and "tray 31" in found[0]["said"]
    told(page, "pin", finding=found[0]["id"], sentence="it began with tray 31")
    told(page, "guess", finding=found[0]["id"], sentence="the door was open")
    told(page, "ask", finding=found[0]["id"], sentence="who shut the door?", who="@ben")
    again = Case.open(case.path)
    assert [g.text for g in again.state.guesses.values()] == ["the door was open"]
    assert "07:00:31" not in str(again.state.guesses) + str(again.state.asks)  # their clock is Athens'
    record = str(again.brief.record())
    assert "it began with tray 31" in record and "who shut the door?" in record and "ben" in record
    assert "it began with tray 31" in again.status().inside()


@pytest.mark.parametrize(
    "asked",
    [
        None,
        {"ask": "send"},
        {"ask": "pin", "finding": 5},
        {"ask": "ask", "finding": 0, "who": ""},
        {"ask": "strike", "text": "what nobody said"},
        {"ask": "add", "text": " ", "section": "need"},
        {"ask": "add", "text": "x", "section": "weather"},
    ],
)
def test_what_can_not_be_is_a_sentence_and_writes_nothing(case, asked):
    before = len(case.snapshot().entries())
    assert "sorry" in Composing(of(case)).answer(asked)
    assert len(case.snapshot().entries()) == before


def test_a_marked_line_becomes_a_guess_or_a_question_with_its_origin(case):
    asking = Asking(case.events())
    origin = told(asking, "rows", first=40, count=1)["rows"][0]["origin"]
    told(asking, "guess", origins=[origin], sentence="the belt is too fast")
    told(asking, "ask_about", origins=[origin], who="ben", sentence="is this yours?")
    again = Case.open(case.path)
    guess, question = again.snapshot().entries()[-2:]
    assert (guess.kind, question.kind) == ("guess", "ask")
    assert origin in str(guess.content) and origin in str(question.content)
    assert "tray" in str(question.content["text"])
