"""The wheel carries what the kit needs, and templates are found installed as from a checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(place.glob("*.whl"))


def test_the_wheel_carries_templates_samples_and_the_page(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"investigator/_templates/triage.ipynb", "investigator/_templates/postmortem.ipynb"} <= names
    assert any(name.startswith("investigator/samples/causes/") and name.endswith(".toml") for name in names)
    assert any(name.startswith("investigator/report/page/") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def test_templates_are_found_installed(wheel, tmp_path):
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    code = "from investigator.report import templates; print(templates.find('triage'))"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == installed / "investigator" / "_templates" / "triage.ipynb"


def test_templates_are_found_in_a_checkout():
    from investigator.report import templates

    assert templates.find("triage") == ROOT / "templates" / "triage.ipynb"
