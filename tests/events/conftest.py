"""A store on disk with one small load, and a Spark Connect server for those tests that compare engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from stores import add

from investigator.events import Store

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three lines of two services: an id in a body, one in an attribute, a trace id."""
    made = Store(tmp_path / "events")
    add(
        made,
        [
            {"body": "stored DOC-471 of CUST-7", "service": "storage", "severity_number": 9},
            {"body": "indexed", "service": "indexer", "severity_number": 9, "attributes": {"d": "DOC-4711"}},
            {"body": "slow", "service": "indexer", "severity_number": 17, "trace_id": TRACE},
        ],
    )  # fmt: skip
    return made
