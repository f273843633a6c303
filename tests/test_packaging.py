"""The wheel carries what the kit needs, and templates are found installed as from a checkout."""

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
    assert "investigator/samples/worlds/trades/domains/claims.toml" in names
    assert {
        f"investigator/report/page/{name}" for name in ("index.html.j2", "script.js", "style.css")
    } <= names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def found_from(place, cwd):
    """Where a fresh Python finds the triage template; it sees nothing but that folder, so not this checkout."""
    code = f"import site; site.addsitedir({str(place)!r}); from investigator.report import templates; "
    code += "print(templates.find('triage'))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=cwd, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip())


def test_templates_are_found_installed(wheel, tmp_path):
    installed = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--no-deps", "--no-index", "--target", str(installed), str(wheel)],
        check=True,
        capture_output=True,
    )
    assert found_from(installed, tmp_path) == installed / "investigator" / "_templates" / "triage.ipynb"
    assert {"inv", "investigator"} <= {path.name for path in (installed / "bin").iterdir()}


def test_templates_are_found_in_an_editable_install(tmp_path):
    code = f"import hatchling.build; hatchling.build.build_editable({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    assert found_from(tmp_path / "installed", tmp_path) == ROOT / "templates" / "triage.ipynb"


def test_templates_are_found_in_a_checkout():
    from investigator.report import templates

    assert templates.find("triage") == ROOT / "templates" / "triage.ipynb"
