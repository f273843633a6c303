"""Tables as they are copied out of a terminal: under their prompt and command, each row one event with its cells."""

from __future__ import annotations

import pytest

from investigator.events.events import Events
from investigator.load import adding

#: What was copied -> how many rows, and a column with its cells (a line break inside of one where it was wrapped).
COPIED = {
    "underlined, a name with a blank, an empty last cell": (
        "sqlite> select * from dips;\nvat  cloth      dipped               grams\n---  ---------  -------------------  -----\n"
        "V1   red wool   2026-02-11 14:20:05  988\nV2   raw silk   2026-02-11 14:41:30\n",
        ("cloth", ["red wool", "raw silk"]),
    ),
    "underlined by the length of each name, numbers to the right": (
        "PS C:\\mill> Get-Sack | Format-Table\n\nWeighed             Kilos Grain\n-------             ----- -----\n"
        "2026-07-01 22:14:09    12 rye\n2026-07-01 22:40:51 10250 oats\n\nPS C:\\mill>\n",
        ("Kilos", ["12", "10250"]),
    ),
    "names again on each page, and a count": (
        "SQL> select * from lamp;\n\nLAMP   LIT                 PORT\n------ ------------------- -----\nL-1    2026-01-12 08:00:00 red\n\n"
        "LAMP   LIT                 PORT\n------ ------------------- -----\nL-2    2026-01-13 08:00:00 green\n\n2 rows selected.\n",
        ("PORT", ["red", "green"]),
    ),
    "underlined, a cell that goes on in the next line": (
        "drawn               well  water\n------------------- ----- ----------\n2026-01-12 08:00:00 W-1   clear, a\n"
        "                          bit hard\n2026-01-12 09:00:00 W-2   cloudy\n",
        ("water", ["clear, a\nbit hard", "cloudy"]),
    ),
    "drawn in boxes, a cell that goes on": (
        "┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━┳━━━━━━━━━━━┓\n┃ at                  ┃ bell ┃ fault     ┃\n┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━╇━━━━━━━━━━━┩\n"
        "│ 2026-01-31 10:02:13 │ C    │ rope is   │\n│                     │      │ frayed    │\n│ 2026-01-31 10:19:40 │ E    │ none      │\n└─────────────────────┴──────┴───────────┘\n",
        ("fault", ["rope is\nfrayed", "none"]),
    ),
    "a table in the frame of another": (
        "$ cask list --output table\n-------------------------------------\n|               Casks               |\n+-----------------------------------+\n"
        "||              Port               ||\n|+----------------------+----------+|\n||        Filled        |   Vault  ||\n|+----------------------+----------+|\n"
        "||  2026-04-18T03:00:12 |  north   ||\n||  2026-04-19T03:00:09 |  south   ||\n|+----------------------+----------+|\n",
        ("Vault", ["north", "south"]),
    ),
    "one name a line, its colon in one column": (
        "PS C:\\dock> Get-Tow\n\nTow    : 41\nAt     : 2026-06-20T05:15:00Z\nRemark : line slack, second\n         tug called\n\n"
        "Tow    : 42\nAt     : 2026-06-20T05:58:30Z\nRemark : done: 14:00\n",
        ("Remark", ["line slack, second tug called", "done: 14:00"]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", COPIED)
def test_each_row_of_a_table_in_a_terminal_is_an_event_with_its_cells(how, tmp_path):
    text, (column, cells) = COPIED[how]
    (tmp_path / "copied.txt").write_text(text)
    store, report = adding.read(tmp_path / "copied.txt")
    events = Events.open(store.folder)
    rows = list(events.fetch(events.table.order_by("unit")).itertuples())
    assert [dict(row.attributes).get(column, row.body) for row in rows] == cells
    assert all(row.time == row.time for row in rows) and not report.units.rejected


def test_a_table_under_names_in_capitals_is_its_rows_whatever_they_are_called(tmp_path):
    (tmp_path / "silos.txt").write_text(
        "SILO     LAST BACKUP       STATE\nsilo-1   2 hours ago       ok\nsilo-2   3 days ago        failed\n"
    )
    store, report = adding.read(tmp_path / "silos.txt")
    events = Events.open(store.folder)
    rows = events.fetch(events.table.order_by("unit")).itertuples()
    assert [dict(row.attributes)["last_backup"] for row in rows] == ["2 hours ago", "3 days ago"]
    assert report.asking("taken") == ["silos.txt"]


def test_a_line_with_a_clock_that_stands_in_no_table_is_said(tmp_path):
    drawn = "".join(f"W-{n}   2026-01-12 08:0{n}:00\n" for n in range(9))
    (tmp_path / "copied.txt").write_text(
        f"C:\\> sqlcmd\nwell  drawn\n----  -------------------\n{drawn}\nC:\\> tail pump.log\n2026-01-12 08:01:00 dry\n"
    )
    _, report = adding.read(tmp_path / "copied.txt")
    assert (report.events, report.units.rejected) == (9, 1)


def test_a_day_and_a_clock_stay_one_time_where_their_heads_stand_again_on_each_page(tmp_path):
    import investigator as inv

    head = "Date      |Time    |Lock|What\n----------+--------+----+-----\n"
    pages = [
        "".join(f"2026-06-17|09:{10 * page + n:02d}:00| {n} |gate opened\n" for n in range(8))
        for page in range(3)
    ]
    (tmp_path / "locks.txt").write_text("".join(f"Page {n}\n{head}{rows}" for n, rows in enumerate(pages, 1)))
    events = inv.read(str(tmp_path / "locks.txt"))
    times = events.fetch(events.table).time.dropna()
    assert len(times) == 24 and times.nunique() == 24
    assert (str(times.min()), str(times.max())) == ("2026-06-17 09:00:00+00:00", "2026-06-17 09:27:00+00:00")
