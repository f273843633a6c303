"""What became of the pinned statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.reasoning.statements import SAID, repeated, tally
from investigator.case.reasoning.statements import statements as statements_of
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    pass


def rechecked(snapshot: Snapshot) -> Shown:
    """Every pinned statement, when it was found, and what became of it when its check ran again."""
    statements = statements_of(snapshot)
    if not statements:
        return shown.missing(
            "Nothing is pinned yet. Pin a finding: case.record.pin(case.find.whereabouts(entity=...))"
        )
    twice = repeated(statements)
    rows = [
        [
            moment.localised(s.sentence, snapshot.zone),
            moment.show(s.entry.happened[0], snapshot.zone),
            s.entry.author,
            "repeated by the same check" if s.entry.id in twice else SAID[s.status],
            moment.localised(s.why, snapshot.zone),
        ]
        for s in statements
    ]
    columns = ["statement, as it is now", "found", "by", "re-checked", ""]
    return shown.paragraph(tally(statements)) + shown.table(columns, rows)
