"""What the library asks of every incident, so that any two can be held against each other, whatever their people asked.

Few checks: what became of the thing, how the affected differ and when they were hit, what is new, what was changed,
and whether something was full.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from investigator.errors import KitError
from investigator.library import traits
from investigator.performing import perform

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.finding import Finding
    from investigator.library.repeating import Known

Ask = Callable[[str, dict[str, Any], dict[str, Any]], "Finding"]
#: Each check, with the parameter that takes the id in question, and whether it needs to know when it began.
ASKED: dict[str, tuple[str, bool]] = {
    "whereabouts": ("entity", False),
    "who_else": ("like", False),
    "new_messages": ("", True),
    "candidate_triggers": ("like", True),
    "saturation": ("", True),
}


def asking(events: Events) -> Ask:
    """Runs an analysis on these events, or on a part of them; nothing is kept of it."""
    return lambda analysis, params, selection: perform(
        analysis, events.select(selection) if selection else events, params
    )


def asked(known: Known, ask: Ask) -> dict[str, str]:
    """The traits of an incident by these checks; of one that can't be asked there are none."""
    out: dict[str, str] = {}
    for analysis, (knob, onset) in ASKED.items():
        if (knob and not known.about) or (onset and not known.onset):
            continue
        params = ({knob: known.about} if knob else {}) | ({"onset": known.onset} if onset else {})
        try:
            found = ask(analysis, params, {})
        except KitError:
            continue
        out |= traits.of_finding(found)
    return out
