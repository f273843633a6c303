"""What stands in the attributes of events, by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.events.events import Events

_MOST_KEYS, _MOST_VALUES, _LONGEST = 20_000, 100_000, 300


def values_of(events: Events, wanted: Callable[[str, str], bool]) -> Iterator[tuple[str, list[str]]]:
    """Of each key that is wanted (told by key and kind of event) its different values, in order; long ones are left out."""
    if not events.sources:
        return
    table = events.table
    # Most rows have their keys in common with many: each list of keys is looked at once.
    lists = table.select("kind", keys_=table.attributes.keys()).distinct().limit(_MOST_KEYS)
    pairs = {
        (str(key), str(row.kind))
        for row in events.engine.fetch(lists).itertuples()
        for key in (row.keys_ if row.keys_ is not None else ())
    }
    found: dict[str, list[str]] = {}
    for key, kind in sorted(pairs):
        if wanted(key, kind):
            found.setdefault(key, []).append(kind)
    for key, kinds in found.items():
        held = table.filter(table.kind.isin(kinds)).select(value_=table.attributes.get(key))
        held = held.filter(held.value_.notnull() & (held.value_.length() <= _LONGEST)).distinct()
        yield (
            key,
            [str(one) for one in events.engine.fetch(held.order_by("value_").limit(_MOST_VALUES))["value_"]],
        )
