"""The short path to the cause."""

from __future__ import annotations

from datetime import timedelta

from investigator import moment
from investigator.case import shown
from investigator.case.reasoning.distil import distilled
from investigator.case.reasoning.turns import turns
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def short_path(snapshot: Snapshot) -> Shown:
    """The steps that mattered, in the order in which they answered, and what the others cost: what to do first next time."""
    told = distilled(snapshot.entries())
    if not told.steps:
        return _pinned(snapshot)
    said = shown.paragraph(str(told))
    if not told.short:
        return said + _pinned(snapshot)
    entries = {entry.id: entry.content or {} for entry in snapshot.entries()}
    rows = [
        [f"{number}", f"{step.place} of {len(told.steps)}", _took(step.took), _how(entries[step.id]), moment.localised(step.text, snapshot.zone)]
        for number, step in enumerate(told.short, 1)
    ]  # fmt: skip
    return said + shown.table(["", "step", "took", "how", "what it gave"], rows)


def _how(content: dict) -> str:
    check = content.get("check")
    return f"case.find.{check['analysis']}" if isinstance(check, dict) else ""


def _took(time: timedelta) -> str:
    return moment.duration(time) if time >= timedelta(seconds=30) else "at once"


def _pinned(snapshot: Snapshot) -> Shown:
    """Where nobody wrote down what conclusions rest on: what was pinned before it was over."""
    found = {entry.id for part in turns(snapshot) for entry in part.entries}
    rows: list[list[str]] = []
    seen = set()
    for entry in snapshot.state.pins:
        if entry.id not in found:
            continue
        finding = (entry.content or {}).get("finding") or {}
        check = finding.get("check")
        if check and check["analysis"] not in seen:
            seen.add(check["analysis"])
            rows.append([f"{len(rows) + 1}", str(finding.get("question", "")), f"case.find.{check['analysis']}"])  # fmt: skip
    if not rows:
        return shown.missing("Nothing is pinned yet, so there is no short path.")
    return shown.table(["", "the question", "the check"], rows)
