"""The customer's own list, the log that ends, what came twice only by its words, and when a step should have come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events
from investigator.facts import due, listed

START = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
NUMBER, FAULT = 320, 200
#: Trades: how a thing is written, its steps with the seconds that each takes, an end that is known, and the list's file.
TRADES: dict[str, dict[str, Any]] = {
    "bees": {
        "id": "HIVE-{n}",
        "steps": [("field", "seen {id}", 5, 60), ("scale", "weighed {id}", 300, 1500), ("book", "entered {id}", 5, 60)],
        "end": ("scale", "left {id}, swarmed off"),
        "list": "from-the-keeper/gone.csv",
    },
    "keys": {
        "id": "lock/{n}",
        "steps": [("desk", "asked for {id}", 5, 60), ("bench", "cut {id}", 300, 1500), ("till", "paid {id}", 5, 60)],
        "end": ("bench", "left {id}, no blank"),
        "list": "customer/our-locks.csv",
    },
}  # fmt: skip


def told(
    trade: str, *, cut: bool = False, share: float = 1.0, words: bool = False
) -> tuple[list[dict[str, Any]], list[str], datetime]:
    """Rows of a trade in which what came to its second step from a moment on stops there; who, and since when.

    With `cut` the log of that step ends at that moment. With `words` nothing stops: the third source says something
    else of them beside, in a value alone.
    """
    made, dice, rows, hurt = TRADES[trade], Random(trade), [], []
    (one, asked, *first), (two, took, *second), (three, done, *last) = made["steps"]
    fault, began = START + timedelta(minutes=2 * FAULT), None
    for n in range(NUMBER):
        thing, time = made["id"].format(n=5000 + n), START + timedelta(minutes=2 * n)
        rows.append(line(time, one, asked.format(id=thing)))
        time += timedelta(seconds=dice.randint(*second))
        if dice.random() < 0.06:
            rows.append(line(time, two, made["end"][1].format(id=thing)))
            continue
        if time >= fault and dice.random() < share and not words:
            hurt.append(thing)
            began = min(began or time, time)
            continue
        rows.append(line(time, two, took.format(id=thing)))
        time += timedelta(seconds=dice.randint(*last))
        rows.append(line(time, three, done.format(id=thing)) | {"attributes": {"op": "usual"}})
        if words and dice.random() < 0.2:  # more of the same shape, of some that are well
            rows.append(
                line(time + timedelta(seconds=3), three, done.format(id=thing))
                | {"attributes": {"op": "boxed"}}
            )
        if words and time >= fault and dice.random() < share:
            op = {"attributes": {"op": "turned"}}
            rows.append(line(time + timedelta(seconds=9), three, done.format(id=thing)) | op)
            hurt.append(thing)
            began = began or time
    if cut:
        rows = [row for row in rows if row["service"] != two or row["time"] < fault]
    assert began is not None
    return rows, hurt, began


def line(time: datetime, service: str, body: str) -> dict[str, Any]:
    return {"time": time, "service": service, "source": f"{service}.log", "body": body, "kind": "log"}


def events_of(rows: list[dict[str, Any]]) -> Events:
    return Events.from_frame(pd.DataFrame(rows))


def with_list(trade: str, rows: list[dict[str, Any]], ids: list[str]) -> Events:
    told = [
        {"time": None, "service": None, "source": TRADES[trade]["list"], "kind": "record", "body": "", "attributes": {"no": one}}
        for one in ids
    ]  # fmt: skip
    return events_of([{"attributes": {}} | row for row in rows] + told)


@pytest.mark.parametrize("trade", TRADES)
def test_a_count_is_held_against_the_customers_own_list_by_name(trade: str) -> None:
    rows, hurt, _ = told(trade)
    well, stranger = TRADES[trade]["id"].format(n=5001), TRADES[trade]["id"].format(n=9999)
    assert well not in hurt
    events = with_list(trade, rows, [*hurt[3:10], well, stranger])
    finding = inv.find.who_else(events, like=hurt[5])
    assert finding.value["list"]["number"] == 9
    assert finding.value["list"]["found"]["affected"] == sorted(hurt[3:10])
    said = f"The customer's list ({TRADES[trade]['list']}) names 9: 7 affected, "
    assert said in finding.answer and f": {well}" in finding.answer, finding.answer
    assert f"1 in nothing else that is loaded: {stranger}." in finding.answer, finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_a_list_that_agrees_is_said_in_one_number_and_another_table_is_none(trade: str) -> None:
    rows, hurt, _ = told(trade)
    events = with_list(trade, rows, hurt[3:10])
    said = "names 7: all 7 of them are affected."
    assert inv.find.who_else(events, like=hurt[5]).answer.endswith(said)
    everything = [TRADES[trade]["id"].format(n=5000 + n) for n in range(NUMBER)]
    assert listed.list_of(with_list(trade, rows, everything), hurt[5]) is None
    assert listed.list_of(with_list(trade, rows, hurt[6:10]), hurt[5]) is None


@pytest.mark.parametrize("trade", TRADES)
def test_where_a_log_ends_that_tells_of_other_ends_the_count_is_a_bound(trade: str) -> None:
    rows, hurt, _ = told(trade, cut=True)
    finding = inv.find.who_else(events_of(rows), like=hurt[len(hurt) // 2])
    assert finding.verdict == "inconclusive" and "ends before the other sources do" in finding.answer
    assert finding.value["at_least"] <= len(hurt) <= finding.value["at_most"], finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_it_began_when_the_step_should_have_come_not_when_they_were_last_well(trade: str) -> None:
    rows, hurt, began = told(trade, share=0.5)
    finding = inv.find.who_else(events_of(rows), like=hurt[len(hurt) // 2])
    assert finding.verdict == "found"
    first = datetime.fromisoformat(finding.value["first"])
    assert abs(first - began) <= timedelta(minutes=8), (first, began)


@pytest.mark.parametrize("trade", TRADES)
def test_two_messages_that_differ_in_a_value_are_not_one_that_came_twice(trade: str) -> None:
    rows, hurt, _ = told(trade, words=True, share=0.4)
    events = events_of([{"attributes": {}} | row for row in rows])
    finding = inv.find.who_else(events, like=hurt[len(hurt) // 2])
    assert set(finding.value["ids"]) == set(hurt), finding.answer


def test_a_beginning_is_told_by_how_long_the_others_took() -> None:
    import numpy as np

    dice, began = Random(4), START + timedelta(hours=6)
    rows, delays = [], []
    for n in range(600):
        at, delay = START + timedelta(minutes=n), dice.uniform(0, 3600)
        rows.append(line(at, "came", f"T{n}"))
        delays.append(delay)
        if at + timedelta(seconds=delay) >= began and dice.random() < 0.6:
            rows.append(line(at, "hit", f"T{n}"))
    events = events_of(rows)
    table = events.table.select("service", id="body", at="time")
    came, hits = (table.filter(table.service == name).select("id", "at") for name in ("came", "hit"))
    found = due.began(events, came, hits, np.sort(np.array(delays)), began)
    assert found is not None and abs(found - began) <= timedelta(minutes=5), found
    assert due.began(events, came, hits, np.array(delays[:5]), began) is None


@pytest.mark.parametrize("trade", TRADES)
@pytest.mark.parametrize(
    "how", ["since one time", "without times", "others came in too", "from the beginning"]
)
def test_what_only_a_list_in_order_knows_never_came_in_if_none_was_lacking_before(
    trade: str, how: str
) -> None:
    things = [TRADES[trade]["id"].format(n=5000 + n) for n in range(NUMBER)]
    lost = things[::2] if how == "from the beginning" else things[FAULT:][::2]
    off = things[11:FAULT:60]  # called off by whoever sends them, before and since
    seen = [row for row in _whole(trade) if not any(row["body"].endswith(f" {one}") for one in [*lost, *off])]
    listed = [one for one in things if how != "others came in too" or one not in things[1::40]]
    sent = [
        {"time": None if how == "without times" else START + timedelta(minutes=2 * things.index(one)), "service": None, "source": "sent.csv",
         "kind": "record", "body": "", "attributes": {"no": one, "note": "called off" if one in off else "dispatched"}}
        for one in listed
    ]  # fmt: skip
    like = lost[7]
    looked = line(START + timedelta(days=1), "page", f"GET /things/{like}")
    events = events_of([{"attributes": {}} | row for row in [*seen, looked]] + sent)
    finding = inv.find.who_else(events, like=like)
    if how == "from the beginning":
        assert "names them, and nothing else" not in finding.answer, finding.answer
        return
    whole = how != "others came in too"
    about = "about " if how == "without times" else ""
    said = f"{'' if whole else 'At least '}{len(lost)} are affected like {like} since {about}"
    assert finding.answer.startswith(said), finding.answer
    assert sorted(finding.value["ids"]) == sorted(lost)
    expected = (len(lost), "found") if whole else (None, "inconclusive")
    assert (finding.value["at_most"], finding.verdict) == expected
    first = datetime.fromisoformat(finding.value["first"])
    assert abs(first - START - timedelta(minutes=2 * FAULT)) <= timedelta(minutes=10), first
    assert finding.value["timed"] is (how != "without times")
    if whole:
        became = inv.find.whereabouts(events, entity=like)
        assert became.value["disposition"] == "never received", became.answer
        assert became.verdict == "found", became.answer


def _whole(trade: str) -> list[dict[str, Any]]:
    return [
        line(
            START + timedelta(minutes=2 * n + 5 * k),
            step[0],
            step[1].format(id=TRADES[trade]["id"].format(n=5000 + n)),
        )
        for n in range(NUMBER)
        for k, step in enumerate(TRADES[trade]["steps"])
    ]


@pytest.mark.parametrize("trade", TRADES)
def test_a_rejection_is_that_of_all_operators_also_of_what_only_the_door_names_in_its_own_case(
    trade: str, tmp_path: Any
) -> None:
    dice, rows, hurt = Random(trade), [], []
    steps = TRADES[trade]["steps"]
    for n in range(NUMBER):
        thing = f"{trade.upper()}_2026_{5000 + n}_K{100 + n}"
        time, crew = START + timedelta(minutes=2 * n), dice.choice(["ALDER", "BIRCH", "CEDAR"])
        rows.append(line(time, "door", f"door in {thing.lower()} crew={crew} size={dice.randint(100, 999)}"))
        if n >= FAULT and dice.random() < 0.4:
            hurt.append((thing, crew))
            rows.append(
                line(
                    time + timedelta(seconds=4),
                    "door",
                    f"door refused {thing.lower()} crew={crew} rule 417 not met",
                )
            )
            continue
        rows.append(line(time + timedelta(seconds=4), "door", f"door passed {thing.lower()} crew={crew}"))
        for k, step in enumerate(steps):
            rows.append(line(time + timedelta(minutes=3 + k), step[0], step[1].format(id=thing)))
    like = next(thing for thing, crew in hurt if crew == "BIRCH")
    logs: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: row["time"]):
        logs.setdefault(row["source"], []).append(f"{row['time']:%Y-%m-%dT%H:%M:%SZ} INFO {row['body']}\n")
    logs["theirs.csv"] = ["no\n", *(f"{thing}\n" for thing, crew in hurt if crew == "BIRCH")]
    (tmp_path / "in").mkdir()
    for name, lines in logs.items():
        (tmp_path / "in" / name).write_text("".join(lines))
    case = inv.Case.new("DOOR-1", about=[like], root=tmp_path / "cases")
    case.add(tmp_path / "in")
    finding = case.find.who_else(like=like)
    assert finding.value["affected"] == len(hurt), finding.answer
    assert {one.lower() for one in finding.value["ids"]} == {thing.lower() for thing, _ in hurt}
