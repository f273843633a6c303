"""The case as people hold it: the call, the record, two clocks, what opening does not do."""

from datetime import UTC, datetime, timedelta

import pytest

from investigator.case import Case
from investigator.errors import CaseError, MomentError, ParameterError
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        return Case.new(
            "INC-1",
            title="We can't find our documents",
            words="We can't find <b>DOC-4711</b>",
            deadline="today 18:00 Berlin",
            zone="Europe/Berlin",
            about=["DOC-4711"],
            root=tmp_path,
            author="ana",
        )


@pytest.mark.parametrize("given", ["../../x", "a/b", "", ".hidden", "a" * 65, "INC 1", "..", "x..y"])
def test_an_id_that_could_name_another_folder_is_refused(tmp_path, given):
    with pytest.raises(CaseError, match="can't be the id of a case"):
        Case.new(given, words="x", root=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_id_of_digits_stays_as_it_is_written(tmp_path):
    assert Case.new("0012", words="x", root=tmp_path).id == "0012"
    assert Case.open("0012", root=tmp_path).id == "0012"


def test_the_deadline_is_kept_with_its_zone(case):
    deadline = case.state.deadline.stated
    assert (deadline.low, deadline.zone) == (datetime(2026, 6, 17, 16, 0, tzinfo=UTC), "Europe/Berlin")


def test_the_card_says_the_clock_in_the_customers_zone(case):
    with clock.held(CALLED + timedelta(minutes=55)):
        text = case.card().text
    assert "2026-06-17 18:00 Berlin (16:00 UTC) · 3 h 00 left" in text
    assert "55 min ago" in text


def test_the_card_escapes_the_customers_words(case):
    assert "<b>" not in case.card()._repr_html_()
    assert "&lt;b&gt;DOC-4711" in case.card()._repr_html_()


def test_ids_in_question_declare_their_kind(case):
    assert case.state.kinds == {"document": "DOC-[0-9]+"}


def test_an_entry_has_two_clocks(case):
    with clock.held(CALLED + timedelta(minutes=10)):
        entry = case.record.note("paused the purge", happened="14:08", author="dana")
    assert entry.happened[0] == datetime(2026, 6, 17, 12, 8, tzinfo=UTC)
    assert entry.known == CALLED + timedelta(minutes=10)


def test_as_of_shows_what_was_known_then_and_can_not_be_changed(case):
    with clock.held(CALLED + timedelta(minutes=10)):
        case.record.guess("the indexer drops them", author="dana")
    then = case.as_of(CALLED + timedelta(minutes=5))
    assert then.state.working_guess is None
    assert case.state.working_guess.text == "the indexer drops them"
    with pytest.raises(CaseError, match="as of 2026-06-17T12:10"):
        then.record.note("too late")


def test_as_of_takes_the_time_in_the_customers_zone(case):
    with clock.held(CALLED):
        assert case.as_of("14:20").now.hour == 12


def test_a_guess_that_is_ruled_out_stays_with_its_reason(case):
    guess = case.record.guess("the scan holds them", author="ivo")
    case.record.judge(guess, "ruled out", "it was clean at the first try", author="ivo")
    text = case.brief.guesses().text
    assert "ruled out" in text and "it was clean at the first try" in text
    assert case.state.working_guess is None


def test_parking_is_not_refuting(case):
    guess = case.record.guess("the flag hides them")
    case.record.judge(guess, "parked")
    assert case.state.guesses[guess.id].state == "parked"
    with pytest.raises(ParameterError, match="is no state of a guess"):
        case.record.judge(guess, "wrong")


def test_prose_survives_and_keeps_its_history(case):
    case.record.prose("summary", "first", author="mara")
    case.record.prose("summary", "second", author="ana")
    assert case.brief.told("summary").text == "second"
    assert [entry.content["text"] for entry in case.state.prose_history["summary"]] == ["first", "second"]


def test_an_entry_that_was_taken_back_says_nothing_any_more(case):
    entry = case.record.note("wrong window")
    case.record.undo(entry)
    assert "wrong window" not in case.brief.record().text
    assert entry.id in [kept.id for kept in case.entries()]


def test_an_erased_entry_leaves_the_chain_whole(case):
    entry = case.record.note("the one for the database: hunter2hunter2")
    (case.path / "reports" / "status.html").write_text("<p>the one for the database: hunter2hunter2</p>")
    released = case.path / "reports" / "released" / "v1.html"
    released.parent.mkdir()
    released.write_text("<p>the one for the database: hunter2hunter2</p>")
    holding = case.record.erase(entry, "a password was pasted")
    assert holding == ["released/v1.html"] and released.exists()
    assert not (case.path / "reports" / "status.html").exists()
    assert case.verify().ok
    found = next(kept for kept in case.entries() if kept.id == entry.id)
    assert found.erased
    assert not any(b"hunter2" in path.read_bytes() for path in case.path.glob("case.db*"))


def test_a_second_case_of_the_same_id_is_refused(case, tmp_path):
    with pytest.raises(CaseError, match="There is a case INC-1 already"):
        Case.new("INC-1", words="x", root=tmp_path)


def test_a_case_that_is_not_there_names_those_that_are(case, tmp_path):
    with pytest.raises(CaseError, match=r"There is no case 'INC-2'.*there are: INC-1.*Did you mean INC-1"):
        Case.open("INC-2", root=tmp_path)


def test_a_zone_that_is_none_is_refused_before_anything_is_made(tmp_path):
    with pytest.raises(MomentError, match="no time zone named 'CEST'"):
        Case.new("INC-9", words="x", zone="CEST", root=tmp_path)
    assert not (tmp_path / "INC-9").exists()


def test_a_report_run_writes_nothing_and_gives_the_saved_entry(case, monkeypatch):
    saved = case.record.note("said before")
    before = len(case.entries())
    monkeypatch.setenv("INVESTIGATOR_RUN", "report")
    assert case.record.note("said before").id == saved.id
    with pytest.raises(CaseError, match="a report writes nothing"):
        case.record.note("never said")
    assert len(case.entries()) == before


def test_an_empty_case_verifies(case):
    assert case.verify().ok


def test_a_changed_record_does_not_verify(case):
    import sqlite3

    connection = sqlite3.connect(case.path / "case.db")
    connection.execute("DROP TRIGGER contents_fixed")
    connection.execute("UPDATE contents SET content = replace(content, 'find', 'lose')")
    connection.commit()
    connection.close()
    result = Case.open(case.path).verify()
    assert not result.ok
    assert any("was changed after it was written" in problem for problem in result.problems)


def test_a_case_is_for_its_owner_alone(tmp_path):
    case = Case.new("INC-77", words="lost", root=tmp_path, author="ana")
    assert case.path.stat().st_mode & 0o777 == 0o700
    assert (case.path / "case.db").stat().st_mode & 0o777 == 0o600


def test_what_somebody_calls_an_id_in_question_replaces_what_its_shape_was_called(tmp_path):
    case = Case.new("KILN-1", words="A tile is missing.", about=["TILE-0031"], root=tmp_path)
    (shaped,) = case.state.kinds
    case.record.declare(kinds={"kiln": "K[0-9]"})
    assert set(case.state.kinds) == {shaped, "kiln"}
    case.record.declare(kinds={"piece": "TILE-[0-9]{4}"})
    assert case.state.kinds == {"kiln": "K[0-9]", "piece": "TILE-[0-9]{4}"}
