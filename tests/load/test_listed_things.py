"""A table with a row for each thing lists them and keeps their time; one in which things repeat tells what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from tests import made


@pytest.mark.parametrize("example", made.things(), ids=lambda example: example["name"])
def test_a_row_is_a_thing_or_a_step(example: dict[str, Any], tmp_path) -> None:
    (file,) = made.write(example, tmp_path)

    events = inv.read(file)
    rows = events.fetch(events.table)

    assert set(rows.kind) <= ({"record"} if example["lists"] else {"log", "audit", "deploy"})
    assert rows.time.min() == pd.Timestamp(example["time"])
    assert rows.time.notna().all()


@pytest.mark.parametrize(
    ("head", "row", "kinds"),
    [
        ("item,reading_no,amount,at", "{n},{other},{x}.5,{at}", {"record"}),
        ("posting;order_id;pence;when", "{n};{other};{x};{at}", {"record"}),
        ("seq,sensor_no,degrees,at", "{n},{few},{x}.5,{at}", {"metric"}),
        ("item,weight,height,at", "{n},{x}.5,{few}.25,{at}", {"metric"}),
    ],
)
def test_rows_of_numbers_that_name_other_things_by_number_are_no_measurements(
    head: str, row: str, kinds: set[str], tmp_path: Path
) -> None:
    lines = [
        row.format(n=70_001 + n, other=2_000_000 + n * 7_919 % 90_000, few=14 + n % 3, x=n * 37 % 90, at=f"2026-06-17 07:{n:02d}:00")
        for n in range(40)
    ]  # fmt: skip
    (tmp_path / "table.csv").write_text("\n".join([head, *lines, ""]))
    events = inv.read(tmp_path / "table.csv")
    assert set(events.fetch(events.table).kind) == kinds


def test_a_newer_export_of_things_takes_the_place_of_the_older_one(tmp_path) -> None:
    case = inv.Case.new("INC-1", root=tmp_path, title="x")
    head = "order,status,created_at\n"
    rows = [f"ORD-{n},open,2026-06-17T07:0{n}:00Z\n" for n in range(6)]
    file = tmp_path / "orders.csv"
    file.write_text(head + "".join(rows))
    case.add(file)
    file.write_text(head + "".join(rows).replace("ORD-3,open", "ORD-3,paid"))
    case.add(file)

    events = case.events()
    table = events.fetch(events.table)

    assert len(table) == 6
    assert table[table.body.str.contains("ORD-3")].body.str.contains("paid").all()
    assert set(table.kind) == {"record"}


@pytest.mark.parametrize("column", ["component", "program", "application", "project"])
def test_what_a_thing_consists_of_is_no_service_of_its_list(column: str, tmp_path) -> None:
    rows = [f"U-{n:04d},{'ABC'[n % 3]},open,2026-06-17T07:0{n}:00Z\n" for n in range(6)]
    (tmp_path / "units.csv").write_text(f"unit_no,{column},status,collected_at\n" + "".join(rows))

    events = inv.read(tmp_path / "units.csv")

    found = events.fetch(events.table)
    assert set(found.kind) == {"record"}
    assert not set(found.service.dropna()) & set("ABC")


def test_a_cell_without_a_time_in_a_list_is_no_doubt_and_one_that_is_none_is(tmp_path) -> None:
    rows = [f"LOT-{n},stored,2026-06-17T07:0{n}:00Z" for n in range(6)] + ["LOT-7,waiting,", "LOT-8,waiting,"]
    (tmp_path / "lots.csv").write_text("\n".join(["lot_no,state,stored_at", *rows, ""]))
    (tmp_path / "bad.csv").write_text(
        "\n".join(["lot_no,state,stored_at", *rows[:6], "LOT-7,waiting,soon", ""])
    )

    (good,), (bad,) = (inv.read(tmp_path / name).sources for name in ("lots.csv", "bad.csv"))

    assert not any("no time" in doubt for doubt in good.doubt)
    assert any(
        "1 of its rows have no time" in doubt or "1 of its rows has no time" in doubt for doubt in bad.doubt
    )


LISTS = {
    "museum": ("pod,object_no,seen_at,image", "4{n},{n}1,2026-06-17T07:{m:02d}:00Z,9af{n}7c2e1b4.jpeg"),
    "airport": ("service,tag,loaded_at", "priority,LH-BAG-{n}X,2026-06-17T07:{m:02d}:00Z"),
    "clinic": (
        "service,patient_no,admitted_at,release",
        "cardiology,P-{n},2026-06-17T07:{m:02d}:00Z,home care",
    ),
}
RELEASES = {
    "semver": "1.{n}.0",
    "commit": "9af{n}c2e1b4",
    "image": "registry.example/oven:{n}.1",
    "numbered": "release-{n}",
    "build": "{n}",
    "named": "oven-2026.{n}",
}


@pytest.mark.parametrize("trade", LISTS)
def test_what_no_version_is_makes_no_deploy_of_a_thing(trade: str, tmp_path) -> None:
    head, row = LISTS[trade]
    rows = [row.format(n=4711 + 7 * n, m=n) for n in range(12)]
    (tmp_path / "list.csv").write_text("\n".join([head, *rows, ""]))

    events = inv.read(tmp_path / "list.csv")

    assert not set(events.fetch(events.table).kind) & {"deploy", "flag"}


@pytest.mark.parametrize("spelled", RELEASES)
def test_a_list_of_versions_is_one_of_deploys_however_they_are_spelled(spelled: str, tmp_path) -> None:
    rows = [f"oven,{RELEASES[spelled].format(n=40 + n)},2026-06-17T07:{n:02d}:00Z" for n in range(6)]
    (tmp_path / "list.csv").write_text("\n".join(["service,version,at", *rows, ""]))

    events = inv.read(tmp_path / "list.csv")

    assert set(events.fetch(events.table).kind) == {"deploy"}
