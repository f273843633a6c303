"""Which combination of values a rise sits in: one, two or three dimensions together, over a table of counts.

Each cell of the table (one value of every dimension) has what was counted and what was to be expected. A combination
explains the rise where its cells rose by one factor and all others by another: the likelihood of that against one
factor for all. Counts of real cells scatter more than chance has it, so they are negative binomial, with the scatter
that fits the combination best; else the largest cell would decide alone. A dimension more must be worth its parameter
(Akaike 1974). The search over all combinations is a scan statistic (Kulldorff 1997), and p is corrected for their number.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

#: Dimensions of one combination, at most.
MOST = 3
#: How much more than chance cells may scatter: the variance is `mean + scatter * mean ** 2`.
SCATTER = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
#: What a further dimension must add to the log likelihood.
EACH = 1.0
#: So many that look best by sums alone are fitted.
FITTED = 400
ROUNDS = 6
TINY = 1e-9


@dataclass(frozen=True)
class Combination:
    """Values of one to three dimensions with what was counted there and what was to be expected."""

    values: dict[str, str]
    counted: float
    expected: float
    score: float  # log likelihood gained, less what its dimensions cost
    p: float  # corrected for all that were tried


def ranked(cells: pandas.DataFrame, dimensions: list[str], *, shown: int = 10) -> list[Combination]:
    """The combinations that explain best where more was counted than expected, the best first.

    `cells` has one row a cell: a text column for each dimension, `counted` and `expected` (both not negative). The
    third is the best of what the first leaves unexplained, where anything is left: two things can go wrong at once.
    Of refinements of a combination that is listed, one alone is listed too.
    """
    import numpy as np

    cells = cells[(cells["expected"] > 0) | (cells["counted"] > 0)].reset_index(drop=True)
    if len(cells) < 2:
        return []
    counted, expected = cells["counted"].to_numpy("float64"), cells["expected"].to_numpy("float64")
    expected = np.maximum(expected, 1e-6)
    names, masks, tried = _candidates(cells, dimensions, counted, expected)
    if not names:
        return []
    scores = _scores(masks, counted, expected)
    costs = np.array([EACH * len(name) for name in names])
    order = _apart(names, np.argsort(-(scores - costs), kind="stable").tolist())
    rest = ~masks[order[0]]
    if rest.sum() > 2:
        left = masks[:, rest]
        some = left.any(axis=1) & ~left.all(axis=1)
        more = np.where(some, _scores(left, counted[rest], expected[rest]), -math.inf) - costs
        other = int(np.argmax(more))
        if more[other] > 0:
            order = [place for place in order if place != other]
            order.insert(2, other)
    return [
        Combination(
            dict(names[place]),
            float(counted[masks[place]].sum()),
            float(expected[masks[place]].sum()),
            round(float(scores[place] - costs[place]), 3),
            min(1.0, tried * math.erfc(math.sqrt(max(float(scores[place]), 0.0)))),
        )
        for place in order[:shown]
        if scores[place] > 0
    ]


def _candidates(
    cells: pandas.DataFrame, dimensions: list[str], counted: Any, expected: Any
) -> tuple[list[tuple[tuple[str, str], ...]], Any, int]:
    """The combinations with more than their share, those with the most by sums first, their cells, and how many there were."""
    import numpy as np

    ratio = counted.sum() / expected.sum()
    found: list[tuple[float, tuple[str, ...], int]] = []
    codes = {}
    tried = 0
    for size in range(1, min(MOST, len(dimensions)) + 1):
        for chosen in itertools.combinations(dimensions, size):
            code = cells.groupby(list(chosen), sort=True).ngroup().to_numpy()
            codes[chosen] = code
            o, e = np.bincount(code, counted), np.bincount(code, expected)
            tried += len(o)
            rest, other = counted.sum() - o, np.maximum(expected.sum() - e, TINY)
            gain = _part(o, e * ratio) + _part(rest, other * ratio)
            risen = (o > e * ratio) & (o / e > rest / other)
            found += [(float(gain[group]), chosen, int(group)) for group in np.flatnonzero(risen)]
    found.sort(key=lambda one: (-one[0], len(one[1]), one[1], one[2]))
    found = found[:FITTED]
    masks = np.array([codes[chosen] == group for _, chosen, group in found])
    names = []
    for (_, chosen, _), mask in zip(found, masks, strict=True):
        row = cells.iloc[int(np.argmax(mask))]
        names.append(tuple((name, str(row[name])) for name in chosen))
    return names, masks, tried


def _part(o: Any, e: Any) -> Any:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(o > 0, o * np.log(o / e), 0.0)


def _scores(masks: Any, counted: Any, expected: Any) -> Any:
    """What each combination gains in log likelihood over one factor for all; -inf where it rose less than the others."""
    import numpy as np

    whole = np.ones((1, len(counted)), bool)
    best = np.full(len(masks), -math.inf)
    one = -math.inf
    inside = outside = np.zeros(len(masks))
    for scatter in SCATTER:
        constant = float(sum(_constant(o, scatter) for o in counted))
        _, alone = _fit(whole, counted, expected, scatter)
        one = max(one, float(alone[0]) + constant)
        inside, there = _fit(masks, counted, expected, scatter)
        outside, elsewhere = _fit(~masks, counted, expected, scatter)
        best = np.maximum(best, there + elsewhere + constant)
    return np.where(inside > outside, best - one, -math.inf)


def _constant(o: float, scatter: float) -> float:
    return (
        math.lgamma(o + 1 / scatter) - math.lgamma(1 / scatter) + o * math.log(scatter) - math.lgamma(o + 1)
    )


def _fit(masks: Any, counted: Any, expected: Any, scatter: float) -> tuple[Any, Any]:
    """The factor of each combination's cells over what was expected, and their log likelihood by it; shape (n,)."""
    import numpy as np

    factor = np.ones(len(masks))
    for _ in range(ROUNDS):
        weight = masks / (1 + scatter * factor[:, None] * expected)
        factor = np.maximum(weight @ counted, TINY) / np.maximum(weight @ expected, TINY)
    mean = factor[:, None] * expected
    each = counted * np.log(mean / (1 + scatter * mean)) - np.log1p(scatter * mean) / scatter
    return factor, (masks * each).sum(axis=1)


def _apart(names: list[tuple[tuple[str, str], ...]], order: list[int]) -> list[int]:
    """In that order, with one refinement of each listed combination at most."""
    out: list[int] = []
    refined: dict[int, int] = {}
    for place in order:
        above = [other for other in out if set(names[other]) < set(names[place])]
        if any(refined.get(other) for other in above):
            continue
        for other in above:
            refined[other] = 1
        out.append(place)
    return out
