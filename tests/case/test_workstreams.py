"""Who has which part of the incident; whether it looks stuck; and what a workstream reports back."""

from datetime import UTC, datetime, timedelta

import pytest

from investigator import testing
from investigator.case import Case
from investigator.case.brief.stuck import reasons
from investigator.case.brief.workstreams import streams
from investigator.case.writing import shorthand
from investigator.moment import clock

NOW = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


def case(tmp_path):
    with clock.held(NOW):
        return Case.new(
            "INC-1", words="lost", zone="Europe/Berlin", about=["DOC-2000"], root=tmp_path, author="ana"
        )


def say(case, verb, text, minutes=0, author="ana"):
    with clock.held(NOW + timedelta(minutes=minutes)):
        return shorthand.write(case.evidence, verb, text, author=author).entry


def state_of(case, minutes, name):
    with clock.held(NOW + timedelta(minutes=minutes)):
        return {s.name: s.state for s in streams(case.snapshot())}.get(name), {
            s.name: s for s in streams(case.snapshot())
        }


@pytest.fixture
def loaded(tmp_path):
    made = case(tmp_path)
    frame = testing.documents(healthy=20, affected=3)
    logs = frame[frame["service"].notna() & (frame["kind"] == "log")]
    for name, part in logs.groupby("service"):
        lines = [
            f"{time:%Y-%m-%dT%H:%M:%SZ} INFO {name} {body}"
            for time, body in zip(part["time"], part["body"], strict=True)
        ]
        file = tmp_path / f"{name}.log"
        file.write_text("\n".join(lines) + "\n")
        with clock.held(NOW):
            made.add(file, author="ana")
    return made


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("ask", "@ben rows for the 40? 10m", 0)], "owned"),
        ([("ask", "rows for the 40? 10m", 0)], "unowned"),
        ([("ask", "@ben rows for the 40? 2m", 0)], "expired"),
        ([("ask", "@ben rows for the 40? 10m", 0), ("heard", "#3 forty", 1)], "done"),
        (
            [("ask", "@ben rows for the 40? 10m", 0), ("ask", "@dana the rows for all the 40? 10m", 1)],
            "doubly owned",
        ),
    ],
)
def test_a_question_is_owned_unowned_doubly_owned_done_or_expired(tmp_path, lines, expected):
    made = case(tmp_path)
    for verb, text, minutes in lines:
        say(made, verb, text, minutes)
    assert state_of(made, 5, "#3 rows for the 40?")[0] == expected


def test_two_that_ask_different_things_are_no_double(tmp_path):
    made = case(tmp_path)
    say(made, "ask", "@ben rows for the 40? 10m")
    say(made, "ask", "@dana is the purge paused? 10m")
    assert state_of(made, 5, "#3 rows for the 40?")[0] == "owned"


def test_a_component_is_owned_by_whom_it_was_asked_of_and_else_by_nobody(loaded):
    say(loaded, "ask", "@ben indexer: why were they skipped? 10m")
    state, found = state_of(loaded, 1, "indexer")
    assert state == "owned" and found["indexer"].owners == ("ben",)
    assert found["scan"].state == "unowned"
    say(loaded, "ask", "@dana who restarted the indexer? 10m", 2)
    assert state_of(loaded, 3, "indexer")[0] == "doubly owned"
    with clock.held(NOW + timedelta(minutes=3)):
        shown = str(loaded.brief.workstreams())
        assert shown.index("doubly owned") < shown.index("unowned")
        loaded.find.trace_entity(entity="DOC-2000")
    assert state_of(loaded, 4, "scan")[0] == "looked at"


def test_it_is_stuck_when_nothing_is_new_a_check_comes_again_or_an_answer_is_late(loaded):
    say(loaded, "ask", "@ben why? 10m")
    with clock.held(NOW + timedelta(minutes=5)):
        assert reasons(loaded.snapshot()) == []
        assert "does not look stuck" in str(loaded.brief.stuck())
        for _ in range(3):
            loaded.find.first_error()
        assert [reason.sort for reason in reasons(loaded.snapshot())] == ["again"]
    with clock.held(NOW + timedelta(minutes=50)):
        assert [reason.sort for reason in reasons(loaded.snapshot())] == ["quiet", "again", "expired"]
        assert "looks stuck" in str(loaded.brief.stuck())
        assert "stuck" in str(loaded.card())
    with clock.held(NOW + timedelta(minutes=51)):
        loaded.record.phase("resolved", author="ana")
        assert reasons(loaded.snapshot()) == []


def test_the_page_for_help_says_what_a_stranger_needs_and_shows_hostile_words_as_words(loaded):
    say(loaded, "think", "<b>the queue</b> is full")
    say(loaded, "ask", "@ben is it? 10m")
    say(loaded, "heard", "@ben 40 rows are there")
    with clock.held(NOW + timedelta(minutes=20)):
        page = loaded.brief.help_page().text
        for part in ("lost", "DOC-2000", "the queue", "@ben: is it?", "nothing is confirmed yet"):
            assert part in page
        html = loaded.brief.stuck()._repr_html_()
        assert "<b>the queue" not in html and "40 rows are there" in html


def test_what_was_found_is_reported_back_once_and_what_could_not_be_told_too(loaded):
    assert "Nothing to report yet" in str(loaded.brief.report_back("logs"))
    with clock.held(NOW):
        for _ in range(2):
            loaded.find.trace_entity(entity="DOC-2000")
        loaded.find.candidate_triggers(onset=testing.ONSET.isoformat())
        text = str(loaded.brief.report_back("logs"))
    assert text.count("mention DOC-2000") == 1 and "logs" in text
    assert "Could not be told:" in text


def test_nothing_known_later_shows(loaded):
    say(loaded, "ask", "@ben indexer: why? 10m", 10)
    then = loaded.as_of(NOW + timedelta(minutes=5))
    assert not [s for s in streams(then.snapshot()) if s.sort == "question"]
