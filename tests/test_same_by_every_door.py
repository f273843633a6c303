"""The same evidence gives the same answer by every door: the triage with an id and without one, and a case that was opened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from investigator import samples
from investigator.case import Case
from investigator.cli import app
from investigator.samples.trades import trade

#: Nothing else than this may be said of how many there are.
AFFECTED = re.compile(r"([\d,]+) are affected")


def written(which: str, place: Path) -> tuple[Path, str, str]:
    """The exports of an incident, the id as somebody asks for it, and how many are affected in truth."""
    if which == "the sample":
        made = samples.make(place, lines=20_000)
        return made.raw, "DOC-4711", ""
    domain, cause = which.split()
    world = trade(3, domain, cause, things=320)
    return world.write(place / "exports"), world.truth["said"], str(len(world.truth["affected"]))


def by_triage(exports: Path, place: Path, *about: str) -> tuple[str, Case]:
    result = CliRunner().invoke(app, ["triage", str(exports), *about, "--cases", str(place)])
    assert result.exit_code == 0, result.output
    (folder,) = place.iterdir()
    return result.output, Case.open(folder)


@pytest.mark.parametrize("which", ["the sample", "labs hidden", "invoices stuck"])
def test_the_same_evidence_gives_the_same_answer_by_every_door(which: str, tmp_path: Path) -> None:
    exports, about, number = written(which, tmp_path / "made")
    said, triaged = by_triage(exports, tmp_path / "one", "--about", about)
    opened = Case.new("CASE-1", about=[about], root=tmp_path / "two")
    opened.add(exports)
    findings = [case.find.who_else(like=about) for case in (triaged, opened)]
    assert findings[0].answer == findings[1].answer
    assert findings[0].value == findings[1].value
    assert triaged.onset() == opened.onset()
    where = [case.find.whereabouts(entity=about).answer for case in (triaged, opened)]
    assert where[0] == where[1]
    told = f"{findings[0].value['affected']:,}"
    assert told == (number or told) and findings[0].verdict == "found"
    assert AFFECTED.findall(said) == [told]
    # Where no id is named none is made up, and no other number is told.
    unnamed, _ = by_triage(exports, tmp_path / "three")
    assert set(AFFECTED.findall(unnamed)) <= {told}
    if findings[0].value["list"]["found"].keys() != {"affected"}:
        (line,) = [one for one in said.splitlines() if one.startswith("list ")]
        assert f"names {findings[0].value['list']['number']}: " in line
