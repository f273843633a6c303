"""The story in front: in people's words where they wrote, else the record's; gaps for who writes alone."""

import pytest

from investigator.case import Case
from investigator.case.reasoning import in_place, story, wording
from investigator.case.writing import story_file


@pytest.fixture
def kiln(tmp_path):
    case = Case.new(
        "INC-7",
        words="Our tiles come out cold",
        root=tmp_path,
        author="ana",
        happened=None,
        zone="Europe/Lisbon",
    )
    first = case.record.guess("The gas was off", author="bela")
    case.record.judge(first, "ruled out", why="the meter ran all night", author="ana")
    second = case.record.guess("The belt ran too fast", author="ana")
    case.record.judge(second, "confirmed", why="a tile took 40 min instead of 90", author="ana")
    case.record.decide("Slow the belt", why="one button", author="ana")
    case.record.note("slowed the belt to 3", verb="did", author="bela")
    return case


def told(case, section):
    return next(part for part in story.parts(case.snapshot()) if part.section == section)


def test_what_was_believed_tells_who_thought_what_and_what_told_otherwise(kiln):
    lines = told(kiln, "believed").text.splitlines()
    assert "bela thought: The gas was off. That was ruled out at" in lines[0]
    assert lines[0].endswith(": the meter ran all night.")
    assert lines[1].endswith("That was it: a tile took 40 min instead of 90.")


def test_decisions_and_deeds_stand_in_their_order(kiln):
    first, second = told(kiln, "done").text.splitlines()
    assert "ana decided: Slow the belt. Why: one button." in first
    assert second.endswith("bela slowed the belt to 3.")


def test_a_gap_is_for_who_writes(kiln):
    part = told(kiln, "lucky")
    assert part.gap and "by chance" in part.prompt
    shown = kiln.brief.story()
    assert "<p class='missing'>Not written yet: What the system does;" in shown.markup
    assert "<h3>Where we were lucky" not in shown.markup


def test_peoples_words_stand_instead_of_the_records(kiln):
    kiln.record.prose("done", "We slowed the belt.", author="ana")
    assert told(kiln, "done").text == "We slowed the belt." and told(kiln, "done").by == "people"


def test_the_file_is_written_edited_and_taken_in_once(kiln):
    path = story_file.write(kiln.snapshot(), kiln.path)
    assert story_file.take_in(kiln.evidence.record, path) == []
    text = path.read_text()
    question = next(prompt for section, _, prompt in story.PARTS if section == "lucky")
    path.write_text(text.replace(f"<!-- {question} -->", "The night shift was still there."))
    assert story_file.take_in(kiln.evidence.record, path, author="bela") == ["Where we were lucky"]
    entry = kiln.state.prose["lucky"]
    assert entry.author == "bela" and entry.content["text"] == "The night shift was still there."
    assert story_file.take_in(kiln.evidence.record, story_file.write(kiln.snapshot(), kiln.path)) == []
    assert "The night shift was still there." in kiln.brief.story().text


def test_what_the_record_tells_goes_on_being_told_by_it(kiln):
    path = story_file.write(kiln.snapshot(), kiln.path)
    kiln.record.note("cleaned the burners", verb="did", author="bela")
    assert story_file.take_in(kiln.evidence.record, path) == []
    assert "cleaned the burners" in told(kiln, "done").text


def test_a_value_that_nothing_backs_is_marked_where_it_stands(kiln):
    kiln.record.prose("lucky", "Only {#99.count} tiles <b>broke</b>.", author="ana")
    markup = kiln.brief.story().markup
    assert (
        "Only <mark class='drifted'>{#99.count} <small>[nothing is pinned as #99]</small></mark> tiles"
        in markup
    )
    assert "&lt;b&gt;" in markup


def test_a_value_of_a_finding_stands_in_the_words(kiln, tmp_path):
    log = tmp_path / "belt.log"
    log.write_text("".join(f"2026-03-04T09:30:0{n}Z belt ERROR tile T-{n} cold\n" for n in range(5)))
    kiln.add(log, name="belt")
    entry = kiln.record.pin(kiln.find.first_error(), author="ana")
    said = kiln.record.prose("detection", f"It began: {{#{entry.number}}}", author="ana")
    pieces = in_place.pieces(kiln.snapshot(), said.content["text"])
    assert [piece.drifted for piece in pieces] == ["", ""] and "09:30:00" in pieces[1].text


PLACES = {
    "the first screen": ("first_screen", lambda r, t: r.prose("summary", t, author="ana")),
    "a section": ("told", lambda r, t: r.prose("lessons", t, author="ana"), "lessons"),
    "a decision": ("decisions", lambda r, t: r.decide(t, why="it was cold", author="ana")),
    "why it was decided": ("decisions", lambda r, t: r.decide("Stop the belt", why=t, author="ana")),
    "an action": ("actions", lambda r, t: r.action(t, owner="bela", author="ana")),
    "a guess": ("guesses", lambda r, t: r.guess(t, expect="cold tiles", author="ana")),
    "the record": ("record", lambda r, t: r.note(t, author="ana")),
    "the letter": ("letter", lambda r, t: r.prose("letter", t, author="ana")),
}


@pytest.mark.parametrize("where", PLACES)
def test_a_value_is_filled_and_marked_wherever_people_say_it(kiln, tmp_path, where):
    screen, write, *given = PLACES[where]
    line = "2026-03-04T09:30:{:02d}Z belt ERROR tile T-{} cold\n"
    (tmp_path / "belt.log").write_text("".join(line.format(n, n) for n in range(5)))
    kiln.add(tmp_path / "belt.log", name="belt")
    pin = kiln.record.pin(kiln.find.first_error(), author="ana")
    write(kiln.record, f"In all {{#{pin.number}.count}} <tiles> were cold")
    made = getattr(kiln.brief, screen)(*given)
    assert "In all 5 <tiles> were cold" in made.text and "In all 5 &lt;tiles&gt;" in made.markup
    assert story.drifted(kiln.snapshot()) == []
    (tmp_path / "belt.log").write_text("".join(line.format(n, n) for n in range(7)))
    kiln.add(tmp_path / "belt.log", name="belt")
    made = getattr(kiln.brief, screen)(*given)
    assert "In all 5 [now 7] <tiles> were cold" in made.text
    assert (
        "In all <mark class='drifted'>5 <small>[now 7]</small></mark> &lt;tiles&gt; were cold" in made.markup
    )
    if where != "the record":
        assert [what for _, what in story.drifted(kiln.snapshot())] == ["'5': now 7"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was human error.", "human error"),
        ("Bela should have looked at the belt.", "should have"),
        ("The root cause was the belt.", "The root cause"),
        ("We will be more careful.", "be more careful"),
        ("It will be mended as soon as possible.", "as soon as possible"),
        ("This can't happen again.", "can't happen again"),
    ],
)
def test_words_that_could_say_it_better_are_marked_with_how(text, found):
    marks = list(wording.words(text))
    assert marks[0][0] == found and all(marks[0])


def test_plain_words_are_left_alone():
    assert (
        list(
            wording.words("The belt ran at 9 because the display showed 3; nobody saw the tiles until noon.")
        )
        == []
    )


def test_a_change_lacks_what_it_lacks_and_a_time_that_nobody_wrote_is_said(kiln):
    kiln.record.action("Better belts")
    kiln.record.action("The belt refuses a speed above 4", owner="bela", due="2026-07-01")
    kiln.record.prose("lucky", "The shift ended at 03:17.", author="ana")
    said = [str(mark) for mark in wording.marks(kiln.snapshot())]
    assert any("has not an owner nor a date nor a way to see that it is done" in one for one in said)
    assert not any("refuses" in one for one in said)
    assert any("'03:17' is a time that no entry has" in one for one in said)


def test_a_title_and_words_without_end_are_told_short_and_kept_whole(tmp_path):
    title, words = "lost tiles " * 300, "and another tile " * 300
    case = Case.new("INC-8", title=title, words=words, root=tmp_path, author="ana")
    shown = case.brief.first_screen()
    head = shown.markup.split("<h1>")[1].split("</h1>")[0]
    assert len(head) == 160 and head.endswith("\u2026")
    assert "<details class='fold'><summary>the whole title</summary>" in shown.markup
    assert title.strip() in shown.text
    told = case.brief.story().text
    assert len(told) < 1_500 and "All of it is in the record (#1)." in told


def test_a_long_record_says_how_much_of_it_is_not_shown(kiln, monkeypatch):
    for number in range(12):
        kiln.record.note(f"looked at belt {number}", author="ana")
    all_of_it = kiln.brief.record()
    assert "not shown" not in all_of_it.text
    lines = len(all_of_it.text.splitlines()) - 1
    shown = kiln.brief.record(limit=5)
    told = f"{lines - 5} earlier lines are not shown. All of them: case.brief.record({lines})"
    assert shown.text.startswith(told) and f"<p class='more'>{told}</p>" in shown.markup
    monkeypatch.setenv(
        "INVESTIGATOR_RUN", "report"
    )  # a page holds no line of code, or it could not be released
    assert "not shown." in kiln.brief.record(limit=5).text and "case." not in kiln.brief.record(limit=5).text


def test_a_case_with_nothing_in_it_has_a_short_and_honest_story(tmp_path):
    case = Case.new("INC-8", root=tmp_path, author="ana")
    shown = case.brief.story()
    assert "<h3>" not in shown.markup and "Not written yet: What the system does; What broke; " in shown.text


def test_a_first_screen_asks_who_writes_for_what_is_not_known_and_comforts_nobody(tmp_path):
    case = Case.new("INC-9", root=tmp_path, author="ana")
    screen = case.brief.first_screen()
    assert "harm: not established" in screen.text
    assert "<p class='missing'>Name one that is affected" in screen.markup
    assert "case.record" not in screen.text.replace("case.record.prose('summary', '...')", "")
    assert "Nothing is loaded, so nothing was looked at." in screen.text
