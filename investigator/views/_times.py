"""Times on an axis, as clocks on the wall in the reader's zone show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from investigator import moment


@dataclass(frozen=True)
class TimeAxis:
    """Where instants stand on an axis in a zone, and how they are written there.

    plotly knows no zones, so it is given local times without one. Where clocks change inside the window one
    local hour would hold two, so such an axis is in UTC and says why.
    """

    low: datetime
    high: datetime
    zone: str
    changed: str = ""

    @classmethod
    def over(cls, low: datetime, high: datetime, zone: str) -> TimeAxis:
        """The axis from `low` to `high` (aware) in a zone; in UTC where its clocks change in between."""
        place = moment.zone(zone)
        steps = min(400, int((high - low) / timedelta(days=1)) + 1)
        offsets = {(low + (high - low) * n / steps).astimezone(place).utcoffset() for n in range(steps + 1)}
        if len(offsets) > 1:
            return cls(low, high, "UTC", zone)
        return cls(low, high, zone)

    def place(self, instant: datetime) -> str:
        """An instant as plotly takes it: the local time, without a zone."""
        return (
            instant.astimezone(moment.zone(self.zone)).replace(tzinfo=None).isoformat(timespec="milliseconds")
        )

    def text(self, instant: datetime | None, *, fraction: bool = False) -> str:
        """An instant as a table writes it, in the axis' zone: 2026-06-17 09:14:02."""
        if instant is None or instant != instant:
            return ""
        local = instant.astimezone(moment.zone(self.zone))
        return local.strftime("%Y-%m-%d %H:%M:%S") + (f".{local.microsecond // 1000:03d}" if fraction else "")

    def clock(self, instant: datetime) -> str:
        """The shortest text that is clear on this axis: 09:14, with its day where there are several."""
        local = instant.astimezone(moment.zone(self.zone))
        days = self.high - self.low > timedelta(hours=36)
        return local.strftime("%b %d %H:%M" if days else "%H:%M")

    @property
    def span(self) -> str:
        """The window in words: 2026-06-17 06:00 to 18:00 Berlin."""
        place = moment.zone(self.zone)
        low, high = self.low.astimezone(place), self.high.astimezone(place)
        end = f"{high:%H:%M}" if low.date() == high.date() else f"{high:%Y-%m-%d %H:%M}"
        return f"{low:%Y-%m-%d %H:%M} to {end} {moment.city(self.zone)}"

    @property
    def title(self) -> str:
        """The axis title: it names the zone."""
        if self.changed:
            return f"time, UTC (clocks in {self.changed} change in this window)"
        if self.zone == "UTC":
            return "time, UTC"
        offset = self.low.astimezone(moment.zone(self.zone)).strftime("%z")
        return f"time, {self.zone} (UTC{offset[:3]}:{offset[3:]})"

    def layout(self) -> dict[str, Any]:
        """plotly's settings of this axis."""
        return {
            "type": "date",
            "autorange": False,
            "range": [self.place(self.low), self.place(self.high)],
            "title": {"text": self.title},
            "hoverformat": "%a %d %b %H:%M:%S",
        }


def milliseconds(delta: timedelta) -> float:
    """A length of time as plotly takes it."""
    return delta.total_seconds() * 1000.0
