"""Clocks of the law, who leads, a lawyer's hold, what is privileged: a line each, and every screen knows."""

from datetime import UTC, datetime, timedelta

import pytest

from investigator.case import Case
from investigator.case.reasoning.unanswered import questions
from investigator.case.record import clocks, leading
from investigator.case.record.line import parted
from investigator.case.writing import shorthand
from investigator.errors import CaseError, ParameterError
from investigator.moment import clock

NOON = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


@pytest.fixture
def case(tmp_path):
    with clock.held(NOON):
        return Case.new("INC-1", words="the ward has no lists", root=tmp_path, author="Ana Reis")


def write(case, verb, text="", minutes=0, author="Ana Reis"):
    with clock.held(NOON + timedelta(minutes=minutes)):
        return shorthand.write(case.evidence, verb, text, author=author)


def at(minutes):
    return clock.held(NOON + timedelta(minutes=minutes))


def test_several_clocks_run_each_with_its_start_its_end_and_its_owner(case):
    privacy = write(case, "clock", "09:15 privacy authority, 72 h @pia", 1)
    write(case, "clock", "regulator by tomorrow 10:00 @tom", 2)
    write(case, "clock", "11:00 insurer, 5 days", 3)
    found = clocks.of(case.state)
    assert [(c.text.split(",")[0].split(" by")[0], c.owner) for c in found] == [("regulator", "tom"), ("privacy authority", "pia"), ("insurer", "")]  # fmt: skip
    assert found[1].start == NOON.replace(hour=9, minute=15) and found[1].due - found[1].start == timedelta(
        hours=72
    )
    assert found[2].due - found[2].start == timedelta(days=5)
    assert "it ends 2026-06-20 09:15 UTC" in str(privacy)
    with at(10):
        screen = case.brief.read_in().text
        assert (
            "privacy authority, 72 h @pia: 2026-06-20 09:15 UTC, 2 d 21 h left, since 2026-06-17 09:15 UTC, pia"
            in screen
        )
        assert "nobody keeps it" in screen
        asked = {q.who for q in questions(case.snapshot())}
        assert asked == {"pia", "tom", ""}
    write(case, "did", f"#{privacy.entry.number} reported it", 20)
    with at(30):
        assert [c.owner for c in clocks.running(case.state)] == ["tom", ""]
        assert "kept 2026-06-17 12:20 UTC, pia" in clocks.of(case.state)[1].says(NOON, "UTC")
        assert "kept" in case.brief.for_lawyer().text
    with at(60 * 24):
        assert "passed 2 h 00 ago" in str(write(case, "note", "still here", 60 * 24))


def test_a_clock_without_an_end_is_refused(case):
    with pytest.raises(ParameterError, match="A clock needs its end"):
        write(case, "clock", "privacy authority")


def test_who_leads_is_handed_over_taken_and_told_what_is_new(case):
    assert leading.lead(case.state).says("UTC") == ""
    assert (
        "nobody said who leads" in case.brief.for_manager().text
        and "Ana" not in case.brief.for_manager().text
    )
    write(case, "lead", "@Ana", 1)
    assert leading.lead(case.state).says("UTC") == "Ana Reis leads, since 2026-06-17 12:01 UTC"
    write(case, "note", "early", 2, "Bo Lund")
    write(case, "lead", "@Bo", 5)
    write(case, "did", "stopped the export", 6)
    said = leading.lead(case.state).says("UTC")
    assert said == "Ana Reis leads, since 2026-06-17 12:01 UTC; handed over to Bo by Ana Reis at 12:05 UTC, who has not accepted yet"  # fmt: skip
    with at(7):
        assert "who has not accepted yet" in case.brief.read_in().text
        assert [q.who for q in questions(case.snapshot())] == ["Bo"]
    taken = str(write(case, "accept", "", 8, "Bo Lund"))
    assert "Bo Lund leads; new since your last line: 2" in taken
    assert "stopped the export" in taken and "early" not in taken
    assert leading.lead(case.state).says("UTC") == "Bo Lund leads, since 2026-06-17 12:08 UTC"
    with at(9):
        assert "Bo Lund leads" in case.brief.for_manager().text
        assert questions(case.snapshot()) == []
    with pytest.raises(ParameterError, match="Nothing was handed over"):
        write(case, "accept", "", 10)
    with pytest.raises(ParameterError, match="Who leads"):
        write(case, "lead", "nobody", 10)


def test_a_lawyers_hold_is_one_line_and_one_lifts_it(case):
    note = write(case, "note", "a name of theirs", 1).entry
    assert "nothing of this case is erased until" in str(
        write(case, "legalhold", "matter 12 of Ito & Kaya", 2)
    )
    with pytest.raises(CaseError, match="matter 12 of Ito & Kaya"):
        case.record.erase(note, "x")
    with at(3):
        assert "Legal hold: matter 12 of Ito & Kaya" in case.brief.for_lawyer().text
        assert "a legal hold keeps it (matter 12 of Ito & Kaya)" in case.brief.read_in().text
    write(case, "legalhold", "lifted | why: settled", 4)
    case.record.erase(note, "x")


def test_what_is_privileged_stands_on_the_lawyers_page_alone(case):
    words = "counsel thinks that it must be reported"
    write(case, "note", "an open word", 1)
    entry = write(case, "privileged", words, 2).entry
    with at(3):
        snapshot = case.snapshot()
        screens = {
            "record": case.brief.record(), "read-in": case.brief.read_in(), "card": case.brief.card(), "news": case.brief.news(),
            "care": case.brief.for_care(), "manager": case.brief.for_manager(), "first": case.brief.first_screen(), "story": case.brief.story(),
        }  # fmt: skip
        assert [name for name, screen in screens.items() if words in screen.text + screen.markup] == []
        assert words in case.brief.for_lawyer().text and "privileged" in case.brief.record().text
    assert [one.content["text"] for one in snapshot.privileged()] == [words]
    assert words not in str([e.content for e in case.entries()]) and words not in str(case.state)
    assert "an open word" in case.brief.record().text and case.verify().ok
    write(case, "undo", f"#{entry.number}", 4)
    assert case.snapshot().privileged() == []


@pytest.mark.parametrize(
    ("line", "verb"),
    [
        ("lead time is three days", "note"),
        ("lead @ana", "lead"),
        ("accept", "accept"),
        ("accept the risk", "note"),
        ("privileged x", "privileged"),
    ],
)
def test_what_begins_as_an_ordinary_sentence_is_one(line, verb):
    assert parted(line)[0] == verb


def test_a_triage_becomes_the_real_case_with_all_that_was_said_in_it(tmp_path):
    from typer.testing import CliRunner

    from investigator.cli import app

    def run(*words):
        done = CliRunner().invoke(app, [*words, "--cases", str(tmp_path / "cases")])
        assert done.exit_code == 0, done.output
        return done.output

    (tmp_path / "ward.log").write_text(
        "".join(f"2026-06-17T09:{n:02d}:00Z INFO ward sent LIST-{n}\n" for n in range(9))
    )
    run("triage", str(tmp_path / "ward.log"), "--about", "LIST-3")
    name = next((tmp_path / "cases").iterdir()).name
    old = Case.open(name, root=tmp_path / "cases")
    guess = write(old, "think", "the ward is offline", 1, "Bo Lund").entry
    write(old, "ruleout", f"#{guess.number} it answers", 2)
    ask = write(old, "ask", "@tom is it back? 10m", 3).entry
    write(old, "heard", f"#{ask.number} yes, since nine", 4)
    undone = write(old, "note", "not this one", 5).entry
    write(old, "undo", f"#{undone.number}", 6)
    old.record.pin(old.find.trace_entity(entity="LIST-3"), author="Bo Lund")
    assert f"{name} is taken over" in run("new", "WARD-7", "--from", name, "--words", "the ward has no lists")
    case = Case.open("WARD-7", root=tmp_path / "cases")
    assert case.state.words == "the ward has no lists" and case.state.about == ["LIST-3"]
    assert [(g.text, g.state, g.entry.author) for g in case.state.guesses.values()] == [
        ("the ward is offline", "ruled out", "Bo Lund")
    ]
    assert [a.answer for a in case.state.asks.values()] == ["yes, since nine"]
    assert [p.author for p in case.state.pins] == ["Bo Lund"] and case.record.statements()[
        0
    ].status == "holds"
    assert "not this one" not in str([e.content for e in case.entries()])
    assert case.find.search("sent").value["count"] == 9
    found = case.verify(deep=True)
    assert found.ok and found.limits == (), str(found)
    assert "went on as WARD-7" in str(old.entries("note")[-1].content)
    assert (
        "taken over" not in case.brief.status().text + case.brief.read_in().text
    )  # bookkeeping is nothing that we know
    done = CliRunner().invoke(
        app, ["new", "WARD-8", "--from", "TRIAGE-1", "--cases", str(tmp_path / "cases")]
    )
    assert done.exit_code and "There is no case 'TRIAGE-1'" in done.output + str(done.exception)


def test_what_is_still_off_stands_on_the_screen_of_whoever_takes_over(case):
    write(case, "did", "paused the nightly export", 1)
    write(case, "did", "disabled the alarm of hall 4", 2)
    write(case, "did", "resumed the nightly export", 3)
    with at(5):
        case.record.phase("resolved", why="all is back")
        said = case.brief.read_in().text
    assert "still off       disabled the alarm of hall 4 (Ana Reis, 12:02)" in said
    assert "paused the nightly" not in said.split("still off")[1]
