"""Every template and tutorial runs twice: cell by cell in its own folder, and by the real report command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted([*(ROOT / "templates").glob("*.ipynb"), *(ROOT / "notebooks").glob("*.ipynb")])


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_untouched(notebook, sample):
    environment = {**os.environ, "INVESTIGATOR_RUN": "test"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--nbval-lax",
            "--nbval-kernel-name=python3",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "--override-ini=addopts=",
            "--override-ini=filterwarnings=",
            notebook.name,
        ],
        cwd=notebook.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "templates").glob("*.ipynb")))
def test_the_report_command_makes_its_page(name, copy_sample, tmp_path, monkeypatch):
    from investigator.case import Case
    from investigator.report.make import make

    monkeypatch.chdir(tmp_path)
    copy_sample(tmp_path / "INC-2031")
    case = Case.open(tmp_path / "INC-2031")
    entries = len(case.entries())
    report = make(case, name)
    page = report.page.read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page and case.title in page
    assert report.page.stat().st_size < 3_000_000
    assert len(case.entries()) == entries, "a report run wrote into the record"
    assert case.verify().ok


def test_the_same_case_and_a_frozen_clock_give_the_same_bytes(copy_sample, tmp_path, monkeypatch):
    from investigator.case import Case
    from investigator.report.make import make

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781712000")
    copy_sample(tmp_path / "INC-2031")
    pages = []
    for _ in range(2):
        report = make(Case.open(tmp_path / "INC-2031"), "postmortem")
        pages.append((report.page.read_bytes(), report.manifest.read_bytes()))
    assert pages[0] == pages[1]
