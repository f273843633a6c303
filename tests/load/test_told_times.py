"""Lists whose entries take their day, or all of their time, from elsewhere in the text."""

import pandas as pd
import pytest
from made import told
from test_formats import given, rows

from investigator.load.dated import clock_of


def timed(text, tmp_path, name="note.txt"):
    frame, report = rows(given(text, tmp_path, name))
    return frame, report.sources[0].doubt


@pytest.mark.parametrize("example", told(), ids=lambda example: example["name"])
def test_an_entry_has_the_time_that_its_text_tells_and_none_where_it_tells_none(example, tmp_path):
    frame, _ = timed(example["text"], tmp_path)
    for words, wanted in example["times"].items():
        found = frame[frame.body.str.contains(words, regex=False)].time.iloc[0]
        assert (None if pd.isna(found) else found) == (wanted and pd.Timestamp(wanted, tz="UTC")), words


def test_what_marks_count_from_is_said(tmp_path):
    text = "Crane 4, 17 June 2026, UTC. T0 = 09:14\nT0 cable jams\nT+2 min lead called\nT+1h05 cable free\n"
    _, doubt = timed(text, tmp_path)
    assert "its marks count from 2026-06-17 09:14:00 UTC, as the text says" in doubt


def test_marks_that_may_count_from_the_start_or_from_the_line_before_have_no_time(tmp_path):
    text = (
        "Kiln, 17 June 2026, UTC\n09:00 heating\n09:10 hot\n09:20 full\n+5 min smoke\n+9 min fire brigade\n"
    )
    frame, doubt = timed(text, tmp_path)
    assert frame.time.isna().tolist() == [False, False, False, True, True]
    assert any("not after what" in said for said in doubt)


def test_marks_that_grow_count_from_the_first_entry_and_that_is_said(tmp_path):
    text = "Kiln, 17 June 2026, UTC\n09:00 heating\n+5 min smoke\n+9 min fire brigade\n+30 min out\n"
    frame, doubt = timed(text, tmp_path)
    assert [str(at)[11:16] for at in frame.time] == ["09:00", "09:05", "09:09", "09:30"]
    assert any("since they grow" in said for said in doubt)


def test_marks_of_two_numbers_that_nothing_explains_have_no_time(tmp_path):
    text = "Start of the test: 2026-06-17T09:00:00Z\n+00:14 smoke\n+01:02 alarm\n+07:45 out\n"
    frame, doubt = timed(text, tmp_path)
    assert not any("out" in body and not pd.isna(at) for body, at in zip(frame.body, frame.time, strict=True))


def test_a_weekday_of_no_known_week_is_said_where_it_is_read_as_the_last_one(tmp_path):
    text = "## Timeline\n\n- Thu 08:15: handover\n- Thu 21:40: freezer warm\n- Fri 06:10: freezer swapped\n"
    _, doubt = timed(text, tmp_path, "note.md")
    assert any("a weekday names no day" in said for said in doubt) or any("no time" in said for said in doubt)


def test_sentences_take_their_day_from_the_text_and_that_is_said(tmp_path):
    text = (
        "On 4 March 2026 at 10:15 UTC the valve stuck. It was seen at 10:22.\n"
        "It was replaced by 11:30. The next check is planned for 18:00.\n"
    )
    frame, doubt = timed(text, tmp_path)
    assert any("2 of its sentences say a clock alone" in said for said in doubt)
    assert [None if pd.isna(at) else str(at)[11:16] for at in frame.time] == ["10:15", "10:22", "11:30", None]


def test_times_in_the_text_of_a_mail_are_said_and_begin_no_events(tmp_path):
    text = (
        "From: Ana <ana@port.example>\nTo: desk@port.example\nDate: Tue, 3 Nov 2026 16:12:00 +0100\n"
        "Subject: gate\n\nThe gate opened at 15:50. We closed it at 15:58.\n"
    )
    frame, doubt = timed(text, tmp_path, "gate.eml")
    assert len(frame) == 1
    assert any("names 2 other times (15:50, 15:58)" in said for said in doubt)


def test_lines_with_a_clock_that_nothing_understands_are_said_where_they_join_another(tmp_path):
    lines = "".join(f"{n}  s.kaya  3-11-/26 16:1{n}:10  weighed\n" for n in range(4))
    _, doubt = timed(f"Scale list printed 2026-11-04 08:00:00\n{lines}", tmp_path)
    assert any("hold a clock of their own" in said for said in doubt)


def test_a_day_a_month_in_letters_and_a_short_year_are_joined(tmp_path):
    lines = "".join(f"job {n} ended 03NOV26 16:1{n}:10 OK\n" for n in range(4))
    frame, _ = timed(lines, tmp_path)
    assert [str(at)[:16] for at in frame.time] == [f"2026-11-03 16:1{n}" for n in range(4)]


def test_sentences_that_quote_a_mail_are_no_report():
    from investigator.sources._format import Head
    from investigator.sources.told_in_prose import sure

    said = "On 4 March 2026 at 10:15 UTC the valve stuck. It was seen at 10:22. It was replaced by 11:30.\n"
    for text, report in ((said, True), (f"> Is it off?\n{said}", False), (f"From: Ana\n{said}", False)):
        assert bool(sure(Head(text.encode(), text, "note.txt", True)).share) == report


@pytest.mark.parametrize(
    ("cells", "asked"),
    [
        (["10.96.12.43", "10.20.30.40"], ""),  # addresses
        (["09.14.07", "10.20.30"], "seen"),
        (["09.14.07,120", "10.20.30,5"], "seen"),
        (["9:14", "10:20"], "seen"),
        (["09:14:07.120", "10:20:30.4"], "seen"),
        (["9.14 pm", "10.20 pm"], "seen"),
    ],
)
def test_a_clock_without_a_day_is_told_from_an_address(cells, asked):
    assert clock_of(["pump", "seen"], {"pump": ["P-1", "P-2"], "seen": cells}) == asked


@pytest.mark.parametrize(
    ("later", "clock"),
    [
        ("five minutes later", "09:05"),
        ("six minutes later", "09:06"),
        ("seventeen minutes later", "09:17"),
        ("zwölf Minuten später", "09:12"),
        ("vierzig Minuten danach", "09:40"),
        ("quinze minutes après", "09:15"),
        ("två timmar senare", "11:00"),
    ],
)
def test_how_much_later_it_was_is_read_in_words(tmp_path, later, clock):
    text = f"Kiln 3, 17 June 2026, UTC\n09:00 the door jams\n{later}: smoke\n10 minutes later: the brigade comes\n"
    frame, _ = timed(text, tmp_path)
    at = frame[frame.body.str.contains("smoke")].time.iloc[0]
    assert str(at)[11:16] == clock
