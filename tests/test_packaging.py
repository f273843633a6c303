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


@pytest.mark.parametrize("fails", ["0", "1"])
def test_a_set_up_takes_the_certificates_of_this_machine_and_pip_where_uv_can_t(tmp_path, fails):
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for name in ("requirements.lock", "requirements-test.lock", "pyproject.toml", ".venv/.uv"):
        (tmp_path / name).touch()
    for name, code in (("uv", fails), ("python", "0"), ("inv", "0")):
        script = f'#!/bin/sh\necho "{name} $UV_SYSTEM_CERTS $UV_NATIVE_TLS $*"\nexit {code}\n'
        (bin_ / name).write_text(script)
        (bin_ / name).chmod(0o755)
    bare = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    made = subprocess.run(["make", "demo"], cwd=tmp_path, env=bare, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "uv true true pip install" in made.stdout and "inv true true demo" in made.stdout
    assert ("python true true -m pip install" in made.stdout) == (fails == "1")
