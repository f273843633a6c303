"""What stands in the attributes of events, by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.events.events import Events

_MOST_KEYS, _MOST_VALUES, _LONGEST = 5_000, 100_000, 300


def values_of(events: Events, wanted: Callable[[str, str], bool]) -> Iterator[tuple[str, list[str]]]:
    """Of each key that is wanted (told by key and kind of event) its different values, in order; long ones are left out."""
    if not events.sources:
        return
    table = events.table
    keys = table.mutate(key_=table.attributes.keys().unnest()).select("key_", "kind").distinct()
    found: dict[str, list[str]] = {}
    for row in events.engine.fetch(keys.order_by(["key_", "kind"]).limit(_MOST_KEYS)).itertuples():
        if wanted(str(row.key_), str(row.kind)):
            found.setdefault(str(row.key_), []).append(str(row.kind))
    for key, kinds in found.items():
        held = table.filter(table.kind.isin(kinds)).select(value_=table.attributes.get(key))
        held = held.filter(held.value_.notnull() & (held.value_.length() <= _LONGEST)).distinct()
        yield (
            key,
            [str(one) for one in events.engine.fetch(held.order_by("value_").limit(_MOST_VALUES))["value_"]],
        )
