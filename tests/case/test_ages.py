"""Tables that say how old things are, and one question for all files that ask the same."""

from __future__ import annotations

import pytest

from investigator.case import Case
from investigator.load.dated import age


@pytest.mark.parametrize(
    ("text", "seconds", "unit"),
    [
        ("3m ago", 180, 60), ("2 weeks ago", 1_209_600, 604_800), ("About an hour ago", 3600, 3600), ("just now", 0, 60), ("1d4h", 100_800, 3600),
        ("vor 3 Minuten", 180, 60), ("il y a 2 heures", 7200, 3600), ("hace 3 días", 259_200, 86_400), ("5 mo", 12_960_000, 2_592_000), ("3分前", 180, 60),
    ],
)  # fmt: skip
def test_an_age_is_as_long_and_as_exact_as_its_words(text, seconds, unit):
    assert age(text) == (seconds, unit)


@pytest.mark.parametrize("text", ["12", "", "ago", "3 apples ago", "hall 3", "2026-06-17 09:14"])
def test_what_is_no_age_is_none(text):
    assert age(text) is None


def test_ages_are_asked_once_for_all_tables_alike_and_become_times(tmp_path):
    (tmp_path / "in").mkdir()
    for name, ages in {"north": ("3m ago", "2h ago"), "south": ("4d ago", "just now")}.items():
        (tmp_path / "in" / f"{name}.csv").write_text(
            "buoy,last signal\n" + "".join(f"K-{n},{said}\n" for n, said in enumerate(ages))
        )
    case = Case.new("BUOY-1", root=tmp_path)
    report = case.add(tmp_path / "in")
    (asked,) = (line for line in report.questions() if "ages" in line)
    assert "['north.csv', 'south.csv']" in asked or "['south.csv', 'north.csv']" in asked
    case.evidence.answer_taken(["north.csv", "south.csv"], "2026-06-17T09:14:00+02:00")
    events = case.evidence.events()
    times = {str(row.time)[:16] for row in events.fetch(events.table).itertuples()}
    assert times == {"2026-06-17 07:11", "2026-06-17 05:14", "2026-06-13 07:14", "2026-06-17 07:14"}


def test_one_question_for_all_files_whose_days_nothing_tells_from_months(tmp_path):
    (tmp_path / "in").mkdir()
    for n in range(4):
        (tmp_path / "in" / f"rota{n}.csv").write_text(
            f"day,at,x\n08/09/2026,08:1{n},a\n09/08/2026,08:2{n},b\n"
        )
    case = Case.new("ROTA-1", root=tmp_path)
    asked = [line for line in case.add(tmp_path / "in").questions() if "day from month" in line]
    assert len(asked) == 1 and all(f"rota{n}.csv" in asked[0] for n in range(4))
    report = case.evidence.answer_order([f"rota{n}.csv" for n in range(4)], "dmy")
    assert not report.asking("order")
    events = case.evidence.events()
    assert {str(row.time)[:10] for row in events.fetch(events.table).itertuples()} == {
        "2026-09-08",
        "2026-08-09",
    }
