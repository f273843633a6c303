"""What was taken for another name of a thing is told when it is loaded, and undone in one line."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import investigator as inv
from investigator.cli import app
from investigator.errors import ParameterError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "exports"
    place.mkdir()
    numbers = range(4_100, 4_130)
    rows = "".join(f"ORD-{n},{n * 7_919},packed\n" for n in numbers)
    (place / "orders.csv").write_text(f"order,parcel,state\n{rows}")
    lines = "".join(f"2026-03-02 10:{n % 60:02d}:07 INFO belt - moved parcel {n * 7_919}\n" for n in numbers)
    (place / "belt.log").write_text(lines)
    return place


def test_a_join_is_told_at_load_used_and_undone_in_one_line(folder: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    case = inv.Case.new("T-1", about=["ORD-4117"], root=cases)
    shown = CliRunner().invoke(app, ["add", "T-1", str(folder), "--cases", str(cases)])
    assert "one to one for 30" in shown.output and "--no-name" in shown.output, shown.output

    def sources() -> set[str]:
        return set(inv.Case.open("T-1", root=cases).find.trace_entity(entity="ORD-4117").value["by_source"])

    assert sources() == {"orders.csv", "belt.log"}
    line = next(text for text in shown.output.splitlines() if "--no-name" in text).partition("inv ")[2]
    undone = CliRunner().invoke(app, shlex.split(line))
    assert undone.exit_code == 0 and "apart again" in undone.output, undone.output
    assert sources() == {"orders.csv"}
    case = inv.Case.open("T-1", root=cases)
    assert case.evidence.joins() == [] and "orders.csv: parcel" in case.record.state.no_names
    with pytest.raises(ParameterError, match="no column 'parcel'"):
        case.evidence.answer_no_name("orders.csv", "parcel")


def test_the_undoing_is_itself_undone(folder: Path, tmp_path: Path) -> None:
    case: Any = inv.Case.new("T-2", about=["ORD-4117"], root=tmp_path / "cases")
    case.add(folder)
    case.evidence.answer_no_name("orders.csv", "parcel")
    entry = next(entry for entry in reversed(case.record.entries()) if (entry.content or {}).get("no_names"))
    case.record.undo(entry)
    case.evidence.index()
    assert set(case.find.trace_entity(entity="ORD-4117").value["by_source"]) == {"orders.csv", "belt.log"}
