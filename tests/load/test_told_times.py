"""Lists whose entries take their day, or all of their time, from elsewhere in the text."""

import pandas as pd
import pytest
from made import told
from test_formats import given, rows


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
