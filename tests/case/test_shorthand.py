"""One line, one entry: what is understood, what is doubted, what the echo says, and what undo takes back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator.case import Case
from investigator.case.record import clocks, mode
from investigator.case.record.line import understood
from investigator.case.writing import shorthand
from investigator.errors import CaseError, ParameterError
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)
NOW = CALLED + timedelta(minutes=10)


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        return Case.new(
            "INC-1", words="lost", zone="Europe/Berlin", about=["DOC-4711"], root=tmp_path, author="ana"
        )


def write(case, verb, text, at=NOW, author="dana"):
    with clock.held(at):
        return shorthand.write(case.evidence, verb, text, author=author)


def test_a_time_first_is_when_it_happened_and_the_echo_has_number_both_zones_and_undo(case):
    written = write(case, "did", "14:05 paused purge @ana")
    assert str(written) == f"#{written.entry.number} 14:05 Berlin (12:05 UTC) · {case.id} · undo: %undo"
    assert written.entry.happened[0] == CALLED and written.entry.known >= NOW
    assert written.entry.content == {"text": "paused purge @ana", "verb": "did", "who": ["ana"]}


def test_without_a_time_it_is_now(case):
    assert write(case, "note", "the customer sees it").entry.happened[0] == NOW


def test_a_time_to_come_and_a_strange_name_or_number_are_taken_and_said(case):
    said = str(write(case, "did", "23:30 asked @tarik about #99"))
    assert "that is 9 h 15 from now" in said and "yesterday 23:30" in said
    assert "@tarik is new in this record" in said and "there is no entry #99 yet" in said


@pytest.mark.parametrize(
    "text", ["is {x} or $y gone?", 'she said "40"; | then left', "100 % sure, a@b.de, C# code"]
)
def test_words_are_kept_as_they_are(case, text):
    assert write(case, "note", text).entry.content["text"] == text


def test_an_ask_has_a_person_minutes_and_a_text_for_the_chat(case):
    written = write(case, "ask", "@ana rows in documents for the 40? 10m")
    ask = case.state.asks[written.entry.id]
    assert (ask.text, ask.who, ask.due) == (
        "rows in documents for the 40?",
        ("ana",),
        NOW + timedelta(minutes=10),
    )
    assert (
        f"@ana: rows in documents for the 40? Answer by 14:25 Berlin (12:25 UTC), please. (INC-1 #{written.entry.number})"
        in str(written)
    )
    assert not ask.late(NOW) and ask.late(NOW + timedelta(minutes=10))


def test_heard_with_a_number_answers_and_seen_only_acknowledges(case):
    number = write(case, "ask", "@ana how many rows? by 14:30").entry.number
    assert "is seen" in str(write(case, "heard", f"#{number} on it"))
    ask = next(iter(case.state.asks.values()))
    assert ask.seen and ask.answered is None and ask.due == datetime(2026, 6, 17, 12, 30, tzinfo=UTC)
    assert f"answers #{number}" in str(write(case, "heard", f"#{number} 40 rows"))
    ask = next(iter(case.state.asks.values()))
    assert ask.answer == "40 rows" and not ask.late(NOW + timedelta(days=1))


def test_a_guess_with_what_it_predicts_and_parking_it_with_a_reason(case):
    write(case, "think", "indexer 2.3.1 dropped them | expect: healthy before 09:14")
    guess = case.state.working_guess
    assert (
        guess.entry.content["expect"] == "healthy before 09:14" and guess.text == "indexer 2.3.1 dropped them"
    )
    write(case, "park", "| why: no logs yet")
    assert (case.state.guesses[guess.entry.id].state, case.state.guesses[guess.entry.id].why) == (
        "parked",
        "no logs yet",
    )


def test_a_decision_keeps_its_reason(case):
    assert (
        write(case, "decide", "pause the purge | why: it deletes at 18:00").entry.content["why"]
        == "it deletes at 18:00"
    )


def test_undo_takes_back_ones_own_last_entry_and_a_number_says_which(case):
    first, second = write(case, "note", "one").entry, write(case, "note", "two").entry
    write(case, "undo", "")
    assert [note.content["text"] for note in case.state.notes] == ["one"]
    write(case, "undo", f"#{first.number}")
    assert case.state.notes == [] and len(case.entries("note")) == 2
    with pytest.raises(ParameterError, match="no #99"):
        write(case, "undo", "#99")
    assert second.id in {entry.about for entry in case.entries("undo")}


def test_what_somebody_else_wrote_is_corrected_beside_it_and_both_stay(case):
    entry = write(case, "note", "it is gone").entry
    write(case, "undo", f"#{entry.number} it is there", author="ivo")
    assert case.state.notes[0].content["text"] == "it is gone"
    assert "ivo takes back" in case.state.corrections[0].content["text"]


@pytest.mark.parametrize("verb", ["note", "did", "ask", "think", "decide"])
def test_a_line_without_words_is_refused_and_nothing_is_written(case, verb):
    before = len(case.entries())
    with pytest.raises(ParameterError, match="needs words"):
        write(case, verb, "  14:05 ")
    assert len(case.entries()) == before


def test_pin_needs_a_finding(case):
    with pytest.raises(ParameterError, match="no finding to pin"):
        write(case, "pin", "")


def test_a_line_of_a_cell_that_runs_again_adds_nothing(case, monkeypatch):
    run = {"id": "run-1"}
    monkeypatch.setattr(mode, "_running", [lambda: ("a.ipynb", "cell-1", run["id"])])

    def all_of_it():
        write(case, "note", "earlier, by hand")
        write(case, "did", "14:05 paused purge")
        write(case, "did", "14:05 paused purge")  # the same words twice in one run are two entries
        write(case, "undo", "")
        return str(write(case, "think", "the indexer"))

    all_of_it()
    entries = [entry.id for entry in case.entries()]
    run["id"] = "run-2"
    assert all_of_it().startswith("already #")
    assert [entry.id for entry in case.entries()] == entries
    assert str(write(case, "did", "14:05 paused purge")).count("taken back since") == 0


def test_in_a_report_a_line_prints_what_was_saved_and_one_that_was_not_is_refused(case, monkeypatch):
    saved = write(case, "did", "14:05 paused purge").entry
    monkeypatch.setenv(mode.VARIABLE, "report")
    before = len(case.entries())
    assert str(write(case, "did", "14:05 paused purge")).startswith(f"already #{saved.number}")
    with pytest.raises(CaseError, match="a report writes nothing"):
        write(case, "did", "something else")
    assert len(case.entries()) == before


@given(st.sampled_from(["note", "did", "heard", "told", "ask", "think", "decide"]), st.text(max_size=200))
def test_any_text_is_understood_or_refused_with_words(verb, text):
    try:
        line = shorthand.understood(verb, text, zone="Europe/Berlin", now=NOW)
    except ParameterError as error:
        assert error.do
        return
    assert line.text


@given(
    st.text(
        alphabet=st.characters(blacklist_characters="@#|", blacklist_categories=("Cs", "Cc")),
        min_size=1,
        max_size=80,
    )
)
def test_words_without_marks_come_through_whole(text):
    words = "x " + " ".join(text.split())
    assert shorthand.understood("note", words, now=NOW).text == words.strip()


def test_a_time_without_a_zone_in_a_case_with_two_says_how_it_was_read(case, tmp_path):
    (tmp_path / "a.csv").write_text(
        "time,message\n" + "".join(f"2026-06-17 07:{n:02d}:00,stored DOC-{n}\n" for n in range(9))
    )
    case.add(tmp_path / "a.csv", zone="America/New_York")
    said = str(write(case, "did", "14:05 paused purge"))
    assert "no zone given: read as Europe/Berlin" in said and "America/New_York" in said
    assert "no zone given" not in str(write(case, "did", "14:06 Europe/Berlin paused purge"))


def test_a_case_that_is_open_twice_takes_lines_from_both(case):
    other = Case.open(case.path)
    first, second = write(case, "note", "one").entry, write(other, "note", "two").entry
    third = write(case, "note", "three").entry
    assert (first.number, second.number, third.number) == (first.number, first.number + 1, first.number + 2)
    assert [n.content["text"] for n in other.state.notes] == ["one", "two", "three"] and case.verify().ok


def test_markup_is_shown_and_never_run(case):
    write(case, "note", "<img src=x onerror=alert(1)> & $x$")
    written = write(case, "ask", "@ana <script>alert(1)</script>? 5m")
    for markup in (
        case.brief.record()._repr_html_(),
        case.brief.asks()._repr_html_(),
        case.status()._repr_html_(),
        written._repr_html_(),
        case.card()._repr_html_(),
    ):
        assert "<img" not in markup and "<script" not in markup


def test_what_begins_like_a_time_and_is_none_is_said_and_stays_in_the_words(case):
    written = write(case, "did", "25:10 paused purge")
    assert "'25:10' is no time that can be read" in str(written) and "the time of the line is now" in str(
        written
    )
    assert written.entry.content["text"] == "25:10 paused purge"


def test_the_echo_shows_the_day_of_the_clock_that_it_shows_and_both_ends_of_a_stretch(case):
    assert "2026-06-16 23:30 Berlin (21:30 UTC)" in str(write(case, "did", "yesterday 23:30 paused purge"))
    assert "2026-06-17 00:30" not in str(
        write(case, "did", "00:30 paused purge")
    )  # its day is today in Berlin
    assert "11:45 to 12:45 Berlin (09:45 to 10:45 UTC)" in str(write(case, "did", "2 h ago paused purge"))


def test_a_clock_of_the_law_whose_start_stands_behind_is_refused_and_never_starts_now():
    line = understood("clock", "privacy, 72 h from 2026-06-17 03:00 @pia")
    with pytest.raises(ParameterError, match="start stands first"):
        clocks.due(line, datetime(2026, 6, 17, 12, tzinfo=UTC))
