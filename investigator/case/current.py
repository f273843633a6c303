"""The case at hand: the one that this process opened last, else the one that `inv lab` was started for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from investigator.errors import CaseError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.events.events import Events

VARIABLE = "INVESTIGATOR_CASE"


def current() -> Case:
    """The case at hand. Raises CaseError where no case was opened and none was named."""
    from investigator.case.case import Case, opened

    if not opened and os.environ.get(VARIABLE):
        Case.open(os.environ[VARIABLE])
    if not opened:
        raise CaseError(
            "No case is open here.",
            "",
            "Open it first: case = inv.Case.open('INC-2031'), with its id or folder.",
        )
    return opened[0]


def of_events(events: Events) -> Case | None:
    """The case that these events are of, as it was looked at; None where they are of no case."""
    from investigator.case.case import Case
    from investigator.case.writing.evidence_door import EvidenceDoor

    return Case(events.of) if isinstance(events.of, EvidenceDoor) else None
