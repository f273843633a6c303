"""What the README says is so: its code runs, its commands exist, its tables are fresh."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import investigator
from investigator import catalogue, testing

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
#: The files that CONTRIBUTING shows whole: room, name, text.
SHOWN = re.findall(
    r"`investigator/([\w/]+)/(\w+)\.py`:\n\n```python\n(.*?)```", CONTRIBUTING, flags=re.DOTALL
)


def test_the_code_of_the_readme_runs(sample):
    names = {}
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert "DOC-4711" in names["finding"].answer


@pytest.mark.parametrize(("room", "name", "text"), SHOWN, ids=[f"{room}/{name}" for room, name, _ in SHOWN])
def test_a_file_that_contributing_shows_keeps_its_contract(room, name, text, added):
    check = {
        "sources": testing.check_source,
        "analyses": testing.check_analysis,
        "views": testing.check_view,
        "case/brief": testing.check_screen,
    }[room]
    check(added(room, text, name))


def test_contributing_shows_a_file_for_each_room_and_all_its_code_is_tried(tmp_path):
    assert {room for room, _, _ in SHOWN} == {"sources", "analyses", "views", "case/brief"}
    assert CONTRIBUTING.count("```python") == len(SHOWN)
    (notebook,) = re.findall(r"```json\n(.*?)```", CONTRIBUTING, flags=re.DOTALL)
    (tmp_path / "handover.ipynb").write_text(notebook, encoding="utf-8")
    testing.check_template(tmp_path / "handover.ipynb")


def test_every_check_and_every_room_is_named_in_contributing():
    for name in testing.__all__:
        assert not name.startswith("check_") or name in CONTRIBUTING, name


def test_every_command_of_the_readme_exists():
    from typer.main import get_command

    from investigator.cli import app

    known = set(get_command(app).commands)
    used = {m.group(1) for m in re.finditer(r"^inv ([a-z][a-z-]*)", README, flags=re.MULTILINE)}
    assert used and used <= known


def test_the_tables_of_the_readme_are_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "README.md", "CONTRIBUTING.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"Run make docs. {done.stdout}{done.stderr}"


def test_every_public_name_is_in_the_readme():
    for name in investigator.__all__:
        assert name in README, name


def test_every_analysis_view_and_format_says_what_you_get():
    for room in ("analyses", "views", "sources"):
        for name in catalogue.names(f"investigator.{room}"):
            line = catalogue.first_line(f"investigator.{room}", name)
            assert line.endswith((".", ":")) or "`" in line, f"{name}: {line}"
