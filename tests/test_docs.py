"""What the README says is so: its code runs, its commands exist, its tables are fresh."""

import re
import subprocess
import sys
from pathlib import Path

import investigator
from investigator import catalogue

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_code_of_the_readme_runs(sample):
    names = {}
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert "DOC-4711" in names["finding"].answer


def test_every_command_of_the_readme_exists():
    from typer.main import get_command

    from investigator.cli import app

    known = set(get_command(app).commands)
    used = {m.group(1) for m in re.finditer(r"^inv ([a-z-]+)", README, flags=re.MULTILINE)}
    assert used and used <= known


def test_the_tables_of_the_readme_are_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "README.md"],
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
