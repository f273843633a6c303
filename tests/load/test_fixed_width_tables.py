"""A table whose cells are equally long is a table."""

import pytest

from investigator.case import Case


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_a_table_whose_rows_are_equally_long_is_no_file_of_fixed_width(tmp_path, sign):
    rows = [["id", "answered_at", "status"]]
    rows += [[f"KLN-{n}", f"2026-06-17T16:4{n - 110}:00+02:00", "accepted"] for n in range(111, 119)]
    (tmp_path / "answers.csv").write_text("".join(sign.join(row) + "\n" for row in rows))
    case = Case.new("KILN-1", title="cold", root=tmp_path / "cases")
    case.add(tmp_path / "answers.csv")
    held = case.events().fetch(case.events().table)["attributes"]
    assert sorted(dict(one)["id"] for one in held) == [row[0] for row in rows[1:]]
