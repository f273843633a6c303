"""Cases whose honest answer is not the obvious one: what a tile must say, and must not."""

import pytest
from made import traps

from benchmarks.traps import fallen_into, said
from investigator.case import Case


@pytest.mark.parametrize("trap", [pytest.param(t, id=t["name"]) for t in traps()])
def test_a_tile_says_what_a_careful_person_would(trap, tmp_path):
    text = said(trap, tmp_path)
    assert not fallen_into(trap, text), f"{trap['honest']}\n\n{text}"


@pytest.mark.parametrize(
    ("title", "log", "says"),
    [
        pytest.param(
            "Unsere Aufträge werden abgelehnt",
            "2026-06-17T07:14:07Z WARN desk order ORD-1 abgelehnt: no limit\n2026-06-17T07:20:00Z INFO desk order ORD-2 ok\n",
            "1 line says 'abgelehnt', as the call does (since 09:14 Berlin; an end is not established;"
            " of whom, and whether any is lost, is not established)",
            id="one line of another language",
        ),
        pytest.param(
            "Unsere Aufträge werden abgelehnt",
            "2026-06-17T07:14:07Z WARN desk order ORD-1 abgelehnt: no limit\n2026-06-18T08:20:00Z WARN desk order ORD-2 abgelehnt: no limit\n",
            "2 lines say 'abgelehnt', as the call does (since Wed 2026-06-17 09:14, the last Thu 2026-06-18 10:20 Berlin; an end is not established;"
            " of whom, and whether any is lost, is not established)",
            id="over two days",
        ),
        pytest.param(
            "Claims refused for no reason",
            "2026-06-17T07:14:07Z WARN desk claim CL-1 rejected\n",
            "not established (no finding says what was done to whom)",
            id="no line says that word",
        ),
        pytest.param(
            "The timetable does not load",
            "2026-06-17T07:14:07Z WARN desk the timetable does not load\n",
            "not established (no finding says what was done to whom)",
            id="no word of a state of things",
        ),
    ],
)
def test_where_nobody_names_a_thing_the_harm_is_what_lines_say_in_the_words_of_the_call(
    title, log, says, tmp_path
):
    case = Case.new("T-1", title=title, zone="Europe/Berlin", author="ana", root=tmp_path)
    (tmp_path / "desk.log").write_text(log, encoding="utf-8")
    case.add(tmp_path / "desk.log")
    told = [line for line in case.brief.first_screen().text.splitlines() if line.startswith("harm: ")]
    assert told == [f"harm: {says}"]
