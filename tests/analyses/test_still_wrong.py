"""It goes on, it is over, nothing is wrong, or it can't be said: invented incidents of trades, and misunderstandings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
EACH = timedelta(minutes=3)
#: Trades: how a thing is written; its steps (where, what, how many seconds after the one before at most).
TRADES: dict[str, tuple[str, list[tuple[str, str, int]]]] = {
    "laundry": (
        "LIN-{n}",
        [("counter", "took in {id} by {channel}", 5), ("wash", "washed {id}", 900), ("press", "pressed {id}", 400)],
    ),
    "archive": (
        "box/{n}",
        [("desk", "box {id} came by {channel}", 5), ("scan", "scanned {id}", 300), ("shelf", "{id} put up", 1500)],
    ),
    "kennel": (
        "DOG.{n}",
        [("gate", "{id} arrived by {channel}", 5), ("vet", "vet saw {id}", 2000), ("kennel", "{id} moved in", 100)],
    ),
}  # fmt: skip
Rows = list[dict[str, Any]]


def world(
    trade: str,
    *,
    hit: tuple[int, int] = (0, 0),
    number: int = 260,
    how: str = "stuck",
    share: float = 0.5,
    only: str = "",
    later: str = "",
    ends: timedelta = timedelta(hours=2),
) -> Rows:
    """The lines of a trade in which things from `hit` on to `hit` are hit; those of one channel alone where `only` says so.

    `later` takes the place of that channel behind the last of them. All is told until `ends` after the last one came.
    """
    written, steps = TRADES[trade]
    dice, rows = Random(f"{trade} {how}"), []
    until = START + number * EACH + ends
    for n in range(number):
        channel, time = dice.choice(("post", "hand", "van")), START + n * EACH
        if later and n >= hit[1] and channel == only:
            channel = later
        bad = hit[0] <= n < hit[1] and dice.random() < share and only in ("", channel)
        for place, (service, says, seconds) in enumerate(steps):
            time += timedelta(seconds=dice.randint(seconds // 3, seconds))
            if bad and place == 1 and how in ("stuck", "refused"):
                if how == "refused":
                    says, service = "{id} could not be taken, valve shut", steps[1][0]
                else:
                    break
            if bad and place == 2 and how == "late":
                time += timedelta(hours=1, minutes=dice.randint(0, 30))
            if time < until:
                rows.append(line(time, service, says.format(id=written.format(n=4000 + n), channel=channel)))
            if bad and place == 1 and how == "refused":
                break
    return rows


def line(time: datetime, service: str, body: str, **more: Any) -> dict[str, Any]:
    return {"time": time, "service": service, "source": f"{service}.log", "body": body, **more}


def thing(trade: str, n: int) -> str:
    return TRADES[trade][0].format(n=4000 + n)


def asked(rows: Rows, like: str) -> Any:
    return inv.find.still_wrong(Events.from_frame(pd.DataFrame(rows)), like=like)


def first_hit(rows: Rows, trade: str, low: int, high: int) -> str:
    """The first of those that lack the last step, or had it late."""
    last = TRADES[trade][1][-1][0]
    for n in range(low, high):
        at = [r["time"] for r in rows if thing(trade, n) in r["body"].split() and r["service"] == last]
        if not at or at[0] - (START + n * EACH) > timedelta(minutes=65):
            return thing(trade, n)
    raise AssertionError("none is hit")


# -- over, or not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trade", "how"),
    [("laundry", "stuck"), ("archive", "refused"), ("kennel", "late"), ("archive", "stuck")],
)
def test_it_is_over_where_so_many_were_spared_since_that_chance_is_excluded(trade: str, how: str) -> None:
    rows = world(trade, hit=(120, 180), how=how)
    end = START + 180 * EACH
    change = line(
        end - timedelta(minutes=1), "ops", f"{TRADES[trade][1][1][0]} 4.2.1 deployed", kind="deploy"
    )
    finding = asked([*rows, change], first_hit(rows, trade, 120, 180))
    assert finding.verdict == "found" and finding.value["state"] == "over", finding.answer
    assert abs(datetime.fromisoformat(finding.value["since"]) - end) < timedelta(minutes=40)
    assert finding.value["chance"] < 1e-6 and "less than 1 time in a million" in finding.answer
    assert [one["what"] for one in finding.value["changes"]] == [change["body"]]
    assert "The change just before" in finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_it_goes_on_where_the_last_ones_are_hit_as_the_others_were(trade: str) -> None:
    rows = world(trade, hit=(120, 260))
    finding = asked(rows, first_hit(rows, trade, 120, 180))
    assert finding.value["state"] == "goes on" and finding.answer.startswith("It went on as long"), (
        finding.answer
    )


@pytest.mark.parametrize(
    ("trade", "given"),
    [
        # Hardly any came after the last.
        ("laundry", {"hit": (200, 253), "share": 0.3}),
        # One channel alone was hit, and nothing comes by it any more: it may still be so.
        ("archive", {"hit": (120, 180), "share": 0.9, "only": "van", "later": "hand"}),
        # What is told ends before the things that came after it could get there.
        ("kennel", {"hit": (120, 240), "share": 0.2}),
    ],
)
def test_it_is_not_said_to_be_over_where_the_data_can_not_tell(trade: str, given: dict[str, Any]) -> None:
    rows = world(trade, **given)
    finding = asked(rows, first_hit(rows, trade, *given["hit"]))
    assert finding.value["state"] != "over" and not finding.answer.startswith("It is over"), finding.answer


def test_where_one_channel_was_hit_its_own_things_say_that_it_is_over() -> None:
    rows = world("archive", hit=(100, 170), share=0.9, only="van")
    finding = asked(rows, first_hit(rows, "archive", 100, 170))
    assert finding.value["state"] == "over", finding.answer


# -- nothing is wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trade", TRADES)
def test_nothing_is_wrong_with_what_took_every_step_in_its_time(trade: str) -> None:
    finding = asked(world(trade), thing(trade, 200))
    assert finding.value["state"] == "nothing is wrong" and finding.verdict == "found", finding.answer
    assert len(finding.value["steps"]) == 3 and finding.value["others"] > 200
    assert finding.answer.startswith("By all that is loaded, nothing is wrong with")
    assert any("not what it holds" in line for line in finding.coverage.blind)
    assert "Compared with" in finding.answer and "nothing became more frequent" in finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_what_is_not_due_yet_is_said_with_when_it_is(trade: str) -> None:
    rows = world(trade, ends=timedelta(minutes=4))
    last = next(
        n for n in range(259, 200, -1)
        if sum(thing(trade, n) in r["body"].split() for r in rows) == (2 if trade != "kennel" else 1)
    )  # fmt: skip
    finding = asked(rows, thing(trade, last))
    assert finding.value["state"] == "not due yet", finding.answer
    assert datetime.fromisoformat(finding.value["due"]) > max(r["time"] for r in rows)
    assert "is not due before" in finding.answer


def looked(trade: str, n: int, minutes: int, place: str, hits: int) -> dict[str, Any]:
    at = START + n * EACH + timedelta(minutes=minutes)
    return line(at, "finder", f"search room={place} q={thing(trade, n)} hits={hits}")


def placed(trade: str) -> Rows:
    """A world in which each thing has a room, and others are looked for, and found, where they are."""
    rows = world(trade)
    for n in range(260):
        rows.append(
            line(START + n * EACH + timedelta(minutes=50), "rooms", f"placed {thing(trade, n)} room=r{n % 7}")
        )
    return [*rows, *(looked(trade, n, 60, f"r{n % 7}", 1) for n in range(0, 260, 4))]


@pytest.mark.parametrize("trade", TRADES)
def test_who_looked_in_another_place_or_too_early_is_told_so(trade: str) -> None:
    rows = placed(trade)
    finding = asked([*rows, looked(trade, 101, 70, "r6", 0)], thing(trade, 101))
    assert finding.value["state"] == "nothing is wrong", finding.answer
    assert "looked with room r6; it has room r3" in finding.value["looked"]
    early = asked([*rows, looked(trade, 101, 1, "r3", 0)], thing(trade, 101))
    assert early.value["state"] == "nothing is wrong" and "before it was there" in early.answer


def wrongs() -> list[tuple[str, str, Rows]]:
    """Trade, thing, and lines in which it can't be said that nothing is wrong with it."""
    one = thing("laundry", 200)
    at = START + 200 * EACH + timedelta(hours=1)
    calm = world("laundry")
    others = world("laundry", hit=(120, 260))
    well = next(
        n for n in range(150, 200) if sum(thing("laundry", n) in r["body"].split() for r in others) == 3
    )
    warned = [line(START + n * EACH, "boiler", "pressure low", severity_number=17) for n in range(220, 260)]
    calm_lines = [line(START + n * EACH, "boiler", "pressure fine", severity_number=9) for n in range(220)]
    return [
        ("an error of its own", one, [*calm, line(at, "press", f"{one} torn, set aside", severity_number=17)]),
        ("it was removed after", one, [*calm, line(at, "press", f"deleted {one}")]),
        ("it lacks the step in the middle", one, [r for r in calm if r["body"] != f"washed {one}"]),
        ("others are hit", thing("laundry", well), others),
        ("a line that warns rises", one, [*calm, *calm_lines, *warned]),
        ("nobody finds it where it is", thing("laundry", 101), [*placed("laundry"), looked("laundry", 101, 70, "r3", 0)]),
        ("hardly any others", thing("laundry", 9), world("laundry", number=12)),
        ("nothing names it", "LIN-9999", calm),
        ("it came far later", one, [
            {**r, "time": r["time"] + timedelta(hours=2)} if r["body"] == f"pressed {one}" else r for r in calm
        ]),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "rows"), wrongs(), ids=[row[0] for row in wrongs()])
def test_it_is_not_said_that_nothing_is_wrong_where_anything_speaks_against_it(
    name: str, one: str, rows: Rows
) -> None:
    finding = asked(rows, one)
    assert finding.value["state"] not in ("nothing is wrong", "not due yet"), finding.answer
    assert "nothing is wrong with" not in finding.answer or "can't be said" in finding.answer
