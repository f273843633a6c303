"""`inv show`: any picture in the terminal or as a file; and what a Tab proposes."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from investigator.case import Case
from investigator.cli import app


@pytest.fixture
def root(tmp_path):
    lines = [
        {
            "time": f"2026-06-17T07:{n:02d}:00Z",
            "level": "error" if n == 7 else "info",
            "service": "oven",
            "msg": f"tray {n} went in",
        }
        for n in range(40)
    ]
    (tmp_path / "oven.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    case = Case.new("INC-7", words="cold bread", root=tmp_path / "cases", author="ana")
    case.add(tmp_path / "oven.jsonl")
    return tmp_path / "cases"


def run(*words, root):
    return CliRunner().invoke(app, [*words, "--cases", str(root)])


def test_without_a_name_it_lists_the_pictures(root):
    said = run("show", root=root).output
    assert "timeline" in said and "--save picture.svg" in said


def test_a_picture_is_words_and_numbers_in_a_terminal(root):
    said = run("show", "timeline", "INC-7", root=root).output
    assert "What happened when" in said and "oven" in said and "--save timeline.svg" in said
    data = json.loads(run("show", "timeline", "--json", root=root).output)
    assert data["columns"][0] == "lane" and data["rows"][0][2] == 40


@pytest.mark.parametrize("kind, begins", [("svg", b"<svg "), ("html", b"<!doctype html>")])
def test_it_is_saved_as_a_file_that_stands_alone(root, tmp_path, kind, begins):
    file = tmp_path / f"picture.{kind}"
    done = run("show", "timeline", "--save", str(file), root=root)
    assert done.exit_code == 0, done.output
    kept = file.read_bytes()
    assert kept.startswith(begins) and b'src="http' not in kept
    if kind == "svg":
        assert b'xmlns="http://www.w3.org/2000/svg"' in kept and b"oven" in kept


@pytest.mark.browser
def test_a_png_is_what_a_browser_draws(root, tmp_path):
    file = tmp_path / "picture.png"
    done = run("show", "timeline", "--save", str(file), root=root)
    assert done.exit_code == 0, (done.output, done.exception)
    assert file.read_bytes().startswith(b"\x89PNG") and file.stat().st_size > 10_000


def test_without_a_browser_a_png_says_what_else_there_is(root, tmp_path, monkeypatch):
    monkeypatch.setattr("investigator.cli.showing.shutil.which", lambda name: None)
    done = run("show", "timeline", "--save", str(tmp_path / "x.png"), root=root)
    assert "Save it as .svg" in str(done.exception) and not (tmp_path / "x.png").exists()


@pytest.mark.parametrize(
    "words, said",
    [
        (["show", "timelin"], "timeline"),
        (["show", "timeline", "--save", "x.pdf"], "png, svg, html"),
        (["show", "timeline", "what"], "Parameters have names"),
        (["show", "timeline", "--save", "/nowhere/at/all.svg"], "There is no folder"),
    ],
)
def test_what_can_not_be_shown_is_a_sentence(root, words, said):
    assert said in str(run(*words, root=root).exception)


@pytest.mark.parametrize(
    "typed, proposed",
    [
        ("inv lab IN", ["INC-7"]),
        ("inv find who", ["who_else"]),
        ("inv show time", ["timeline"]),
        ("inv find who_else ", ["INC-7", "--like", "--onset"]),
        ("inv search --source ov", ["oven.jsonl"]),
        ("inv around INC-7 ov", ["oven.jsonl:"]),
        ("inv find nothing_such ", []),
    ],
)
def test_a_tab_proposes_cases_sources_analyses_and_pictures(root, typed, proposed):
    environment = {
        **os.environ,
        "_INV_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split(" ")) - 1),
        "INVESTIGATOR_CASES": str(root),
    }
    code = "import sys; sys.argv = ['inv']; from investigator.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    found = done.stdout.split()
    assert set(proposed) <= set(found) and (proposed or not found), (found, done.stderr)
