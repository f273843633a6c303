"""A newer export of a list under another name takes its place, says what is different, and is undone in one line."""

from __future__ import annotations

from typing import Any

import pytest

import investigator as inv
from investigator.errors import ParameterError
from investigator.load import adding
from tests import made

EXAMPLES = [example for example in made.tables() if example["kind"] == "updates"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_two_exports_in_one_folder_count_once_where_they_are_of_one_list(
    example: dict[str, Any], tmp_path
) -> None:
    made.write(example, tmp_path)

    store, report = adding.read(tmp_path)

    rows = sum(segment.rows for segment in store.manifest().current)
    if not example["again"]:
        assert report.updates == () and rows == example["things"]
        return
    (update,) = report.updates
    assert [words.split()[0] for words in update.changed] == example["changed"]
    assert (list(update.gone), list(update.added)) == (example["vanished"], example["added"])
    assert rows == example["things"] - len(example["vanished"])
    assert "It takes its place" in str(report)


HEAD = "order,state,created_at\n"
ROWS = [f"ORD-{n},open,2026-06-17T07:{n:02d}:00Z\n" for n in range(10, 20)]


def _case(tmp_path):
    case = inv.Case.new("INC-1", root=tmp_path, title="x")
    (tmp_path / "orders.csv").write_text(HEAD + "".join(ROWS))
    (tmp_path / "orders (1).csv").write_text(
        HEAD + "".join(ROWS[1:]).replace("ORD-15,open", "ORD-15,paid") + "ORD-30,open,2026-06-17T09:00:00Z\n"
    )
    return case


def _rows(case) -> int:
    events = case.events()
    return len(events.fetch(events.table))


def test_a_newer_export_added_later_takes_the_place_and_one_line_undoes_it(tmp_path) -> None:
    case = _case(tmp_path)
    case.add(tmp_path / "orders.csv")
    report = case.add(tmp_path / "orders (1).csv")

    assert _rows(case) == 10
    assert "1 changed (ORD-15 state open → paid), 1 gone (ORD-10), 1 new (ORD-30)" in str(report)

    case.evidence.answer_apart("orders (1).csv")
    assert _rows(case) == 20
    with pytest.raises(ParameterError, match="takes the place of no other list"):
        case.evidence.answer_apart("orders (1).csv")


def test_an_older_export_added_later_steps_back(tmp_path) -> None:
    case = _case(tmp_path)
    case.add(tmp_path / "orders (1).csv")
    report = case.add(tmp_path / "orders.csv")

    assert _rows(case) == 10
    assert "orders (1).csv is a newer export of orders.csv" in str(report)
    assert len(case.evidence.store.manifest().segments) == 2  # the old one stays as evidence
    assert case.verify().ok


def test_a_log_exported_twice_hides_nothing_of_the_first(tmp_path) -> None:
    head = "time,user,action,object\n"
    lines = [f"2026-06-17T07:{n:02d}:00Z,u{n % 3},edit,PAY-{n % 4}\n" for n in range(20)]
    (tmp_path / "audit.csv").write_text(head + "".join(lines[:15]))
    (tmp_path / "audit2.csv").write_text(head + "".join(lines[5:]))

    store, report = adding.read(tmp_path)

    assert report.updates == ()
    assert sum(segment.rows for segment in store.manifest().current) == 30
