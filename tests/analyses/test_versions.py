"""A row that was superseded is no duplicate, and what was made void is not gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
#: Two trades: how a thing is written, what a source says that takes it in, and what a second row holds.
TRADES: list[Any] = [
    pytest.param("TR-{n}", "recorded form {id}", {"state": "superseded"}, {"state": "valid"}, id="a trial"),
    pytest.param("deed/{n}", "registered {id}", {"rev": "1"}, {"rev": "2"}, id="a land register"),
]


def rows_of(written: str, says: str, *held: dict[str, str], many: int = 60) -> Events:
    """Things with one row each, and the tenth with one for each of these."""
    rows: list[dict[str, Any]] = []
    for n in range(many):
        thing, time = written.format(n=3000 + n), START + timedelta(minutes=n)
        for place, source in enumerate(("desk", "vault")):
            rows.append(
                {"time": time + timedelta(seconds=5 * place), "source": f"{source}.log", "service": source, "kind": "log"}
                | {"body": f"{says.format(id=thing)}, stored", "attributes": {}, "unit": len(rows)}
            )  # fmt: skip
        for one in held if n == 10 else held[-1:]:
            rows.append(
                {"time": None, "source": "forms.csv", "service": None, "kind": "record", "body": thing}
                | {"attributes": {"no": thing} | one, "unit": len(rows)}
            )
    return Events.from_frame(pd.DataFrame(rows))


@pytest.mark.parametrize(("written", "says", "old", "new"), TRADES)
def test_versions_of_one_thing_are_no_duplicates_and_the_same_row_twice_is(
    written: str, says: str, old: dict[str, str], new: dict[str, str]
) -> None:
    thing = written.format(n=3010)
    told = {}
    for name, held in (("versions", (old, new)), ("twice", (new, new))):
        value = inv.find.whereabouts(rows_of(written, says, *held), like=thing).value
        told[name] = {one["id"]: one["disposition"] for one in value["items"]}[thing]
    assert told["twice"] == "duplicate" != told["versions"]


@pytest.mark.parametrize("says", ["voided {id}, late result", "null and void: {id}"])
def test_what_was_made_void_is_refused_or_cancelled_not_gone(says: str) -> None:
    rows: list[dict[str, Any]] = []
    for n in range(200):
        thing, time = f"VIS-{7000 + n}", START + timedelta(minutes=3 * n)
        for place, (service, body) in enumerate(
            (("ward", f"took {thing}"), ("lab", f"read {thing}"), ("book", f"kept {thing}"))
        ):
            rows.append({"time": time + timedelta(seconds=20 * place), "service": service, "body": body})
        if n >= 150:
            rows.append(
                {"time": time + timedelta(seconds=90), "service": "book", "body": says.format(id=thing)}
            )
    frame = pd.DataFrame(rows).assign(source=lambda t: t.service + ".log", kind="log")
    finding = inv.find.whereabouts(Events.from_frame(frame), entity="VIS-7170")
    assert finding.value["disposition"] == "refused or cancelled", finding.answer
