"""From a template and a case to a page that can be shared, or to the earlier one, untouched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from investigator.errors import ParameterError, ReportError
from investigator.report import atomic, templates
from investigator.report import figure as figures
from investigator.report import lint as linting
from investigator.report import manifest as manifests
from investigator.report import page as pages
from investigator.report import run as running
from investigator.report.lint import Problem
from investigator.report.redaction import attack as attacking
from investigator.report.redaction.redactor import Redactor

_PLOTLY = "application/vnd.plotly.v1+json"


@dataclass(frozen=True)
class Report:
    """Where a report lies, and what its reader should know before sharing it."""

    page: Path
    notebook: Path
    manifest: Path
    problems: list[Problem]
    seconds: float


def render(
    template: str | Path,
    parameters: Mapping[str, Any],
    folder: Path,
    *,
    name: str,
    title: str,
    case_facts: Mapping[str, Any] | None = None,
    evidence: Mapping[str, str] | None = None,
    audience: str = "engineering",
    redactor: Redactor | None = None,
    code: bool = False,
    language: str = "en",
    leave_out_empty: bool = False,
    stamp: str = "",
    warning: str = "",
    mark: str = "",
    timeout: float = 600,
    progress: running.Progress | None = None,
) -> Report:
    """The report `<name>.html` with its notebook and manifest, all three written at the end or none.

    `stamp`, the case's id and date, stands in the browser's title and at the foot of each printed page.
    `redactor` takes out what the audience may not see; then the three files are attacked, and a leak stops them.
    Problems that would let a page run code or call out stop it; the others are returned, and listed in the
    manifest.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise ParameterError(
            f"A report can't be named '{name}'.",
            "A name has letters, digits, dots, hyphens and underscores.",
            "Choose such a name: postmortem, status-2.",
        )
    source = template if isinstance(template, Path) else templates.find(template)
    out = Path(folder)
    page_path, notebook_path = out / f"{name}.html", out / f"{name}.ipynb"
    manifest_path = out / f"{name}.manifest.json"
    executed = running.execute(source, parameters, beside=notebook_path, timeout=timeout, progress=progress)
    case_facts, evidence, shown = dict(case_facts or {}), dict(evidence or {}), executed.parameters
    if redactor is not None:
        from nbformat import from_dict

        executed.notebook.update(from_dict(redactor.value(dict(executed.notebook))))
        title, stamp, warning = redactor.text(title), redactor.text(stamp), redactor.text(warning)
        case_facts, evidence, shown = (redactor.value(one) for one in (case_facts, evidence, shown))
    page = pages.page(
        executed.notebook,
        title=title,
        audience=audience,
        code=code,
        language=language,
        leave_out_empty=leave_out_empty,
        stamp=stamp,
        warning=warning,
        mark=mark,
    )
    problems = [*linting.lint(page), *_undrawable(executed)]
    if redactor is not None:
        problems += [Problem(sentence, "who reads it") for sentence in redactor.warnings()]
    if warning:
        problems.append(Problem(warning, "the case"))
    stopping = [problem for problem in problems if problem.blocks]
    if stopping:
        first = stopping[0]
        raise ReportError(
            f"The page is not safe to share: {first.sentence[:-1]} ({first.where}).",
            f"There are {len(stopping)} such problems. The earlier report is untouched.",
            "Mend the cell of the template that shows it.",
        )
    notebook = executed.to_bytes()
    manifest = manifests.manifest(
        {"page": (page_path.name, page), "notebook": (notebook_path.name, notebook)},
        template={"name": source.stem, "sha256": executed.template_sha256},
        parameters=shown,
        title=title,
        audience=audience,
        case=case_facts,
        evidence=evidence,
        problems=[asdict(problem) for problem in problems],
    )
    if redactor is not None:
        files = {page_path.name: page, notebook_path.name: notebook, manifest_path.name: manifest}
        leaks = attacking.attack(redactor, files)
        if leaks:
            raise ReportError(
                f"The page for {redactor.audience} would tell what it may not: {attacking.said(leaks)}.",
                f"There {'is one such place' if len(leaks) == 1 else f'are {len(leaks)} such places'}. The earlier report is untouched.",
                "Reword or take back the entry that holds it, or mend the cell of the template that shows it.",
            )
    atomic.write_all({notebook_path: notebook, page_path: page, manifest_path: manifest})
    return Report(page_path, notebook_path, manifest_path, problems, executed.seconds)


def _undrawable(executed: running.ExecutedNotebook) -> list[Problem]:
    """Charts that a closed page can't draw: they would be an empty place."""
    found, number = [], 0
    for cell in executed.notebook.cells:
        if "remove-cell" in cell.metadata.get("tags", []):
            continue
        for output in cell.get("outputs", []):
            figure = output.get("data", {}).get(_PLOTLY)
            if figure is not None:
                number += 1
                for reason in figures.needs(figure):
                    found.append(
                        Problem(f"Chart {number} can't be drawn offline: {reason}.", f"chart {number}")
                    )
    return found
