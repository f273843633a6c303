"""What the trail keeps of a cell: what it ran and printed, in a line; and what is no look of somebody's own."""

import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from investigator.case import Case
from investigator.widgets.trail import attach


@pytest.fixture
def shell():
    made = InteractiveShell()
    attach(made)
    yield made
    made.history_manager.enabled = False


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("!echo 42 rows", "42 rows"),
        ("%%bash\necho one\necho two", "one and 1 more lines"),
        ("bricks = 3\nprint(bricks, 'left')", "3 left"),
        ("1/0", "failed: ZeroDivisionError: division by zero"),
        ("sorted([3, 1])", "[1, 3]"),
        ("x = 4", None),
        ("print('hello')", None),
    ],
)
def test_the_trail_keeps_what_a_cell_ran_and_what_it_printed(tmp_path, shell, capsys, cell, text):
    case = Case.new("KILN-1", words="cold", root=tmp_path)
    before = sys.stdout
    shell.run_cell(cell, store_history=True)
    assert sys.stdout is before
    kept = case.entries("scratch")
    assert [entry.content["text"] for entry in kept] == ([text] if text else [])
    assert all(entry.content["code"] == cell for entry in kept)
