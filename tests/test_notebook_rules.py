"""Templates and tutorials keep the rules that make them readable: one idea a cell, logic in the library."""

import json
from pathlib import Path

import pytest

from investigator.testing import check_template

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted([*(ROOT / "templates").glob("*.ipynb"), *(ROOT / "notebooks").glob("*.ipynb")])


def test_there_are_templates():
    assert {"triage", "postmortem"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_its_contract(notebook):
    check_template(notebook)


def cell(kind, source, *tags, **more):
    out = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source, **out, **more}


GOOD = (
    cell("markdown", "# Handover\n\n> What the next shift must know."),
    cell("code", 'case_id: str = "sample"  # id of the case', "parameters"),
    cell("code", "import investigator as inv\n\ncase = inv.Case.open(case_id)", "remove-cell"),
    cell("markdown", "## What gets worse?"),
    cell("code", "case.find.what_gets_worse()"),
)
BAD = {
    "no line under the title": ({0: cell("markdown", "# Handover")}, "does not begin with a title"),
    "a paragraph under the title": ({0: cell("markdown", "# H\n\n> One.\n\n> Two.")}, "does not begin with"),
    "no parameters": ({1: cell("code", "case_id = 1")}, "has the tag parameters"),
    "two cells of parameters": (
        {4: cell("code", "a: int = 1  # one", "parameters")},
        "has the tag parameters",
    ),
    "a parameter without a type": ({1: cell("code", "case_id = 1  # id", "parameters")}, "a parameter is"),
    "a parameter without help": ({1: cell("code", "case_id: int = 1", "parameters")}, "has no help"),
    "five parameters": (
        {1: cell("code", "\n".join(f"{name}: int = 1  # {name}" for name in "abcde"), "parameters")},
        "has 5 parameters",
    ),
    "a tag of its own": ({4: cell("code", "case", "mine")}, "a tag that nobody knows"),
    "six lines": ({4: cell("code", "\n".join("abcdef"))}, "has 6 lines"),
    "a function": ({4: cell("code", "def f():\n    return 1")}, "a function or a branch"),
    "a branch": ({4: cell("code", "if case:\n    case.card()")}, "a function or a branch"),
    "a second title": ({3: cell("markdown", "# What gets worse?")}, "a heading that is no ##"),
    "outputs": ({4: cell("code", "case", outputs=[{"output_type": "stream"}])}, "kept with its output"),
    "a number of a run": ({4: cell("code", "case", execution_count=3)}, "kept with its output"),
    "too many cells": (dict.fromkeys(range(5, 50), cell("markdown", "## Why?")), "cells: more is two"),
}


@pytest.mark.parametrize("how", ["none", *sorted(BAD)])
def test_a_bad_notebook_fails(how, tmp_path):
    changed, said = BAD.get(how, ({}, ""))
    cells = dict(enumerate(GOOD)) | changed
    path = tmp_path / "handover.ipynb"
    path.write_text(json.dumps({"cells": [cells[n] for n in sorted(cells)]}))
    if how == "none":
        return check_template(path)
    with pytest.raises(AssertionError) as caught:
        check_template(path)
    assert said in str(caught.value)
