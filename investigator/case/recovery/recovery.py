"""Getting things back: the list, one first, the rest, and a count from another source than the one restored from.

The kit never changes production. It keeps the list and the state before, says what the next safe step is, takes down
what people did, and counts again. Nothing is called resolved while an item is unexplained.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from investigator.case import shelves
from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning import pins
from investigator.case.recovery import restored as what
from investigator.case.recovery.standing import Standing, of
from investigator.case.snapshot import Snapshot
from investigator.errors import CaseError, MovedError, ParameterError

if TYPE_CHECKING:
    from investigator.finding import Finding
    from investigator.ledger import Entry


class Recovery(Standing):
    """How the recovery stands, as the record says; each method writes one entry and gives the recovery again."""

    def __init__(self, evidence: Evidence) -> None:
        found = of(Snapshot.of(evidence))
        super().__init__(**{one.name: getattr(found, one.name) for one in fields(found)})
        self.evidence = evidence

    def __getattr__(self, name: str) -> Any:
        if name == "receipt":
            raise MovedError(
                "recovery.receipt is gone.",
                "A receipt goes to the customer.",
                "Use case.customer().receipt(...).",
            )
        raise AttributeError(name)

    # -- what is to be done ------------------------------------------------------------------------------------

    def begin(
        self, ids: list[str] | None = None, *, first: str = "", like: str = "", **given: Any
    ) -> Recovery:
        """Keep the list of what must come back, and the state before; without ids it is everybody affected.

        `first` is the one item that goes ahead of all (default: the id that the call is about); `like` an affected
        id (default the same).
        """
        snapshot, find = Snapshot.of(self.evidence), shelves.find(self.evidence)
        like = like or snapshot.about
        first = first or like
        customers: dict[str, str] = {}
        unknown: list[str] = []
        if ids is None:
            found = find.who_else(like=like)
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
        before = find.whereabouts(entity=first)
        customers = _customers(snapshot, like)
        content = {
            "text": f"{len(ids) + len(unknown)} items must come back; {first} goes first",
            "state": "listed",
            "items": [[one, customers.get(one, "")] for one in [*ids, *unknown]],
            "first": first,
            "like": like,
            "healthy": find.compare_entities(entity=like).value.get("healthy") or "",
            "before": before.to_json(),
        }
        self.evidence.record.append("recovery", content, **given)
        return Recovery(self.evidence)

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

    def restored(self, which: str | list[str], *, source: str, anyway: str = "", **given: Any) -> Recovery:
        """Take down that items were restored, and from which source: an id, a list of ids, or "rest".

        The first item goes alone and is seen by the customer before the rest; `anyway` is a reason to go ahead.
        """
        ids = self._ids(which)
        alone = ids == [self.first]
        if not alone and not self.first_is_seen():
            if not anyway:
                raise CaseError(
                    f"{self.first} goes first, and nobody at the customer's has seen it yet.",
                    "What is wrong with one is wrong with all of them.",
                    f"recovery.seen('{self.first}', by='...'), or go ahead with anyway='the reason'.",
                )
            self.evidence.record.append("anyway", {"text": anyway, "gate": "one item first"}, **given)
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
        finding = shelves.find(self.evidence).recount(
            like=self.like,
            ids=sorted(self.items),
            healthy=str((self._listed().content or {}).get("healthy", "")) or None,
            apart_from=min(sources) if len(sources) == 1 else "",
        )
        pins.pin(self.evidence.record, finding, **given)
        return finding

    # -- within ------------------------------------------------------------------------------------------------

    def _listed(self) -> Entry:
        if self.plan is None:
            raise CaseError(
                "Nothing is listed for recovery yet.", "", "Make the list: case.recovery().begin()"
            )
        return self.plan

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
        self.evidence.record.append("recovery", content, about=self._listed().id, **given)
        return Recovery(self.evidence)


def _customers(snapshot: Snapshot, like: str) -> dict[str, str]:
    """Whose each id is, by the events."""
    from investigator.facts import traces
    from investigator.facts.customers import customers_of

    events = snapshot.events()
    people, _ = customers_of(events, traces.mentions_of_kind(events, like), like)
    if people is None:
        return {}
    rows = events.engine.fetch(people.order_by("id").limit(200_000))
    return {str(i): str(c) for i, c in zip(rows["id"], rows["customer"], strict=True)}
