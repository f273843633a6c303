"""What was written last."""

from __future__ import annotations

from investigator.case import shown
from investigator.case.record.news import last
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot


def news(snapshot: Snapshot) -> Shown:
    """The last lines that people wrote; `case.watch()` renews them by itself."""
    lines = last(snapshot.entries(), snapshot.zone, snapshot.now)
    if not lines:
        return shown.missing("Nothing was written yet.")
    return Shown(
        "\n".join(lines),
        "<ul class='news'>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>",
    )
