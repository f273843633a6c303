"""A report in other forms than the page: Markdown with pictures for a wiki, PDF, a picture, the notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from investigator.case.evidence.verify import sha256
from investigator.errors import ParameterError, ReportError
from investigator.report import atomic, printing
from investigator.report.make import mark_of
from investigator.report.markdown import markdown
from investigator.report.redaction import attack as attacking
from investigator.report.redaction import redactor as redacting

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.report.pipeline import Report

#: What each is.
FORMATS = {
    "html": "the page",
    "md": "Markdown with pictures, for a wiki",
    "pdf": "the page on paper, by a browser",
    "png": "the first screen as a picture, by a browser",
    "ipynb": "the notebook that made it",
}


def known(kind: str) -> str:
    """The name of a form; raises ParameterError where there is none of it."""
    if kind not in FORMATS:
        raise ParameterError(
            f"There is no format '{kind}'.", f"There are: {', '.join(FORMATS)}.", "Choose one of them."
        )
    return kind


def export(
    case: Case,
    report: Report,
    kind: str,
    template: str = "postmortem",
    *,
    audience: str = "engineering",
    draft: bool = True,
) -> Path:
    """The report in another form, beside its page; what the page may not tell, it may not tell either."""
    if known(kind) in ("pdf", "png"):
        return printing.written(report.page, kind)
    if kind != "md":
        return report.page if kind == "html" else report.notebook
    import nbformat

    name, redactor = report.page.stem, redacting.of(case, audience)
    files = markdown(
        nbformat.read(report.notebook, as_version=4),
        name=name,
        mark=mark_of(template, draft),
        foot=f"{redactor.text(f'{case.id}: {case.title}')}. The page {report.page.name} has the hash {sha256(report.page)}.",
        leave_out_empty=not draft,
    )
    leaks = attacking.attack(redactor, files)
    if leaks:
        raise ReportError(
            f"The Markdown for {audience} would tell what it may not: {attacking.said(leaks)}.",
            "The page itself is made.",
            "Reword or take back the entry that holds it, or mend the cell of the template that shows it.",
        )
    folder = report.page.parent
    for old in folder.glob(f"{name}-[0-9]*.svg"):  # of a version that had more of them
        if old.name not in files:
            old.unlink()
    atomic.write_all({folder / file: data for file, data in files.items()})
    return folder / f"{name}.md"
