"""Times in every common spelling: what one text says, what a whole column says, and what a table of them becomes."""

import json

import pytest
from made import half, times, write

from investigator import load
from investigator.events import Events
from investigator.events.store import Store
from investigator.load import spelled
from investigator.sources._spellings import iso, parse


def said(text, order="dmy"):
    found = parse(text)
    return found and iso(found, order)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17-JUN-26 09.14.07.123456 PM", "2026-06-17 21:14:07.123456"),  # Oracle
        ("2026-06-17-09.14.07.000000", "2026-06-17 09:14:07.000000"),  # DB2
        ("17.06.26 09:14:07,000000000", "2026-06-17 09:14:07.000000"),
        ("17/06/26 09:14", "2026-06-17 09:14:00.000000"),
        ("2026-06-17T09:14:07.123+02:00[Europe/Berlin]", "2026-06-17 09:14:07.123000+02:00"),
        ("2026-06-17 09:14:07 Europe/Berlin", "2026-06-17 09:14:07.000000+02:00"),
        ("2026-06-17 09:14:07 Etc/GMT+2", "2026-06-17 09:14:07.000000-02:00"),
        ("17.06.2026 09:14:07 (UTC+2)", "2026-06-17 09:14:07.000000+02:00"),
        (
            "Wed Jun 17 2026 09:14:07 GMT+0200 (Central European Summer Time)",
            "2026-06-17 09:14:07.000000+02:00",
        ),
        ("/Date(1781672531000+0200)/", "2026-06-17 05:02:11.000000+00:00"),
        ('ISODate("2026-06-17T09:14:07Z")', "2026-06-17 09:14:07.000000+00:00"),
        ("28/3/2026 9:29:07 p. m.", "2026-03-28 21:29:07.000000"),
        ("28/3/2026, 9:29:07 μ.μ.", "2026-03-28 21:29:07.000000"),
        ("2026. 3. 28. 오후 9:29:07", "2026-03-28 21:29:07.000000"),
        ("2026/3/28 上午12:05:09", "2026-03-28 00:05:09.000000"),
        ("17 juin 2026 à 09h14", "2026-06-17 09:14:00.000000"),
        ("20260617091407123", "2026-06-17 09:14:07.123000"),
        ("2026-168T09:14:07", "2026-06-17 09:14:07.000000"),
        ("Jun 17 09:14:07", "06-17 09:14:07.000000"),
        ("2026-06-17 21:29:07 μετά", None),  # a word behind the clock that nobody knows
        ("2026-02-30 09:14", None),
        ("DOC-1 2026-06-17", None),
        ("10.0.0.1", None),
        ("1.2.3", None),
        ("17", None),
    ],
)
def test_one_text_says_one_time_or_none(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("values", "order", "unsure"),
    [
        (["05/06/2026 9:14 AM", "17/06/2026 9:16 PM"], "dmy", False),
        (["06/05/2026 9:14 AM", "06/17/2026 9:16 PM"], "mdy", False),
        (["05/06/2026 09:14"], "mdy", True),
        (["05/06/2026 09:14", "06/06/2026 09:15"], "dmy", True),  # a day apart, and not a month
        (["Wed 03/06/2026 09:14", "Thu 04/06/2026 09:15"], "dmy", False),  # the weekday fits one alone
        (["05.06.2026 09:14"], "dmy", False),
        (["06/06/2026 09:14"], "dmy", False),  # either order is the same day
    ],
)
def test_day_and_month_are_decided_by_all_values_of_a_column(values, order, unsure):
    found = spelled.told(values)
    assert (found.order, found.unsure) == (order, unsure)


@pytest.mark.parametrize(
    ("values", "name", "unit"),
    [
        (["1781672531", "1781672699", "1781674192"], "created", "seconds"),
        (["134261540470000000", "134261563946440000"], "lastLogon", "FILETIME"),
        (["13426154047000000", "13426157870844000"], "last_access", "WebKit"),
        (["639172772470000000", "639172785032640000"], "Ticks", "ticks"),
        (["20260617091407", "20260617091509"], "posted", ""),
        (["202606170001", "202606170002", "202606170003"], "order", None),  # a day and a serial
        (["1400000000", "1400000003", "1400000006"], "member_no", None),
        (["136068127", "252794500", "116940109"], "time", None),
    ],
)
def test_numbers_are_times_where_they_can_be_told_to_be(values, name, unit):
    assert spelled.unit_of(values, name) == unit


#: Kinds of the invented examples that one source alone decides, and in which all that is asked for is held.
HELD = ("columns", "durations", "halves", "partly", "several", "timeless", "zones", "digits")
EXAMPLES = [x for x in times() if x["kind"] in HELD and half(x["name"]) == "making"][::3]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_invented_tables_are_read_as_a_careful_person_would(example, tmp_path):
    (tmp_path / "in").mkdir()
    path = write(example, tmp_path / "in")[0]
    store = Store(tmp_path / "events")
    report = load.add(path, store=store, vault=tmp_path / "vault", load=1, zone=example.get("zone"))
    events = Events.open(store.folder)
    frame = events.fetch(events.table, limit=None)
    for word, wanted in example.get("at", {}).items():
        (row,) = [
            row
            for row in frame.itertuples()
            if word in f"{row.body} {' '.join(dict(row.attributes).values())}".split()
            or word in f"{row.body} {list(dict(row.attributes).values())}"
        ]
        shown = None if row.time != row.time else row.time.isoformat().replace("+00:00", "Z")[:19]
        if wanted == "none":
            assert shown is None
        elif wanted != "asked":
            assert shown in [one[:19] for one in ([wanted] if isinstance(wanted, str) else wanted)]
    if "no time" in example.get("said", ()):
        assert "none of its rows has a time" in str(report) and "=time" in str(report)
    if "choice" in example.get("said", ()):
        assert "the first of its columns that hold times" in str(report) and "--column" in str(report)


def rows(*pairs, key="at"):
    return "".join(json.dumps({key: at, "ref": ref}) + "\n" for at, ref in pairs).encode()


def test_a_zone_moves_only_what_names_none(place):
    data = rows(
        ("2026-06-17 09:14:07", "A-1"), ("2026-06-17T07:14:07Z", "A-2"), ("2026-06-17 09:14:07+02:00", "A-3")
    )
    place.add(data, zone="Europe/Berlin")
    assert {str(at) for at in place.events().time} == {"2026-06-17 07:14:07+00:00"}


def test_rows_without_a_zone_among_rows_with_one_are_asked_about(place):
    data = rows(
        ("2026-06-17T07:14:07Z", "A-1"), ("2026-06-17T07:15:07Z", "A-2"), ("2026-06-17 09:16:07", "A-3")
    )
    report = place.add(data)
    assert "1 of its rows name no zone" in str(report) and report.asking("zone")
    wide = place.events()
    width = (wide.time_high - wide.time_low).dt.total_seconds()
    assert sorted(width > 90_000) == [False, False, True]


def test_an_offset_is_a_zone(place):
    place.add(rows(("2026-06-17 09:14:07", "A-1")), zone="+05:30")
    assert str(place.events().time[0]) == "2026-06-17 03:44:07+00:00"


def test_a_time_that_no_clock_showed_is_said_and_as_wide_as_the_gap(place):
    report = place.add(
        rows(("2026-03-29 02:30:00", "A-1"), ("2026-03-29 03:30:00", "A-2")), zone="Europe/Berlin"
    )
    assert "1 of its times never were" in str(report)
    width = (place.events().time_high - place.events().time_low).dt.total_seconds()
    assert sorted(width >= 3600) == [False, True]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        # DB2: minutes from UTC
        (["2026-06-17-09.14.07.123456+120 I12E5 LEVEL: Error", "PID : 4", "2026-06-17-09.15.07.123456-210 I13E5 LEVEL: Info"], ["07:14", "12:45"]),
        # a process in front, day and clock between colons
        (["  4711:20260617:091407.123 mill starts", "  4712:20260617:091507.456 mill is slow"], ["09:14", "09:15"]),
        # heads with a sign in front; a time in a sentence below one begins none
        (["=INFO REPORT==== 17-Jun-2026::09:14:07 ===", "mill 3 starts", "=ERROR REPORT==== 17-Jun-2026::09:15:07 ===",
          "mill 3 was shut at 16-Jun-2026::08:00:00", "=INFO REPORT==== 17-Jun-2026::09:16:07 ==="], ["09:14", "09:15", "09:16"]),
        # all say it in a sentence: then it dates them
        (["mill shut at 17-Jun-2026 09:14:07 by hand", "mill open at 17-Jun-2026 09:15:07 by hand"], ["09:14", "09:15"]),
    ],
    ids=["minutes of an offset", "between colons", "in a sentence", "all in a sentence"],
)  # fmt: skip
def test_lines_begin_events_at_the_times_that_their_tools_write(place, lines, wanted):
    place.add("".join(f"{line}\n" for line in lines).encode(), name="mill.log")
    assert [f"{at:%H:%M}" for at in place.events().sort_values("time").time] == wanted


def test_a_day_and_a_clock_in_digits_are_a_time_and_nothing_measured(place):
    rows = ["20260617,091407,3", "20260617,092007,4", "20260618,100000,3"]
    place.add(("fecha,hora,puerta\n" + "\n".join(rows) + "\n").encode(), name="gates.csv")
    frame = place.events().sort_values("time")
    assert [f"{at:%d %H:%M}" for at in frame.time] == ["17 09:14", "17 09:20", "18 10:00"]
    assert set(frame.name) == {"puerta"}


@pytest.mark.parametrize("name", ["stamp", "weighed"])
def test_a_column_of_written_times_and_of_counts_in_several_units_loses_no_row(name, tmp_path):
    from test_formats import given, rows

    at = ["2026-05-28T20:26:40Z", "1780000001", "1780000002000", "1780000003000000000", "46170.851898"]
    lines = "".join(f"{1780000000 + n}\t{at[n % 5]}\tcrate {n} weighed\n" for n in range(20))
    frame, report = rows(given(f"nr\t{name}\ttext\n{lines}", tmp_path, "scale.tsv"))
    assert frame.time.notna().all()
    assert set(frame.time.dt.strftime("%Y-%m-%d %H:%M")) <= {"2026-05-28 20:26"}
