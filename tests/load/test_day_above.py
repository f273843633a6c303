"""Lines that begin with a clock take their day from the line above them all; without one they are asked about."""

from __future__ import annotations

import pandas as pd
import pytest

import investigator as inv

LOGS = {
    "calendar": (
        "Change calendar 3 March 2026\n09:00 UTC CHG-3388 rotate certificates\n11:30 UTC CHG-3391 merge accounts\n"
        "15:00 UTC month end: accounts are locked\n",
        ["2026-03-03T09:00", "2026-03-03T11:30", "2026-03-03T15:00"],
        "CHG-3391 merge accounts",
    ),
    "shift": (
        "Shift log, Tuesday 12.05.2026\n\n06:10 pump 3 restarted\n06:40 pressure low on line 2\n07:05 valve opened by hand\n",
        ["2026-05-12T06:10", "2026-05-12T06:40", "2026-05-12T07:05"],
        "pressure low on line 2",
    ),
    "night": (
        "Ward 4, 2026-05-12\n23:50 drip changed\n23:58 doctor called\n00:05 doctor here\n",
        ["2026-05-12T23:50", "2026-05-12T23:58", "2026-05-13T00:05"],
        "doctor called",
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_the_day_of_the_first_line_is_that_of_all(name: str, tmp_path) -> None:
    text, times, second = LOGS[name]
    (tmp_path / f"{name}.txt").write_text(text)

    events = inv.read(tmp_path / f"{name}.txt")
    rows = events.fetch(events.table.order_by("time"))

    assert list(rows.time) == [pd.Timestamp(time, tz=rows.time.dt.tz) for time in times]
    assert rows.body[1] == second


def test_clocks_below_no_day_are_not_given_one(tmp_path) -> None:
    (tmp_path / "shift.txt").write_text(
        "Shift log of Ana\n06:10 pump 3 restarted\n06:40 pressure low\n07:05 valve opened\n"
    )

    events = inv.read(tmp_path / "shift.txt")

    assert events.fetch(events.table).time.isna().all()
