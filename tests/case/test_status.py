"""The status of the sample at three points in time: what it says first, what it never says, and what is struck."""

import os
import time

import pytest

from investigator import performing
from investigator.case import Case
from investigator.case.reasoning.statements import recheck
from investigator.errors import ParameterError

POINTS = ("2026-06-17 14:18", "2026-06-17 14:32", "2026-06-17 15:10")


@pytest.fixture(autouse=True)
def tester(monkeypatch):
    """Who writes here, whatever ran in this process before."""
    monkeypatch.setenv("INVESTIGATOR_AUTHOR", "tester")


@pytest.fixture(scope="module")
def case(opened):
    return opened


@pytest.fixture(scope="module")
def said(case):
    """The status at each point, made once; nobody strikes or adds here."""
    return {point: case.as_of(point).status() for point in POINTS}


@pytest.mark.parametrize("point", POINTS)
def test_the_clock_stands_on_top_and_the_next_one_at_the_end(said, point):
    text = said[point].inside()
    assert text.splitlines()[0].split(" left to 18:00")[0].count("h") == 1
    assert "Next status: " in text and "We know:" in text and "We do:" in text and "We need:" in text


@pytest.mark.parametrize("point", POINTS)
def test_a_lead_would_send_it_it_is_short(said, point):
    lines = said[point].inside().splitlines()
    assert len(lines) <= 30 and max(map(len, lines)) <= 400


@pytest.mark.parametrize("point", POINTS)
def test_the_customer_reads_no_inside_name_no_code_and_no_promise_but_the_next_word(said, point):
    text = said[point].customer()
    for word in (
        "indexer",
        "2.3.1",
        "schema",
        "purge",
        "Dana",
        "Ivo",
        "jsonl",
        "sqlite",
        "safe",
        "recovery.",
        "CUST-",
    ):
        assert word not in text, text
    assert text.startswith("Dear Jonas Feddersen,") and "You hear from us again by" in text


def test_before_anything_is_pinned_the_customer_is_told_nothing_about_documents(case):
    assert "DOC-4711" not in case.as_of("2026-06-17 14:12").status().customer()


def test_corrections_come_before_what_is_known(said):
    text = said[POINTS[1]].inside()
    assert text.index("Corrections since the last") < text.index("We know")
    assert "We no longer think: The flag search-ranking-v2" in text


def test_once_the_customer_has_seen_it_the_old_evidence_is_not_held_against_them(said):
    text = said[POINTS[2]].customer()
    assert "can be found again: you told us so at 14:52" in text and "not lost" not in text


def test_struck_and_added_lines_and_what_is_struck_stays_struck(tmp_path):
    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    mine.record.note("first thing")
    mine.record.note("second thing")
    status = mine.status()
    number = next(line.number for line in status.lines if "first thing" in line.text)
    status.strike(number).add("need: a hand for the database")
    entry = status.send("both")
    assert "first thing" not in entry.content["text"] and "a hand for the database" in entry.content["text"]
    assert "first thing" not in mine.status().inside()
    with pytest.raises(ParameterError, match="no line 99"):
        mine.status().strike(99)
    with pytest.raises(ParameterError, match="is no part of a status"):
        mine.status().add("x", section="rumour")


def test_a_question_that_ran_out_is_in_the_next_status(tmp_path):
    from datetime import timedelta

    from investigator import moment
    from investigator.moment import clock

    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    mine.record.ask("rows for the 40?", who="dana", minutes=10)
    assert "@dana: rows for the 40?" in mine.status().inside()
    with clock.held(moment.now() + timedelta(minutes=13)):
        text = mine.status().inside()
        assert "An answer from @dana, 3 min late: rows for the 40?" in text
        assert "@dana is late" in mine.card().text


def test_what_was_taken_back_since_the_last_is_a_correction(tmp_path):
    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    note = mine.record.note("all 40 are gone")
    mine.status().send()
    mine.record.undo(note)
    assert "Taken back: all 40 are gone" in mine.status().inside()


def test_it_takes_less_than_ten_seconds(sample):
    then = Case.open(sample).as_of(POINTS[1])
    started = time.process_time()
    then.status()
    assert time.process_time() - started < 10


def test_the_copy_button_copies_the_text_without_the_numbers(said):
    markup = said[POINTS[1]]._repr_html_()
    assert "<button class='copy'" in markup and "[1]" in markup
    assert "[1]" not in markup.split('data-text="')[1].split('"')[0]


# -- claims, and how statements fared --------------------------------------------------------------------------


def test_a_line_is_filled_by_its_check_and_what_is_typed_is_reported(case):
    then = case.as_of(POINTS[1])
    number = then.state.pins[0].number
    status = then.status()
    status.add(f"know: {{#{number}.entity}} is {{#{number}.disposition}}").add("know: about 40 are hidden")
    status.add(f"know: {{#{number}.entity}} and 39 more")
    text = status.inside()
    assert "- DOC-4711 is hidden\n" in text
    assert "- about 40 are hidden (reported, tester, 14:32)" in text
    assert "- DOC-4711 and 39 more (39 reported, tester, 14:32)" in text


def test_a_claim_says_what_changed_when_it_is_said_again(tmp_path):
    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    row = '{{"time": "2026-06-17T10:{:02d}:00Z", "level": "ERROR", "service": "a", "message": "boom"}}\n'
    (tmp_path / "one.jsonl").write_text("".join(row.format(n) for n in range(4)))
    mine.add(tmp_path / "one.jsonl")
    pin = mine.record.pin(mine.find.first_error(), "{count} errors")
    entry = mine.record.claim(f"{{#{pin.number}.count}} of 4,000 failed")
    assert entry.content["checks"] == [pin.id] and pin.id in entry.content["sentence"]
    mine.status().send()
    (tmp_path / "two.jsonl").write_text("".join(row.format(n) for n in range(10, 16)))
    mine.add(tmp_path / "two.jsonl")
    text = mine.status().inside()
    assert (
        "2 of 2 statements re-checked: 1 asked over more than then (4 to 10), 1 changed since (4 to 10)"
        in text
    )
    assert "] 10 errors" in text or "- 10 errors" in text
    assert "- 10 of 4,000 failed (4,000 reported, tester, " in text


def test_a_count_is_asked_over_more_when_a_list_comes_and_changed_when_a_newer_one_takes_its_place(tmp_path):
    def listed(name: str, numbers: range, *, written: int = 1_780_000_000) -> None:
        rows = "".join(f"JOB-{n},CUST-1,stored,{4000 + n}\n" for n in numbers)
        (tmp_path / name).write_text(f"id,customer,state,size\n{rows}")
        os.utime(tmp_path / name, (written, written))
        mine.add(tmp_path / name)

    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    listed("store.csv", range(100, 110))
    mine.record.pin(mine.find.search("stored"), "{count} are stored")
    listed("other.csv", range(200, 203))
    table = mine.brief.rechecked().text
    assert "13 are stored" in table and "10 to 13; asked over more than then (other.csv)" in table
    listed("newer.csv", range(100, 112), written=1_780_003_600)
    table = mine.brief.rechecked().text
    assert "15 are stored" in table
    assert "changed since" in table and "without store.csv" in table


@pytest.mark.parametrize(("other", "again"), [(None, 1), ("code", 2), ("copy", 2), ("evidence", 2)])
def test_what_was_said_of_the_same_by_the_same_code_is_not_asked_again(tmp_path, monkeypatch, other, again):
    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    row = '{{"time": "2026-06-17T10:{:02d}:00Z", "level": "ERROR", "service": "a", "message": "boom"}}\n'
    for name, minutes in (("one.jsonl", range(4)), ("two.jsonl", range(10, 16))):
        (tmp_path / name).write_text("".join(row.format(n) for n in minutes))
        mine.add(tmp_path / name)
        if name == "one.jsonl":
            pin = mine.record.pin(mine.find.first_error(), "{count} errors")
    asked, run = [], performing.run
    monkeypatch.setattr(performing, "run", lambda *given: asked.append(given) or run(*given))
    if other == "code":
        monkeypatch.setattr(performing, "_code", lambda: "another")
    if other == "evidence":
        monkeypatch.setattr(performing, "over", lambda events: "another")
    loaded = lambda: mine.snapshot().at(pin.known).events()  # noqa: E731
    statement = recheck(pin, mine.events(), loaded, own=other != "copy")
    assert (statement.status, len(asked)) == ("asked over more", again)


def test_what_was_said_before_a_log_was_read_again_is_not_asked_again_of_that(tmp_path, monkeypatch):
    mine = Case.new("INC-1", words="lost", about=["JOB-1"], root=tmp_path, author="ana")
    lines = "".join(f"2026-06-17 10:{n:02d}:00 ERROR JOB-{n} boom\n" for n in range(30))
    (tmp_path / "one.log").write_text(lines)
    mine.add(tmp_path / "one.log")
    mine.evidence.index()
    pin = mine.record.pin(mine.find.first_error(), "{count} errors")
    mine.evidence.answer_zone("one.log", "Europe/Berlin")
    mine.evidence.index()
    then = mine.snapshot().at(pin.known).events()
    assert not then.indexed and mine.events().indexed
    asked, run = [], performing.run
    monkeypatch.setattr(performing, "run", lambda *given: asked.append(given) or run(*given))
    recheck(pin, mine.events(), lambda: then, own=True)
    assert len(asked) == 1
    mine.record.declare(kinds={"job": "JOB-[0-9]+", "word": "[a-z]+"})
    mine.evidence.index()
    assert performing.over(mine.snapshot().at(pin.known).events()) != pin.content["finding"]["over"]


@pytest.mark.parametrize("point", POINTS)
def test_the_header_says_how_many_were_checked_again_and_how_they_fared(said, point):
    header = said[point].inside().splitlines()[3]
    assert "statements re-checked: " in header and "reported" in header
    assert ("stale (the evidence ends 14:09, before the repair)" in header) == (point == POINTS[2])


def test_each_point_says_what_a_lead_would_say(said):
    first, second, third = (said[point].inside() for point in POINTS)
    assert "Somebody to stop what gets worse: storage: purge scheduled for 18:00 Berlin" in first
    assert "A plan B for the deadline" in first and "@Tariq" in first
    assert "plan A: export their files by hand and mail them, last safe start 16:37" in second
    assert "paused the purge" in second and "to stop what gets worse" not in second
    assert "412 of 424 restored, not counted again yet (reported, Dana Okafor, 15:01)" in third
    assert "DOC-4711 is hidden" not in third and "Mr Feddersen sees DOC-4711" in third


def test_what_goes_to_the_customer_passes_the_gates_or_goes_with_a_reason(tmp_path, monkeypatch):
    from investigator.case.writing.status import Status
    from investigator.errors import CaseError

    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    monkeypatch.setattr(Status, "customer", lambda self: "Your documents are safe.")
    with pytest.raises(CaseError, match="'safe' needs a check"):
        mine.status().send("customer")
    assert mine.state.statuses == []
    mine.status().send("customer", anyway="they asked on the phone")
    assert mine.entries("anyway") and mine.state.statuses


def test_markdown_keeps_every_sign_of_the_words(tmp_path):
    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    mine.record.note("a_b *c* <img src=x> [x](y)")
    text = mine.status().markdown()
    assert r"a\_b \*c\* \<img src=x\> \[x\](y)" in text and "### We know" in text
