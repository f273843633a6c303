"""A report of a case: the template's parameters, the facts for the manifest, and where it goes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case import marks
from investigator.case.evidence import loads
from investigator.case.reasoning import wording
from investigator.look import cut, harmless
from investigator.report import pipeline, templates, turns
from investigator.report.lint import Problem
from investigator.report.redaction import redactor as redacting

if TYPE_CHECKING:
    from investigator.case import Case


def make(
    case: Case,
    template: str = "postmortem",
    *,
    parameters: dict[str, Any] | None = None,
    draft: bool = True,
    audience: str = "engineering",
    mark: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> pipeline.Report:
    """The page of a template for a case, in its reports folder, beside its notebook and its manifest.

    `mark` says how far the page is; a draft of a postmortem says that it is one. For another `audience` than engineering the files are named after it, and hold what it may see
    (`investigator.report.redaction`).

    A draft names what is still empty in one line; a released page leaves such parts out.
    """
    known = {parameter.name for parameter in templates.parameters(templates.find(template))}
    given: dict[str, Any] = {"case_id": str(Path(case.path).resolve())}
    if "as_of" in known:
        given["as_of"] = ""
    given.update(parameters or {})
    manifest = case.evidence.manifest()
    redactor = redacting.of(case, audience)
    with _for_case(template, case) as source:
        report = _rendered(source, case, template, given, manifest, draft, redactor, mark, progress)
    return report


#: So much of a title stands in the browser's and at the foot of each page.
TITLE_AT_MOST = 160


@contextmanager
def _for_case(template: str, case: Case) -> Iterator[Path]:
    """The template's notebook; where it has parts that depend on the case, one made for it."""
    source = templates.find(template)
    notebook = templates.read(source)
    if turns.fits(notebook):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
        made = Path(folder) / source.name
        made.write_bytes(turns.as_bytes(turns.fitted(notebook, case)))
        yield made


def mark_of(template: str, draft: bool) -> str:
    """How far a page is, where nobody says it otherwise: a draft of a postmortem says that it is one."""
    return "Draft: not reviewed, not released" if draft and template == "postmortem" else ""


def _stamp(case: Case) -> str:
    """What tells this case's pages from all others: its id, and the day on which it began there, else that of the call.

    An onset that nobody declared is asked of the events by the page itself, and not once more for this.
    """
    day = marks.day(case.snapshot())
    return f"{case.id}, {day}" if day else case.id


def _rendered(
    source: Path,
    case: Case,
    template: str,
    given: dict[str, Any],
    manifest: Any,
    draft: bool,
    redactor: redacting.Redactor,
    mark: str | None,
    progress: Callable[[int, int, str], None] | None,
) -> pipeline.Report:
    marked = mark_of(template, draft) if mark is None else mark
    report = pipeline.render(
        source,
        given,
        case.path / "reports",
        name=template if redactor.audience == "engineering" else f"{template}-{redactor.audience}",
        title=cut(case.title, TITLE_AT_MOST),
        stamp=_stamp(case),
        audience=redactor.audience,
        redactor=redactor,
        case_facts={
            "id": case.id,
            "head": {replica: list(head) for replica, head in case.record.head().items()},
            "draft": draft,
            "units": str(manifest.units),
        },
        evidence={segment.source: segment.sha256 for segment in manifest.segments},
        leave_out_empty=not draft,
        mark=marked,
        warning=harmless(loads.banner(case.evidence.record, case.evidence.store.manifest())),
        progress=progress,
    )
    if template == "postmortem":
        report.problems.extend(Problem(str(one), "the words") for one in wording.marks(case.snapshot()))
    return report
