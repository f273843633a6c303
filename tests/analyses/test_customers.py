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


@pytest.mark.parametrize("column", ["Regel", "rejection_rule", "motivo"])
def test_why_a_thing_was_turned_away_is_nobody(column: str, tmp_path: Path) -> None:
    _, by = _whose(tmp_path, {"colour": ["red", "blue"], column: ["R-112", "R-113", "R-115"]})

    assert by is None


def test_two_columns_of_codes_leave_it_open(tmp_path: Path) -> None:
    _, by = _whose(tmp_path, {"line": ["L1", "L2"], "gate": ["G4", "G5", "G6"]})

    assert by is None


def test_the_harm_to_one_customer_can_be_asked_where_nobody_is_listed():
    import pandas as pd

    from investigator.analyses import harm

    listed = pd.DataFrame({name: pd.Series([], dtype="object") for name in ("id", "at", "back", "gone")})
    own = harm._own(listed, {}, "CUST-1")
    assert harm._part(listed[own], listed["gone"].notna()[own], listed["gone"].notna()[own])["open"] == 0


@pytest.mark.parametrize(
    ("field", "codes", "names"),
    [
        ("ward_no", ["W-17", "W-18", "W-19"], ["Lindhof Klinik", "Sankt Veit", "Marienstift"]),
        ("ref_b", ["9001", "9002", "9003"], ["Kestrel Bakery", "Mill Lane Foods", "Oaten and Sons"]),
    ],
)
def test_the_party_that_people_name_is_found_by_what_another_table_calls_it(
    field: str, codes: list[str], names: list[str], tmp_path: Path
) -> None:
    parties = "\n".join([f"{field},name,since", *(f"{c},{n},200{k}" for k, (c, n) in enumerate(zip(codes, names, strict=True))), ""])  # fmt: skip
    (tmp_path / "parties.csv").write_text(parties)
    lines = [
        f'{{"time":"2026-06-17T07:{n:02d}:01Z","level":"info","thread":"http-nio-{8443 + n % 2}-exec-1","msg":"taken in","thing":"TH-{n:04d}","{field}":"{codes[n % 3]}"}}'
        for n in range(24)
    ]
    (tmp_path / "desk.jsonl").write_text("\n".join([*lines, ""]))
    (tmp_path / "mail.eml").write_text(f"From: a@b.example\nDate: Wed, 17 Jun 2026 09:00:00 +0000\nSubject: lost\n\n{names[1]} misses TH-0001 badly.\n")  # fmt: skip
    case = inv.Case.new("INC-1", root=tmp_path / "cases", title="x", about=["TH-0001"])
    for name in ("parties.csv", "desk.jsonl", "mail.eml"):
        case.add(tmp_path / name)
    events = case.events()
    people, by = customers_of(events, traces.mentions_of_kind(events, "TH-0001"), "TH-0001")
    assert by == field and people is not None
    held = {row.id: row.customer for row in events.fetch(people).itertuples()}
    assert held == {f"TH-{n:04d}": names[n % 3] for n in range(24)}


def test_threads_and_what_changes_in_the_life_of_a_thing_are_nobody(tmp_path: Path) -> None:
    held, by = _whose(tmp_path, {"thread": ["exec-1", "exec-2", "exec-3"], "size": ["1.5", "2.5"]})
    assert (held, by) == ({}, None)
    lines = [
        f"2026-06-17T0{7 + k}:{n:02d}:01Z INFO desk - moved TH-{n:04d} holder=H{(n + k) % 3 + 10}"
        for k in range(2)
        for n in range(24)
    ]
    (tmp_path / "desk.log").write_text("\n".join([*lines, ""]))
    case = inv.Case.new("INC-2", root=tmp_path, title="x", about=["TH-0001"])
    case.add(tmp_path / "desk.log")
    events = case.events()
    people, _ = customers_of(events, traces.mentions_of_kind(events, "TH-0001"), "TH-0001")
    assert people is None


def test_who_stands_in_quotation_marks_is_the_party_and_a_word_of_the_ticket_that_sorts_is_none(
    tmp_path: Path,
) -> None:
    kennels, breeds = ["North Shore Kennels", "Pine & Sons", "Marsh End"], ["Beagle", "Collie"]
    (tmp_path / "desk.log").write_text(
        "".join(
            f'2026-06-17T07:{n:02d}:00Z INFO desk - pup PU-{n:04d} handed in by "{kennels[n % 3]}" breed={breeds[n % 2]} fee=12\n'
            for n in range(24)
        )
    )
    (tmp_path / "ticket.txt").write_text(
        "2026-06-17 08:00 UTC\nOur Collie PU-0001 has no papers.\nPlease look.\nAnn, Pine & Sons\n"
    )
    case = inv.Case.new("INC-1", root=tmp_path, title="x", about=["PU-0001"])
    for name in ("desk.log", "ticket.txt"):
        case.add(tmp_path / name)
    events = case.events()
    people, by = customers_of(events, traces.mentions_of_kind(events, "PU-0001"), "PU-0001")
    assert by == "by"
    held = {row.id: row.customer for row in events.fetch(people).itertuples()}
    assert held == {f"PU-{n:04d}": kennels[n % 3] for n in range(24)}


def test_one_plain_word_that_sorts_things_and_stands_in_the_ticket_is_nobody(tmp_path: Path) -> None:
    (tmp_path / "desk.log").write_text(
        "".join(
            f"2026-06-17T07:{n:02d}:00Z INFO desk - pup PU-{n:04d} handed in breed={('Beagle', 'Collie')[n % 2]} fee=12\n"
            for n in range(24)
        )
    )
    (tmp_path / "ticket.txt").write_text(
        "2026-06-17 08:00 UTC\nOur Collie PU-0001 has no papers.\nPlease look.\nAnn\n"
    )
    case = inv.Case.new("INC-1", root=tmp_path, title="x", about=["PU-0001"])
    for name in ("desk.log", "ticket.txt"):
        case.add(tmp_path / name)
    events = case.events()
    assert customers_of(events, traces.mentions_of_kind(events, "PU-0001"), "PU-0001") == (None, None)
