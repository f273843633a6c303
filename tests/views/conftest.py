"""Small worlds to look at, and a Spark Connect server for those tests that compare engines."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import HOSTILE, at, event

from investigator.events import Events


@pytest.fixture(scope="session")
def incident_frame() -> pd.DataFrame:
    """Four hours: two busy sources, one of them silent for half an hour, some errors, a deploy and a flag."""
    rows = [event(n * 7, "storage", f"stored DOC-{n}") for n in range(2057)]
    rows += [event(n * 5, "search", f"query {n}") for n in range(2880) if not 7200 <= n * 5 < 9000]
    rows += [event(6000 + n * 60, "storage", "disk full", severity_number=17) for n in range(20)]
    rows.append(
        {"time": at(5400), "source": "deploys", "kind": "deploy", "service": "storage", "body": "4.2.0"}
    )
    rows.append(
        {"time": at(5900), "source": "flags", "kind": "flag", "service": "storage", "body": "strict on"}
    )
    rows.append({"time": None, "source": "documents", "kind": "record", "service": None, "body": "a row"})
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def incident(incident_frame: pd.DataFrame) -> Events:
    return Events.from_frame(incident_frame)


@pytest.fixture
def none() -> Events:
    return Events.from_frame(pd.DataFrame({"time": pd.to_datetime([]), "body": []}))


@pytest.fixture
def one() -> Events:
    return Events.from_frame(pd.DataFrame([event(0, "storage", "stored DOC-1")]))


@pytest.fixture
def fifty() -> Events:
    rows = [event(n * 11 % 3600, f"service-{n % 50:02d}", f"said {n}") for n in range(12_000)]
    return Events.from_frame(pd.DataFrame(rows))


@pytest.fixture
def hostile() -> Events:
    rows = [event(n, HOSTILE, f"{HOSTILE} DOC-1", severity_number=17 if n % 2 else 9) for n in range(40)]
    rows += [
        event(n, HOSTILE + "2", f"{HOSTILE} DOC-2", severity_number=17 if n % 2 else 9) for n in range(400)
    ]
    return Events.from_frame(pd.DataFrame(rows))
