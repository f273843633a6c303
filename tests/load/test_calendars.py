"""Dates of other calendars, and weeks: as the days of ours that they are, and said; never a year that no log is of."""

from __future__ import annotations

import pytest

from investigator.events.events import Events
from investigator.load import adding
from investigator.sources import _calendars
from investigator.sources._spellings import iso, parse

#: How it is written -> the lines of a table or a log, its first time, and what is said.
WRITTEN = {
    "years of the Buddhists, day first": ("at,boat\n13/06/2569 08:15:00,orca\n14/06/2569 09:40:00,tern\n", "2026-06-13 08:15:00", "Buddhist"),
    "years of the Buddhists in a log": ("2569-06-13 08:15:00 INFO orca out\n2569-06-13 09:40:00 WARN tern late\n", "2026-06-13 08:15:00", "Buddhist"),
    "Persian days, their clock beside them": ("date,time,coach\n1405/03/24,08:15,A\n1405/03/31,09:40,B\n", "2026-06-14 08:15:00", "Persian"),
    "a Persian day that none of our months has": ("at,coach\n1405-02-31 08:15:00,A\n1405-03-01 09:40:00,B\n", "2026-05-21 08:15:00", "Persian"),
    "years of an era": ("\u65e5\u4ed8,room\n\u4ee4\u548c8\u5e746\u670814\u65e5 09\u664230\u5206,pine\n\u4ee4\u548c8\u5e747\u67081\u65e5 08\u664200\u5206,plum\n", "2026-06-14 09:30:00", ""),
    "the first year of an era": ("\u65e5\u4ed8,room\n\u4ee4\u548c\u5143\u5e746\u670814\u65e5 09\u664230\u5206,pine\n\u4ee4\u548c2\u5e747\u67081\u65e5 08\u664200\u5206,plum\n", "2019-06-14 09:30:00", ""),
    "weeks of a year that has 53": ("slot,press\n2020-W53-5T09:10,P1\n2021-W01-1T06:45,P2\n", "2021-01-01 09:10:00", ""),
}  # fmt: skip


def _read(text, path):
    path.write_text(text)
    store, report = adding.read(path)
    events = Events.open(store.folder)
    return list(events.fetch(events.table.order_by("unit")).itertuples()), " | ".join(report.sources[0].doubt)


@pytest.mark.parametrize("how", WRITTEN)
def test_a_date_of_another_calendar_is_the_day_of_ours_that_it_is(how, tmp_path):
    text, first, said = WRITTEN[how]
    rows, doubt = _read(text, tmp_path / "rows.csv")
    assert str(rows[0].time).removesuffix("+00:00") == first
    assert (said in doubt) if said else not any(name in doubt for name in _calendars.SAID.values())


def test_no_time_is_made_of_what_may_be_a_day_off(tmp_path):
    rows, doubt = _read("at,caravan\n1447-12-28 06:00:00,K1\n1448-01-01 08:00:00,K2\n", tmp_path / "rows.csv")
    assert all(row.time != row.time for row in rows) and "Islamic" in doubt


def test_a_single_row_far_off_makes_no_calendar(tmp_path):
    text = "at,x\n1400-01-01 00:00:00,a\n" + "".join(f"2026-06-0{n} 00:00:00,b\n" for n in range(1, 5))
    rows, doubt = _read(text, tmp_path / "rows.csv")
    assert str(rows[1].time)[:10] == "2026-06-01" and "Persian" not in doubt


@pytest.mark.parametrize(
    ("persian", "ours"),
    [((1399, 1, 1), (2020, 3, 20)), ((1403, 12, 30), (2025, 3, 20)), ((1404, 1, 1), (2025, 3, 21)), ((1404, 7, 1), (2025, 9, 23))],
)  # fmt: skip
def test_persian_days(persian, ours):
    assert _calendars.ours(_calendars.PERSIAN, *persian) == ours


@pytest.mark.parametrize("text", ["2021-W53-1T08:00", "2026-W00-1T08:00", "1404-12-30 08:00"])
def test_a_day_that_no_year_has_is_no_time(text):
    said = parse(text)
    assert said is None or iso(said) is None
