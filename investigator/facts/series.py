"""Unusual moments of a series of numbers: how far each is from what is usual there, in robust units.

A series is looked at in four ways, each of which sees what the others don't: a value beside its neighbours (spike),
beside the same time of other days (season), the level of a stretch beside that of the stretch before (shift), and its
spread (noise, or silence). Each way gives a score in its own units; divided by what is already rare for that way in
the same series they are comparable, and a moment is as unusual as it is far out in all ways together: the root of
their mean square. (Of greatest, mean and root mean square this found most labelled moments; benchmarks/metrics.py.)

After Hampel 1974 (median and MAD instead of mean and deviation), the seasonal-trend split of Cleveland et al. 1990
with medians, and the two-window change statistic of Ross 2015. Nothing is drawn at random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

#: Stretches that are compared, as parts of a series: an hour or two of two weeks.
STRETCHES = (100, 40)
#: What is rare for a way of looking: one value of a hundred.
RARE = 0.99
#: So many whole days make a season, so many weeks a week's.
DAYS, WEEKS = 4, 3
LEAST = 20


def scores(values: np.ndarray, *, per_day: int = 0) -> np.ndarray:
    """How unusual each value is, from 0; shape (n,). `per_day` is how many values make a day, 0 where it is unknown.

    Around 1 is as far out as one value of a hundred. Missing values are 0 and are filled in for their neighbours.
    """
    import numpy as np

    n = len(values)
    known = np.isfinite(values)
    if n < LEAST or known.sum() < LEAST:
        return np.zeros(n)
    filled = np.interp(np.arange(n), np.flatnonzero(known), values[known])
    if float(filled.max()) == float(filled.min()):
        return np.zeros(n)
    ways = np.array([_relative(part) for part in _ways(filled, per_day)])
    return np.where(known, np.sqrt((ways**2).mean(axis=0)), 0.0)


def _ways(values: np.ndarray, per_day: int) -> list[np.ndarray]:
    import numpy as np

    n = len(values)
    out = []
    usual = _rolling_median(values, max(5, n // STRETCHES[0]))
    out.append(np.abs(values - usual))
    season = seasonal(values, per_day)
    rest = values - season
    if season.any():
        out.append(np.abs(rest - np.median(rest)))
    for parts in STRETCHES:
        width = max(5, n // parts)
        out.append(_shift(rest, width))
        out.append(_spread(rest, width))
    return out


def _relative(part: np.ndarray) -> np.ndarray:
    """A score in units of what is rare for it in this series."""
    import numpy as np

    rare = float(np.quantile(part, RARE))
    if rare <= 0:
        positive = part[part > 0]
        rare = float(positive.min()) if len(positive) else 1.0
    return part / rare


def seasonal(values: np.ndarray, per_day: int) -> np.ndarray:
    """What is usual at each time of day, and of the week where there are weeks enough; zeros where days are too few."""
    import numpy as np

    n = len(values)
    if per_day < 4 or n < DAYS * per_day:
        return np.zeros(n)
    period = 7 * per_day if n >= WEEKS * 7 * per_day else per_day
    places = np.arange(n) % period
    rows = -(-n // period)
    table = np.full(rows * period, np.nan)
    table[:n] = values
    profile = np.nanmedian(table.reshape(rows, period), axis=0)
    return profile[places]


def noise(values: np.ndarray) -> float:
    """How far values are from the median of their neighbours: the median of it, as a standard deviation."""
    import numpy as np

    return 1.4826 * float(
        np.median(np.abs(values - _rolling_median(values, max(5, len(values) // STRETCHES[0]))))
    )


def _rolling_median(values: np.ndarray, width: int) -> np.ndarray:
    import numpy as np

    width += 1 - width % 2
    padded = np.pad(values, width // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1)


def _shift(values: np.ndarray, width: int) -> np.ndarray:
    """How far the level of the next stretch is from that of the last one."""
    import numpy as np

    n = len(values)
    if n < 2 * width:
        return np.zeros(n)
    medians = np.median(np.lib.stride_tricks.sliding_window_view(values, width), axis=1)
    out = np.zeros(n)
    out[width : n - width + 1] = np.abs(medians[width:] - medians[: n - 2 * width + 1])
    return out


def _spread(values: np.ndarray, width: int) -> np.ndarray:
    """How much the spread of the next stretch differs from the last one's, in the greater's terms."""
    import numpy as np

    n = len(values)
    if n < 2 * width:
        return np.zeros(n)
    windows = np.lib.stride_tricks.sliding_window_view(values, width)
    spreads = np.quantile(windows, 0.9, axis=1) - np.quantile(windows, 0.1, axis=1)
    out = np.zeros(n)
    out[width : n - width + 1] = np.abs(spreads[width:] - spreads[: n - 2 * width + 1])
    return out
