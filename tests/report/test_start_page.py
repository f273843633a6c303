"""The page that `inv lab` opens: where we are, and where to go on, before a kernel is up."""

import json
import os
import re

import nbformat
import pytest

from investigator.case import Case
from investigator.case.record import folder
from investigator.report import templates
from investigator.report.notebooks import open_for, start_page


@pytest.fixture
def case(tmp_path):
    return Case.new(
        "INC-7",
        words="<b>40 loaves</b> are cold",
        root=tmp_path / "cases",
        author="ana",
        deadline="2030-01-01 18:00 Europe/Berlin",
    )


def test_it_says_where_we_are_without_running_anything(case):
    case.record.note("the belt stopped <script>alert(1)</script>")
    page = nbformat.read(start_page(case), as_version=4)
    nbformat.validate(page)
    shown = [output["data"]["text/html"] for cell in page.cells for output in cell.get("outputs", [])]
    assert any("40 loaves" in text for text in shown) and any("the belt stopped" in text for text in shown)
    assert not any("<script" in text or "<b>40" in text for text in shown)


def test_it_leads_to_every_notebook_the_three_first(case):
    open_for(case)
    page = nbformat.read(start_page(case), as_version=4)
    links = re.findall(r"\]\((\w+)\.ipynb\)", "\n".join(cell.source for cell in page.cells))
    assert links[:3] == ["triage", "board", "postmortem"] and set(links) == set(templates.names())
    assert all((case.path / "notebooks" / f"{name}.ipynb").exists() for name in links)


def test_it_is_written_anew_and_what_people_wrote_elsewhere_stays(case):
    open_for(case)
    triage = case.path / "notebooks" / "triage.ipynb"
    triage.write_text("{}")
    start_page(case)
    case.record.note("later")
    assert "later" in start_page(case).read_text() and open_for(case) and triage.read_text() == "{}"


def test_no_notebook_holds_the_folder_s_path_and_each_finds_its_case(case, tmp_path, monkeypatch):
    open_for(case)
    start_page(case)
    for file in (case.path / "notebooks").glob("*.ipynb"):
        assert str(tmp_path) not in file.read_text(), file.name
        assert "INC-7" in json.dumps([cell["source"] for cell in json.loads(file.read_text())["cells"]])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INVESTIGATOR_CASE", raising=False)
    assert folder.find("INC-7").resolve() == case.path.resolve()  # ./cases
    monkeypatch.chdir(case.path / "notebooks")  # as somebody's own Jupyter starts a kernel
    assert folder.find("INC-7").resolve() == case.path.resolve()
    monkeypatch.chdir(os.path.abspath(os.sep))
    monkeypatch.setenv("INVESTIGATOR_CASE", str(case.path.resolve()))  # as `inv lab` does
    assert folder.find("INC-7").resolve() == case.path.resolve()
