"""The templates, opened for a case: copies in its notebooks folder with the case as their parameter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.report import atomic, templates, turns

if TYPE_CHECKING:
    from investigator.case import Case


def open_for(case: Case) -> Path:
    """The case's notebooks folder with each template in it; a notebook that is there already is left as it is."""
    folder = case.path / "notebooks"
    folder.mkdir(exist_ok=True)
    for name in templates.names():
        target = folder / f"{name}.ipynb"
        if not target.exists():
            atomic.write(target, _filled(templates.find(name), case))
    return folder


def _filled(template: Path, case: Case) -> bytes:
    """A template whose parameters cell names the case, so that it runs as it is."""
    notebook = json.loads(template.read_text(encoding="utf-8"))
    if not turns.fits(notebook):
        notebook = turns.fitted(notebook, case)
    values = {"case_id": str(Path(case.path).resolve()), "as_of": ""}
    for cell in notebook["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            lines = "".join(cell["source"]).splitlines()
            cell["source"] = "\n".join(_line(line, values) for line in lines)
    return turns.as_bytes(notebook)


def _line(line: str, values: dict[str, str]) -> str:
    name = line.split(":", 1)[0].strip()
    if name not in values:
        return line
    comment = line.partition("  #")[2]
    return f"{name}: str = {values[name]!r}" + (f"  #{comment}" if comment else "")
