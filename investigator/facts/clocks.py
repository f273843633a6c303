"""Clocks of which nobody said the zone: whether what two of them tell together would be another by another zone.

A zone moves all times of a source alike. What is the same by the clock of any zone is sure, whichever it is; and where
the ids that two sources share lie minutes apart, their clocks stand alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.facts import skew
from investigator.facts.coverage import unzoned

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from investigator.events.events import Events
    from investigator.facts.course import Step

#: Zones lie so many seconds apart, and so far from the one by which a time is read.
QUARTER, FURTHEST = 900, 14 * 3_600
#: What two clocks tell of one moment lies so many seconds apart at most.
MINUTES = 420.0


def open_between(events: Events, before: Step | None, step: Step) -> tuple[str, ...]:
    """The sources of unknown zone of two steps that are told by several clocks, where no ids say that these stand alike."""
    told = {*step.sources, *(before.sources if before else ())}
    bare = told & unzoned(events)
    if not bare or len(told) < 2:
        return ()
    known = skew.skews(events)
    pairs = [known.of(one, other) for one in sorted(bare) for other in sorted(told - {one})]
    alike = all(
        pair.anchors >= skew.ANCHORS_AT_LEAST and abs(pair.offset) <= MINUTES and pair.spread <= MINUTES
        for pair in pairs
    )
    return () if alike else tuple(sorted(bare))


def as_one(before: Step | None, step: Step) -> bool:
    """Whether a zone moves all times of a step alike: one source tells it."""
    return len(step.sources) == 1 and (before is None or len(before.sources) == 1)


def same_gap(gaps: Sequence[tuple[float, float]], least: float, at_least: float) -> bool:
    """Whether by every zone by which hardly anything comes before what it follows (`least` are its seconds after it) one
    gap between delays (below, above) stands out most, of those that are so many times as long."""
    import numpy as np

    low, high = (np.array(side, dtype="float64") for side in zip(*gaps, strict=True))
    moved = np.arange(-FURTHEST, FURTHEST + QUARTER, QUARTER, dtype="float64")
    moved = moved[moved >= -least]
    ratio: np.ndarray = (high[None, :] + moved[:, None]) / np.maximum(low[None, :] + moved[:, None], 1.0)
    wide = ratio.max(axis=1, initial=0.0) >= at_least
    return len(set(ratio[wide].argmax(axis=1).tolist())) <= 1
