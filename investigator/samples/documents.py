"""The documents of the week and when each of them passed each step: decided once, written many times."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any

from investigator.samples.cause import fault_window
from investigator.samples.clock import HOUR, MINUTE, SECOND, milliseconds, moment

# Which moment of a document is the one that a broken step prevents.
PREVENTED = {"scan": "clean", "indexer": "indexed", "search": "visible"}
STEPS = ("received", "stored", "scanning", "clean", "picked", "indexed", "visible")


@dataclass(slots=True)
class Document:
    """One document and its moments, in milliseconds; None where that never happened."""

    id: str
    customer: str
    name: str
    schema: int | None
    client: str
    size: int
    sha256: str
    trace: str
    received: int
    stored: int
    scanning: int
    clean: int
    picked: int
    indexed: int | None
    visible: int | None
    timeouts: list[int] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    submitted: int | None = None
    accepted: int | None = None
    receipt: str = ""
    deleted: int | None = None
    fault: int | None = None
    unlogged: bool = False

    @property
    def key(self) -> str:
        """The name of the stored object."""
        return f"objects/{self.id}/v1.pdf"


class Documents:
    """Draws documents from one random source, so that the same seed tells the same week."""

    def __init__(self, platform: dict[str, Any], cause: dict[str, Any], rng: Random) -> None:
        self.platform, self.cause, self.rng = platform, cause, rng
        self.start = milliseconds(platform["week"])
        self.cut = milliseconds(cause["exported"])
        self.end = milliseconds(cause["recovered"])
        self.broken, self.repaired = fault_window(cause)
        self.affected = {group["customer"]: group for group in cause["affected"]}
        self.named = [number for group in cause["affected"] for number in group.get("named", {})]
        # A number that another number begins with: whoever searches by prefix finds one too many.
        self.longer = f"{cause['repair']['first']}0"
        reserved = {*self.named, self.longer}
        pool = [f"DOC-{number}" for number in range(1000, 14_000) if f"DOC-{number}" not in reserved]
        rng.shuffle(pool)
        self._numbers = iter(pool)
        hours = range(self.start, self.end, HOUR)
        self._hours = list(hours)
        self._until = list(accumulate(platform["hours"][moment(hour).hour] for hour in hours))
        self._customers = list(platform["customers"])
        self._weights = list(accumulate(entry["weight"] for entry in platform["customers"].values()))

    def share(self, low: int, high: int) -> float:
        """How much of the week's human traffic falls between two moments, in hours' weights."""
        weights: list[int] = self.platform["hours"]
        return sum(
            weights[moment(hour).hour] * max(0, min(high, hour + HOUR) - max(low, hour)) / HOUR
            for hour in self._hours
        )

    def draw(self, count: int) -> list[Document]:
        """About `count` documents until the export, more until the recovery, ordered by when they came in."""
        made = [*self._faulted(), *self._unlogged()]
        total = round(count * self.share(self.start, self.end) / self.share(self.start, self.cut))
        made += self._healthy(max(0, total - len(made)))
        made.sort(key=lambda document: (document.received, document.id))
        return made

    # the three kinds of documents

    def _healthy(self, count: int) -> Iterator[Document]:
        burst = self.cause.get("burst")
        spared = False
        for _ in range(count):
            customer = self._customers[bisect(self._weights, self.rng.random() * self._weights[-1])]
            received = self._moment_of_work()
            hurt = customer in self.affected
            if hurt and self.broken - 5 * MINUTE < received < self.repaired + MINUTE:
                continue  # in that time this customer has the affected documents, and only those
            document = self._document(
                self.longer if not spared and not hurt else next(self._numbers), customer, received
            )
            spared = spared or not hurt
            if not hurt:
                self._meet_the_burst(document, burst)
            self._later_life(document)
            yield document

    def _faulted(self) -> Iterator[Document]:
        """The affected documents: each is drawn by the moment of its fault, and dated back from there."""
        onset = milliseconds(self.cause["fault"]["onset"])
        for position, group in enumerate(self.cause["affected"]):
            until = milliseconds(group["until"])
            faults: list[tuple[int, str | None]] = [
                (milliseconds(at), name) for name, at in group.get("named", {}).items()
            ]
            if position == 0:
                faults.append((onset, None))
            while len(faults) < group["documents"]:
                faults.append((self.rng.randrange(onset + 3 * SECOND, until), None))
            for fault, number in sorted(faults, key=lambda pair: (pair[0], pair[1] or "")):
                document = self._document(number or next(self._numbers), group["customer"], fault)
                self._date_back(document, fault)
                yield document

    def _unlogged(self) -> Iterator[Document]:
        unknown = self.cause.get("unknown")
        if not unknown:
            return
        at = milliseconds(unknown["at"])
        for _ in range(unknown["documents"]):
            at += self.rng.randrange(400, 2_500)
            document = self._document(next(self._numbers), unknown["customer"], at)
            document.unlogged, document.schema = True, None
            document.client = unknown["client"]
            document.indexed = document.visible = None
            yield document

    # one document

    def _document(self, number: str, customer: str, received: int) -> Document:
        rng, kinds = self.rng, self.platform["documents"]["kinds"]
        traits = self.cause.get("traits", {}) if customer in self.affected else {}
        client = traits.get("client", self.platform["customers"][customer]["client"])
        kind = self.affected.get(customer, {}).get("kind") or rng.choice(kinds)
        stored = received + rng.randrange(180, 1_500)
        scanning = stored + rng.randrange(700, 3_500)
        clean = scanning + rng.randrange(1_200, 7_000)
        picked = clean + rng.randrange(300, 2_500)
        indexed = picked + rng.randrange(150, 1_800)
        return Document(
            id=number,
            customer=customer,
            name=f"{kind} {rng.randrange(10_000, 99_999)}.pdf",
            schema=traits.get("schema", 2),
            client=client,
            size=int(rng.lognormvariate(12.4, 0.9)),
            sha256=f"{rng.getrandbits(256):064x}",
            trace=f"{rng.getrandbits(128):032x}",
            received=received,
            stored=stored,
            scanning=scanning,
            clean=clean,
            picked=picked,
            indexed=indexed,
            visible=indexed + rng.randrange(800, 5_000),
        )

    def _date_back(self, document: Document, fault: int) -> None:
        """Move the document so that the broken step meets it at `fault`."""
        shift = fault - getattr(document, PREVENTED[self.cause["fault"]["stage"]])
        for step in STEPS:
            setattr(document, step, getattr(document, step) + shift)
        document.fault = fault

    def _meet_the_burst(self, document: Document, burst: dict[str, Any] | None) -> None:
        """A scan that times out once or twice and then succeeds: loud, and harmless."""
        rng, scanning = self.rng, document.scanning
        # The timeout is what is logged, half a minute after the scan began; a second one must still fit in.
        inside = (
            burst
            and milliseconds(burst["from"])
            <= scanning + 30 * SECOND
            < milliseconds(burst["until"]) - 35 * SECOND
        )
        if rng.random() >= (burst["share"] if burst and inside else 0.002):
            return
        for _ in range(rng.choice((1, 1, 2))):
            document.timeouts.append(scanning + 30 * SECOND)
            scanning += 30 * SECOND + rng.randrange(500, 2_000)
        for step in STEPS[STEPS.index("clean") :]:
            setattr(document, step, getattr(document, step) + scanning - document.scanning)

    def _later_life(self, document: Document) -> None:
        """What people do with a document that works: look it up, file it, now and then delete it."""
        rng, habits = self.rng, self.platform["documents"]
        visible = document.visible or document.stored
        if rng.random() < habits["looked_up"]:
            document.queries.append(visible + int(rng.expovariate(1 / (40 * MINUTE))) + 20 * SECOND)
        if rng.random() < habits["filed"]:
            self.file(document, visible + rng.randrange(5 * MINUTE, 3 * HOUR))
        elif rng.random() < habits["deleted"]:
            document.deleted = visible + rng.randrange(HOUR, 20 * HOUR)

    def file(self, document: Document, accepted: int) -> None:
        """The document goes to the authority, which accepts it at `accepted`."""
        document.submitted = accepted - self.rng.randrange(3 * SECOND, 50 * SECOND)
        document.accepted = accepted
        document.receipt = f"RCP-{self.rng.getrandbits(40):010X}"

    def _moment_of_work(self) -> int:
        hour = bisect(self._until, self.rng.random() * self._until[-1])
        low = self._hours[hour]
        return self.rng.randrange(low, min(low + HOUR, self.end))


def repair(documents: list[Document], maker: Documents) -> None:
    """Every affected document passes the broken step after all: one first, the rest in order."""
    cause, rng = maker.cause, maker.rng
    plan, prevented = cause["repair"], PREVENTED[cause["fault"]["stage"]]
    waiting = [document for document in documents if document.fault is not None]
    waiting.sort(key=lambda document: (document.id != plan["first"], document.fault, document.id))
    begins = milliseconds(plan.get("rest_from", plan["first_at"])) + 5 * SECOND
    pace = (milliseconds(plan["until"]) - 20 * SECOND - begins) / max(1, len(waiting) - 1)
    for place, document in enumerate(waiting):
        at = milliseconds(plan["first_at"]) if place == 0 else begins + int(pace * (place - 1))
        shift = at - getattr(document, prevented)
        for step in STEPS[STEPS.index(prevented) :]:
            setattr(document, step, getattr(document, step) + shift)
        if rng.random() < 0.3:  # somebody looked for it in vain
            query = (document.fault or 0) + int(rng.expovariate(1 / (70 * MINUTE))) + MINUTE
            document.queries += [query] if query < at else []
    _file_what_was_late(waiting, maker)
    by_number = {document.id: document for document in documents}
    for search in cause.get("searches", []):
        by_number[search["document"]].queries += [milliseconds(at) for at in search["at"]]


def _file_what_was_late(waiting: list[Document], maker: Documents) -> None:
    """The customer with the deadline files everything, the last one at the moment that the story says."""
    filed = maker.cause.get("filed")
    if not filed:
        return
    begins, ends = milliseconds(filed["from"]), milliseconds(filed["until"])
    urgent = [document for document in waiting if document.customer == filed["customer"]]
    for place, document in enumerate(urgent):
        maker.file(document, ends - (ends - begins) * (len(urgent) - 1 - place) // max(1, len(urgent)))
    for document in waiting:
        if document.accepted is None and maker.rng.random() < maker.platform["documents"]["filed"]:
            maker.file(document, maker.rng.randrange(begins, maker.end))
