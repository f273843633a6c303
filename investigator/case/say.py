"""How times and sentences are said on a screen: a clock on the wall, how long ago, cut where it stays true."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from investigator import moment

LINE_AT_MOST = 180


def clock(when: datetime, zone: str, now: datetime) -> str:
    """Hours and minutes on the customer's wall, never later than it is; the day too, where it is another one."""
    place = moment.zone(zone)
    local = when.astimezone(place)
    return f"{local:%H:%M}" if local.date() == now.astimezone(place).date() else f"{local:%Y-%m-%d %H:%M}"


def day_clock(when: datetime, zone: str, now: datetime) -> str:
    """As `clock`; the day with its name."""
    place = moment.zone(zone)
    local = when.astimezone(place)
    return f"{local:%H:%M}" if local.date() == now.astimezone(place).date() else f"{local:%a %Y-%m-%d %H:%M}"


def ago(when: datetime, now: datetime) -> str:
    """How long ago, in words."""
    passed = now - when
    return "just now" if passed < timedelta(minutes=1) else f"{moment.duration(passed)} ago"


def short(text: str, at_most: int = LINE_AT_MOST) -> str:
    """A sentence cut where a clause ends, so that it stays true."""
    if len(text) <= at_most:
        return text
    kept = ""
    for clause in re.split(r"(?<=;) ", text):
        if kept and len(kept) + len(clause) > at_most:
            break
        kept = f"{kept} {clause}".strip()
    kept = kept.rstrip(" ;.")
    return f"{kept}." if len(kept) <= 2 * at_most else f"{kept[: 2 * at_most].rsplit(' ', 1)[0]} …"
