"""When a step should have come: how long after another it usually does, and since when it did not.

What lacks a step, or had it late, was last seen before it went wrong. How long before, the delays of the others tell:
with S(d) the share of them that took longer than d, and s the share that is hit in the end, something that was last
seen at t was hit with s * S(f - t) if it began at f. The likeliest f is taken (maximum likelihood, Bernoulli).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, literal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np

    from investigator.events.events import Events
    from investigator.facts.course import Step

#: So many delays are read; fewer than so many tell nothing.
DELAYS, FEW = 50_000, 20
#: So many beginnings are tried.
TRIED = 200


def usual(events: Events, things: ir.Table, since: Any, step: Step, *, any_zone: bool = False) -> float:
    """How many seconds a step comes after another at most, but for a few that are far later than all others.

    `any_zone`: two clocks tell it, which may be hours apart; how long it takes is counted from the quickest.
    """
    delays = things.select(d=things[f"t{step.number}"].delta(since, unit="second"))
    delays = delays.filter(delays.d.notnull())
    told = events.engine.fetch(
        delays.aggregate(
            least=delays.d.quantile(0.02), q=delays.d.quantile(0.95), top=delays.d.quantile(0.999)
        )
    ).iloc[0]
    if told["q"] != told["q"] or told["q"] is None:
        return 0.0
    least = float(told["least"]) if any_zone else 0.0
    q, top = max(float(told["q"]) - least, 0.0), max(float(told["top"]) - least, 0.0)
    return least + (top if top <= 3 * q + 60 else 1.2 * q)


def delays_of(events: Events, things: ir.Table, since: Any, step: Step, most: float) -> np.ndarray:
    """In seconds, in order, how long after another a step came to those to which it came within `most`."""
    import numpy as np

    delay = things[f"t{step.number}"].delta(since, unit="second")
    some = things.select("id", d=delay).filter(lambda t: (t.d >= 0) & (t.d <= most))
    frame = events.engine.fetch(some.order_by("id").limit(DELAYS))
    return np.sort(frame["d"].to_numpy(dtype="float64"))


def began(
    events: Events, came: ir.Table, hits: ir.Table, delays: np.ndarray, since: datetime
) -> datetime | None:
    """Since when things were hit, of which `came` (id, at) tells when they were last well; None where too few tell.

    `hits` (id, at) are those of them that are hit, `since` is about when their number rose.
    """
    import numpy as np

    if len(delays) < FEW:
        return None
    span = float(np.quantile(delays, 0.99))
    rising = hits.filter(hits["at"] >= literal(since - timedelta(seconds=span)))
    low = aware(events.engine.fetch(rising["at"].min()))
    if low is None or span < 1:
        return None
    marked = hits.select(hit="id").distinct()
    near = came.filter(
        (came["at"] >= literal(low)) & (came["at"] <= literal(low + timedelta(seconds=4 * span)))
    )
    near = near.left_join(marked, near.id == marked.hit)
    frame = events.engine.fetch(near.select("at", hit=near.hit.notnull()))
    origin = np.datetime64(low.replace(tzinfo=None), "us")
    at = (frame["at"].to_numpy("datetime64[us]") - origin) / np.timedelta64(1, "s")
    hit = frame["hit"].to_numpy(dtype=bool)
    after = at > span
    if after.sum() < FEW:
        return None
    share = min(max(float(hit[after].mean()), 0.001), 0.999)
    tried = np.linspace(0, span, TRIED)
    longer = 1 - np.searchsorted(delays, tried[:, None] - at[None, :], side="left") / len(delays)
    chance = np.clip(share * longer, 1e-4, 1 - 1e-6)
    likely = np.where(hit[None, :], np.log(chance), np.log(1 - chance)).sum(axis=1)
    return low + timedelta(seconds=float(tried[int(likely.argmax())]))
