"""What a template keeps, and every notebook of the kit."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

#: Every tag that a cell may have.
TAGS = {
    "parameters",
    "remove-cell",
    "remove-input",
    "turn",
    "thing",
    "service",
    "decision",
    "nbval-check-output",
    "nbval-ignore-output",
    "raises-exception",
}
LINES_AT_MOST, CELLS_AT_MOST, PARAMETERS_AT_MOST = 5, 45, 4
_BRANCHES = (ast.FunctionDef, ast.ClassDef, ast.If, ast.For, ast.While, ast.Try)


def check_template(path: Path | str) -> None:
    """Everything that makes a notebook readable: one idea a cell, logic in the library, no outputs.

    A title and one line under it; the parameters alone, one a line, each with its help; then cells of at most five
    lines without a function or a branch, under headings; tags from the closed list. Whether it runs is another test.
    """
    path = Path(path)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert 2 < len(cells) <= CELLS_AT_MOST, f"{path.name} has {len(cells)} cells: more is two notebooks."
    lines = [line for line in _source(cells[0]).splitlines() if line]
    assert len(lines) == 2 and lines[0].startswith("# ") and lines[1].startswith("> "), (
        f"{path.name} does not begin with a title and one line under it (# ..., > ...): {lines}"
    )
    _parameters(path.name, cells)
    for number, cell in enumerate(cells):
        where = f"{path.name}, cell {number}"
        unknown = set(_tags(cell)) - TAGS
        assert not unknown, (
            f"{where} has a tag that nobody knows: {sorted(unknown)}. There are: {sorted(TAGS)}."
        )
        if cell["cell_type"] == "code":
            _code(where, cell)
    headings = [
        line
        for cell in cells
        if cell["cell_type"] == "markdown"
        for line in _source(cell).splitlines()
        if line.startswith("#")
    ]
    wrong = [line for line in headings[1:] if not line.startswith(("## ", "### "))]
    assert not wrong, f"{path.name} has a heading that is no ## or ###: {wrong[0]}"


def _parameters(name: str, cells: list[dict[str, Any]]) -> None:
    tagged = [cell for cell in cells if "parameters" in _tags(cell)]
    assert tagged == [cells[1]], f"{name}: the second cell, and no other, has the tag parameters."
    code = _source(cells[1])
    tree = ast.parse(code)
    assert all(isinstance(node, ast.AnnAssign) for node in tree.body), (
        f"{name}: a parameter is `name: type = default  # help`, and nothing else stands there: {code}"
    )
    assert 1 <= len(tree.body) <= PARAMETERS_AT_MOST, f"{name} has {len(tree.body)} parameters: one to four."
    bare = [line for line in code.splitlines() if "  # " not in line]
    assert not bare, f"{name}: a parameter has no help: {bare[0]}"


def _code(where: str, cell: dict[str, Any]) -> None:
    code = _source(cell)
    written = [line for line in code.splitlines() if line.strip()]
    assert len(written) <= LINES_AT_MOST, f"{where} has {len(written)} lines: one to five.\n{code}"
    for node in ast.walk(ast.parse(code.replace("%%", "# ").replace("\n%", "\n# "))):
        assert not isinstance(node, _BRANCHES), (
            f"{where} has a function or a branch: that is a file in analyses/ or views/.\n{code}"
        )
    assert cell["outputs"] == [] and cell["execution_count"] is None, f"{where} is kept with its output."


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _tags(cell: dict[str, Any]) -> list[str]:
    found: list[str] = cell["metadata"].get("tags", [])
    return found
