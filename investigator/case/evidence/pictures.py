"""An image of the evidence, shown: a screenshot beside the events of its time."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.record.mode import reporting
from investigator.case.shown import Shown, escape
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence

LARGEST = 8 << 20


def picture(evidence: Evidence, origin: str) -> Shown:
    """The image of that origin; without one, a table of the images there are.

    Its bytes are looked at before they are shown: png, jpg, gif and webp only. A page that is shared names it alone.
    """
    from investigator.sources.image import kind_of

    found = {row[0]: row for row in _images(evidence)}
    if not origin:
        if not found:
            return shown.missing("No images were added yet: case.add('screenshot.png')")
        return shown.table(["origin", "time", "image"], found.values())
    if origin not in found:
        raise ParameterError(
            f"{origin} is no image of this case.",
            f"There are: {', '.join(list(found)[:5]) or 'none'}.",
            "case.evidence.picture() lists them.",
        )
    _, time, body = found[origin]
    words = f"{body}, {time or 'at no known time'} ({origin})"
    if reporting():
        return shown.paragraph(
            f"{words}. Images are not put on pages: they may show what no redaction finds."
        )
    data = evidence.raw(origin)
    kind = kind_of(data)
    if not kind:
        raise ParameterError(
            f"The bytes of {origin} are no image any more.", "", "Verify the case: inv verify CASE"
        )
    if len(data) > LARGEST:
        return shown.paragraph(f"{words}: too large to show here, {len(data) / 1e6:.0f} MB.")
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
    markup = f"<figure><img src='{source}' alt='{escape(body)}' style='max-width:100%'><figcaption>{escape(words)}</figcaption></figure>"
    return Shown(words, markup)


def _images(evidence: Evidence) -> list[tuple[str, str, str]]:
    from investigator import moment

    if not any(segment.format == "image" for segment in evidence.store.manifest().segments):
        return []
    events = evidence.events()
    sources = [s.source for s in evidence.store.manifest().segments if s.format == "image"]
    table = events.table.filter(events.table.source.isin(sources))
    frame = events.fetch(table.order_by(["time", "evidence"]), limit=500)
    return [
        (row.origin, "" if row.time != row.time else moment.show(row.time, evidence.record.zone), row.body)
        for row in frame.itertuples(index=False)
    ]
