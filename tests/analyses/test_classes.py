"""What some always have by their class is told from what others have since something went wrong: lawful ends, short kinds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
NUMBER, FAULT = 600, 240
EACH = timedelta(minutes=3)
#: Trades: how a thing is written, what is asked and what comes of it, the field that tells classes, and what becomes of a thing.
TRADES: dict[str, dict[str, Any]] = {
    "rafts": {
        "id": "RAFT-{n}", "asks": "berth asked for {id} pilot={c} oars={n}", "good": "berth given to {id}",
        "bad": "berth refused to {id}: letter of its pilot expired", "became": "refused", "key": "pilot", "severity": 13,
    },
    "honey": {
        "id": "jar/{n}", "asks": "jar {id} filled sieve={c} grams={n}", "good": "shelf has {id} labels=2",
        "bad": "shelf has {id} labels=0", "became": "content missing", "key": "sieve", "severity": 9,
    },
}  # fmt: skip


def told(trade: str, *, mixed: bool) -> tuple[Events, set[str], str]:
    """Lines of a trade in which two classes have it always, and four more since a moment; with `mixed` no class tells."""
    made, dice, rows, hurt = TRADES[trade], Random(trade), [], set()
    classes = [f"{word}{number}" for word in ("ash", "elm", "fir") for number in (11, 12, 13, 14)]
    always, later = classes[:2], classes[4:8]
    for n in range(NUMBER):
        thing, time, of = made["id"].format(n=4000 + n), START + n * EACH, dice.choice(classes)
        rows.append((time, "desk", made["asks"].format(id=thing, c=of, n=dice.randint(100, 999)), 9))
        lawful = dice.random() < 0.17 if mixed else of in always
        hit = n >= FAULT and of in later
        if hit and not lawful:
            hurt.add(thing)
        bad = lawful or hit
        says = made["bad" if bad else "good"].format(id=thing)
        rows.append((time + timedelta(seconds=30), "hall", says, made["severity"] if bad else 9))
    frame = pd.DataFrame(
        [
            {"time": t, "service": s, "source": f"{s}.log", "body": b, "severity_number": v}
            for t, s, b, v in rows
        ]
    )
    return Events.from_frame(frame), hurt, sorted(hurt)[9]


@pytest.mark.parametrize("trade", TRADES)
def test_who_has_it_by_its_class_as_before_is_not_counted(trade: str) -> None:
    events, hurt, like = told(trade, mixed=False)
    finding = inv.find.who_else(events, like=like)
    assert finding.verdict == "found", finding.answer
    assert set(finding.value["ids"]) == hurt
    began = datetime.fromisoformat(finding.value["first"])
    assert abs(began - START - FAULT * EACH) <= timedelta(minutes=30), began
    became = inv.find.whereabouts(events, entity=like)
    assert became.value["disposition"] == TRADES[trade]["became"], became.answer


@pytest.mark.parametrize("trade", TRADES)
def test_where_no_class_tells_them_apart_it_is_a_bound(trade: str) -> None:
    events, hurt, like = told(trade, mixed=True)
    finding = inv.find.who_else(events, like=like)
    assert finding.verdict != "found", finding.answer
    most = finding.value.get("at_most")
    assert most is None or most >= 0.97 * len(hurt), finding.answer


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("permit P-7 released kind=B sichtbar=false to=M3", True),
        ('row P-7 visible: "no" by=9', True),
        ("permit P-7 released visible=true", False),
        ("permit P-7 listed=0.7 of all", False),
    ],
)
def test_a_field_that_says_that_nobody_sees_a_thing_hides_it(said: str, hidden: bool) -> None:
    from investigator.facts import statements

    assert (statements.of_text(said) == ("not visible", None, False)) is hidden


def test_why_something_was_refused_is_not_what_became_of_it() -> None:
    from investigator.facts import statements

    for said in ("form F-7 refused: mandate expired", "F-7 turned down, its letter was removed"):
        assert (statements.of_text(said) or ("", None, None))[1] is not False, said
    assert statements.of_text("form F-7 expired") == ("deleted", False, False)


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("slips/b4/20260803.pdf", True),
        ("slips/b4/20260803", True),
        ("slips/b4/20260803/page", False),
        ("slips/xb4/20260803.pdf", False),
    ],
)
def test_a_request_for_the_file_of_a_thing_is_of_the_thing(path: str, own: bool) -> None:
    rows = [
        {"time": START + n * EACH, "source": "store.log", "kind": "log", "body": f"PUT slips/b4/202608{n:02d}.pdf 200 by=desk"}
        for n in range(1, 28)
    ]  # fmt: skip
    rows.append({**rows[0], "time": START + 40 * EACH, "body": f"DELETE {path} 204 by=sweeper"})
    frame = pd.DataFrame(rows)
    finding = inv.find.whereabouts(Events.from_frame(frame), entity="b4/20260803")
    assert (finding.value["disposition"] == "gone") is own, finding.answer
