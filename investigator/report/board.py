"""Pages for those without Jupyter: one for care, one for a manager, one for a lawyer; read-only, and renewing themselves.

They are made from the screens without a kernel, so that they can be written anew with every line of the record.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from investigator import moment
from investigator.errors import ReportError
from investigator.report import atomic, lint, page
from investigator.report.redaction import attack, redactor

if TYPE_CHECKING:
    from investigator.case import Case

FOLDER = "board"
#: Each page: its screen, its title, and as whose page it is redacted. A lawyer needs the names of those who knew.
BOARDS = {
    "care": ("for_care", "For who talks to the customer", "customer"),
    "manager": ("for_manager", "For who decides", "executive"),
    "lawyer": ("for_lawyer", "For who accounts for it", "engineering"),
}
SECONDS = 60


def write(case: Case) -> list[Path]:
    """The three pages, in `reports/board`; each loads itself again every minute. A leak stops all three."""
    from nbformat import v4

    folder = case.path / "reports" / FOLDER
    files: dict[Path, bytes] = {}
    for name, (screen, title, audience) in BOARDS.items():
        red = redactor.of(case, audience)
        shown = getattr(case.brief, screen)()
        as_of = f"As of {moment.show(case.now, case.zone)}. Only to read; it renews itself every minute."
        notebook = v4.new_notebook(
            cells=[
                v4.new_markdown_cell(f"# {title}\n\n> {as_of}\n\n## As it stands", id="head"),
                v4.new_code_cell(
                    "",
                    id="body",
                    outputs=[v4.new_output("display_data", {"text/html": red.markup(shown._repr_html_())})],
                ),
            ]
        )
        path = folder / f"{name}.html"
        files[path] = page.page(
            notebook, title=red.text(title), audience=audience, stamp=red.text(case.id), renewed=SECONDS
        )
        leaks = attack.attack(red, {path.name: files[path]})
        blocked = [one for one in lint.lint(files[path]) if one.blocks]
        if leaks or blocked:
            raise ReportError(
                f"The page for {name} can't be shown: {attack.said(leaks) or blocked[0].sentence}.".replace(
                    "..", "."
                ),
                "The earlier pages are untouched.",
                "Reword or take back the entry that holds it.",
            )
    atomic.write_all(files)
    return list(files)
