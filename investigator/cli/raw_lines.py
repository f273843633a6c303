"""The one command that shows the raw lines behind an answer."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.finding import Finding


def raw_lines(case: Case, finding: Finding) -> str:
    """The command, as a line to copy; empty where the answer rests on no line."""
    if finding.evidence is None or not len(finding.evidence):
        return ""
    return f"  raw lines: inv around {named(case)} {shlex.quote(str(finding.evidence['origin'].iloc[0]))}\n"


def named(case: Case) -> str:
    """A case as a command names it: by its id, or by its folder where it lies elsewhere than usual."""
    from investigator.case.record import folder

    usual = case.path.resolve().parent == Path(folder.root(None)).resolve()
    return shlex.quote(case.id if usual else str(case.path))
