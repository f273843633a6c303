"""A runbook: a parametrised notebook of the checks that mattered in one incident, to be run on the next.

The notebook is made from a signature, which is data; every value in it is written by `repr`, every text made inert. It
is run only where it is, byte for byte, what the record holds and what this kit makes of the record.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case import shown
from investigator.case.shown import Shown
from investigator.check import Expect
from investigator.errors import CaseError, KitError
from investigator.finding import Coverage, Finding
from investigator.library import repeating
from investigator.library.lifting import of_case
from investigator.library.repeating import AS_LAST_TIME, CANT_TELL, Done
from investigator.library.signature import GIVEN, IS, THE, Conclusion, Signature, Step
from investigator.look import cut, several

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.events.events import Events
    from investigator.report.pipeline import Report

NAME = "runbook"
FILE = f"{NAME}.ipynb"
_MARKS = re.compile(r"([\\`*_\[\]#|~$<>&]|:(?=//))")


def make(case: Case) -> Path:
    """The runbook of a case in its reports folder, with its hash in the record. Raises DataError where nothing mattered."""
    from investigator.report import atomic

    signature = of_case(case)
    data = notebook(signature)
    path = case.path / "reports" / FILE
    path.parent.mkdir(exist_ok=True)
    atomic.write(path, data)
    content = {
        "text": f"made the runbook: {several(len(signature.steps), 'step')}",
        "template": NAME,
        "path": f"reports/{FILE}",
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    if _recorded(case) is None or (_recorded(case).content or {})["sha256"] != content["sha256"]:  # type: ignore[union-attr]
        case.evidence.record.append("report", content)
    return path


def signature_of(case: Case) -> Signature:
    """The signature behind a case's runbook. Raises CaseError where there is none, or where it was changed."""
    entry = _recorded(case)
    again = f"Make it again: inv runbook make {case.id}"
    if entry is None:
        raise CaseError(f"{case.id} has no runbook yet.", "", f"Make it: inv runbook make {case.id}")
    path = case.path / "reports" / FILE
    try:
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    except OSError:
        data = b""
    if not data:
        raise CaseError(f"The runbook of {case.id} is gone from {path}.", "", again)
    if hashlib.sha256(data).hexdigest() != (entry.content or {})["sha256"]:
        raise CaseError(
            f"The runbook of {case.id} is not as it was made: somebody changed {path.name}.",
            "A changed notebook could do anything, so it was not run.",
            again,
        )
    signature = of_case(case.as_of(entry.known))
    if notebook(signature) != data:
        raise CaseError(
            f"The runbook of {case.id} is not what this kit makes of its record.",
            "Another version of the kit made it, or somebody wrote both; it was not run.",
            again,
        )
    return signature


def run(
    signature: Signature, case: Case, *, given: Mapping[str, str] | None = None, without: int = 0
) -> tuple[list[Done], list[tuple[Conclusion, str, str]]]:
    """Each step asked of a case, kept in its trail, and what became of last time's conclusions."""
    chosen = signature.without(without) if without else signature

    def ask(analysis: str, params: dict[str, Any], selection: dict[str, Any]) -> Finding:
        events = case.events().select(selection) if selection else None
        finding: Finding = getattr(case.find, analysis)(events, **params)
        return finding

    done = list(repeating.repeat(chosen, repeating.known_of(case, given), ask))
    return done, repeating.concluded(chosen, done)


def page(
    signature: Signature,
    case: Case,
    *,
    given: Mapping[str, str] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Report:
    """The runbook run on a case as a page in its reports folder, beside its notebook and its manifest."""
    from investigator.report import pipeline

    name = f"{NAME}-{signature.id}"
    with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
        source = Path(folder) / f"{name}.ipynb"
        source.write_bytes(notebook(signature))
        return pipeline.render(
            source,
            {"case_id": str(case.path.resolve()), **(given or {})},
            case.path / "reports",
            name=name,
            title=f"{case.title}: the runbook of {signature.id}",
            case_facts={"id": case.id, "runbook": signature.id},
            progress=progress,
        )


def for_case(signature: Signature, case: Case, given: Mapping[str, str] | None = None) -> Path:
    """The runbook in a case's notebooks, opened for it; one that is there already is left as it is."""
    from investigator.report import atomic

    path = case.path / "notebooks" / f"{NAME}-{signature.id}.ipynb"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        atomic.write(path, notebook(signature, {"case_id": str(case.path.resolve()), **(given or {})}))
    return path


def notebook(signature: Signature, values: Mapping[str, str] | None = None) -> bytes:
    """The runbook's notebook: a title, parameters, and of each step a question, its check, and what the answer means."""
    values = values or {}
    cells = [
        _cell("markdown", f"# Runbook: {inert(signature.title)}\n\n> {inert(_story(signature))}"),
        _cell("code", "\n".join(_parameters(signature, values)), "parameters"),
        _cell(
            "code",
            "import investigator as inv\nfrom investigator.library.runbook import asked, at, began, reached, reading\n\n"
            "case = inv.Case.open(case_id)\nabout, onset = about or case.about, onset or began(case)",
            "remove-cell",
        ),
    ]
    if signature.people:
        asked_then = "\n".join(f"- {inert(one)}" for one in signature.people)
        cells.append(_cell("markdown", f"## What people were asked\n\nThese mattered too, and no check does them.\n\n{asked_then}"))  # fmt: skip
    for number, step in enumerate(signature.steps, 1):
        cells.append(_cell("markdown", _question(signature, number, step)))
        cells.append(_cell("code", f"step_{number} = {_call(step)}\nstep_{number}"))
        cells.append(_cell("code", f"then_{number} = reading({number}, step_{number}, {dict(step.traits)!r})\nthen_{number}"))  # fmt: skip
    cells.append(_cell("markdown", "## What follows\n\nWhat was concluded last time, and whether the same checks say it here."))  # fmt: skip
    thens = ", ".join(f"then_{number}" for number in range(1, len(signature.steps) + 1))
    for one in signature.conclusions:
        cells.append(_cell("code", f"reached({one.text!r}, {list(one.steps)!r}, [{thens}])"))
    for number, cell in enumerate(cells):
        cell["id"] = f"r{number:02}"
    told = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(told, indent=1, ensure_ascii=True, sort_keys=True) + "\n").encode()


def inert(text: str) -> str:
    """A text in Markdown that is only text: no link, no markup, no formula."""
    return _MARKS.sub(lambda match: f"&#{ord(match[1])};", " ".join(text.split()))


# -- what the notebook's cells say -----------------------------------------------------------------------------------


def began(case: Case) -> str:
    """When the case began, as a check takes it; empty where nobody knows."""
    onset = case.onset()
    return onset.isoformat() if onset else ""


def at(finding: Finding, path: str) -> Any:
    """What an earlier step gave at a path of its value; None where it gave nothing there."""
    return Expect(path, "==", None).found(finding)


def asked(analysis: Callable[..., Finding], events: Events | None = None, **params: Any) -> Finding:
    """The finding of a check; where a value is missing or it can't be asked, one that says so."""
    question = f"What does {getattr(analysis, '__name__', 'the check')} say?"
    lacking = [name for name, value in params.items() if value in (None, "")]
    if lacking:
        return _unasked(question, f"It was not asked: nothing is known for {' and '.join(lacking)}. Give it in the parameters.")  # fmt: skip
    try:
        return analysis(events, **params)
    except KitError as error:
        return _unasked(question, f"It could not be asked: {error.what}")


class Reading:
    """What came of a step, to look at: as last time or not, and whether it would have been seen."""

    def __init__(self, number: int, finding: Finding, then: Mapping[str, str]) -> None:
        step = Step("", traits=then)
        self.number, self.finding = number, finding
        self.came, self.same, self.other = repeating.read(step, finding)

    @property
    def done(self) -> Done:
        """The same as a run gives it."""
        why = repeating.unsaid(self.finding) if self.came == CANT_TELL else ""
        return Done(self.number, Step(""), self.came, self.finding, self.same, self.other, why)

    def __str__(self) -> str:
        caveat = self.finding.coverage.caveat
        seen = "It would have been seen" if not caveat else f"Would it have been seen? Not for sure: {caveat}"
        return f"Step {self.number} is {self.done}. {seen}."

    def _repr_html_(self) -> str:
        return shown.paragraph(str(self), "answer" if self.came == AS_LAST_TIME else "missing")._repr_html_()

    __repr__ = __str__


def reading(number: int, finding: Finding, then: Mapping[str, str]) -> Reading:
    """What came of a step beside what it said last time."""
    return Reading(number, finding, then)


def reached(text: str, steps: list[int], readings: list[Reading]) -> Shown:
    """A conclusion of last time, as the steps fill it now, and whether it is reached here."""
    made = Signature("X", "", (), (Conclusion(text, "", tuple(steps)),))
    ((_, said, came),) = repeating.concluded(made, [one.done for one in readings])
    return shown.table(
        ["here", "what was concluded last time", "by steps"], [[came, said, ", ".join(map(str, steps))]]
    )


def _unasked(question: str, why: str) -> Finding:
    return Finding(question, why, verdict="inconclusive", coverage=Coverage())


# -- how it is written -----------------------------------------------------------------------------------------------


def _story(signature: Signature) -> str:
    mattered, whole = map(repeating.lasted, signature.minutes)
    of = f" of its {several(signature.steps_of, 'step')}" if signature.steps_of else ""
    return (
        f"The {several(len(signature.steps), 'check')} by which it shows whether it is {signature.id} again; what mattered{of} "
        f"took {mattered} of {whole} then. Each with what its answer means, and where to go then."
    )


def _parameters(signature: Signature, values: Mapping[str, str]) -> list[str]:
    lines = [
        ("case_id", "id or folder of the case"),
        ("about", "the id in question; empty: the case's first"),
        ("onset", "when it began, ISO; empty: as the case says"),
    ]
    asks = sorted({name for step in signature.steps for name in step.asks})
    lines += [(name, f"the {name} of this incident") for name in asks if name not in dict(lines)]
    default = {"case_id": "sample", **values}
    return [f"{name}: str = {str(default.get(name, ''))!r}  # {help}" for name, help in lines]


def _question(signature: Signature, number: int, step: Step) -> str:
    follows = [one.text for one in signature.conclusions if number in one.steps]
    after = _after(signature, number)
    told = "; ".join(f"{name}: {value}" for name, value in step.traits.items())
    lines = [f"## {number}. {inert(step.question)}", "", f"Last time: {inert(step.said)}"]
    if signature.confirmed and signature.confirmed[0] == number:
        lines.append(f"It confirmed the cause, {repeating.lasted(signature.confirmed[1])} after the call.")
    if step.added:
        lines.append(
            "Nobody asked it then: it stands for a check that can't tell by itself whether this is the same."
        )
    last = number == len(signature.steps)
    on = "see what follows, below" if last else f"go on with step {number + 1}"
    lines += ["", f"- As last time ({inert(told) or 'the same answer'}): {on}."]
    rests = inert(cut(follows[0], 160).rstrip(".")) if follows else "nothing"
    go = (
        f"Go on with step {after}, which does not need this one."
        if after
        else "No step after it stands without it: leave the runbook, and look for yourself with inv triage."
    )
    lines.append(
        f"- Not as last time: this is not so here: {rests}. {'See what still follows, below.' if last else go}"
    )
    control = {
        True: "Its control passed then.",
        False: "Its control failed then.",
        None: "It had no control then.",
    }
    lines.append(
        f"- It can't tell: load what it names as missing, and run it again. {control[step.control]}"
        + (f" Meanwhile: step {after}." if after else "")
    )
    return "\n".join(lines)


def _after(signature: Signature, number: int) -> int:
    """The next step that needs nothing of this one; 0 where there is none."""
    tainted = {number}
    for n, step in enumerate(signature.steps, 1):
        if step.needs & tainted:
            tainted.add(n)
    return next((n for n in range(number + 1, len(signature.steps) + 1) if n not in tainted), 0)


def _call(step: Step) -> str:
    params = "".join(f", {name}={_value(how)}" for name, how in step.params.items())
    selection = ", ".join(f"{name!r}: {_value(how)}" for name, how in step.selection.items())
    return f"asked(case.find.{step.analysis}{f', case.events().select({{{selection}}})' if selection else ''}{params})"


def _value(how: Mapping[str, Any]) -> str:
    if IS in how:
        return repr(how[IS])
    if THE in how:
        return "[str(one) for one in case.window]" if how[THE] == "window" else str(how[THE])
    return str(how[GIVEN]) if GIVEN in how else f"at(step_{how['of']}, {how['at']!r})"


def _cell(kind: str, source: str, *tags: str) -> dict[str, Any]:
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"tags": list(tags)} if tags else {}, "source": source, **more}


def _recorded(case: Case) -> Any:
    """The entry that holds the newest runbook's hash."""
    made = [entry for entry in case.state.reports if (entry.content or {}).get("template") == NAME]
    return made[-1] if made else None
