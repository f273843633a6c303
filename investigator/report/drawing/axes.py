"""An axis: where a value stands, and which ticks it has room for."""

from __future__ import annotations

import base64
import math
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from investigator.report.drawing.ink import wide, words

_NUMBERS = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q", "f4": "f",
            "f8": "d"}  # fmt: skip
_STEPS = [
    *(timedelta(seconds=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    *(timedelta(days=n) for n in (1, 2, 7, 14, 28, 56, 91, 182, 365, 730, 1826, 3652)),
]
_START = datetime(1970, 1, 1)


def values(given: Any) -> list[Any]:
    """A trace's values as a list, of lists where it has rows, also where plotly packed the numbers in base64."""
    if isinstance(given, dict) and "bdata" in given:
        code = _NUMBERS.get(str(given.get("dtype", "")).lstrip("<|="))
        if not code:
            return []
        raw = base64.b64decode(given["bdata"])
        flat = list(struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw))
        shape = [int(part) for part in str(given.get("shape") or "").split(",") if part.strip()]
        if len(shape) == 2 and shape[1]:
            return [flat[at : at + shape[1]] for at in range(0, len(flat), shape[1])]
        return flat
    return list(given) if isinstance(given, (list, tuple)) else []


def milliseconds(value: Any) -> float | None:
    """A local time as plotly takes it, as milliseconds; None where it is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if found.tzinfo is not None:
        found = found.astimezone(UTC).replace(tzinfo=None)
    return (found - _START) / timedelta(milliseconds=1)


@dataclass
class Axis:
    """One axis of a cell: its settings, its kind, its range in numbers, and its place in pixels."""

    settings: dict[str, Any]
    kind: str = "linear"
    low: float = 0.0
    high: float = 1.0
    first: float = 0.0  # the pixel of `low`
    last: float = 1.0  # the pixel of `high`
    names: list[str] = field(default_factory=list)

    def number(self, value: Any) -> float | None:
        """A value of the data as the number that the axis counts in; None where it has no place."""
        if self.kind == "date":
            return milliseconds(value)
        if self.kind == "category" and isinstance(value, str):
            return float(self.names.index(value)) if value in self.names else None
        try:
            found = float(value)
        except (TypeError, ValueError):
            return None
        if self.kind == "log":
            return math.log10(found) if found > 0 else None
        return found if math.isfinite(found) else None

    def pixel(self, count: float) -> float:
        share = (count - self.low) / ((self.high - self.low) or 1.0)
        return self.first + share * (self.last - self.first)

    def at(self, value: Any) -> float | None:
        """The pixel of a value of the data."""
        found = self.number(value)
        return None if found is None else self.pixel(found)

    @property
    def title(self) -> str:
        return words(self.settings.get("title"))

    @property
    def shown(self) -> bool:
        return self.settings.get("visible") is not False and self.settings.get("showticklabels") is not False

    def ticks(self, size: float) -> list[tuple[float, str]]:
        """Pixels and labels, as many as there is room for beside one another."""
        if self.settings.get("tickmode") == "array" or self.settings.get("ticktext"):
            found = []
            labels = values(self.settings.get("ticktext")) or values(self.settings.get("tickvals"))
            for value, label in zip(values(self.settings.get("tickvals")), labels, strict=False):
                place = self.at(value)
                if place is not None and self._inside(place):
                    found.append((place, words(label)))
            return found
        if self.kind == "category":
            return [(self.pixel(at), name) for at, name in enumerate(self.names)]
        room = abs(self.last - self.first)
        if self.kind == "date":
            return self._dates(room, size)
        upright = bool(self.settings.get("upright"))
        most = max(2, min(8, int(room / (34 if upright else 7 * size))))
        low, high = min(self.low, self.high), max(self.low, self.high)
        step = _nice((high - low) / most)
        if self.kind == "log":
            step = max(1.0, round(step))
        suffix, prefix = words(self.settings.get("ticksuffix")), words(self.settings.get("tickprefix"))
        out = []
        for count in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
            value = count * step
            label = f"{10**value:,.6g}" if self.kind == "log" else _figures(value, step)
            out.append((self.pixel(value), f"{prefix}{label}{suffix}"))
        return out

    def _inside(self, place: float) -> bool:
        low, high = sorted((self.first, self.last))
        return low - 1 <= place <= high + 1

    def _dates(self, room: float, size: float) -> list[tuple[float, str]]:
        low = _START + timedelta(milliseconds=min(self.low, self.high))
        high = _START + timedelta(milliseconds=max(self.low, self.high))
        several = low.date() != high.date()
        most = max(2, int(room / (wide("00:00" if high - low < timedelta(days=2) else "00 Mmm", size) + 22)))
        step = next((step for step in _STEPS if (high - low) / step <= most), _STEPS[-1])
        day = datetime(low.year, low.month, low.day)
        origin = day if step < timedelta(days=1) else _START
        at = origin + step * math.ceil((low - origin) / step)
        out: list[tuple[float, str]] = []
        before = None
        while at <= high:
            if step >= timedelta(days=28):
                label = f"{at:%b %Y}"
            elif step >= timedelta(days=1):
                label = f"{at.day} {at:%b}"
            else:
                label = f"{at:%H:%M:%S}" if step < timedelta(minutes=1) else f"{at:%H:%M}"
                if several and at.date() != before:
                    label += f"\n{at.day} {at:%b}"
            before = at.date()
            out.append((self.pixel((at - _START) / timedelta(milliseconds=1)), label))
            at += step
        return out


def axis_of(settings: dict[str, Any], given: list[Any], reach: list[float], *, upright: bool) -> Axis:
    """The axis of what was drawn: `given` are its values in the data, `reach` numbers it must also show."""
    kind = settings.get("type") or _kind(given)
    made = Axis({**settings, "upright": upright}, str(kind))
    if made.kind in ("category", "multicategory"):
        made.kind = "category"
        made.names = list(dict.fromkeys(str(value) for value in given))
    window = settings.get("range")
    if isinstance(window, (list, tuple)) and len(window) == 2 and None not in window:
        # On a logarithmic axis plotly's range is in powers of ten already.
        ends = [milliseconds(end) if made.kind == "date" else float(end) for end in window]
        made.low, made.high = (0.0 if end is None else end for end in ends)
    else:
        numbers = [found for value in given if (found := made.number(value)) is not None] + reach
        low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
        pad = 0.5 if made.kind == "category" else (high - low) * 0.04 or 0.5
        made.low = low if low == 0 and reach else low - pad
        made.high = high + pad
        if settings.get("autorange") == "reversed":
            made.low, made.high = made.high, made.low
    return made


def _kind(given: list[Any]) -> str:
    texts = [value for value in given if value is not None]
    if all(isinstance(value, (int, float)) for value in texts):
        return "linear"
    if all(not isinstance(value, (int, float)) and milliseconds(value) is not None for value in texts):
        return "date"
    return "category"


def _nice(least: float) -> float:
    """The next round step: 1, 2 or 5 times a power of ten."""
    if least <= 0 or not math.isfinite(least):
        return 1.0
    power = 10 ** math.floor(math.log10(least))
    return next((n * power for n in (1, 2, 5) if n * power >= least * 0.999), 10 * power)


def _figures(value: float, step: float) -> str:
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:,.{min(places, 6)}f}"
