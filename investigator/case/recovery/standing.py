"""How a recovery stands, as the record says: what was listed, what is back, what is explained, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.record import mode
from investigator.case.recovery import restored as what
from investigator.case.shown import Shown, escape, table
from investigator.case.snapshot import Snapshot
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.ledger import Entry


@dataclass
class Item:
    """One thing that must come back."""

    id: str
    customer: str = ""
    restored: Entry | None = None
    seen: Entry | None = None
    exception: str = ""
    back: str | None = None
    acknowledged: Entry | None = None
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def doubt(self) -> str:
        """What speaks against calling it back: another content or size than before, or that it doesn't open."""
        return what.doubt(self.known)

    @property
    def explained(self) -> bool:
        """Whether it is counted as back by another source and whole, or is a named exception with a reason."""
        return bool((self.back and not self.doubt) or self.exception)

    def measured(self) -> list[str]:
        """Size, hash and whether it opens, before and after, in words; or why not known."""
        return what.told(self.known)


@dataclass
class Standing:
    """The newest list with what was done about it, and the newest count."""

    zone: str = "UTC"
    plan: Entry | None = None
    first: str = ""
    like: str = ""
    items: dict[str, Item] = field(default_factory=dict)
    counted: Finding | None = None
    dry: Entry | None = None

    @property
    def open(self) -> list[str]:
        """The items that nothing explains yet."""
        return sorted(item.id for item in self.items.values() if not item.explained)

    def next_step(self) -> tuple[str, str]:
        """What to do now, in a few words, and the line to write when it is done."""
        if self.plan is None:
            return "Make the list", "case.recovery().begin()"
        first = self.items[self.first]
        rest = [item for item in self.items.values() if item.id != self.first and not item.exception]
        if first.restored is None and not first.back:
            dry = "" if self.dry else "recovery.dry_run([...], source='...'), then "
            return f"Restore {self.first} alone", f"{dry}recovery.restored('{self.first}', source='...')"
        if not self.first_is_seen():
            return f"Let the customer look at {self.first}", f"recovery.seen('{self.first}', by='...')"
        if any(item.restored is None and not item.back for item in rest):
            return "Restore the rest", "recovery.restored('rest', source='...')"
        if self.counted is None:
            return "Load what was logged since, and count again from another source", "recovery.recount()"
        if self.open:
            named = f"{', '.join(self.open[:3])}{', ...' if len(self.open) > 3 else ''}"
            left = f"{len(self.open):,} that {'is' if len(self.open) == 1 else 'are'} left"
            what = f"Explain the {left} ({named}): load more and count again, or name them"
            return what, "recovery.exception([...], why='...')"
        return "Every item is explained", "case.record.phase('resolved', why='...')"

    def summary(self) -> str:
        """Where it stands, in one line."""
        if self.plan is None:
            return "Nothing is listed for recovery."
        items = list(self.items.values())
        numbers = [
            (sum(i.restored is not None for i in items), "restored"),
            (sum(bool(i.back) for i in items), "counted back by another source"),
            *([(count, "not as before")] if (count := sum(bool(i.doubt) for i in items)) else []),
            (named := sum(bool(i.exception) for i in items), f"named exception{'' if named == 1 else 's'}"),
            (len(self.open), "unexplained"),
        ]
        return f"{len(items):,} listed: " + ", ".join(f"{n:,} {what}" for n, what in numbers) + "."

    def __str__(self) -> str:
        lines = [self.summary(), f"Next: {': '.join(self.next_step())}"]
        return "\n".join(lines) + (f"\n{self._by_customer().text}" if self.items else "")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        markup = f"<p class='answer'>{escape(self.summary())}</p>"
        what_next, line = self.next_step()
        if not mode.reporting():
            markup += f"<p class='missing'>Next: {escape(f'{what_next}: {line}')}</p>"
        elif self.open:
            # Who reads a page has nowhere to write the line.
            markup += f"<p class='missing'>Next: {escape(what_next)}.</p>"
        if self.items:
            markup += self._by_customer().markup
        return Shown(str(self), markup)._repr_html_()

    def _by_customer(self) -> Shown:
        rows = []
        for customer in sorted({item.customer for item in self.items.values()}):
            mine = [item for item in self.items.values() if item.customer == customer]
            left = [item.id for item in mine if not item.explained]
            reasons = list(dict.fromkeys(item.exception for item in mine if item.exception))
            rows.append(
                [
                    customer or "unknown",
                    f"{len(mine):,}",
                    f"{sum(i.restored is not None for i in mine):,}",
                    f"{sum(bool(i.back) for i in mine):,}",
                    f"{sum(bool(i.exception) for i in mine):,}",
                    f"{len(left):,}{': ' + ', '.join(left[:3]) if left else ''}{', ...' if len(left) > 3 else ''}",
                    "; ".join(reasons),
                ]
            )
        heads = [
            "customer",
            "listed",
            "restored",
            "back by another source",
            "exceptions",
            "unexplained",
            "why",
        ]
        return table(heads, rows)

    def each(self) -> Any:
        """One row an item: restored when and from where, seen, counted by another source, before and after, acknowledged."""
        import pandas as pd

        zone = self.zone

        def at(entry: Entry | None) -> str:
            return moment.show(entry.happened[0], zone) if entry else ""

        return pd.DataFrame(
            [
                {
                    "item": item.id,
                    "customer": item.customer,
                    "restored": at(item.restored),
                    "from": str((item.restored.content or {}).get("source", "")) if item.restored else "",
                    "customer sees it": at(item.seen),
                    "back by another source": moment.show(datetime.fromisoformat(item.back), zone)
                    if item.back
                    else "",
                    "exception": item.exception,
                    "found in": str(item.known.get("found", "")),
                    "before and after": "; ".join(item.measured()) if item.restored or item.back else "",
                    "not as before": item.doubt,
                    "acknowledged": at(item.acknowledged),
                }
                for item in self.items.values()
            ]
        )

    def first_is_seen(self) -> bool:
        """Whether somebody at the customer's has seen the one that goes first."""
        return self.first in self.items and self.items[self.first].seen is not None


def of(snapshot: Snapshot) -> Standing:
    """The recovery as the record says: the newest list with what was done about it, and the newest count."""
    found = Standing(snapshot.zone)
    state = snapshot.state
    for entry in state.recoveries:
        content: dict[str, Any] = entry.content or {}
        if content.get("state") == "listed":
            found = Standing(snapshot.zone, entry, str(content["first"]), str(content["like"]))
            found.items = {str(one): Item(str(one), str(customer)) for one, customer in content["items"]}
            continue
        if found.plan is None or entry.about != found.plan.id:
            continue
        if content.get("state") == "dry run":
            found.dry = entry
            continue
        for one in content.get("ids", []):
            item = found.items.get(str(one))
            if item is None:
                continue
            if content["state"] == "restored":
                item.restored = entry
            elif content["state"] == "seen":
                item.seen = entry
            elif content["state"] == "acknowledged":
                item.acknowledged = entry
            elif content["state"] == "compared":
                item.known |= content.get("details", {}).get(str(one), {})
            elif content["state"] == "exception":
                item.exception = str(content["why"])
    if found.plan is not None:
        _count(snapshot, found)
    return found


def _count(snapshot: Snapshot, found: Standing) -> None:
    """What the newest pinned count says of each item."""
    assert found.plan is not None
    for entry in reversed(snapshot.state.pins):
        finding = (entry.content or {}).get("finding") or {}
        if entry.known > found.plan.known and (finding.get("check") or {}).get("analysis") == "recount":
            found.counted = Finding.from_json(finding)
            for one, back in (found.counted.value or {}).get("items", {}).items():
                if one in found.items:
                    found.items[one].back = back
            return
