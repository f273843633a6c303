"""Crontabs and calendars: what they hold is read by rule, and what is planned to take or close is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from investigator import moment
from investigator.case import Case

LAUNDRY = """\
# shop-3, clocks of Lisbon
*/5 * * * *  wash  /srv/wash/bin/beat
# bags nobody fetched go to the charity
30 6 * * 6   wash  /srv/wash/bin/bags --give-away --unclaimed
0 1 * * *    wash  /srv/wash/bin/tally
5 2 * * *    root  /usr/sbin/tidy --older-than 7d /var/cache
"""
CINEMA = """\
BEGIN:VCALENDAR
X-WR-CALNAME:house
BEGIN:VEVENT
DTSTART;TZID=America/Chicago:20260302T090000
SUMMARY:Seats are released
DESCRIPTION:whoever has not paid\\, loses
  the seat for good
RRULE:FREQ=DAILY
END:VEVENT
BEGIN:VEVENT
DTSTART:20260306T120000Z
SUMMARY:Lunch of the crew
END:VEVENT
END:VCALENDAR
"""
LOG = "".join(f"2026-03-05T15:{n:02d}:00Z INFO desk ticket {n} taken\n" for n in range(20))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.new("INC-1", root=tmp_path / "cases")


def added(case: Case, tmp_path: Path, **files: str):
    (tmp_path / "raw").mkdir(exist_ok=True)
    for name, text in files.items():
        (tmp_path / "raw" / name.replace("_", ".")).write_text(text)
    return case.add(tmp_path / "raw")


def test_of_a_crontab_what_takes_is_told_with_its_next_run_and_the_rest_is_not(case, tmp_path):
    report = added(case, tmp_path, desk_log=LOG, crontab=LAUNDRY)
    (tab,) = [one for one in report.sources if one.format == "crontab"]
    assert tab.events == 4 and not tab.doubt and not tab.asks
    finding = case.find.what_gets_worse()
    assert finding.verdict == "found"
    (one,) = finding.value["items"]
    assert one["next"] == "2026-03-07T06:30:00+00:00"
    assert "bags nobody fetched" in one["what"]


def test_a_crontab_that_names_no_zone_is_asked_about_and_runs_by_the_clock_that_is_answered(case, tmp_path):
    tab = "15 4 * * *  /opt/loans/lapse --older 36h\n"
    report = added(case, tmp_path, desk_log=LOG, crontab=tab)
    assert report.asking("zone") == ["crontab"]
    assert case.find.what_gets_worse().value["next"] == "2026-03-06T04:15:00+00:00"
    case.evidence.answer_zone("crontab", "America/Chicago")
    assert case.find.what_gets_worse().value["next"] == "2026-03-06T10:15:00+00:00"


def test_a_calendar_gives_its_entries_folded_lines_whole_and_the_next_time_of_one_that_repeats(
    case, tmp_path
):
    report = added(case, tmp_path, desk_log=LOG, house_ics=CINEMA)
    (calendar,) = [one for one in report.sources if one.format == "icalendar"]
    assert calendar.events == 2 and not calendar.units.rejected and not calendar.asks
    (one,) = case.find.what_gets_worse().value["items"]
    assert one["what"] == "Seats are released: whoever has not paid, loses the seat for good"
    assert one["next"] == "2026-03-06T15:00:00+00:00"


def test_a_job_whose_own_log_says_that_it_takes_is_told_though_its_name_says_nothing(case, tmp_path):
    log = "".join(f"2026-03-05T02:00:{n:02d}Z coat=K-{1000 + n} action=removed\n" for n in range(20))
    added(
        case,
        tmp_path,
        tidier_log=log,
        crontab="CRON_TZ=UTC\n0 2 * * * root /opt/c/tidier\n0 3 * * * root /opt/c/x\n",
    )
    assert [one["next"] for one in case.find.what_gets_worse().value["items"]] == [
        "2026-03-06T02:00:00+00:00"
    ]


@pytest.mark.parametrize(
    ("words", "at", "sure"),
    [
        ("careful, unsold stalls are auctioned tomorrow at 9:30", "2026-03-06T09:30:00+00:00", True),
        ("tomorrow at 14:00 the bureau shuts its list", "2026-03-06T14:00:00+00:00", False),
        ("Morgen um 8 Uhr macht das Amt die Liste zu", "2026-03-06T08:00:00+00:00", False),
        ("the list was closed yesterday at 9:30", None, False),
        ("tomorrow at 9:30 the cache is purged", None, False),
    ],
)
def test_what_people_say_of_a_time_to_come_is_told_and_a_mere_closing_only_as_one_that_may(words, at, sure):
    import pandas as pd

    import investigator as inv
    from investigator.events.events import Events

    time = pd.Timestamp("2026-03-05 15:00", tz="UTC")
    rows = [{"time": time, "kind": "message", "source": "chat.txt", "body": words}]
    finding = inv.find.what_gets_worse(Events.from_frame(pd.DataFrame(rows)))
    assert [one["next"] for one in finding.value["items"]] == ([at] if at else [])
    assert (finding.verdict == "found") is sure


def test_lists_that_hold_no_time_at_all_are_one_line_of_a_first_screen_and_a_doubt_of_the_whole_report(
    case, tmp_path
):
    farms = "farm,owner\n" + "".join(f"F-{n},Ost {n}\n" for n in range(9))
    pens = "pen,farm\n" + "".join(f"P-{n},F-{n}\n" for n in range(9))
    report = added(case, tmp_path, farms_csv=farms, pens_csv=pens, desk_log=LOG)
    assert "farms.csv, pens.csv: lists without times, 18 rows." in report.in_short()
    assert "none of its rows" not in report.in_short() and str(report).count("none of its rows") == 2


@pytest.mark.parametrize(
    ("job", "log"),
    [
        ("45 3 * * *  vivero  vacia-papelera.sh 7d", ""),
        ("45 3 * * *  stall   /srv/stall/loeschlauf.sh", ""),
        ("45 3 * * *  gaj     /srv/gaj/kasuj_stare.sh", ""),
        ("45 3 * * *  mill    dropStaleSacks  # auto-discard", ""),
        ("45 3 * * *  yard    drop-unclaimed.sh", ""),
        ("45 3 * * *  vivero  nocturno.sh", "nocturno borra planta=P-"),
    ],
)
def test_a_job_takes_in_whatever_language_and_spelling_it_or_its_log_says_so(case, tmp_path, job, log):
    told = "".join(f"2026-03-05T03:45:{n:02d}Z {log}{n}\n" for n in range(20)) if log else LOG
    added(
        case,
        tmp_path,
        nocturno_log=told,
        crontab=f"CRON_TZ=UTC\n{job}\n*/5 * * * *  {job.split()[5]}  pulse.sh\n",
    )
    finding = case.find.what_gets_worse()
    assert [one["next"] for one in finding.value["items"]] == ["2026-03-06T03:45:00+00:00"]
    assert finding.value["runs"] == []


def test_who_runs_all_jobs_of_a_list_names_none_of_them(case, tmp_path):
    log = "".join(f"2026-03-05T02:00:{n:02d}Z ferry berth {n} cancelled\n" for n in range(20))
    tab = "CRON_TZ=UTC\n0 2 * * * ferry weigh\n0 5 * * * ferry greet\n"
    added(case, tmp_path, ferry_log=log, crontab=tab)
    finding = case.find.what_gets_worse()
    assert (finding.value["items"], finding.verdict) == ([], "inconclusive")


def test_where_no_job_says_that_it_takes_those_that_run_next_are_named_and_a_pulse_is_not(case, tmp_path):
    tab = "CRON_TZ=UTC\n0 2 * * * /srv/kiln/x3\n30 6 * * 1 /srv/kiln/stoke\n*/10 * * * * /srv/kiln/ping\n"
    added(case, tmp_path, kiln_log=LOG, crontab=tab)
    finding = case.find.what_gets_worse()
    assert [one["next"] for one in finding.value["runs"]] == [
        "2026-03-06T02:00:00+00:00",
        "2026-03-09T06:30:00+00:00",
    ]
    assert "Jobs of which nothing says what they take run next: '0 2 * * * /srv/kiln/x3'" in finding.answer
    assert (finding.value["next"], finding.verdict) == (None, "inconclusive")


def test_an_entry_of_a_table_that_lies_ahead_is_to_come_and_is_not_now(case, tmp_path):
    """A list of changes reaches further than any log: what it holds ahead has not happened."""
    table = "when,what\n2026-03-01T09:00:00Z,shelf painted\n2026-03-20T03:00:00Z,Sperrlauf of unpaid plots\n"
    added(case, tmp_path, desk_log=LOG, plan_csv=table, crontab="CRON_TZ=UTC\n0 4 7 3 * /srv/plots/purge\n")
    with moment.clock.held(datetime(2026, 3, 5, 16, tzinfo=UTC)):
        found = case.find.what_gets_worse().value
    assert [one["next"][:10] for one in found["items"]] == ["2026-03-07", "2026-03-20"]
    assert found["after"] == "2026-03-05T16:00:00+00:00"


def test_an_entry_that_only_closes_may_take_nothing_and_when_somebody_spoke_is_no_schedule(case, tmp_path):
    plan = CINEMA.replace("Lunch of the crew", "Kiln lists FREEZE for the season").replace(
        "Seats are", "Seats or"
    )
    chat = "08:20  Ana: the bins are emptied too often\n08:25  Bo: who says so?\n08:31  Ana: retention, they say\n"
    added(case, tmp_path, desk_log=LOG, house_ics=plan, kiln_txt=chat)
    found = case.find.what_gets_worse().value
    (one,) = [item for item in found["items"] if "FREEZE" in item["what"]]
    assert (one["next"], one["maybe"]) == ("2026-03-06T12:00:00+00:00", "it only says that something closes")
    assert not [item for item in found["items"] if "Ana" in item["what"]] and not found["runs"]


def test_who_speaks_by_a_clock_that_is_ahead_announces_nothing(case, tmp_path):
    chat = "[2026-03-05 15:40] Ana: the stall is closed and the list is locked\n[2026-03-05 15:50] Bo: since when?\n"
    added(case, tmp_path, desk_log=LOG, crew_txt=chat, crontab="CRON_TZ=UTC\n0 4 7 3 * /srv/plots/purge\n")
    with moment.clock.held(datetime(2026, 3, 5, 15, 30, tzinfo=UTC)):
        found = case.find.what_gets_worse().value["items"]
    assert [one["next"] for one in found] == ["2026-03-07T04:00:00+00:00"]


def test_what_takes_comes_before_what_may_only_close(case, tmp_path):
    plan = CINEMA.replace("Lunch of the crew", "Kiln lists FREEZE").replace("RRULE:FREQ=DAILY\n", "")
    added(case, tmp_path, desk_log=LOG, house_ics=plan, crontab="CRON_TZ=UTC\n0 4 9 3 * /srv/plots/purge\n")
    with moment.clock.held(datetime(2026, 3, 5, 16, tzinfo=UTC)):
        lines = str(case.brief.worse())
    assert lines.index("/srv/plots/purge") < lines.index("Kiln lists FREEZE")
