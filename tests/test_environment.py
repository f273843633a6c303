"""Four files say what the kit stands on, and they agree: name by name, range by range."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ("requirements.lock", "requirements-test.lock")
PLACES = re.compile(
    r"https?:|git\+|file:|\w+://|--(?:extra-)?index-url|--find-links|\s@\s|(?:^|\s)[.~]*/|-e\s", re.MULTILINE
)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?![0-9a-f])")


def ranges(lines: list[str]) -> dict[str, tuple[frozenset[str], str]]:
    """Each requirement by its name: its extras and its range."""
    found = [Requirement(line) for line in lines]
    assert len({canonicalize_name(one.name) for one in found}) == len(found)
    return {canonicalize_name(one.name): (frozenset(one.extras), str(one.specifier)) for one in found}


def conda() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def locked(name: str) -> list[tuple[Requirement, str]]:
    """Each requirement of a lock with all that is written behind it; a line that ends in a backslash goes on."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(line.partition(" --hash")[0]), line) for line in lines]


def wanted(lock: str) -> list[Requirement]:
    """What a lock has to satisfy: the dependencies, and for the tests all extras too."""
    lines = list(PROJECT["dependencies"])
    if lock == "requirements-test.lock":
        lines += [line for extra in PROJECT["optional-dependencies"].values() for line in extra]
    return [Requirement(line) for line in lines]


def unmet(requirement: Requirement, pins: list[Requirement]) -> str:
    """What is wrong with how the pins answer a requirement; empty where nothing is."""
    own = [pin for pin in pins if canonicalize_name(pin.name) == canonicalize_name(requirement.name)]
    if not own:
        return f"{requirement.name} is not there"
    for pin in own:  # more than one where the version depends on the Python
        versions = [one for one in pin.specifier if one.operator == "=="]
        if len(versions) != 1 or not requirement.specifier.contains(versions[0].version, prereleases=True):
            return f"{pin} is outside {requirement}"
    return ""


def test_environment_yml_agrees_with_pyproject_name_by_name_and_range_by_range():
    dependencies = conda()["dependencies"]
    (pip,) = [one["pip"] for one in dependencies if isinstance(one, dict)]
    assert ranges(pip) == ranges(PROJECT["dependencies"])


def test_conda_brings_python_and_pip_and_nothing_else():
    (python, pip) = [one for one in conda()["dependencies"] if isinstance(one, str)]
    assert python == "python" + PROJECT["requires-python"] and pip == "pip"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_every_range_of_pyproject(lock):
    pins = [pin for pin, _ in locked(lock)]
    assert len(pins) > len(wanted(lock)) > 20
    assert [said for one in wanted(lock) if (said := unmet(one, pins))] == []


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        (["duckdb==1.5.6"], ""),
        (["duckdb==2.0.1"], "duckdb==2.0.1 is outside duckdb<2,>=1.5.5"),
        (["duckdb==1.5.6 ; python_version < '3.13'", "duckdb==2.1 ; python_version >= '3.13'"], "outside"),
        (["duckdb>=1.5.5"], "outside"),
        (["pandas==3.1"], "duckdb is not there"),
    ],
)
def test_a_pin_outside_its_range_is_noticed(pins, said):
    found = unmet(Requirement("duckdb>=1.5.5,<2"), [Requirement(pin) for pin in pins])
    assert said in found and bool(said) == bool(found)


def test_both_locks_pin_the_same_versions_of_what_both_hold():
    run, test = ({f"{pin.name}{pin.specifier}" for pin, _ in locked(lock)} for lock in LOCKS)
    assert run - test == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_one_version_with_hashes(lock):
    for pin, line in locked(lock):
        assert [one.operator for one in pin.specifier] == ["=="], line[:100]
        assert pin.url is None and HASH.search(line), line[:100]


@pytest.mark.parametrize("name", [*LOCKS, "environment.yml"])
def test_no_file_names_a_place_to_fetch_from(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert PLACES.findall(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "kit @ file:///home/me/kit",
        "-e .",
        "  - /home/me/kit",
        "../kit",
        "git+ssh://x",
    ],
)
def test_a_place_to_fetch_from_is_noticed(line):
    assert PLACES.search(f"duckdb==1.5.6\n{line}\n")
