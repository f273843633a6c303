"""Getting things back: the list, one first, the rest, and a count from another source than the one restored from.

The kit never changes production. It keeps the list and the state before, says what the next safe step is, takes down
what people did, and counts again. Nothing is called resolved while an item is unexplained.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.recovery import restored as what
from investigator.case.shown import Shown, escape, table
from investigator.errors import CaseError, ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.recovery.receipt import Receipt
    from investigator.finding import Finding
    from investigator.ledger import Entry

STATES = ("listed", "dry run", "restored", "compared", "seen", "acknowledged", "exception", "receipt")


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
class Recovery:
    """How the recovery stands, as the record says; each method writes one entry and gives the recovery again."""

    case: Case
    plan: Entry | None = None
    first: str = ""
    like: str = ""
    items: dict[str, Item] = field(default_factory=dict)
    counted: Finding | None = None
    dry: Entry | None = None

    # -- what is to be done ------------------------------------------------------------------------------------

    def begin(
        self, ids: list[str] | None = None, *, first: str = "", like: str = "", **given: Any
    ) -> Recovery:
        """Keep the list of what must come back, and the state before; without ids it is everybody affected.

        `first` is the one item that goes ahead of all (default: the id that the call is about); `like` an affected
        id (default the same).
        """
        case = self.case
        like = like or case.about
        first = first or like
        customers: dict[str, str] = {}
        unknown: list[str] = []
        if ids is None:
            found = case.find.who_else(like=like)
            ids, unknown = list(found.value["ids"]), list(found.value["unknown_ids"])
        if not ids:
            raise CaseError(
                "There is nothing to list: nobody affected is known.",
                "",
                "Look first: case.find.who_else(like=case.about), or give the ids.",
            )
        if first not in ids:
            raise ParameterError(
                f"'{first}' is not on the list.",
                f"It has {len(ids)} ids.",
                "Say which goes first: first='DOC-4711'",
            )
        before = case.find.whereabouts(entity=first)
        customers = _customers(case, like)
        content = {
            "text": f"{len(ids) + len(unknown)} items must come back; {first} goes first",
            "state": "listed",
            "items": [[one, customers.get(one, "")] for one in [*ids, *unknown]],
            "first": first,
            "like": like,
            "healthy": case.find.compare_entities(entity=like).value.get("healthy") or "",
            "before": before.to_json(),
        }
        case.write("recovery", content, **given)
        return of(case)

    def dry_run(self, found: list[str], *, source: str, **given: Any) -> Recovery:
        """Take down what restoring would bring back, before anything is changed: the ids that are there, and from where.

        What is on the list and not among them is named as missing.
        """
        ids = self._ids([str(one) for one in found])
        missing = sorted(i.id for i in self.items.values() if not i.exception and i.id not in set(ids))
        text = f"dry run: {len(ids):,} of {len(ids) + len(missing):,} are there in {source}"
        if missing:
            text += f"; not there: {', '.join(missing[:5])}{', ...' if len(missing) > 5 else ''}"
        content = {"text": text, "state": "dry run", "ids": ids, "missing": missing, "source": source}
        return self._add(content, given)

    def compared(self, items: Any, **given: Any) -> Recovery:
        """Take down what items were before and are after: a table or rows with `item` and any of `found`, `size_before`,
        `hash_before`, `size_after`, `hash_after`, `opens`, and `why` for what is not known.

        An item whose content is another one than before, or that doesn't open, is not explained by being back.
        """
        details = what.details(items)
        ids = self._ids(list(details))
        doubted = [one for one in ids if what.doubt({**self.items[one].known, **details[one]})]
        text = f"compared {len(ids):,} items with what they were before"
        if doubted:
            first = what.doubt({**self.items[doubted[0]].known, **details[doubted[0]]})
            text += f"; not as before: {len(doubted):,} ({doubted[0]}: {first})"
        return self._add({"text": text, "state": "compared", "ids": ids, "details": details}, given)

    def acknowledged(self, which: str | list[str], *, by: str, **given: Any) -> Recovery:
        """Take down that the customer confirms it: an id, a list of ids, or "all" that they were shown."""
        shown_ = [item.id for item in self.items.values() if item.seen and not item.acknowledged]
        ids = self._ids(shown_ if which == "all" else which)
        count = ids[0] if len(ids) == 1 else f"{len(ids)} items"
        return self._add(
            {"text": f"{by} confirms {count}", "state": "acknowledged", "ids": ids, "by": by}, given
        )

    def receipt(self, customer: str = "", *, anyway: str = "", author: str | None = None) -> Receipt:
        """A receipt for one customer as a file: each of their items, no inside names, each line chained to the one before.

        Refused while an item of theirs is unexplained; `anyway` is a reason to write it all the same.
        """
        from investigator.case.recovery.receipt import write

        self._listed()
        return write(self, customer, anyway=anyway, author=author)

    def restored(self, which: str | list[str], *, source: str, anyway: str = "", **given: Any) -> Recovery:
        """Take down that items were restored, and from which source: an id, a list of ids, or "rest".

        The first item goes alone and is seen by the customer before the rest; `anyway` is a reason to go ahead.
        """
        ids = self._ids(which)
        alone = ids == [self.first]
        if not alone and not self._first_is_seen():
            if not anyway:
                raise CaseError(
                    f"{self.first} goes first, and nobody at the customer's has seen it yet.",
                    "What is wrong with one is wrong with all of them.",
                    f"recovery.seen('{self.first}', by='...'), or go ahead with anyway='the reason'.",
                )
            self.case.write("anyway", {"text": anyway, "gate": "one item first"}, **given)
        count = ids[0] if len(ids) == 1 else f"{len(ids)} items"
        content = {
            "text": f"restored {count} from {source}",
            "state": "restored",
            "ids": ids,
            "source": source,
        }
        return self._add(content, given)

    def seen(self, which: str | list[str], *, by: str, **given: Any) -> Recovery:
        """Take down that somebody at the customer's sees it."""
        ids = self._ids(which)
        count = ids[0] if len(ids) == 1 else f"{len(ids)} items"
        return self._add({"text": f"{by} sees {count}", "state": "seen", "ids": ids, "by": by}, given)

    def exception(self, which: str | list[str], *, why: str, **given: Any) -> Recovery:
        """Name items that do not come back, or can't be judged, with the reason."""
        if not why.strip():
            raise ParameterError("An exception needs a reason.", "", "Say why in one line.")
        ids = self._ids(which)
        count = ids[0] if len(ids) == 1 else f"{len(ids)} items"
        return self._add({"text": f"{count}: {why}", "state": "exception", "ids": ids, "why": why}, given)

    def recount(self, **given: Any) -> Finding:
        """Count again from other sources than those restored from, and pin what comes out."""
        self._listed()
        sources = {
            str((i.restored.content or {}).get("source", "")) for i in self.items.values() if i.restored
        }
        finding = self.case.find.recount(
            like=self.like,
            ids=sorted(self.items),
            healthy=str((self._listed().content or {}).get("healthy", "")) or None,
            apart_from=min(sources) if len(sources) == 1 else "",
        )
        self.case.pin(finding, **given)
        return finding

    # -- how it stands -----------------------------------------------------------------------------------------

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
        if not self._first_is_seen():
            return f"Let the customer look at {self.first}", f"recovery.seen('{self.first}', by='...')"
        if any(item.restored is None and not item.back for item in rest):
            return "Restore the rest", "recovery.restored('rest', source='...')"
        if self.counted is None:
            return "Load what was logged since, and count again from another source", "recovery.recount()"
        if self.open:
            named = f"{', '.join(self.open[:3])}{', ...' if len(self.open) > 3 else ''}"
            what = f"Explain the {len(self.open):,} that are left ({named}): load more and count again, or name them"
            return what, "recovery.exception([...], why='...')"
        return "Every item is explained", "case.phase('resolved', why='...')"

    def summary(self) -> str:
        """Where it stands, in one line."""
        if self.plan is None:
            return "Nothing is listed for recovery."
        items = list(self.items.values())
        numbers = [
            (sum(i.restored is not None for i in items), "restored"),
            (sum(bool(i.back) for i in items), "back by another source"),
            *([(count, "not as before")] if (count := sum(bool(i.doubt) for i in items)) else []),
            (sum(bool(i.exception) for i in items), "named exceptions"),
            (len(self.open), "unexplained"),
        ]
        return f"{len(items):,} listed: " + ", ".join(f"{n:,} {what}" for n, what in numbers) + "."

    def __str__(self) -> str:
        lines = [self.summary(), f"Next: {': '.join(self.next_step())}"]
        return "\n".join(lines) + (f"\n{self._by_customer().text}" if self.items else "")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        markup = f"<p class='answer'>{escape(self.summary())}</p><p class='missing'>Next: {escape(': '.join(self.next_step()))}</p>"
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

        zone = self.case.zone

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

    # -- within ------------------------------------------------------------------------------------------------

    def _listed(self) -> Entry:
        if self.plan is None:
            raise CaseError(
                "Nothing is listed for recovery yet.", "", "Make the list: case.recovery().begin()"
            )
        return self.plan

    def _first_is_seen(self) -> bool:
        return self.first in self.items and self.items[self.first].seen is not None

    def _ids(self, which: str | list[str]) -> list[str]:
        self._listed()
        if which == "rest":
            ids = [
                i.id
                for i in self.items.values()
                if i.restored is None and not i.exception and i.id != self.first
            ]
        else:
            ids = [which] if isinstance(which, str) else [str(one) for one in which]
        strange = [one for one in ids if one not in self.items]
        if strange:
            raise ParameterError(
                f"'{strange[0]}' is not on the list.",
                f"It has {len(self.items)} items.",
                "List it first, or correct it.",
            )
        if not ids:
            raise ParameterError("No item is left for that.", self.summary(), "See recovery.each().")
        return ids

    def _add(self, content: dict[str, Any], given: dict[str, Any]) -> Recovery:
        self.case.write("recovery", content, about=self._listed().id, **given)
        return of(self.case)


def of(case: Case) -> Recovery:
    """The recovery as the record says: the newest list with what was done about it, and the newest count."""
    found = Recovery(case)
    state = case.state
    for entry in state.recoveries:
        content: dict[str, Any] = entry.content or {}
        if content.get("state") == "listed":
            found = Recovery(case, entry, str(content["first"]), str(content["like"]))
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
        _count(case, found)
    return found


def _count(case: Case, found: Recovery) -> None:
    """What the newest pinned count says of each item."""
    from investigator.finding import Finding

    assert found.plan is not None
    for entry in reversed(case.state.pins):
        finding = (entry.content or {}).get("finding") or {}
        if entry.known > found.plan.known and (finding.get("check") or {}).get("analysis") == "recount":
            found.counted = Finding.from_json(finding)
            for one, back in (found.counted.value or {}).get("items", {}).items():
                if one in found.items:
                    found.items[one].back = back
            return


def gate(case: Case, anyway: str) -> str | None:
    """Why `resolved` may not be said yet; None where it may, or where nothing was listed."""
    found = of(case)
    if found.plan is None or anyway:
        return None
    if found.counted is None:
        return "nothing was counted again yet"
    return f"{len(found.open):,} items are unexplained" if found.open else None


def _customers(case: Case, like: str) -> dict[str, str]:
    """Whose each id is, by the events."""
    from investigator.facts import traces
    from investigator.facts.customers import customers_of

    events = case.events()
    people, _ = customers_of(events, traces.mentions_of_kind(events, like), like)
    if people is None:
        return {}
    rows = events.engine.fetch(people.order_by("id").limit(200_000))
    return {str(i): str(c) for i, c in zip(rows["id"], rows["customer"], strict=True)}
