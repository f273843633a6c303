"""Who writes what when: every line of the story, by the slice of time in which it will be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from investigator.samples.clock import HOUR, MINUTE, milliseconds
from investigator.samples.documents import Document
from investigator.samples.services import Services

SLICE = 10 * MINUTE
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Paperbridge/5"


class Schedule:
    """Lines to come, kept as the call that will write them, so that only one slice is ever text."""

    def __init__(self, gap: dict[str, Any] | None) -> None:
        self._slices: dict[int, list[tuple[int, str, Callable[..., str], tuple[Any, ...]]]] = defaultdict(
            list
        )
        self._gap = (gap["service"], milliseconds(gap["from"]), milliseconds(gap["until"])) if gap else None

    def silent(self, file: str, time: int) -> bool:
        """True where this file's lines never arrived."""
        return self._gap is not None and file == self._gap[0] and self._gap[1] <= time < self._gap[2]

    def add(self, time: int, file: str, write: Callable[..., str], *about: Any) -> None:
        """One line that `write(time, *about)` will give, unless its file is silent then."""
        if not self.silent(file, time):
            self._slices[time // SLICE].append((time, file, write, about))

    def count(self, low: int, high: int) -> int:
        """How many lines fall between two moments."""
        return sum(
            sum(low <= entry[0] < high for entry in entries)
            for at, entries in self._slices.items()
            if low // SLICE <= at <= high // SLICE
        )

    def between(self, low: int, high: int) -> list[tuple[int, str, str]]:
        """(time, file, line) of what falls between two moments of one slice."""
        entries = self._slices.get(low // SLICE, ())
        return [
            (time, file, write(time, *about)) for time, file, write, about in entries if low <= time < high
        ]


def schedule_document(plan: Schedule, services: Services, document: Document, cause: dict[str, Any]) -> None:
    """Everything that the services write about one document."""
    add = plan.add
    if document.unlogged:
        user = cause["unknown"]["user"]
        _audit(plan, services, document, 0, user, "INSERT", "documents", "status: stored, batch: import")
        _audit(plan, services, document, 3, user, "INSERT", "index_state", "state: NULL")
        return
    _upload_and_store(plan, services, document)
    _scan_and_index(plan, services, document, cause)
    for at in document.queries:
        request = f"GET /api/search?q={document.id}"
        add(at, "nginx", services.nginx, request, 200, 640, BROWSER, document.customer)
        hits = int(document.visible is not None and document.visible <= at)
        # Every search is a request of its own, with a trace of its own.
        trace = f"{(int(document.trace, 16) * 31 + at) % (1 << 128):032x}"
        add(at + 12, "search", services.query, document.id, document.customer, hits, trace)
    if document.accepted is not None and document.submitted is not None:
        submitting = f"submitting {document.id} to the authority"
        accepted = f"authority accepted {document.id} with receipt {document.receipt}"
        filed = f"status: stored -> filed, receipt: {document.receipt}"
        add(document.submitted, "filing", services.filing, submitting, document)
        add(document.accepted, "filing", services.filing, accepted, document)
        after = document.accepted + 35 - document.received
        _audit(plan, services, document, after, "svc_filing", "UPDATE", "documents", filed)
    if document.deleted is not None:
        add(document.deleted, "storage", services.storage, "deleted object", document)
        after = document.deleted + 20 - document.received
        _audit(plan, services, document, after, "svc_upload", "UPDATE", "documents", "deleted by its owner")


def _upload_and_store(plan: Schedule, services: Services, document: Document) -> None:
    add, number, customer = plan.add, document.id, document.customer
    request, agent = f"PUT /api/documents/{number}", f"paperbridge-client/{document.client}"
    inserted = f"name: {document.name}, size: {document.size}, schema: {document.schema}"
    stored = document.stored - document.received
    add(document.received, "upload", services.upload, f"received {number} from {customer}", document)
    add(document.received + 25, "nginx", services.nginx, request, 201, 412, agent, customer)
    _audit(plan, services, document, 40, "svc_upload", "INSERT", "documents", inserted)
    add(document.stored, "storage", services.storage, "stored object", document)
    add(document.stored + 90, "storage", services.storage, "replicated object to second zone", document)
    add(document.stored + 120, "upload", services.upload, f"upload of {number} complete", document)
    done = "status: received -> stored"
    _audit(plan, services, document, stored + 130, "svc_upload", "UPDATE", "documents", done)
    _audit(plan, services, document, stored + 135, "svc_upload", "INSERT", "index_state", "state: pending")


def _scan_and_index(plan: Schedule, services: Services, document: Document, cause: dict[str, Any]) -> None:
    number, add = document.id, plan.add
    add(document.scanning, "scan", services.scan, f"scanning document {number}", document)
    for at in document.timeouts:
        timeout = f"scan engine timeout after 30000 ms for {number}"
        add(at, "scan", services.scan, timeout, document, "error")
    if document.fault is not None:
        add(document.fault, cause["fault"]["stage"], services.fault, document, cause)
    add(document.clean, "scan", services.scan, f"document {number} is clean", document)
    add(document.picked, "indexer", services.indexer, f"picked document {number} from queue", document)
    if document.indexed is not None:
        add(document.indexed, "indexer", services.indexer, f"indexed document {number}", document)
        done = f"state: pending -> indexed, build: {services.versions.at('indexer', document.indexed)}"
        after = document.indexed + 30 - document.received
        _audit(plan, services, document, after, "svc_indexer", "UPDATE", "index_state", done)
    if document.visible is not None:
        attributes = f'"document.id":"{number}","segment":{document.visible // HOUR % 900}'
        add(
            document.visible,
            "search",
            services.search,
            "document visible in search",
            attributes,
            document.trace,
        )


def _audit(
    plan: Schedule,
    services: Services,
    document: Document,
    after: int,
    user: str,
    action: str,
    table: str,
    detail: str,
) -> None:
    """A row of the audit export, so many milliseconds after the document came in."""
    row = (user, action, table, document.id, document.customer, detail)
    plan.add(document.received + after, "audit", services.audit, *row)
