"""What people keep as lists, calendars and tables is read entry by entry, in whatever shape they wrote it."""

import pytest

import investigator as inv


def read(path, text):
    path.write_text(text) if isinstance(text, str) else path.write_bytes(text)
    events = inv.read(str(path))
    rows = events.fetch(events.table.order_by("time"))
    return [
        (row.time.isoformat()[:19] if row.time == row.time else None, row.body) for row in rows.itertuples()
    ]


LISTS = {
    "flow": 'plan: dairy   # times local, Europe/Madrid\njobs:\n  - {no: L-1, when: "2026-06-17 09:00", what: "vat 3: rinse"}\n  - {no: L-2, when: 2026-06-18 21:30, what: "curd moved, {cold}"}\n',
    "block": "# harbour calendar (all times Europe/Madrid)\n- id: L-1\n  at: 2026-06-17 09:00\n  titel: 'vat 3: rinse'\n- at: 2026-06-18 21:30\n  id: L-2\n  titel: curd moved, {cold}\n",
    "mixed": '---\n- {start: "2026-06-17T07:00:00Z", action: "vat 3: rinse"}\n- start: 2026-06-18T19:30:00Z\n  action: curd moved, {cold}\n',
}


@pytest.mark.parametrize("how", LISTS)
def test_an_entry_of_a_list_in_yaml_is_an_event_with_its_words(tmp_path, how):
    assert read(tmp_path / "plan.yaml", LISTS[how]) == [
        ("2026-06-17T07:00:00", "vat 3: rinse"),
        ("2026-06-18T19:30:00", "curd moved, {cold}"),
    ]


def test_a_time_within_the_words_of_an_entry_begins_none_and_a_bare_day_ends_the_list(tmp_path):
    text = "- when: 2026-06-17 09:14:07Z\n  did: |\n    shut the gate\n    - when: 2026-06-17 10:00:00\n- {when: 2026-06-19, did: looked}\n"
    assert read(tmp_path / "gate.yaml", text) == [
        ("2026-06-17T09:14:07", "shut the gate\n- when: 2026-06-17 10:00:00"),
        ("2026-06-19T00:00:00", "looked"),
    ]


def test_settings_in_yaml_are_no_list_of_events(tmp_path):
    text = "oven:\n  steps:\n  - {name: heat, seconds: 40}\n  - {name: rest, seconds: 90}\n"
    assert all(time is None for time, _ in read(tmp_path / "oven.yaml", text))


def test_events_of_a_cluster_in_yaml_are_at_their_last_time(tmp_path):
    one = "- kind: Event\n  reason: {0}\n  message: tank {1}\n  firstTimestamp: 2026-06-17T0{1}:00:00Z\n  lastTimestamp: '2026-06-17T0{1}:30:00Z'\n  count: 4\n  involvedObject: {{kind: Pod, name: tank-{1}}}\n"
    text = "apiVersion: v1\nkind: List\nitems:\n" + one.format("Pulled", 1) + one.format("BackOff", 2)
    assert read(tmp_path / "dump.yaml", text) == [
        ("2026-06-17T01:30:00", "Pulled: tank 1"),
        ("2026-06-17T02:30:00", "BackOff: tank 2"),
    ]


HEADS = [
    ("PLAN (UTC, day of year)\n2026/168 09:00  tide gate\n2026/169 21:30  lamp room\n", "09:00", "21:30"),
    (
        "# Works, Mill IT (UK time)\n- 17/06/26 10:00 tide gate\n- 18/06/26 22:30 lamp room\n",
        "09:00",
        "21:30",
    ),
    (
        "AGENDA (Europe/Lisbon)\n\nqua 17/06/2026 10:00  tide gate\nqui 18/06/2026 22:30  lamp room\n",
        "09:00",
        "21:30",
    ),
]


@pytest.mark.parametrize(("text", "first", "second"), HEADS)
def test_a_list_of_changes_has_its_days_and_the_zone_of_its_head(tmp_path, text, first, second):
    assert read(tmp_path / "changes.txt", text) == [
        (f"2026-06-17T{first}:00", "tide gate"),
        (f"2026-06-18T{second}:00", "lamp room"),
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026/168 09.14.07 UT TC gate", "2026-06-17T09:14:07"),
        ("2026-168T09:14:07Z TC gate", "2026-06-17T09:14:07"),
        ("17.06.26 09.14.07 TC gate", "2026-06-17T09:14:07"),
        ("mercredi 17 juin 2026 à 9 h : TC gate", "2026-06-17T09:00:00"),
        ("le 1er juin 2026 à 9h14 : TC gate", "2026-06-01T09:14:00"),
        ("le 17 juin 2026 à 9h14min07s : TC gate", "2026-06-17T09:14:07"),
        ("le 17 juin 2026 à minuit : TC gate", "2026-06-17T00:00:00"),
    ],
)
def test_a_line_is_at_the_day_of_the_year_and_at_the_clock_that_it_writes(tmp_path, text, at):
    (_, first), (time, body), _ = read(
        tmp_path / "g.log", f"2026-01-01 00:00:01Z TC up\n{text}\n2026-12-30T00:00:00Z TC down\n"
    )
    assert (first, time) == ("TC up", at) and body.endswith("TC gate")


def test_two_spellings_of_the_day_of_a_year_in_one_log_are_both_read(tmp_path):
    text = "2026-059T23:59:58Z pump on\n2026-060T00:00:02Z pump off\n2026/061 12.30.00 UT lid open\n2026/061 12.31.10 UT lid shut\n"
    assert [time for time, _ in read(tmp_path / "pump.log", text)] == [
        "2026-02-28T23:59:58", "2026-03-01T00:00:02", "2026-03-02T12:30:00", "2026-03-02T12:31:10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "at"),
    [
        (("26168.091407", "26168.101500"), "2026-06-17T09:14:07"),
        (("2026/168 09:14:07", "2026/168 10:15:00"), "2026-06-17T09:14:07"),
        (("2026/168 09.14.07", "2026/168 10.15.00"), "2026-06-17T09:14:07"),
    ],
)
def test_a_column_of_days_of_the_year_is_its_times(tmp_path, cells, at):
    text = "lamp;seen;state\n" + "".join(f"L{n};{cell};lit by hand\n" for n, cell in enumerate(cells))
    assert read(tmp_path / "lamps.csv", text)[0][0] == at


def test_days_of_a_spreadsheet_that_somebody_typed_are_times_and_prices_are_none(tmp_path):
    text = "Schicht;{};Leiter\nS0;46055,25;Ohm\nS1;46055,5;Ohm\nS2;46055,75;Ohm\nS3;46056,0;Ohm\n"
    assert read(tmp_path / "a.csv", text.format("Beginn"))[0][0] == "2026-02-02T06:00:00"
    assert read(tmp_path / "b.csv", text.format("Preis"))[0][0] is None


CALENDAR = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nDTSTART;TZID=America/New_York:20261030T180000\nRRULE:FREQ=WEEKLY;{}\n{}SUMMARY:bins emptied\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize("end", ["COUNT=3", "UNTIL=20261114T000000Z"])
def test_what_a_calendar_repeats_for_a_while_is_an_event_each_time_on_its_own_clock(tmp_path, end):
    assert [time for time, _ in read(tmp_path / "c.ics", CALENDAR.format(end, ""))] == [
        "2026-10-30T22:00:00", "2026-11-06T23:00:00", "2026-11-13T23:00:00",
    ]  # fmt: skip


def test_what_a_calendar_takes_out_is_none_and_what_never_ends_is_one(tmp_path):
    but = "EXDATE;TZID=America/New_York:20261106T180000\n"
    assert len(read(tmp_path / "c.ics", CALENDAR.format("COUNT=3", but))) == 2
    assert len(read(tmp_path / "d.ics", CALENDAR.format("BYDAY=FR", ""))) == 1


def test_an_alert_in_cef_that_says_two_times_is_at_the_end_of_what_it_saw(tmp_path):
    line = "CEF:0|Acme|Moat|1.0|109|rust|8|end=1781688000000 start=1781687990000\n"
    assert read(tmp_path / "m.log", line)[0][0] == "2026-06-17T09:20:00"


def test_the_last_row_over_the_rule_that_closes_a_table_is_a_row(tmp_path):
    rule = "----- -------- ------ ----------\n"
    rows = "00017 20260617 091407 lock seven\n00018 20260617 100000 lock eight\n00019 20260618 235959 gate\n"
    found = read(tmp_path / "spool.prn", f"NR    DATE     TIME   THING\n{rule}{rows}{rule}3 LOCKS\n")
    assert [time for time, _ in found] == [
        "2026-06-17T09:14:07",
        "2026-06-17T10:00:00",
        "2026-06-18T23:59:59",
    ]


def test_a_bar_that_a_cell_of_markdown_holds_parts_none_and_the_header_says_the_zone(tmp_path):
    text = "# Works\n\n| No | Start (CET) | End (CET) | What |\n|:---|:---:|---:|---|\n| W-1 | 2026-01-12 09:00 | 09:30 | saw 2.1 |\n| W-2 | 2026-01-12 22:00 | 2026-01-13 01:00 | bench \\| index |\n| W-3 | tbd | | drop it |\n"
    found = read(tmp_path / "works.md", text)
    assert [time for time, _ in found] == ["2026-01-12T08:00:00", "2026-01-12T21:00:00", None]
    assert "bench | index" in found[1][1]


def test_a_program_with_a_dotted_day_and_clock_is_no_person_who_writes(tmp_path):
    lines = "".join(f"21.10.26 02.00.{n:02d} sweeper: removed NP-{n} rule=age\n" for n in range(30))
    (tmp_path / "s.log").write_text(lines)
    events = inv.read(str(tmp_path / "s.log"))
    first = events.fetch(events.table.order_by("time")).iloc[0]
    assert (first.kind, first.time.isoformat()[:19]) == ("log", "2026-10-21T02:00:00")
