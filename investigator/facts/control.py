"""Would we have seen it? The same search for something known to be there, in the same sources and window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.facts import traces

if TYPE_CHECKING:
    from investigator.events.events import Events

#: Sources that speak of single things; a list of deploys names none, and need not.
NAMING = ("log", "access", "audit", "span", "record")


@dataclass(frozen=True)
class Control:
    """Whether a search for an id finds others of its shape: one of them, and the sources in which it finds none."""

    passed: bool
    example: str = ""
    deaf: tuple[str, ...] = ()

    @property
    def blind(self) -> tuple[str, ...]:
        """What the search would not have seen, in sentences."""
        if not self.passed or not self.deaf:
            return ()
        named = ", ".join(self.deaf[:4]) + (f" and {len(self.deaf) - 4} more" if len(self.deaf) > 4 else "")
        many = "name" if len(self.deaf) > 1 else "names"
        return (f"{named} {many} no id of this shape, so it would not have been seen there.",)


def others(events: Events, entity: str) -> Control:
    """The positive control of a search for an id: does it find any other id of this shape, and where does it find none?"""
    rows = traces.mentions_of_kind(events, entity)
    rest = rows.filter((rows.id != entity) & rows.kind.isin(NAMING))
    found = events.engine.fetch(rest.group_by("source").aggregate(one=rest.id.min()).order_by("source"))
    heard = {str(row.source): str(row.one) for row in found.itertuples(index=False)}
    naming = [source.name for source in events.sources if source.kind in NAMING]
    deaf = tuple(name for name in naming if name not in heard)
    return Control(bool(heard), min(heard.values(), default=""), deaf)
