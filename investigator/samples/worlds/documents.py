"""The documents of a world: what there is, whom the fault hits, and the way that each of them goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from investigator.samples.clock import HOUR, MINUTE, SECOND
from investigator.samples.worlds.platform import Customer, Platform, Stage
from investigator.samples.worlds.rows import Row, Rows, stamp

#: Shares of all documents; of each there are at least two.
OLDER, DELETED, PURGED, UNKNOWN, NEVER, TWICE = 0.08, 0.015, 0.015, 0.015, 0.01, 0.01
AFTER = 0.4  # of those on their way come after the fault began
#: A document that comes so shortly before the repair is still being tried when it is made.
TRIES = 180 * SECOND


@dataclass(slots=True, eq=False)
class Document:
    """One document: when it came to each step, what is true of it, and what tables say otherwise than usual."""

    id: str
    reference: str
    customer: Customer
    size: int
    digest: str
    at: dict[str, int] = field(default_factory=dict)
    received: int = 0
    disposition: str = "available"
    affected: bool = False
    deviated: int | None = None
    shown_by: Row | None = None
    lacks: str | None = None
    changed: dict[str, str] = field(default_factory=dict)
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    special: bool = False
    logged: bool = True
    first: Document | None = None  # whose id it came under a second time

    @property
    def stored(self) -> int:
        """When it was stored; for what came before the logs begin, when it came."""
        return self.at.get("stored", self.received)


@dataclass(frozen=True, slots=True)
class Times:
    """When a world begins, when its fault begins and ends, when it is exported, and the loud quarter of an hour."""

    start: int
    fault: int
    over: int
    end: int
    burst: tuple[int, int]
    repaired: int | None


class Documents:
    """Draws the documents of one world and sends each of them on its way."""

    def __init__(
        self, platform: Platform, cause: dict[str, Any], times: Times, rows: Rows, dice: Random
    ) -> None:
        self.platform, self.cause, self.times, self.rows, self.dice = platform, cause, times, rows, dice
        self.all: list[Document] = []
        #: What the documents of a customer have in common, in columns of the table of documents.
        self.traits: dict[str, dict[str, str]] = {}
        self.values: dict[str, str] = {
            **platform.names,
            "fault": platform.names[cause["service"]],
            "wrong": platform.wrong,
        }

    # -- what there is -------------------------------------------------------------------------------------------

    def draw(self, number: int) -> None:
        """All documents of the world, and what happens to them."""
        older, unknown, never = (max(2, round(number * share)) for share in (OLDER, UNKNOWN, NEVER))
        twice = max(2, round(number * TWICE))
        ways = [self._on_its_way(self._arrival()) for _ in range(number - older - unknown - never - twice)]
        ways.sort(key=lambda document: document.received)
        before = [self._older() for _ in range(older)]
        hit, spared = self._hits([*before, *ways])
        harmed = {document.customer.id for document in hit}
        taken = self._take_ids(hit, [*before, *ways])
        everyone = self.cause["hits"]["who"] != "customers"
        # Nothing else happens to those that are hit, so that each document has one story.
        free = [d for d in ways if d not in hit and d.received < self.times.fault - 2 * HOUR]
        free = [d for d in free if (everyone or d.customer.id not in harmed) and not d.special]
        for document in self.dice.sample(free, min(len(free), twice)):
            document.special = True
            copy = self._copy(document, document.received + self.dice.randrange(10 * MINUTE, HOUR))
            copy.disposition, copy.special = "duplicate", True
            ways.append(copy)
        self._purge(before, hit, number)
        self._arriving(ways, hit)
        self._standing(hit, spared)
        self._delete([d for d in free if not d.special], number)
        self.all += [document for document in (*before, *ways) if document not in taken]
        self.all += [self._unknown() for _ in range(unknown)]
        example = self.example()
        self.all += [self._never(example.customer) for _ in range(never)]

    def example(self) -> Document:
        """The affected document that the customer called about: neither the first nor the last, where there are more."""
        affected = sorted((d for d in self.all if d.affected), key=lambda d: (d.deviated or 0, d.id))
        # Of older ones no way is known.
        logged = [document for document in affected if document.at] or affected
        return logged[len(logged) // 2]

    def _document(self, customer: Customer, received: int) -> Document:
        size = int(self.dice.lognormvariate(12.4, 0.9))
        return Document(
            self.platform.document_id(),
            self.platform.reference(),
            customer,
            size,
            self.platform.digest(),
            received=received,
        )

    def _anyone(self) -> Customer:
        customers = self.platform.customers
        return self.dice.choices(customers, [customer.weight for customer in customers])[0]

    def _on_its_way(self, received: int, like: Document | None = None) -> Document:
        document = self._document(like.customer if like else self._anyone(), received)
        time = received
        for step in self.platform.steps:
            time += self._after(step.after)
            document.at[step.name] = time
        return document

    def _after(self, seconds: list[float] | tuple[float, float]) -> int:
        low, high = (round(second * SECOND) for second in seconds)
        return self.dice.randint(low, high)

    def _arrival(self) -> int:
        times, dice = self.times, self.dice
        if dice.random() >= AFTER:
            return dice.randrange(times.start + 10 * MINUTE, times.fault)
        if dice.random() < self.cause["hits"].get("crowd", 0.0):
            return dice.randrange(times.fault, times.over)
        return dice.randrange(times.fault, times.end - 15 * MINUTE)

    def _older(self) -> Document:
        ago = self.dice.randrange(2 * 24 * HOUR, 60 * 24 * HOUR)
        return self._document(self._anyone(), self.times.start - ago)

    def _unknown(self) -> Document:
        received = self.dice.randrange(self.times.fault - 6 * HOUR, self.times.fault)
        document = self._document(self.platform.customers[-1], received)
        document.disposition, document.logged = "unknown", False
        document.cells = {
            "listing": {"gone": True},
            "grants": {"gone": True},
            "index": {"state": None, "indexed_at": None},
        }
        return document

    def _never(self, customer: Customer) -> Document:
        document = self._document(customer, self.dice.randrange(self.times.fault, self.times.end))
        document.disposition, document.logged = "never received", False
        document.cells = {name: {"gone": True} for name in ("documents", "listing", "grants", "index")}
        return document

    def _copy(self, document: Document, received: int) -> Document:
        """The same content and reference under an id of its own."""
        copy = self._on_its_way(received, document)
        copy.reference, copy.digest, copy.size = document.reference, document.digest, document.size
        return copy

    # -- who is hit ----------------------------------------------------------------------------------------------

    def _hits(self, documents: list[Document]) -> tuple[list[Document], list[Document]]:
        """The documents that the fault hits, and those that it could have hit and did not."""
        hits, dice, times = self.cause["hits"], self.dice, self.times
        if hits["when"] == "arriving":
            at = self.cause["fault"]["at"]
            within = [d for d in documents if d.at and times.fault <= d.at[at] < times.over]
        else:
            within = [d for d in documents if d.stored < times.fault - hits.get("older", 600) * SECOND]
        least = min(len(within), max(4, len(documents) // 30))
        if hits["who"] == "everyone":
            return within, []
        if hits["who"] == "documents":
            chosen = dice.sample(within, max(least, round(hits["share"] * len(within))))
        else:
            chosen = self._of_customers(within, dice.randint(*hits["customers"]), least)
        chosen_ids = {document.id for document in chosen}
        hit = [document for document in within if document.id in chosen_ids]
        return hit, [document for document in within if document.id not in chosen_ids]

    def _of_customers(self, within: list[Document], number: int, least: int) -> list[Document]:
        """All documents of some customers; of more of them where these have too few."""
        customers = list(self.platform.customers[:-1])  # the last one has the unknown ones
        self.dice.shuffle(customers)
        chosen: list[Document] = []
        for place, customer in enumerate(customers):
            if place >= number and len(chosen) >= least:
                break
            chosen += [document for document in within if document.customer == customer]
            self.traits[customer.id] = self.cause["hits"].get("trait", {})
        return chosen

    def _take_ids(self, hit: list[Document], documents: list[Document]) -> list[Document]:
        """Where ids are given out twice, each that is hit comes under the id of an earlier one; gives these."""
        if not any(outcome.get("takes") for outcome in self.cause["outcomes"]):
            return []
        struck = {document.id for document in hit}
        earlier = [d for d in documents if d.id not in struck and d.received < self.times.fault - HOUR]
        firsts = self.dice.sample(earlier, len(hit))
        for document, first in zip(hit, firsts, strict=True):
            document.first, document.id, first.special = first, first.id, True
        return firsts

    # -- what happens to them ------------------------------------------------------------------------------------

    def _arriving(self, ways: list[Document], hit: list[Document]) -> None:
        """Send what comes on its way; what is hit goes another one from the faulty step on."""
        outcomes: dict[Document, dict[str, Any]] = {}
        if self.cause["hits"]["when"] == "arriving":
            outcomes = {d: self._outcome(place, d) for place, d in enumerate(hit)}
        copies = [self._go(document, outcomes.get(document)) for document in ways]
        for copy in copies:
            if copy is not None:
                self._go(copy, None)
                ways.append(copy)

    def _outcome(self, place: int, document: Document) -> dict[str, Any]:
        """One of the outcomes by their shares; the first hits take one each, so that none is without an example."""
        outcomes: list[dict[str, Any]] = self.cause["outcomes"]
        waits = [outcome for outcome in outcomes if outcome.get("then") == "waits for the repair"]
        shares = [outcome.get("share", 1.0) for outcome in outcomes]
        drawn = self.dice.choices(outcomes, shares)[0]
        chosen = outcomes[place] if place < len(outcomes) else drawn
        if waits and self.times.repaired is None:
            return next(outcome for outcome in outcomes if outcome not in waits)
        if (
            waits
            and self.times.repaired
            and document.at[self.cause["fault"]["at"]] > self.times.repaired - TRIES
        ):
            return waits[0]
        return chosen

    def _go(self, document: Document, outcome: dict[str, Any] | None) -> Document | None:
        """Write the way of a document, as far as it goes; gives the copy that comes of it, if one does."""
        copy, delay, before = None, 0, document.received
        for step in self.platform.steps:
            time = document.at[step.name] + delay
            here = outcome is not None and step.name == self.cause["fault"]["at"]
            if here and outcome is not None:
                if outcome.get("copy"):
                    copy = self._copied(document, outcome, time)
                    last = self._tell(document, outcome["events"], time)[-1]["time"]
                else:
                    last = self._deviate(document, outcome, before, time, step)
                if outcome.get("then", "stops") == "stops":
                    for later in self.platform.steps[self.platform.steps.index(step) :]:
                        del document.at[later.name]
                    return None
                if outcome["then"] == "waits for the repair":
                    last = (self.times.repaired or last) + self._after((5, 120))
                delay += max(0, last - time) + self._after((0.02, 0.1))
            else:
                delay += self._hiccup(document, step, time)
            before = document.at[step.name] = document.at[step.name] + delay
            row = self._say(step.role, step.text, before, document, kind=step.kind)
            if here and document.affected and document.shown_by is None and document.lacks is None:
                document.shown_by, document.deviated = row, before
        return copy

    def _deviate(
        self, document: Document, outcome: dict[str, Any], before: int, time: int, step: Stage
    ) -> int:
        """What happens in place of a step, or before it; gives when that was over."""
        self._judge(document, outcome)
        told = self._tell(document, outcome.get("events", []), time)
        if not document.affected:
            return told[-1]["time"] if told else time
        if told:
            row = next((r for r, e in zip(told, outcome["events"], strict=True) if e.get("tells")), told[0])
            document.shown_by, document.deviated = row, row["time"]
        elif outcome.get("then", "stops") == "stops":
            document.lacks, document.deviated = self._next_heard(step), before
        self._fill(document, outcome)
        return told[-1]["time"] if told else time

    def _next_heard(self, step: Stage) -> str:
        """The part that should have spoken next; one whose log was cut off would not have."""
        later = self.platform.steps[self.platform.steps.index(step) :]
        cut = self.cause.get("cut", {}).get("role")
        return self.platform.names[next(each.role for each in later if each.role != cut)]

    def _copied(self, document: Document, outcome: dict[str, Any], time: int) -> Document:
        """A second document of the same upload; it goes the way of all."""
        copy = self._copy(document, time + self._after((0.5, 1.5)))
        self._judge(copy, outcome)
        told = self._tell(copy, outcome["copied"], copy.received)
        copy.shown_by, copy.deviated = told[0], told[0]["time"]
        for step in copy.at:
            copy.at[step] += told[-1]["time"] - copy.received + self._after((0.02, 0.02))
        self._fill(copy, outcome)
        return copy

    def _standing(self, hit: list[Document], spared: list[Document]) -> None:
        """Go through what is there, one after the other, as a job does."""
        if self.cause["hits"]["when"] != "standing":
            return
        struck = {document.id for document in hit}
        waiting = [*hit, *(spared if "spared" in self.cause else [])]
        self.dice.shuffle(waiting)
        time = self.times.fault
        for document in waiting:
            time += self._after(self.cause["hits"]["pace"])
            if document.id not in struck:
                if document.disposition == "available":
                    self._tell(document, self.cause["spared"], time)
                continue
            outcome = self.cause["outcomes"][0]
            self._judge(document, outcome)
            row = self._tell(document, outcome["events"], time)[0]
            document.shown_by, document.deviated = row, row["time"]
            self._fill(document, outcome)

    def _judge(self, document: Document, outcome: dict[str, Any]) -> None:
        document.disposition = outcome.get("disposition", "available")
        document.affected = document.disposition != "available"
        document.changed = {
            key: self._filled(text, document) for key, text in outcome.get("changed", {}).items()
        }

    def _fill(self, document: Document, outcome: dict[str, Any]) -> None:
        for table, cells in outcome.get("tables", {}).items():
            known = document.cells.setdefault(table, {})
            for key, cell in cells.items():
                known[key] = self._filled(cell, document) if isinstance(cell, str) else cell
                if cell == "other":
                    known[key] = self.platform.digest()

    def _hiccup(self, document: Document, step: Stage, time: int) -> int:
        """What goes wrong now and then and does no harm; gives the delay that it makes."""
        delay = 0
        if 0 <= self.times.fault - time < MINUTE:
            return 0  # else a document would come to the faulty step after the fault, and not be hit
        for told in self.platform.told["hiccups"]:
            low, high = self.times.burst
            share = told.get("burst", told["share"]) if low <= time < high else told["share"]
            if told["at"] == step.name and self.dice.random() < share:
                self._tell(document, told["events"], time)
                delay += round(told["delay"] * SECOND) + self.dice.randrange(400, 900)
        return delay

    def _purge(self, before: list[Document], hit: list[Document], number: int) -> None:
        """What was old enough, deleted as it should be, a while before it all began."""
        struck = {document.id for document in hit}
        free = [d for d in before if d.id not in struck and not d.special]
        for document in self.dice.sample(free, min(len(free), max(2, round(number * PURGED)))):
            document.disposition, document.special = "content missing", True
            document.cells = {"listing": {"gone": True}, "documents": {"status": "purged"}}
            time = self.dice.randrange(self.times.start + HOUR, self.times.fault - 2 * HOUR)
            self._say("retention", self.platform.told["done"]["purged"], time, document)

    def _delete(self, free: list[Document], number: int) -> None:
        """What its owner deleted."""
        for document in self.dice.sample(free, min(len(free), max(2, round(number * DELETED)))):
            document.disposition, document.special = "hidden by soft delete", True
            time = self.dice.randrange(document.at["visible"] + MINUTE, self.times.fault - HOUR)
            document.cells = {"documents": {"deleted": stamp(time), "status": "deleted"}}
            self._say("audit", self.platform.told["done"]["deleted"], time, document, kind="audit")

    # -- words ---------------------------------------------------------------------------------------------------

    def _tell(self, document: Document, events: list[dict[str, Any]], time: int) -> list[Row]:
        out = []
        for event in events:
            time += self._after(event.get("after", (0.05, 0.2)))
            role = self.cause["service"] if event["role"] == "fault" else event["role"]
            kind, level = event.get("kind", "log"), event.get("level", "info")
            out.append(self._say(role, event["text"], time, document, kind=kind, level=level))
        return out

    def _say(
        self, role: str, text: str, time: int, document: Document, *, kind: str = "log", level: str = "info"
    ) -> Row:
        name = self.platform.names[role]
        own = {} if "{id}" in text or "{reference}" in text else {"document": document.id}
        return self.rows.add(
            time,
            name,
            self._filled(text, document),
            kind=kind,
            level=None if kind == "audit" else level,
            service=None if kind == "audit" else name,
            **own,
        )

    def _filled(self, text: str, document: Document) -> str:
        values = self.values | {
            "id": document.id,
            "customer": document.customer.id,
            "place": document.customer.place,
            "reference": document.reference,
            "size": str(document.size),
            "at": stamp(document.deviated),
        }
        return text.format(**(values | document.changed))
