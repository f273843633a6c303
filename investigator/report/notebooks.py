"""The templates, opened for a case: copies in its notebooks folder with the case as their parameter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    values = {"case_id": case.id, "as_of": ""}  # by its id: a folder may be moved, and is nobody's business
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


#: The notebooks that most go on with, and what each is for; the others are links below.
FIRST = {
    "triage": "what happened, since when, to whom, and what gets worse",
    "board": "who has what, what we think, what is due",
    "postmortem": "the page for afterwards",
}
START = "start.ipynb"


def start_page(case: Case) -> Path:
    """Where we are and where to go on: written anew each time, with what is known at once, so that it reads before a kernel is up."""
    there = templates.names()
    links = "\n".join(
        f"- [{_title(name)}]({name}.ipynb): {what}" for name, what in FIRST.items() if name in there
    )
    rest = " \u00b7 ".join(f"[{_title(name)}]({name}.ipynb)" for name in there if name not in FIRST)
    cells = [
        _words("# Where are we?\n\n> What is known, what is next, and where to go on."),
        _ran(f"import investigator as inv\n\ncase = inv.Case.open({case.id!r})\ncase.card()", case.card()),
        _words(f"## Go on\n\n{links}\n\nThe rest: {rest}"),
        _words("## What do the files say, and what is next?\n\nThis takes a moment: Run All fills it."),
        _ran("case.brief.at_once()"),
        _words("## What was written last?"),
        _ran("case.brief.news()", case.brief.news()),
        _words(
            "## Look for yourself\n\nSearch in place, drag over the timeline, open a line, write it down."
        ),
        _ran("case.events()"),
        _words("## What has nobody looked at?"),
        _ran("case.brief.unseen()"),
        _words("## What can be asked?\n\nEach is a line, such as `case.find.first_error()`."),
        _ran("case.find", case.find),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"start-{number:02d}"
    kernel = {"name": "investigator", "display_name": "Investigator", "language": "python"}
    page = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    target = case.path / "notebooks" / START
    atomic.write(target, turns.as_bytes(page))
    return target


def _title(name: str) -> str:
    """The heading of a template, as it says it itself."""
    cells = json.loads(templates.find(name).read_text(encoding="utf-8"))["cells"]
    return "".join(cells[0]["source"]).split("\n", 1)[0].lstrip("# ").strip() or name


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _ran(source: str, shown: Any = None) -> dict[str, Any]:
    """A cell, with what it gives where that is known; it is the same when somebody runs it."""
    outputs = []
    if shown is not None:
        data = {"text/plain": str(shown), "text/html": shown._repr_html_()}
        outputs = [{"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": data}]
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "source": source,
        "outputs": outputs,
    }
