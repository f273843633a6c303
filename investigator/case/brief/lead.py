"""What the lead keeps an eye on."""

from __future__ import annotations

from investigator.case import shown
from investigator.case.brief.card import card
from investigator.case.brief.news import news
from investigator.case.brief.workstreams import workstreams
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def lead(snapshot: Snapshot) -> Shown:
    """The card, the workstreams and the newest lines, on one screen; `case.watch(case.brief.lead)` renews it by itself."""
    return (
        card(snapshot)
        + _headed("Who has what", workstreams(snapshot))
        + _headed("Written last", news(snapshot))
    )


def _headed(title: str, body: Shown) -> Shown:
    return Shown(f"\n{title}", f"<h4>{shown.escape(title)}</h4>") + body
