"""A source whose times lie decades from those of all others: its clock was wrong, or its numbers count something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator.load import years

if TYPE_CHECKING:
    from investigator.events.store import Store
    from investigator.load.report import SourceReport

DECADES = timedelta(days=20 * 365)


def doubted(store: Store, reports: Sequence[SourceReport]) -> tuple[SourceReport, ...]:
    """The reports, with a doubt on each source that lies so far from every other one of the store."""
    spans = {
        s.source: (years.naive(s.first), years.naive(s.last)) for s in store.manifest().standing if s.first
    }
    return tuple(_one(report, spans) for report in reports)


def _one(report: SourceReport, spans: dict[str, tuple[datetime, datetime]]) -> SourceReport:
    others = [span for source, span in spans.items() if source != report.source]
    if report.source not in spans or not others:
        return report
    first, last = spans[report.source]
    if any(low - last < DECADES and first - high < DECADES for low, high in others):
        return report
    near = min(others, key=lambda span: max(span[0] - last, first - span[1]))
    said = f"its times lie in {first.year}, decades from those of all other sources ({near[0].year}): is its clock right?"
    return replace(report, doubt=(*report.doubt, said))
