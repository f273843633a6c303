"""Filed under another than nearly all others, whoever it is; doubled, and not what is lawfully made anew; and not over by that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
NUMBER, FAULT = 400, 240
EACH = timedelta(minutes=3)
#: Trades: how a thing is written, whose it is and who has it, and by which of these somebody else has it lawfully.
WHOSE: dict[str, dict[str, Any]] = {
    "boats": {"id": "BOAT-{n}", "by": "skipper", "now": "owner", "moved": "sold", "names": ["Aal Quay", "Brim Quay", "Cove Quay", "Dune Quay"]},
    "looms": {"id": "WARP/{n}", "by": "weaver", "now": "tenant", "moved": "lent", "names": ["mill-ash", "mill-birch", "mill-cedar", "mill-elm"]},
}  # fmt: skip
#: Trades: how a thing is written, what is done to it, what names it once more, and how it says of itself what it is.
DONE: dict[str, dict[str, Any]] = {
    "badges": {"id": "BADGE-{n}", "does": "badge printed", "again": "sent once more", "key": "sort", "first": "new", "next": "spare"},
    "loaves": {"id": "loaf/{n}", "does": "dough set", "again": "handed on again", "key": "cause", "first": "order", "next": "burnt"},
}  # fmt: skip


def line(time: datetime | None, source: str, body: str, **attributes: str) -> dict[str, Any]:
    kind = "record" if time is None else "log"
    service = None if kind == "record" else source
    return {"time": time, "service": service, "source": source, "kind": kind, "body": body, "attributes": attributes}  # fmt: skip


def events_of(rows: list[dict[str, Any]]) -> Events:
    return Events.from_frame(pd.DataFrame(rows))


@pytest.mark.parametrize("share", [1.0, 0.0])
@pytest.mark.parametrize("trade", WHOSE)
def test_all_that_are_filed_under_another_are_counted_whoever_it_is_and_what_moved_lawfully_is_not(
    trade: str, share: float
) -> None:
    made, dice, rows, hurt = WHOSE[trade], Random(trade), [], []
    names = made["names"]
    cut = {names[0]: names[1], names[2]: names[3]}
    for n in range(NUMBER):
        thing, time = made["id"].format(n=4000 + n), START + n * EACH
        by = dice.choice(names)
        now = by
        if n >= FAULT and by in cut and dice.random() < share:
            now = cut[by]
            hurt.append(thing)
        rows.append(line(time, "gate", f"{thing} came in"))
        if now == by and dice.random() < 0.07:
            now = dice.choice([name for name in names if name != by])
            rows.append(line(time + timedelta(hours=1), "gate", f"{thing} was {made['moved']}, agreed"))
        rows.append(line(time + timedelta(minutes=1), "gate", f"{thing} was put away"))
        rows.append(line(None, "list.csv", "", **{"no": thing, made["by"]: by, made["now"]: now}))
    events = events_of(rows)
    if not share:
        moved = next(row["body"].split()[0] for row in rows if made["moved"] in row["body"])
        assert inv.find.who_else(events, like=moved).verdict != "found"
        return
    finding = inv.find.who_else(events, like=hurt[5])
    assert finding.verdict == "found", finding.answer
    assert set(finding.value["ids"]) == set(hurt)
    became = inv.find.whereabouts(events, entity=hurt[5])
    assert became.value["disposition"] == "wrong owner" and became.verdict == "found", became.answer


@pytest.mark.parametrize("trade", DONE)
def test_what_is_made_anew_on_purpose_and_what_was_named_again_and_left_alone_is_not_doubled(
    trade: str,
) -> None:
    made, dice, rows, hurt, left = DONE[trade], Random(trade), [], [], []
    fault = START + NUMBER * EACH
    for n in range(NUMBER):
        thing, time = made["id"].format(n=4000 + n), START + n * EACH
        rows.append(line(time, "queue", f"handed on {thing}"))
        rows.append(line(time, "shop", f"{made['does']} {thing}", **{made["key"]: made["first"]}))
        replaced = dice.random() < 0.08
        if replaced:
            rows.append(
                line(
                    time + timedelta(hours=1),
                    "shop",
                    f"{made['does']} {thing}",
                    **{made["key"]: made["next"]},
                )
            )
        if n >= NUMBER - 120:
            again = fault + timedelta(seconds=5 * n)
            rows.append(line(again, "queue", f"{made['again']}: {thing}"))
            if replaced:
                left.append(thing)
            else:
                rows.append(line(again, "shop", f"{made['does']} {thing}", **{made["key"]: made["first"]}))
                hurt.append(thing)
    for n in range(NUMBER, NUMBER + 100):  # and what came after went well
        thing, time = made["id"].format(n=4000 + n), fault + timedelta(minutes=50) + (n - NUMBER) * EACH
        rows.append(line(time, "queue", f"handed on {thing}"))
        rows.append(line(time, "shop", f"{made['does']} {thing}", **{made["key"]: made["first"]}))
    assert left
    events = events_of(rows)
    finding = inv.find.who_else(events, like=hurt[5])
    assert set(finding.value["ids"]) == set(hurt), finding.answer
    assert finding.verdict == "found"
    assert inv.find.whereabouts(events, entity=hurt[5]).value["disposition"] == "duplicated"
    assert inv.find.still_wrong(events, like=hurt[5]).value["state"] != "over"


@pytest.mark.parametrize("trade", DONE)
def test_what_was_done_to_things_that_had_all_come_is_not_over_because_the_next_are_spared(
    trade: str,
) -> None:
    made, rows = DONE[trade], []
    hit = range(260, 300)
    for n in range(NUMBER):
        time = START + n * EACH
        rows.append(line(time, "queue", f"handed on {made['id'].format(n=4000 + n)}"))
        rows.append(
            line(time + timedelta(seconds=40), "shop", f"{made['does']} {made['id'].format(n=4000 + n)}")
        )
    for n in hit:  # when the next ones were in already
        struck = START + 303 * EACH + timedelta(seconds=n - 260)
        rows.append(line(struck, "queue", f"{made['again']}: {made['id'].format(n=4000 + n)}"))
    ends = inv.find.still_wrong(events_of(rows), like=made["id"].format(n=4280))
    assert ends.value["hit"] == len(hit) and ends.value["spared"] > 20, ends.answer
    assert ends.value["state"] == "unknown" and "all of them had come" in ends.answer
