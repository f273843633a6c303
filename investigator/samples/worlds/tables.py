"""What is exported as tables: the database, the index, the grants, the store's own listing, a customer's list."""

from __future__ import annotations

from typing import Any

from investigator.samples.clock import MINUTE
from investigator.samples.worlds.documents import Document, Documents
from investigator.samples.worlds.platform import Platform
from investigator.samples.worlds.rows import Rows, stamp

#: The table's name here, and the file that it comes from: three that do not copy from each other, and an index.
SOURCES = {
    "customers": "documents.sqlite!customers",
    "documents": "documents.sqlite!documents",
    "index": "index-export.csv",
    "grants": "grants.csv",
    "listing": "inventory.csv",
    "list": "list-of-the-customer.csv",
}


def write_tables(documents: Documents, platform: Platform, rows: Rows) -> None:
    """One row a document in each table that has it."""
    for customer in platform.customers:
        rows.record(SOURCES["customers"], {"id": customer.id, platform.columns["tenant"]: customer.place})
    ordered = sorted(documents.all, key=lambda document: document.id)
    for name, usual in (
        ("documents", _document),
        ("index", _index),
        ("grants", _grant),
        ("listing", _object),
    ):
        for document in ordered:
            own = document.cells.get(name, {})
            if own.get("gone") or (name == "index" and not _kept(document, platform)):
                continue
            if name == "documents" and document.first is not None:
                rows.record(SOURCES[name], _named(_document(document.first, documents), platform))
            cells = usual(document, documents) | {key: own[key] for key in own}
            rows.record(SOURCES[name], _named(cells, platform))
    _write_list(documents, ordered, rows)


def _named(cells: dict[str, Any], platform: Platform) -> dict[str, Any]:
    """The cells under the names that this platform's columns have."""
    return {platform.columns.get(key, key): cell for key, cell in cells.items()}


def _kept(document: Document, platform: Platform) -> bool:
    """Whether the index has a row of it: not every platform keeps one for what is still to be indexed."""
    state = document.cells.get("index", {}).get("state", "indexed")
    return platform.keeps_pending or state == "indexed"


def _document(document: Document, documents: Documents) -> dict[str, Any]:
    return {
        "id": document.id,
        "customer_id": document.customer.id,
        "tenant": document.customer.place,
        "reference": document.reference,
        "schema_version": "2",
        **documents.traits.get(document.customer.id, {}),
        "digest": document.digest,
        "size": str(document.size),
        "status": "stored",
        "stored_at": stamp(document.stored),
        "deleted": "",
    }


def _index(document: Document, documents: Documents) -> dict[str, Any]:
    indexed = document.at.get("indexed", document.stored + MINUTE)
    return {
        "document_id": document.id,
        "tenant": document.customer.place,
        "state": "indexed",
        "indexed_at": stamp(indexed),
    }


def _grant(document: Document, documents: Documents) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "tenant": document.customer.place,
        "readers": document.customer.id,
    }


def _object(document: Document, documents: Documents) -> dict[str, Any]:
    return {
        "key": f"{document.id}/v1",
        "bucket": document.customer.place,
        "size": str(document.size),
        "digest": document.digest,
        "last_modified": stamp(document.stored),
    }


def _write_list(documents: Documents, ordered: list[Document], rows: Rows) -> None:
    """What the customer who called has sent of late, by their own count."""
    example = documents.example()
    for document in ordered:
        if document.customer == example.customer and document.received >= documents.times.start:
            cells = {
                "Document no.": document.id,
                "Reference": document.reference,
                "Sent": stamp(document.received),
            }
            rows.record(SOURCES["list"], cells)
