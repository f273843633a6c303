"""Templates and tutorials keep the rules that make them readable: one idea a cell, logic in the library."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted([*(ROOT / "templates").glob("*.ipynb"), *(ROOT / "notebooks").glob("*.ipynb")])
TAGS = {
    "parameters",
    "remove-cell",
    "remove-input",
    "turn",
    "decision",
    "nbval-check-output",
    "nbval-ignore-output",
    "raises-exception",
}


def cells(path, kind=None):
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if kind is None or cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def tags(cell):
    return cell["metadata"].get("tags", [])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


def test_there_are_templates():
    assert {"triage", "postmortem"} <= {path.stem for path in NOTEBOOKS}


def test_the_first_cell_is_a_title_and_one_line_under_it(notebook):
    lines = [line for line in source(cells(notebook)[0]).splitlines() if line]
    assert lines[0].startswith("# ") and lines[1].startswith("> ") and len(lines) == 2


def test_the_second_cell_is_the_parameters_alone_one_a_line_each_with_its_help(notebook):
    cell = cells(notebook)[1]
    assert "parameters" in tags(cell)
    assert [c for c in cells(notebook) if "parameters" in tags(c)] == [cell]
    tree = ast.parse(source(cell))
    assert all(isinstance(node, ast.AnnAssign) for node in tree.body)
    assert all("  # " in line for line in source(cell).splitlines())
    assert 1 <= len(tree.body) <= 4


def test_only_tags_of_the_closed_list_are_used(notebook):
    assert {tag for cell in cells(notebook) for tag in tags(cell)} <= TAGS


def test_a_code_cell_has_at_most_five_lines_and_no_function_or_branch(notebook):
    for cell in cells(notebook, "code"):
        code = source(cell)
        assert len([line for line in code.splitlines() if line.strip()]) <= 5, code
        for node in ast.walk(ast.parse(code.replace("%%", "# ").replace("\n%", "\n# "))):
            assert not isinstance(
                node, (ast.FunctionDef, ast.ClassDef, ast.If, ast.For, ast.While, ast.Try)
            ), code


def test_headings_are_questions_or_plain_names_in_order(notebook):
    headings = [
        line for c in cells(notebook, "markdown") for line in source(c).splitlines() if line.startswith("#")
    ]
    assert headings[0].startswith("# ")
    assert all(line.startswith(("## ", "### ")) for line in headings[1:])


def test_a_notebook_is_committed_without_outputs(notebook):
    for cell in cells(notebook, "code"):
        assert cell["outputs"] == [] and cell["execution_count"] is None


def test_a_notebook_is_no_longer_than_one_sitting(notebook):
    assert len(cells(notebook)) <= 45
