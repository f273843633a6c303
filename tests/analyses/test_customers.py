"""Whose a thing is: by the column that groups the things, whatever a trade calls its parties."""

from __future__ import annotations

from pathlib import Path

import pytest

import investigator as inv
from investigator.facts import traces
from investigator.facts.customers import customers_of


def _whose(folder: Path, columns: dict[str, list[str]]) -> tuple[dict[str, str], str | None]:
    """The customer of each of 24 things, and the column that told it."""
    head = ",".join(["thing_no", *columns, "created_at"])
    rows = [
        ",".join(
            [f"TH-{n:04d}", *(held[n % len(held)] for held in columns.values()), f"2026-06-17T07:{n:02d}:00Z"]
        )
        for n in range(24)
    ]
    (folder / "things.csv").write_text("\n".join([head, *rows, ""]))
    case = inv.Case.new("INC-1", root=folder, title="x", about=["TH-0001"])
    case.add(folder / "things.csv")
    events = case.events()
    people, by = customers_of(events, traces.mentions_of_kind(events, "TH-0001"), "TH-0001")
    held = {} if people is None else {row.id: row.customer for row in events.fetch(people).itertuples()}
    return held, by


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("facility", ["St James", "Northgate", "Holmfield"]),
        ("SCHOOL", ["SCH011", "SCH012"]),
        ("haulier", ["haul-1", "haul-2", "haul-5"]),
        ("Mandant", ["Nordwind", "Süd"]),
        ("payer_id", ["71", "72", "90"]),
        ("tenant", ["acme", "zeta"]),
    ],
)
def test_the_party_is_found_beside_what_only_sorts_the_things(
    column: str, values: list[str], tmp_path: Path
) -> None:
    held, by = _whose(
        tmp_path, {"product": ["RCC", "PLT", "FFP", "WB"], column: values, "status": ["open", "done"]}
    )

    assert by == column
    assert held == {f"TH-{n:04d}": values[n % len(values)] for n in range(24)}


def test_a_customer_by_name_goes_before_a_place(tmp_path: Path) -> None:
    _, by = _whose(tmp_path, {"site": ["a", "b", "c"], "customer_no": ["C7", "C8"]})

    assert by == "customer_no"


def test_the_only_column_of_codes_tells_where_no_name_does(tmp_path: Path) -> None:
    _, by = _whose(tmp_path, {"colour": ["red", "blue"], "hier": ["KX17", "KX18", "KX19"]})

    assert by == "hier"


def test_nobody_is_named_where_nothing_groups_them(tmp_path: Path) -> None:
    held, by = _whose(tmp_path, {"colour": ["red", "blue"], "size": ["1.5", "2.5"]})

    assert (held, by) == ({}, None)


def test_two_columns_of_codes_leave_it_open(tmp_path: Path) -> None:
    _, by = _whose(tmp_path, {"line": ["L1", "L2"], "gate": ["G4", "G5", "G6"]})

    assert by is None


def test_the_harm_to_one_customer_can_be_asked_where_nobody_is_listed():
    import pandas as pd

    from investigator.analyses import harm

    listed = pd.DataFrame({name: pd.Series([], dtype="object") for name in ("id", "at", "back", "gone")})
    own = harm._own(listed, {}, "CUST-1")
    assert harm._part(listed[own], listed["gone"].notna()[own], listed["gone"].notna()[own])["open"] == 0
