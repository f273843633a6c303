"""Pages of one screen: for care, a manager and a lawyer, read-only and renewing themselves; for who leads a walkthrough.

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
    folder = case.path / "reports" / FOLDER
    files = {
        folder / f"{name}.html": _made(
            case, name, screen, title, audience, "Only to read; it renews itself every minute.", SECONDS
        )
        for name, (screen, title, audience) in BOARDS.items()
    }
    atomic.write_all(files)
    return list(files)


def facilitator(case: Case) -> Path:
    """The page of who leads a walkthrough, beside the walkthrough's: it holds the answers, so it is a file of its own."""
    path = case.path / "reports" / "facilitator.html"
    note = "Only for who leads the walkthrough: it holds the answers."
    page_ = _made(case, "facilitator", "facilitator", "For who leads the walkthrough", "engineering", note, 0)
    atomic.write_all({path: page_})
    return path


def _made(case: Case, name: str, screen: str, title: str, audience: str, note: str, renewed: int) -> bytes:
    """A page of one screen, redacted and attacked."""
    from nbformat import v4

    red = redactor.of(case, audience)
    shown = getattr(case.brief, screen)()
    as_of = f"As of {moment.show(case.now, case.zone)}. {note}"
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
    made = page.page(
        notebook, title=red.text(title), audience=audience, stamp=red.text(case.id), renewed=renewed
    )
    leaks = attack.attack(red, {f"{name}.html": made})
    blocked = [one for one in lint.lint(made) if one.blocks]
    if leaks or blocked:
        raise ReportError(
            f"The page for {name} can't be shown: {attack.said(leaks) or blocked[0].sentence}.".replace(
                "..", "."
            ),
            "The earlier pages are untouched.",
            "Reword or take back the entry that holds it.",
        )
    return made
