"""Where every thing of a kind is: exactly one disposition for each, from all that is said about it.

What is said last about the content and last about being found, by messages, requests and columns of records, is one
aggregation in the engine; ids with the same are one profile, and a profile is decided once, in plain Python.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.facts import marks, said, traces

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

DISPOSITIONS = (
    "delivered",
    "available",
    "hidden by index",
    "hidden by permission",
    "hidden by tenant",
    "hidden by soft delete",
    "content missing",
    "content differs",
    "duplicate",
    "never received",
    "unknown",
)


FINE = ("delivered", "available")


@dataclass(frozen=True)
class Known:
    """What is known about an id; equal ones get the same disposition."""

    content: str = ""  # what was said last about the content, with a time
    shown: str = ""  # what was said last about its being found, with a time
    there: int = 0  # so many independent tables say that the content is there, 2 stands for more
    gone: bool = False  # records say that it is not
    deleted: bool = False  # a record says that it is deleted
    denied: bool = False  # a record says that nobody may see it
    visible: bool = False  # a record says that it can be found
    invisible: bool = False  # a record says that it can't
    witnesses: int = 0  # independent sources that say anything, 2 stands for more
    holders: int = 0  # of these, machines' sources that say the content is there, 2 stands for more
    rows: bool = False  # a table of records has it
    machines: bool = False  # a machine wrote about it
    lacking: bool = False  # a table that holds nearly all others lacks it
    lost: bool = False  # the list of what is stored lacks it, which holds nearly all others
    unlisted: bool = False  # the list of what can be found lacks it, which holds nearly all others
    came: bool = False  # it came by the usual way
    deviation: str = ""  # its first deviation from the usual course
    differs: bool = False
    duplicate: bool = False
    stranger: bool = False  # it lies with a tenant that is not its customer's


def decide(p: Known) -> str:
    """The one disposition of a profile."""
    content = said.SAYS.get(p.content, (None, None))[0]
    if not p.machines and not p.rows:
        return "never received"
    if content is False or (content is None and p.gone and not p.there):
        return "content missing"
    if content is None and not p.there:
        # What was refused at the door came no further than a search for it that finds nothing.
        looked_for = p.shown in ("", "not found", "not indexed")
        return "never received" if looked_for and (p.lacking or not p.rows) else "unknown"
    if p.came and (p.lost or (p.lacking and not p.there)):
        return "content missing"
    if p.witnesses < 2:
        return "unknown"
    if p.differs:
        return "content differs"
    if p.duplicate:
        return "duplicate"
    if p.deleted:
        return "hidden by soft delete"
    if p.denied:
        return "hidden by permission"
    if p.stranger:
        return "hidden by tenant"
    found = said.SAYS.get(p.shown, (None, None))[1]
    if found is None:
        found = True if p.visible else False if p.invisible or p.unlisted else None
    if found:
        return "delivered" if p.shown == "delivered" else "available"
    if p.deviation == "under way" and p.shown in ("", "not indexed"):
        return "unknown"
    if (found is False or p.deviation == "missing") and p.holders + p.there > 1:
        return _hidden(p)
    return "unknown"


def _hidden(p: Known) -> str:
    if p.shown == "no permission":
        return "hidden by permission"
    if p.shown == "wrong tenant":
        return "hidden by tenant"
    if p.shown == "soft-deleted":
        return "hidden by soft delete"
    return "hidden by index"


def dispositions_of(events: Events, like: str) -> ir.Table:
    """One row an id shaped like this one: id, disposition, first (its first time). Kept."""
    key = f"dispositions {traces.kind_known(events, like)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = _decided(events, like)
    return events.memo[key]


def _decided(events: Events, like: str) -> ir.Table:
    import ibis

    rows = traces.mentions_of_kind(events, like)
    keys = marks.keys_of(events, rows, like)
    cells, held = marks.cells_of(events, rows, keys)
    each = said.said_last(events, rows, keys, like)
    hashes = marks.hashes_of(events, rows, keys)
    extra = [
        marks.by_records(cells, held),
        marks.lacking(events, rows, cells, keys, like),
        marks.off_course(events, like),
        marks.differing(events, hashes),
        marks.doubled(events, rows, hashes, like),
        marks.strangers(events, rows, keys),
    ]
    for number, more in enumerate(extra):
        if more is not None:
            columns = {name: more[name] for name in more.columns if name != "id"}
            right = more.select(**{f"id_{number}": more.id}, **columns)
            each = each.left_join(right, each.id == right[f"id_{number}"]).drop(f"id_{number}")
    fields = [name for name in Known.__dataclass_fields__ if name in each.columns]
    plain = each.mutate(
        **{
            name: ibis.coalesce(each[name], "" if Known.__dataclass_fields__[name].type == "str" else 0)
            for name in fields
        }
    )
    # A profile is a text of its words and one number of all its figures, of which none means more than 3.
    words, figures = _kinds(fields)
    number = ibis.literal(0).cast("int64")
    for place, name in enumerate(figures):
        number = number + ibis.least(plain[name].cast("int64"), 3) * 4**place
    text = number.cast("string")
    for name in words:
        text = text + ibis.literal("|") + plain[name]
    profiled = events.engine.cache(plain.select("id", "first", profile=text))
    found = events.engine.fetch(profiled.select("profile").distinct().order_by("profile"))
    groups: dict[str, list[str]] = {}
    for line in found["profile"]:
        groups.setdefault(decide(_known(fields, str(line))), []).append(str(line))
    disposition = ibis.cases(
        *((profiled.profile.isin(lines), name) for name, lines in sorted(groups.items())), else_="unknown"
    ) if groups else ibis.literal("unknown")  # fmt: skip
    return events.engine.cache(profiled.select("id", "first", disposition=disposition))


def _kinds(fields: list[str]) -> tuple[list[str], list[str]]:
    """Those of the fields that hold words, and those that hold figures."""
    words = [name for name in fields if Known.__dataclass_fields__[name].type == "str"]
    return words, [name for name in fields if name not in words]


def _known(fields: list[str], line: str) -> Known:
    words, figures = _kinds(fields)
    number, *texts = line.split("|")
    values: dict[str, Any] = dict(zip(words, texts, strict=True))
    for place, name in enumerate(figures):
        figure = int(number) >> 2 * place & 3
        values[name] = figure if Known.__dataclass_fields__[name].type == "int" else figure > 0
    return Known(**values)
