"""A file of events that comes again under its name: what both hold counts once, and what only one holds is kept."""

import pytest

from investigator.case import Case

#: Rows of a queue at a clinic: at minute n a number is called, and how.
HEAD = "time,desk,ticket,how\n"


def rows(numbers, how="called", other=()):
    return "".join(f"2026-11-28T09:{n:02}:00Z,blood,QN-{n},{dict(other).get(n, how)}\n" for n in numbers)


@pytest.fixture
def clinic(tmp_path):
    case = Case.new("Q-1", words="a number was called twice", root=tmp_path / "cases", author="ana")
    case.record.declare(kinds={"number": "QN-[0-9]+"})

    def came(text, name="calls.csv"):
        (tmp_path / name).write_text(text)
        return case.add(tmp_path / name)

    case.came = came
    return case


def counted(case, number):
    events = case.events()
    held = events.engine.fetch(events.table.select("attributes"))["attributes"]
    return [
        (said["how"], said.get("afterwards", ""))
        for said in map(dict, held)
        if said["ticket"] == f"QN-{number}"
    ]


def test_what_both_exports_hold_counts_once_and_what_changed_is_there_twice_and_says_so(clinic):
    clinic.came(HEAD + rows(range(12)))
    report = clinic.came(HEAD + rows([*range(7), *range(8, 15)], other=[(3, "missed")]))
    (said,) = report.updates
    assert (
        str(said)
        == "calls.csv was here already and came again, written anew: 10 events are the same, 2 not there any more, 4 new."
    )
    assert any(
        "answer_apart('calls.csv')" in line and "Two different files?" in line for line in report.questions()
    )
    gone = "it is not in the newer calls.csv any more"
    assert counted(clinic, 5) == [("called", "")]
    assert sorted(counted(clinic, 3)) == [("called", gone), ("missed", "")]
    assert counted(clinic, 7) == [("called", gone)] and counted(clinic, 14) == [("called", "")]
    assert clinic.find.search("QN").value["count"] == 16
    assert clinic.verify().ok and clinic.verify(deep=True).ok, str(clinic.verify(deep=True))
    clinic.evidence.answer_apart("calls.csv")
    assert clinic.find.search("QN").value["count"] == 26 and len(counted(clinic, 5)) == 2
    assert clinic.verify(deep=True).ok, str(clinic.verify(deep=True))


def test_of_a_window_that_moved_on_what_lies_before_it_is_not_missing(clinic):
    clinic.came(HEAD + rows(range(12)))
    clinic.came(HEAD + rows(range(4, 16)))
    clinic.came(HEAD + rows(range(8, 20)))
    assert clinic.find.search("QN").value["count"] == 20
    assert {tuple(counted(clinic, n)) for n in range(20)} == {(("called", ""),)}
    clinic.record.erase(clinic.entries("load")[-1], "not ours")
    assert clinic.find.search("QN").value["count"] == 16 and clinic.verify().ok


@pytest.mark.parametrize(
    ("later", "count"),
    [
        pytest.param(HEAD + rows(range(20, 32)), 24, id="another day's"),
        pytest.param(HEAD + rows(range(9, 21)), 24, id="few in both"),
        pytest.param(HEAD + rows(range(12), how="closed"), 24, id="the same clocks, other words"),
        pytest.param(HEAD + rows([0, 1, *range(20, 22)]), 16, id="two in both, half of them"),
        pytest.param(HEAD + rows(range(12)) + rows([12]), 13, id="grown"),
        pytest.param(HEAD + rows(range(12)), 12, id="the same file"),
    ],
)
def test_two_files_of_one_name_are_two_where_they_share_little(clinic, later, count):
    clinic.came(HEAD + rows(range(12)))
    report = clinic.came(later)
    assert report.updates == () and clinic.find.search("QN").value["count"] == count


def test_lines_that_a_log_says_twice_are_there_as_often_as_the_newer_says_them(clinic):
    line = "2026-11-28T09:30:00Z INFO pump retry of QN-7\n"
    rest = "".join(f"2026-11-28T09:{n:02}:01Z INFO pump served QN-{n}\n" for n in range(31, 40))
    clinic.came(line * 3 + rest, "pump.log")
    clinic.came(line * 2 + rest.replace("QN-33", "QN-34") + line, "pump.log")
    assert clinic.find.search("retry").value["count"] == 3
