"""Dated lines in the spelling of many languages and systems: the time is found, and the message is what comes after it."""

import pytest

from investigator.sources._dates import found_in
from investigator.sources._spellings import parse

#: What begins a line; all are 17 June 2026, 09:14:07.
MORNING = [
    "17 juin 2026 09:14:07", "17. Juni 2026, 09:14:07", "17 de junio de 2026 9:14:07", "17 giugno 2026 09:14:07",
    "[17 de junho de 2026 às 09:14:07]", "17 juni 2026 kl. 09.14.07", "17.6.2026 klo 9.14.07", "17. kesäkuuta 2026 klo 9.14.07",
    "17 июня 2026 г. 09:14:07", "17 червня 2026 09:14:07", "17 czerwca 2026 09:14:07", "17. června 2026 9:14:07",
    "17 Haziran 2026 09:14:07", "17-Haz-2026 09:14:07", "17 ιουνίου 2026 9:14:07 π.μ.", "2026. június 17. 9:14:07",
    "17 iunie 2026 09:14:07", "2026年6月17日 09:14:07", "2026年6月17日 上午9:14:07", "2026. 6. 17. 오전 9:14:07",
    "Wednesday, June 17, 2026 9:14:07 AM", "17JUN2026:09:14:07", "[2026/06/17 - 09:14:07]", "2026-06-17-09.14.07.000000",
    "09:14:07 17/06/2026", "2026-W25-3 09:14:07", "17/06/2026 9:14:07 a. m.",
]  # fmt: skip
EVENING = [
    "17/06/2026 9:14:07 p. m.", "17 ιουνίου 2026 9:14:07 μ.μ.", "2026年6月17日 下午9:14:07", "2026. 6. 17. 오후 9:14:07", "Jun 17, 2026 9:14:07 PM",
]  # fmt: skip


@pytest.mark.parametrize("head", MORNING)
def test_a_line_begins_with_its_time_however_it_is_spelled(head):
    found = found_in(f"{head} ramp 3 sticks", within=60)
    assert found is not None and found.time.startswith("2026-06-17 09:14:07")
    assert f"{head} ramp 3 sticks"[found.end :].strip(" ]") == "ramp 3 sticks"


@pytest.mark.parametrize("head", EVENING)
def test_what_says_that_it_is_past_noon_is_part_of_the_time(head):
    found = found_in(f"{head} ramp 3 sticks", within=60)
    assert found is not None and found.time.startswith("2026-06-17 21:14:07")


@pytest.mark.parametrize(
    "line",
    [
        "3 loaves at 10:15 were baked",
        "door 12 opened",
        "ratio 1:30 of oven 2026",
        "June was warm, 12:30 lunch",
    ],
)
def test_what_only_looks_like_a_time_is_none(line):
    found = found_in(line, within=4)
    assert found is None or found.start > 1


@pytest.mark.parametrize("text", ["17 juni 2026", "Jun 17 2026", "17 June 2026", "17 czerwca 2026"])
def test_the_year_of_a_day_is_no_clock(text):
    said = parse(text)
    assert said is not None and said.clock is None and said.day("") == (2026, 6, 17)


def test_a_clock_without_signs_stands_behind_a_year():
    said = parse("17 June 2026 0914")
    assert said is not None and said.clock[:2] == (9, 14) and said.day("") == (2026, 6, 17)


#: Logs of three lines whose time has a comma in it, or another language's month.
SHORT = {
    "bakery": "17 juin 2026 09:14:0{i},123 [exec-{i}] {l} b.c.Four - pain {i} cuit",
    "ferry": "Jun 17, 2026 9:14:0{i} AM [deck-{i}] {l} f.Ramp - pain {i} cuit",
    "dairy": "17. června 2026 9:14:0{i} | {l} | main | d.m.Tank | pain {i} cuit",
    "court": "2026-06-17T09:14:0{i}Z|{l}|main|Desk|pain {i} cuit",
}


@pytest.mark.parametrize("shape", SHORT.values(), ids=SHORT)
def test_level_thread_and_logger_are_fields_also_in_a_short_file(place, shape):
    levels = ["INFO", "WARN", "ERROR"]
    text = "".join(shape.format(i=i, l=level) + "\n" for i, level in enumerate(levels, 1))
    place.add(text.encode(), name="kasse.log")
    frame = place.events().sort_values("time")
    assert list(frame.body) == ["pain 1 cuit", "pain 2 cuit", "pain 3 cuit"]
    assert [f"{when:%H:%M:%S}" for when in frame.time] == ["09:14:01", "09:14:02", "09:14:03"]
    assert list(frame.severity_number) == [9, 13, 17]


def test_cmtrace_says_its_zone_in_minutes(place):
    place.add(
        b'<![LOG[tray 4\nis full]LOG]!><time="09:14:07.123-120" date="06-17-2026" component="Oven" context="" type="3" thread="7" file="o.cpp:1">\n'
        b"tray 5 is full  $$<Oven><06-17-2026 09:14:08.456+300><thread=7 (0x7)>\n",
        name="oven.log",
    )
    frame = place.events().sort_values("time")
    assert [f"{when:%H:%M:%S}" for when in frame.time] == ["07:14:07", "14:14:08"]
    assert frame.body.iloc[0] == "tray 4\nis full" and frame.severity_number.iloc[0] == 17


def test_a_transcript_begins_an_event_where_a_command_began(place):
    star = "*" * 22
    text = (
        f"{star}\nWindows PowerShell transcript start\nStart time: 20260617091400\nMachine: TILL7\n{star}\n"
    )
    for clock, words in (
        ("091407", "PS> Open-Till 4\nWARNING: slow"),
        ("091455", "PS> cat old.txt\n2026-01-01 00:00:00 old"),
    ):
        text += f"{star}\nCommand start time: 20260617{clock}\n{star}\n{words}\n"
    place.add(text.encode(), name="transcript.txt")
    frame = place.events().sort_values("time")
    assert [f"{when:%m-%d %H:%M:%S}" for when in frame.time] == ["06-17 09:14:07", "06-17 09:14:55"]
    assert frame.body.iloc[1].endswith("2026-01-01 00:00:00 old")


@pytest.mark.parametrize(
    "head",
    [
        "Jun 17 09:14:09 web-1 nginx: ",
        "<190>1 2026-06-17T07:14:09Z web-1 nginx 12 - - ",
        "2026-06-17T09:14:09+02:00 web-1 nginx[12]: ",
    ],
)
def test_an_access_line_behind_a_syslog_header_has_the_time_of_its_request(place, head):
    line = '192.0.2.7 - - [17/Jun/2026:09:14:07 +0200] "GET /loans/4 HTTP/1.1" 500 12 "-" "curl/8"'
    place.add(f"{head}{line}\n{head}{line}\n".encode(), name="web.log")
    frame = place.events()
    assert set(frame.kind) == {"access"} and {f"{when:%H:%M:%S}" for when in frame.time} == {"07:14:07"}
    assert set(frame.host) == {"web-1"} and set(frame.service) == {"nginx"}


def test_a_day_with_a_clock_beside_it_is_a_time(place):
    place.add(b"REF;ERDAT;ERZET;WAS\nL-1;20260617;091407;baked\nL-2;20260617;094013;sold\n", name="sap.csv")
    assert [f"{when:%H:%M:%S}" for when in sorted(place.events().time)] == ["09:14:07", "09:40:13"]


def test_a_spreadsheets_days_are_times_and_a_measured_number_is_none(place):
    place.add(b"ref;Beladen\nL-1;46190,3848032407\nL-2;46190,4365277778\n", name="days.csv")
    assert [f"{when:%m-%d %H:%M:%S}" for when in sorted(place.events().time)] == [
        "06-17 09:14:07",
        "06-17 10:28:36",
    ]


def test_numbers_with_few_places_are_no_days(place):
    place.add(b"ref,freq\nL-1,46190.38\nL-2,46191.43\n", name="hertz.csv")
    assert place.events().time.isna().all()


#: One time in the words of many languages, as cells have it: 17 June 2026, 09:14.
CELLS = [
    "ke 17.6.2026 klo 9.14", "17. června 2026 v 9:14", "woensdag 17 juni 2026 om 9:14 uur", "ons 17 juni 2026 kl. 09:14",
    "17 cze 2026 09:14", "śr 17 czerwca 2026 9:14", "17 июня 2026 г., 09:14", "ср, 17 июня 2026 г. в 9:14", "17 Haz 2026 09:14",
    "2026/06/17(水) 09:14", "2026년 6월 17일 (수) 오전 9:14", "2026. június 17., 9:14", "17/06/2026 9:14 SA", "le 17/06/2026 à 9h14",
    "17 de jun. de 2026 09:14", "١٧/٠٦/٢٠٢٦ ٠٩:١٤", "17/6/2026, 9:14 π.μ.", "17. Juni 2026, 9:14 Uhr",
]  # fmt: skip


@pytest.mark.parametrize("text", CELLS)
def test_a_cell_says_its_time_in_the_words_of_its_language(text):
    said = parse(text)
    assert said is not None and said.clock is not None and said.clock[:2] == (9, 14)
    assert said.day("") == (2026, 6, 17) or said.day("dmy") == (2026, 6, 17)


@pytest.mark.parametrize(
    "text, zone",
    [
        ("06/17/2026 09:14 AM ET", "America/New_York"), ("June 17, 2026 9:14 AM PT", "America/Los_Angeles"),
        ("2026-06-17 09:14:07 +2", 120), ("2026-06-17 09:14:07 -5", -300), ("2026-06-17 09:14:07 Z", 0),
        ("17.06.2026 09:14:07 Uhr MESZ", 120), ("2026-06-17T09:14:07−04:00", -240), ("2026-06-17 09:14:07 UTC+2", 120),
    ],
)  # fmt: skip
def test_a_cell_says_its_zone_in_whatever_way(text, zone):
    said = parse(text)
    assert said is not None and said.zone == zone and said.clock[:2] == (9, 14)


@pytest.mark.parametrize("zone", ["(UTC+02:00)", "UTC+2", "GMT+0200", "+02:00"])
def test_a_line_says_its_zone_in_whatever_way(place, zone):
    place.add(
        f"2026-06-17 09:14:07 {zone} lane 1 opens\n2026-06-17 09:15:07 {zone} lane 2 opens\n".encode(),
        name="lane.log",
    )
    frame = place.events()
    assert {when.hour for when in frame.time} == {7} and set(frame.body) == {"lane 1 opens", "lane 2 opens"}


def test_a_long_thread_is_taken_off_as_the_short_ones_are(place):
    threads = ["main", "main", f"stream of /tmp/{'x' * 150}"] * 4
    rows = [f"2026-06-17 09:14:{i:02d} INFO [{t}] a.b.Oven: tray {i} is full" for i, t in enumerate(threads)]
    place.add("\n".join(rows).encode(), name="oven.log")
    assert list(place.events().sort_values("time").body) == [f"tray {i} is full" for i in range(12)]
