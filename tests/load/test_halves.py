"""A half of the day, or a zone, behind a clock is part of the time, wherever it stands: never of the message."""

import pytest

EVENING = {
    "at the head": "2026-06-17 09:14:07 PM {l} tray 4 is full",
    "in brackets": "[2026-06-17 09:14:07 PM] {l} tray 4 is full",
    "with points": "2026-06-17 09:14:07 p.m. {l} tray 4 is full",
    "before a bar": "2026-06-17T09:14:07 PM|{l}|tray 4 is full",
    "behind a level": "{l} 2026-06-17 09:14:07 PM tray 4 is full",
    "American": "06/17/2026 09:14:07 PM {l} tray 4 is full",
    "an object": '{{"time":"2026-06-17 09:14:07 PM","level":"{l}","msg":"tray 4 is full"}}',
    "pairs": 'time="2026-06-17 09:14:07 PM" level={l} msg="tray 4 is full"',
}


@pytest.mark.parametrize("shape", EVENING.values(), ids=EVENING)
def test_past_noon_is_never_read_as_before(place, shape):
    text = "".join(shape.format(l=level) + "\n" for level in ("INFO", "WARN", "ERROR"))
    place.add(text.encode(), name="oven.jsonl" if text.startswith("{") else "oven.log")
    frame = place.events()
    assert {f"{when:%H:%M:%S}" for when in frame.time} == {"21:14:07"}
    assert set(frame.body) == {"tray 4 is full"}


def test_a_table_with_halves_of_days_is_read_by_them(place):
    place.add(
        b"what,at\ntray 3,2026-06-17 11:58:07 PM\ntray 4,2026-06-17 01:58:07 PM\ntray 5,2026-06-18 12:00:03 AM\n",
        name="trays.csv",
    )
    frame = place.events().sort_values("time")
    assert [f"{when:%d %H:%M}" for when in frame.time] == ["17 13:58", "17 23:58", "18 00:00"]


def test_a_word_that_is_neither_zone_nor_half_makes_no_time(place):
    data = b"what,at\ntray 3,2026-06-17 11:58:07 XQ\ntray 4,2026-06-17 01:58:07 XQ\n"
    (source,) = place.add(data, name="x.csv").sources
    assert place.events().time.isna().all() and any("understand" in text for text in source.doubt)


@pytest.mark.parametrize("zone, hour", [("CEST", 7), ("EST", 14), ("+02:00[Europe/Berlin]", 7), (" JST", 0)])
def test_a_zone_behind_a_clock_is_no_part_of_the_message(place, zone, hour):
    head = f"2026-06-17 09:14:07{'' if zone[0] in '+ ' else ' '}{zone}"
    place.add("".join(f"{head} tray {i} is full\n" for i in range(3)).encode(), name="oven.log")
    frame = place.events()
    assert {when.hour for when in frame.time} == {hour}
    assert list(frame.body) == [f"tray {i} is full" for i in range(3)]
