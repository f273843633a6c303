"""A message that says nothing bad, and from which others all went on, is no count of who is affected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 8, 3, 5, 0, tzinfo=UTC)
NUMBER, FAULT = 420, 260
#: Trades: how a thing is written, its steps, and what is said of many of them from a moment on: of right ones and wrong ones.
TRADES = {
    "graves": (
        "plot/{n}",
        [("office", "{id} entered for file {k}"), ("survey", "{id} measured"), ("ledger", "{id} written into the ledger")],
        ("office", "{id} joined to file {m}"),
    ),
    "seeds": (
        "LOT-{n}",
        [("scale", "weighed {id} of grower {k}"), ("bench", "tested {id}"), ("label", "printed label of {id}")],
        ("scale", "took over {id}, grower now {m}"),
    ),
}  # fmt: skip


def told(trade: str, how: str, words: str = "") -> tuple[Events, list[str]]:
    """From a moment on half of the things have a neutral message; with `how` "stops" none of these go on behind it. With
    `words` it comes after all, and says these."""
    shape, steps, joined = TRADES[trade]
    dice, rows, hit = Random(f"{trade} {how}"), [], []
    for n in range(NUMBER):
        thing, time = shape.format(n=6000 + n), START + timedelta(minutes=2 * n)
        has = n >= FAULT and dice.random() < 0.5
        hit += [thing] if has else []
        for k, (place, said) in enumerate(steps):
            time += timedelta(seconds=dice.randint(10, 50))
            rows.append((time, place, said.format(id=thing, k=dice.randint(100, 140))))
            if has and words and k == 2:
                rows.append((time + timedelta(minutes=9), joined[0], words.format(id=thing)))
            elif has and k == 1 and not words:
                time += timedelta(seconds=5)
                rows.append((time, joined[0], joined[1].format(id=thing, m=dice.choice((417, 471)))))
                if how == "stops":
                    break
    frame = pd.DataFrame(
        [{"time": t, "service": s, "source": f"{s}.log", "body": b} for t, s, b in sorted(rows)]
    )
    return Events.from_frame(frame), hit


@pytest.mark.parametrize("trade", TRADES)
def test_what_all_went_on_from_is_at_most_who_is_affected(trade: str) -> None:
    events, hit = told(trade, "goes on")
    finding = inv.find.who_else(events, like=hit[len(hit) // 2])
    assert finding.verdict == "inconclusive", finding.answer
    assert finding.answer.startswith("At most "), finding.answer
    assert finding.value["at_least"] == 1 and finding.value["at_most"] >= 0.95 * len(hit)


@pytest.mark.parametrize("trade", TRADES)
def test_what_nobody_went_on_from_is_who_is_affected(trade: str) -> None:
    events, hit = told(trade, "stops")
    finding = inv.find.who_else(events, like=hit[len(hit) // 2])
    assert finding.verdict == "found", finding.answer
    assert set(finding.value["ids"]) <= set(hit) and finding.value["affected"] >= 0.95 * len(hit)


@pytest.mark.parametrize(
    ("trade", "words", "disposition"),
    [
        ("graves", "page of {id} taken down", "hidden"),
        ("seeds", "{id} taken off line", "hidden"),
        ("seeds", "weight of {id} substituted by that of the lot before", "content missing or different"),
        ("graves", "holder of {id} set to the first of the list", "wrong owner"),
    ],
)
def test_what_became_of_it_is_told_by_the_words_that_set_it_apart(
    trade: str, words: str, disposition: str
) -> None:
    events, hit = told(trade, "after", words)
    finding = inv.find.whereabouts(events, entity=hit[len(hit) // 2])
    assert finding.value["disposition"] == disposition, finding.answer
    # That another has it now may be right: no word tells.
    assert (finding.verdict == "found") == (disposition != "wrong owner"), finding.answer


@pytest.mark.parametrize("stored", [True, False], ids=["it is in another drawer", "it is nowhere"])
def test_one_who_looks_in_another_place_hides_nothing(stored: bool) -> None:
    dice, rows = Random(7), []
    for n in range(NUMBER):
        time = START + timedelta(minutes=2 * n)
        rows.append((time, "log", f"survey plot/{6000 + n} measured", {}))
        rows.append((time + timedelta(seconds=40), "log", f"ledger plot/{6000 + n} stored in the ledger", {}))
        path, lost = f"plot/{6000 + n}", n > FAULT and dice.random() < 0.1
        if stored or not lost:
            rows.append(
                (
                    time + timedelta(minutes=3),
                    "access",
                    f"GET /east/{path}",
                    {"status": "200", "size": str(40_000 + n)},
                )
            )
        if lost:
            rows.append(
                (
                    START + timedelta(minutes=2 * NUMBER + n),
                    "access",
                    f"GET /west/{path}",
                    {"status": "404", "size": "90"},
                )
            )
    frame = pd.DataFrame(
        [{"time": t, "kind": k, "source": f"{k}.log", "body": b, "attributes": a} for t, k, b, a in sorted(rows, key=lambda r: r[0])]
    )  # fmt: skip
    like = next(b.rsplit("/", 1)[-1] for _, _, b, a in rows if a.get("status") == "404")
    events = Events.from_frame(frame)
    where, who = (
        inv.find.whereabouts(events, entity=f"plot/{like}"),
        inv.find.who_else(events, like=f"plot/{like}"),
    )
    assert (where.value["disposition"], who.verdict) == ("unknown", "inconclusive"), (
        where.answer,
        who.answer,
    )
    # Where it was given out nowhere, nobody says that it was.
    assert ("given out at /east/" in where.answer and "looked for at /west/" in where.answer) is stored, (
        where.answer
    )
