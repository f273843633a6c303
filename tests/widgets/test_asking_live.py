"""What the page of the live table may ask, and what it is told."""

import json

import pytest

from investigator.case import Case
from investigator.events import Events
from investigator.testing.worlds import hostile
from investigator.widgets.asking import Asking


@pytest.fixture
def case(tmp_path):
    lines = [
        {
            "time": f"2026-06-17T07:{n // 60:02d}:{n % 60:02d}Z",
            "level": "error" if n == 70 else "info",
            "service": "oven" if n % 3 else "till",
            "msg": f"tray {n} went in",
            "lane": "left" if n % 2 else "right",
        }
        for n in range(120)
    ]
    (tmp_path / "app.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    made = Case.new("INC-9", words="cold bread", root=tmp_path / "cases", author="ana", zone="Europe/Berlin")
    made.add(tmp_path / "app.jsonl")
    return made


@pytest.fixture
def asking(case):
    return Asking(case.events())


def told(asking, name, **given):
    found = asking.answer({"ask": name, **given})
    assert "sorry" not in found, found
    json.dumps(found, allow_nan=False)
    return found["answer"]


ROWS = {"first": 0, "count": 50}


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "rows",
        {},
        {"ask": "sql", "query": "SELECT 1"},
        {"ask": "_rows"},
        {"ask": "answer"},
        {"ask": ["rows"]},
    ],
)
def test_what_is_no_question_of_ours_is_refused_in_a_sentence(asking, asked):
    assert "sorry" in asking.answer(asked)


@pytest.mark.parametrize(
    "given",
    [
        {"first": "0; DROP TABLE x", "count": 5},
        {"first": -1, "count": 5},
        {"first": 0, "count": True},
        {"first": 0, "count": 5, "order": "time; DELETE"},
        {"first": 0, "count": 5, "order": "attributes"},
        {"first": 0, "count": 5, "text": {"$ne": 1}},
        {"first": 0, "count": 5, "text": "x" * 5_000},
        {"first": 0, "count": 5, "from": "not a time"},
        {"first": 0, "count": 5, "from": "2026-06-17T08:00:00Z", "to": "2026-06-17T07:00:00Z"},
        {"first": 0, "count": 5, "columns": "body"},
        {"first": 0, "count": 5, "columns": ["a"] * 40},
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(asking, given):
    said = asking.answer({"ask": "rows", **given})["sorry"]
    assert said.strip().endswith(".") and "Traceback" not in said


@pytest.mark.parametrize("text", ["x", "/a*/", "OR", '"open', "/(/"])
def test_a_search_that_can_not_be_is_a_sentence(asking, text):
    assert "sorry" in asking.answer({"ask": "rows", "text": text, **ROWS})


def test_a_column_that_there_is_not_brings_nothing(asking):
    found = told(asking, "rows", columns=["body; DROP", "evidence", "lane"], **ROWS)
    assert found["rows"][0]["more"] == ["right"]


def test_rows_come_with_their_times_in_the_case_s_zone_and_their_origins(asking):
    found = told(asking, "rows", text="service=till", **ROWS)
    assert found["count"] == found["total"] == 40 and len(found["rows"]) == 40
    assert found["rows"][0] | {"origin": ""} == {
        "origin": "",
        "time": "2026-06-17 09:00:00.000",
        "at": "2026-06-17T07:00:00+00:00",
        "where": "till",
        "by": "service",
        "severity": "info",
        "body": "tray 0 went in",
        "more": [],
    }


def test_a_time_window_narrows_the_rows_and_the_kinds(asking):
    window = {"from": "2026-06-17T07:01:00Z", "to": "2026-06-17T07:01:10Z"}
    assert told(asking, "rows", **window, **ROWS)["count"] == 10
    assert told(asking, "kinds", **window)["kinds"][0]["count"] == 10
    assert told(asking, "rows", **{"from": "09:01", "to": "09:01:10"}, **ROWS)["count"] == 10


def test_a_word_that_is_nowhere_proposes_what_is_near(asking):
    assert "went" in told(asking, "rows", text="wentt", **ROWS)["said"]


def test_a_line_is_shown_with_its_raw_neighbours_and_its_fields(asking):
    origin = told(asking, "rows", text="70", **ROWS)["rows"][0]["origin"]
    found = told(asking, "line", origin=origin)
    assert [own for _, _, own in found["raw"]].count(True) == 1 and len(found["raw"]) == 11
    assert ["lane", "right"] in found["facts"] and found["command"] == f"inv around INC-9 {origin}"
    assert "sorry" in asking.answer({"ask": "line", "origin": "../../etc/passwd:1"})


def test_marked_lines_are_copied_as_text_and_written_down_with_their_origins(asking, case):
    origins = [row["origin"] for row in told(asking, "rows", text="70 OR 71", **ROWS)["rows"]]
    copied = told(asking, "copy", origins=origins)["text"].splitlines()
    assert copied[0].startswith("2026-06-17 09:01:10.000\toven\ttray 70 went in\t") and len(copied) == 2
    said = told(asking, "pin", origins=origins, sentence="the tray that stayed cold")["said"]
    note = case.state.notes[-1]
    assert f"#{note.number}" in said and note.content == {
        "text": "the tray that stayed cold",
        "origins": origins,
    }


def test_a_search_is_pinned_as_a_check_that_runs_again(asking, case):
    told(asking, "pin_search", text="lane=left", **{"from": "2026-06-17T07:01:00Z"})
    kept = case.state.pins[-1].content["finding"]
    assert kept["check"]["analysis"] == "search" and kept["value"]["count"] == 30
    assert [statement.status for statement in case.record.statements()] == ["holds"]


def test_a_window_becomes_the_case_s_and_is_compared_with_the_time_before(asking, case):
    window = {"from": "2026-06-17T07:01:00+00:00", "to": "2026-06-17T07:01:30+00:00"}
    assert told(asking, "compare", **window)["said"]
    told(asking, "use_window", **window)
    assert case.state.window == (window["from"], window["to"])


def test_a_case_as_it_stood_is_looked_at_and_not_written_to(case):
    asking = Asking(case.as_of(case.now).events())
    assert told(asking, "start")["writes"] is False
    origin = told(asking, "rows", **ROWS)["rows"][0]["origin"]
    assert "sorry" in asking.answer({"ask": "pin", "origins": [origin]})


def test_events_of_no_case_are_looked_at_too():
    asking = Asking(Events.from_frame(hostile()))
    assert told(asking, "start")["has_case"] is False
    rows = told(asking, "rows", **ROWS)["rows"]
    assert told(asking, "line", origin=rows[0]["origin"])["raw"]
    assert "no case" in asking.answer({"ask": "pin", "origins": [rows[0]["origin"]]})["sorry"]


def test_what_hides_or_turns_is_written_out_everywhere():
    asking = Asking(Events.from_frame(hostile()))
    start = told(asking, "start")
    texts = [
        told(asking, "rows", columns=start["columns"][:12], **ROWS),
        told(asking, "kinds"),
        told(asking, "overview", low=start["window"][0], high=start["window"][1]),
        *(told(asking, "line", origin=row["origin"]) for row in told(asking, "rows", **ROWS)["rows"][:5]),
    ]
    whole = json.dumps(texts, ensure_ascii=False)
    assert not any(sign in whole for sign in "\x1b\u202e\u2066\u200b")


def test_a_case_that_changed_under_it_is_a_sentence(asking, case):
    import shutil

    origin = told(asking, "rows", **ROWS)["rows"][0]["origin"]
    shutil.rmtree(case.path / "evidence", ignore_errors=True)
    shutil.rmtree(case.path / "events", ignore_errors=True)
    assert "sorry" in asking.answer({"ask": "line", "origin": origin})
    assert "sorry" in asking.answer({"ask": "rows", "text": "anything", **ROWS})
