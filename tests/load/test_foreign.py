"""Lines of another format among those of one: each is an event of its own; what only looks like one begins none."""

import pytest

LOG4J = [f"2026-06-17 09:{m:02d}:07,120 INFO  [main] desk - ADM-{m} accepted" for m in range(10, 40)]
STRANGERS = {
    "German": "17.06.2026 09:25:30 Bett zugewiesen ADM-501",
    "access": '10.0.0.1 - - [17/Jun/2026:09:25:30 +0000] "GET /adm-501 HTTP/1.1" 200 512 "-" "curl/8.5"',
    "syslog": "Jun 17 09:25:30 web1 sshd[812]: accepted ADM-501",
    "JSON": '{"time": "2026-06-17T09:25:30Z", "level": "info", "msg": "accepted ADM-501"}',
    "ctime": "Wed Jun 17 09:25:30 2026 bed assigned ADM-501",
    "epoch": "1781688330 bed assigned ADM-501",
}


def starts(place):
    frame = place.events()
    return {
        int(origin.rpartition(":")[2].partition("-")[0]): at
        for origin, at in zip(frame.origin, frame.time, strict=True)
    }


@pytest.mark.parametrize("line", STRANGERS.values(), ids=STRANGERS)
def test_one_line_of_another_format_is_an_event_with_its_time(place, line):
    report = place.add("\n".join([*LOG4J[:15], line, *LOG4J[15:]]).encode() + b"\n", name="app.log")
    found = starts(place)
    assert len(found) == 31 and found[16].minute == 25 and not report.units.rejected


@pytest.mark.parametrize("line", list(STRANGERS.values())[:3], ids=list(STRANGERS)[:3])
def test_one_line_among_json_lines_is_an_event(place, line):
    lines = [
        f'{{"time": "2026-06-17T09:{m:02d}:07Z", "level": "info", "msg": "ADM-{m}"}}' for m in range(10, 40)
    ]
    report = place.add("\n".join([*lines[:15], line, *lines[15:]]).encode() + b"\n")
    assert len(starts(place)) == 31 and not report.units.rejected


@pytest.mark.parametrize(
    "below",
    [
        ["  due 2024-01-01 00:00:00 in the ledger"],
        ["{", '"created": "2024-01-01T00:00:00Z",', "}"],
        [
            "Traceback (most recent call last):",
            '  File "a.py", line 3',
            "ValueError: 2024-01-01 00:00 is over",
        ],
        ["> 16.06.2026 18:20:00 quoted by somebody"],
    ],
    ids=["indented", "object", "trace", "quoted"],
)
def test_dates_in_what_goes_on_begin_none_and_stay_in_the_text(place, below):
    place.add("\n".join([*LOG4J[:5], *below, *LOG4J[5:]]).encode() + b"\n", name="app.log")
    assert len(starts(place)) == 30
    (body,) = [text for text in place.events().body if "ADM-14" in text]
    assert all(line.strip() in body for line in below)


def test_lines_inside_a_bracket_that_an_event_opened_begin_none(place):
    below = ["2024-01-01 00:00:00", "2029-12-31 00:00:00", "]"]
    lines = [*LOG4J[:4], f"{LOG4J[4]} [", *below, *LOG4J[5:]]
    place.add("\n".join(lines).encode() + b"\n", name="app.log")
    assert len(starts(place)) == 30


def test_a_line_that_only_a_stricter_format_dates_begins_its_own_event_among_lines_of_any_spelling(place):
    rows = [f"17 juin 2026 09:14:{i:02d} four {i} est chaud" for i in range(12)]
    rows.insert(5, '10.0.0.7 - - [17/Jun/2026:09:14:05 +0200] "GET /fours/5 HTTP/1.1" 500 12')
    place.add("".join(row + "\n" for row in rows).encode(), name="fours.log")
    frame = place.events()
    assert len(frame) == 13 and frame.time.notna().all()


@pytest.mark.parametrize("head, year", [("Jun 17 09:14:30", 2026), ("Dec 31 23:59:30", 2025)])
def test_a_time_without_a_year_among_times_with_one_is_of_the_nearest(place, head, year):
    day = "17 juin 2026" if year == 2026 else "1 janvier 2026"
    rows = [f"{day} 00:14:{i:02d} four {i} est chaud" for i in range(12)]
    rows.insert(5, f"{head} node-1 kernel: link is up")
    place.add("".join(row + "\n" for row in rows).encode(), name="fours.log")
    frame = place.events()
    (when,) = frame.time[frame.body.str.contains("link is up")]
    assert when.year == year and f"{when:%b %d}" == head[:6]


XML = [
    "<?xml version='1.0'?>",
    "<env:Body at='2026-06-16T08:00:00Z'>",
    "2026-06-16 08:00:00 bed 3 was free",
    "<empty/>",
    "</env:Body>",
]


@pytest.mark.parametrize("payload", [XML, XML[1:]], ids=["with its head", "bare"])
def test_a_day_inside_an_element_of_xml_begins_none(place, payload):
    place.add("\n".join([*LOG4J[:15], *payload, *LOG4J[15:]]).encode() + b"\n", name="app.log")
    assert len(starts(place)) == 30


def test_an_element_that_nobody_closes_swallows_no_event(place):
    place.add("\n".join([*LOG4J[:15], "<retry>", *LOG4J[15:]]).encode() + b"\n", name="app.log")
    assert len(starts(place)) == 30


def test_a_log_that_holds_a_quoted_mail_is_a_log(place):
    quoted = ["> On 2026-06-16 08:00:00 Anna wrote:", "> 2026-06-16 08:00:01 the gate is shut"]
    place.add("\n".join([*LOG4J[:15], *quoted, *LOG4J[15:]]).encode() + b"\n", name="app.log")
    assert len(starts(place)) == 30 and set(place.events().kind) == {"log"}


@pytest.mark.parametrize("name", ["German", "access", "syslog", "ctime"])
def test_one_line_among_key_value_lines_is_an_event(place, name):
    lines = [f'time=2026-06-17T09:{m:02d}:07Z level=info msg="ADM-{m} accepted"' for m in range(10, 40)]
    report = place.add("\n".join([*lines[:15], STRANGERS[name], *lines[15:]]).encode() + b"\n")
    assert starts(place)[16].minute == 25 and not report.units.rejected


def test_words_among_key_value_lines_are_still_rejects(place):
    lines = [f"time=2026-06-17T09:{m:02d}:07Z level=info bed={m}" for m in range(10, 40)]
    report = place.add("\n".join([*lines[:15], "the night shift was here", *lines[15:]]).encode() + b"\n")
    assert len(starts(place)) == 30 and report.units.rejected == 1
