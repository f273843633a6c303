"""What the lead keeps an eye on: where we are, who has which part, and the last lines of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.brief import live
from investigator.case.shown import Shown

if TYPE_CHECKING:
    from investigator.case.case import Case


def lead(case: Case) -> Shown:
    """The card, the workstreams and the newest lines, on one screen; `case.watch(case.lead)` renews it by itself."""
    return (
        case.card() + _headed("Who has what", case.workstreams()) + _headed("Written last", live.listed(case))
    )


def _headed(title: str, body: Shown) -> Shown:
    return Shown(f"\n{title}", f"<h4>{shown.escape(title)}</h4>") + body
