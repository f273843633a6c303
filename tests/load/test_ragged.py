"""Rows that are wider or narrower than their header, sums and titles among them: read by what the others hold, or said."""

from __future__ import annotations

from datetime import datetime

import pytest

from investigator.events.events import Events
from investigator.load import adding


def _read(text, tmp_path, name="table.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    store, report = adding.read(tmp_path / name)
    events = Events.open(store.folder)
    rows = events.fetch(events.table)
    return [
        {**dict(row.attributes or {}), "time": row.time, "body": row.body} for row in rows.itertuples()
    ], report


#: Each with the words that must stand whole in one cell, in the order of the rows.
WORDS = {
    "a calendar": (
        "start,end,what\n2026-06-17 07:00,08:00,Pump test\n2026-06-17 09:00,10:00,Valve swap, hall 2, with Ana\n"
        "2026-06-17 11:00,12:00,Hand-over\n2026-06-18 07:00,08:00,Audit, part two\n",
        "what", ["Pump test", "Valve swap, hall 2, with Ana", "Hand-over", "Audit, part two"],
    ),
    "a ward": (
        "at;bed;note;by\n2026-06-17 07:00;B-1;moved;rk\n2026-06-17 07:10;B-2;asleep;low pulse;ml\n2026-06-17 07:20;B-3;awake and well;rk\n"
        "2026-06-17 07:30;B-4;left;ml\n2026-06-17 07:40;B-5;in; out; in;rk\n",
        "note", ["moved", "asleep;low pulse", "awake and well", "left", "in; out; in"],
    ),
    "a shop": (
        "order,at,remark\nO-1,2026-06-17 07:00,gift,wrap it\nO-2,2026-06-17 07:05,none at all\nO-3,2026-06-17 07:06,ring,twice,please\n"
        "O-4,2026-06-17 07:09,left at the door\n",
        "remark", ["gift,wrap it", "none at all", "ring,twice,please", "left at the door"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("trade", WORDS)
def test_a_delimiter_within_words_makes_no_row_wrong(trade, tmp_path):
    text, column, words = WORDS[trade]
    rows, report = _read(text, tmp_path)
    assert [row[column] if column in row else row["body"] for row in rows] == words
    assert not report.units.rejected and "within words" in str(report)


def test_where_nothing_tells_which_cell_is_too_wide_the_row_is_said(tmp_path):
    text = "at,from,to\n2026-06-17 07:00,hall two,gate\n2026-06-17 07:01,gate b,hall\n2026-06-17 07:02,gate,hall,two\n2026-06-17 07:03,dock,bay c\n2026-06-17 07:04,bay,dock\n"
    rows, report = _read(text, tmp_path)
    assert len(rows) == 4 and report.units.rejected == 1 and "4 cells where the header has 3" in str(report)


def test_a_row_that_is_cut_short_keeps_what_it_has_and_a_line_of_another_kind_is_no_row(tmp_path):
    text = "id,at,who,note\nT-1,2026-06-17 07:00,rk,closed\nT-2,2026-06-17 07:05\nT-3,2026-06-17 07:06,ml,open\nno, rows\nT-4,2026-06-17 07:09,ml,open\n"
    rows, report = _read(text, tmp_path)
    assert [row["id"] for row in rows] == ["T-1", "T-2", "T-3", "T-4"] and report.units.rejected == 1
    assert "fewer cells than the header" in str(report)


@pytest.mark.parametrize(
    "text",
    [
        "Beginn;Wagen;Fahrer;Km\n17.06.2026 07:00;W-1;Ana;4,1\n17.06.2026 08:00;W-2;Ben;8,0\nZwischensumme;;;12,1\n17.06.2026 09:00;W-1;Ana;2,0\nSumme;;;14,1\n",
        "start,car,driver,km\n2026-06-17 07:00,C-1,Ana,4\n2026-06-17 08:00,C-2,Ben,8\nSubtotal,,,12\n2026-06-17 09:00,C-1,Ana,2\nPrinted by depot 4,,,\n",
    ],
)
def test_sums_and_lines_about_a_table_are_said_and_take_no_time_from_the_others(text, tmp_path):
    rows, report = _read(text, tmp_path)
    assert len(rows) == 3 and rows[0]["time"].replace(tzinfo=None) == datetime(2026, 6, 17, 7)
    assert report.units.rejected == 2 and "no row" in str(report)


def test_a_thing_that_is_called_total_and_a_sparse_row_are_rows(tmp_path):
    text = "name,at,owner,note\nTotal Recall,2026-06-17 07:00,rk,seen\nSum,2026-06-17 07:05,ml,open\nAlien,2026-06-17 07:06,,\nTotal,2026-06-17 07:08,,\n"
    rows, report = _read(text, tmp_path)
    assert len(rows) == 4 and not report.units.rejected


def test_a_title_that_a_spreadsheet_filled_up_with_empty_cells_is_above_the_header(tmp_path):
    text = "Faults of hall 2;;;\nmade on 28.06.2026 16:02 by P. Jansen;;;\n;;;\nno;begin;place;cause\n1;02.06.2026 08:14;north;short\n;;;\n2;13.06.2026 22:40;south;digger\n"
    rows, report = _read(text, tmp_path)
    assert [row["cause"] for row in rows] == ["short", "digger"] and not report.units.rejected
    assert report.units.structural == {"blank": 1, "header": 1, "title": 3}


def test_a_cell_that_psql_wraps_is_one_cell(tmp_path):
    text = "shop=> select id, at, detail from log;\n id |        at           |  detail  \n----+---------------------+----------\n  1 | 2026-06-17 07:00:00 | first   +\n    |                     | second\n  2 | 2026-06-17 07:01:00 | a +\n  3 | 2026-06-17 07:02:00 | b\n(3 rows)\n"
    rows, report = _read(text, tmp_path, "paste.txt")
    assert [row.get("detail", row["body"]) for row in rows] == [
        "first\nsecond",
        "a +",
        "b",
    ] and not report.units.unexplained


def test_what_kubectl_printed_below_its_command_is_a_table(tmp_path):
    events = "$ kubectl get events -n depot\nLAST SEEN   TYPE      REASON    OBJECT      MESSAGE\n58m         Normal    Pulled    pod/a-0     image is here\n41s         Warning   BackOff   pod/b-0     again\n"
    rows, report = _read(events, tmp_path, "events.txt")
    assert len(rows) == 2 and all(row["time"] is None or row["time"] != row["time"] for row in rows)
    assert report.asking("taken") == ["events.txt"]
    pods = "ana@box:~$ kubectl get pods\nNAME    READY   STATUS    RESTARTS   AGE\nweb-0   1/1     Running   0          4d\ndb-0    0/1     Pending   0          2m\nana@box:~$ \n"
    rows, _ = _read(pods, tmp_path, "pods.txt")
    assert len(rows) == 2


def test_records_whose_trailing_blanks_were_cut_off_are_records_where_the_trailer_counts_them(tmp_path):
    text = "00HDR DEPOT 4  20260703 060000\n10 20260702 081403 A1 0012 IN\n10 20260702 093000 A2 0999 OUT WITH A LONG REMARK\n10 20260702 171512 A1 0001 MOVED TO HALL TWO\n99TRL 000003 SUM 1012\n"
    rows, _ = _read(text, tmp_path, "handover.txt")
    assert len(rows) == 3 and str(rows[0]["time"])[:19] == "2026-07-02 08:14:03"


def test_who_does_something_in_a_chat_is_who_did_it(tmp_path):
    text = "--- Log opened Wed Jun 17 09:10:00 2026\n09:14 < dana> pulling it\n09:15  * dana pulls the plug\n09:16 -!- ivo [~ivo@host] has quit [bed]\n09:17 < ivo> * ok\n09:18 <@dana> yes\n09:19 <@dana> back\n"
    rows, _ = _read(text, tmp_path, "ops.log")
    assert [row.get("user") for row in rows] == ["dana", "dana", None, "ivo", "dana", "dana"]


def test_a_table_below_the_command_that_printed_it_has_no_prompt_among_its_rows(tmp_path):
    text = "[ops@gate ~]$ sqlite3 -header bags.db 'select at, ref, n from bags'\nat|ref|n\n2026-06-17T07:02:11Z|B-1|7\n2026-06-17T07:03:11Z|B-2|8\n2026-06-17T07:04:11Z|B-3|9\n[ops@gate ~]$ exit\n"
    rows, report = _read(text, tmp_path, "paste.txt")
    assert len(rows) == 3 and not report.units.rejected and report.units.structural["prompt"] == 1


def test_a_trailer_that_was_filled_up_with_empty_cells_is_no_row(tmp_path):
    text = "at;ref;what;n\n2026-06-17T07:02:11Z;B-1;scanned;4\n2026-06-17T07:08:57Z;B-2;moved;5\n2026-06-17T07:09:57Z;B-3;moved;6\nBAGS;END;3;;\n"
    rows, report = _read(text, tmp_path)
    assert len(rows) == 3 and report.units.rejected == 1
