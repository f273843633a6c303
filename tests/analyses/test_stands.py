"""What tables say of a thing, in trades that nobody here has seen: refused, empty, with another owner; or no more than that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.analyses import _who_says
from investigator.events import Events
from investigator.facts import statements, values
from investigator.facts.outcome import _state

START = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
NUMBER, FAULT = 160, 100
#: Trades: an id, its two steps, what is lawfully called off, the table.
TRADES: dict[str, dict[str, Any]] = {
    "xrays": {"id": "XR-{n}", "steps": ("taken {id}", "read {id}"), "end": "called off {id}", "table": "films.csv"},
    "kilns": {"id": "kiln:{n}", "steps": ("loaded {id}", "fired {id}"), "end": "broken {id}", "table": "pots.csv"},
}  # fmt: skip


def told(trade: str, fault: str, *, classes: bool = True) -> tuple[Events, set[str], list[str]]:
    """Things with two steps and a row each; who is hit since the hundredth; and which were called off."""
    made, dice, rows, hurt, ended = TRADES[trade], Random(f"{trade} {fault}"), [], set(), []
    for n in range(NUMBER):
        thing, time = made["id"].format(n=7000 + n), START + timedelta(minutes=4 * n)
        owner, other = (str(dice.choice(range(410_000, 410_012))) for _ in range(2))
        group = dice.choice(["north", "south"])
        off = dice.random() < 0.1
        hit = n >= FAULT and not off and (group == "north" if classes else dice.random() < 0.5)
        hurt |= {thing} if hit and (fault != "owner" or owner != other) else set()
        held = {"owner": owner, "plant": str(n % 7)}
        rows.append({"time": time, "kind": "log", "service": "desk", "source": "desk.log", "body": made["steps"][0].format(id=thing), "attributes": held})  # fmt: skip
        words = made["end"] if off else made["steps"][1]
        rows.append({"time": time + timedelta(seconds=50), "kind": "log", "service": "hall", "source": "hall.log", "body": words.format(id=thing), "attributes": {}})  # fmt: skip
        ended += [thing] if off else []
        empty = off or (hit and fault == "empty")
        state = "rejected" if hit and fault == "refused" else "closed" if off else "done"
        row = {"ref": thing, "group": group, "state": state, "size": "0" if empty else str(5_000 + 7 * n)}
        row["owner_id"] = other if hit and fault == "owner" else owner
        body = " ".join(f"{key}={cell}" for key, cell in row.items())
        rows.append({"time": None, "kind": "record", "service": None, "source": made["table"], "body": body, "attributes": row})  # fmt: skip
    return Events.from_frame(pd.DataFrame(rows)), hurt, ended


@pytest.mark.parametrize("trade", TRADES)
def test_what_is_empty_is_firm_where_all_of_one_class_are_and_those_called_off_are_none(trade: str) -> None:
    events, hurt, ended = told(trade, "empty")
    like = sorted(hurt)[9]
    finding = inv.find.who_else(events, like=like)
    assert set(finding.value["ids"]) == hurt and not hurt & set(ended), finding.answer
    assert finding.verdict == "found"
    where = inv.find.whereabouts(events, entity=like)
    assert (where.value["disposition"], where.verdict) == ("content missing", "found"), where.answer
    events, hurt, _ = told(trade, "empty", classes=False)
    finding = inv.find.who_else(events, like=sorted(hurt)[9])
    assert finding.verdict == "inconclusive" and set(finding.value["ids"]) == hurt, finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_a_number_of_an_owner_that_differs_from_the_one_who_came_with_it_is_a_wrong_owner(trade: str) -> None:
    events, hurt, _ = told(trade, "owner")
    like = sorted(hurt)[9]
    finding = inv.find.who_else(events, like=like)
    assert set(finding.value["ids"]) == hurt and finding.verdict == "found", finding.answer
    assert not finding.value["timed"] and "which came since" in finding.answer
    where = inv.find.whereabouts(events, entity=like)
    assert (where.value["disposition"], where.verdict) == ("wrong owner", "found"), where.answer


def test_a_state_that_says_refused_is_named_as_it_stands() -> None:
    events, hurt, _ = told("kilns", "refused")
    where = inv.find.whereabouts(events, entity=sorted(hurt)[9])
    assert (where.value["disposition"], where.verdict) == ("refused", "found"), where.answer
    assert "state rejected" in where.answer


def test_a_log_that_tells_half_of_those_that_stand_so_gives_bounds() -> None:
    events, hurt, _ = told("kilns", "refused")
    frame = events.engine.fetch(
        events.table.select("time", "kind", "service", "source", "body", "attributes")
    )
    logged = sorted(hurt)[::2]
    seen = [
        {"time": START + timedelta(minutes=4 * (int(thing[-4:]) - 7000), seconds=30), "kind": "log", "service": "hall", "source": "hall.log", "body": f"crack in {thing}", "attributes": {}}
        for thing in logged
    ]  # fmt: skip
    finding = inv.find.who_else(Events.from_frame(pd.concat([frame, pd.DataFrame(seen)])), like=logged[4])
    assert finding.verdict == "inconclusive" and finding.answer.startswith("Between"), finding.answer
    assert finding.value["at_least"] <= len(hurt) <= finding.value["at_most"]


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("ABGELEHNT", "refused"), ("abgewiesen", "refused"), ("Rechazada", "refused"), ("rejetée", "refused"), ("annulé", "refused or cancelled"),
        ("storniert", "refused or cancelled"), ("removed", "gone"), ("gelöscht", "gone"), ("done", ""), ("not rejected", ""), ("to be removed", ""),
    ],
)  # fmt: skip
def test_states_are_known_in_several_languages_and_only_as_a_whole(cell: str, word: str) -> None:
    assert _state(cell) == word


@pytest.mark.parametrize(
    "column", ["Zustand", "état", "Estado", "pratica_stato", "Stan", "состояние", "booking.status"]
)
def test_a_column_that_holds_the_state_is_known_in_several_languages(column: str) -> None:
    said = {
        key: bool(statements.STATES.match(key))
        for key in (column, f"{column}_by", f"{column} since", "estate", "upstate")
    }
    assert said == {
        column: True,
        f"{column}_by": False,
        f"{column} since": False,
        "estate": False,
        "upstate": False,
    }


def test_fields_are_called_alike_by_a_word_that_says_whose() -> None:
    assert values._called_alike("taxpayer", "owner_taxpayer_id") and values._called_alike(
        "userRef", "user_no"
    )
    assert not values._called_alike("order_number", "phone_number")


@pytest.mark.parametrize(
    "words", ["no such film {id}", "get {id} 0 bytes", "page of {id} viewed, blank", "{id} aufgerufen: leer"]
)
def test_what_shows_only_where_somebody_looked_is_a_lower_bound(words: str) -> None:
    events, hurt, _ = told("xrays", "none")
    frame = events.engine.fetch(
        events.table.select("time", "kind", "service", "source", "body", "attributes")
    )
    frame = frame[frame["kind"] == "log"]
    looked = sorted(hurt)[::2]
    seen = [
        {"time": START + timedelta(minutes=4 * FAULT + 9 * n), "kind": "log", "service": "hall", "source": "hall.log", "body": words.format(id=thing), "attributes": {}}
        for n, thing in enumerate(looked)
    ]  # fmt: skip
    finding = inv.find.who_else(Events.from_frame(pd.concat([frame, pd.DataFrame(seen)])), like=looked[4])
    assert finding.verdict == "inconclusive" and finding.answer.startswith("At least"), finding.answer


def test_many_that_cannot_be_judged_beside_those_that_are_hit_give_a_lower_bound() -> None:
    value: dict[str, Any] = {}
    assert _who_says.judged("12 are.", {"affected": 12, "unknown": 6}, value) == ("12 are.", ()) and not value
    answer, doubts = _who_says.judged("12 are.", {"affected": 12, "unknown": 7}, value)
    assert answer == "At least 12 are." and doubts and value == {"at_most": 19}
