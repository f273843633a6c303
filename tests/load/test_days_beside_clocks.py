"""A day and its clock in two columns are one time, and what a list's entries begin with is read in the forms that crews write."""

import pytest
from test_formats import given, rows

TABLES = {
    "md": "| Tag | ab | was |\n|---|---|---|\n| 2026-11-02 | 18:30 | Kran 3 |\n| 2026-11-13 | 10:12 | Kran 4 |\n",
    "csv": "date,heure,quoi\n02/11/2026,18h30,grue 3\n13/11/2026,10h12,grue 4\n",
    "wiki": "|| date || heure || quoi ||\n| 02/11/2026 | 18h30 | grue 3 |\n| 13/11/2026 | 10h12 | grue 4 |\n",
    "psql": "    day     | hour  | what\n------------+-------+---------\n 2026-11-02 | 18:30 | crane 3\n 2026-11-13 | 10:12 | crane 4\n(2 rows)\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_day_and_its_clock_are_one_time_in_every_table(kind, tmp_path):
    frame, _ = rows(given(TABLES[kind], tmp_path, f"cranes.{'csv' if kind == 'csv' else 'txt'}"))
    assert [str(at)[:16] for at in frame.time] == ["2026-11-02 18:30", "2026-11-13 10:12"]


@pytest.mark.parametrize(
    "line, at",
    [
        ("17MAY26 0610Z  crane 3 greased", "2026-05-17 06:10"),
        ("17 May 26 0610  crane 3 greased", "2026-05-17 06:10"),
        ("170610ZMAY26 crane 3 greased", "2026-05-17 06:10"),
        ("20260517 0610 crane 3 greased", "2026-05-17 06:10"),
        ("* 17/05 06:10 crane 3 greased (Bo)", "2026-05-17 06:10"),
        ("- 17.05. 06:10 crane 3 greased (Bo)", "2026-05-17 06:10"),
        ("05/17 6:10 am crane 3 greased", "2026-05-17 06:10"),
    ],
)
def test_what_a_list_of_a_crew_begins_with_is_read(line, at, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    text = line + "\n" + line.replace("17", "18", 1).replace("crane 3", "crane 4") + "\n"
    frame, _ = rows(given(text, tmp_path, "cranes.txt"))
    assert [str(found)[:16] for found in frame.time] == [at, at.replace("-17", "-18")]
    assert all("crane" in body for body in frame.body)


@pytest.mark.parametrize("line", ["3/4 full at 12:30", "at 1/2 12:30 it stopped", "12 boxes 26 1200 kg"])
def test_a_share_or_a_weight_is_no_day(line, tmp_path):
    frame, _ = rows(given(f"{line}\n{line}\n", tmp_path, "cranes.txt"))
    assert frame.time.isna().all()
