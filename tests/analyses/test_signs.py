"""Who else is affected, in trades that nobody here has seen: firm where the data tell, bounded where they don't."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 4, 20, 5, 0, tzinfo=UTC)
NUMBER, FAULT = 360, 240
#: Trades: how a thing is written, its four steps, an end that is known, and an owner's shape.
TRADES: dict[str, dict[str, Any]] = {
    "loans": {
        "id": "LOAN-{n}",
        "steps": [
            ("counter", "asked for {id} by {owner}, shelf {x}"),
            ("stacks", "fetched {id} from lane {x}"),
            ("gate", "handed out {id} to {owner}"),
            ("archive", "noted {id}, register {x}"),
        ],
        "end": ("counter", "asked back {id}, not needed"),
        "owner": "RDR{k:04d}",
    },
    "tyres": {
        "id": "job/{n}",
        "steps": [
            ("yard", "wheel set of {id} taken in for {owner}"),
            ("bay", "{id} mounted by {x}"),
            ("balance", "balanced {id} for {owner} at stand {x}"),
            ("till", "till closed {id}"),
        ],
        "end": ("yard", "{id} sent home, wrong size"),
        "owner": "garage:{k:03d}",
    },
}
WORDS = ("ash", "birch", "cedar", "dogwood")


def told(trade: str, fault: str, *, share: float = 0.6, people: bool = False) -> tuple[Events, set[str]]:
    """The lines of a trade in which from the 240th thing on some are hit, and which these are."""
    made, dice, rows, hurt = TRADES[trade], Random(f"{trade} {fault}"), [], set()
    for n in range(NUMBER):
        thing, time = made["id"].format(n=4000 + n), START + timedelta(minutes=3 * n)
        owner, other = (made["owner"].format(k=k) for k in dice.sample(range(40), 2))
        hit = n >= FAULT and dice.random() < share
        ended = dice.random() < 0.08
        for place, (service, says) in enumerate(made["steps"]):
            if fault == "rejected" and hit and place == 0:
                rows.append((time, service, f"turned away {thing}, no reason known"))
                hurt.add(thing)
                break
            time += timedelta(seconds=dice.randint(5, 40))
            if ended and place == 1:
                rows.append((time, made["end"][0], made["end"][1].format(id=thing)))
                break
            late = place == 2 and hit and fault != "blank"
            if late:
                hurt.add(thing)
            if late and fault == "stuck":
                break
            if late and fault == "late":
                time += timedelta(minutes=dice.randint(30, 50))
            values = {"id": thing, "owner": other if late and fault == "owner" else owner}
            for _ in range(2 if late and fault == "twice" else 1):
                rows.append((time, service, says.format(x=dice.choice(WORDS), **values)))
                time += timedelta(seconds=1)
        if dice.random() < 0.4:
            blank = fault == "blank" and hit and not ended
            says = f"page of {thing} has nothing to show" if blank else f"page of {thing} opened"
            rows.append((time + timedelta(seconds=9), "screen", says))
        if fault == "blank" and hit and not ended:
            hurt.add(thing)
    if people:  # a list of complaints with a clock, of some that are hit and of others
        rows += [(START + timedelta(minutes=3 * n + 60), "complaints", f"Missing {thing}") for n, thing in enumerate(sorted(hurt)[:25], FAULT)]  # fmt: skip
    frame = pd.DataFrame([{"time": t, "service": s, "source": f"{s}.log", "body": b} for t, s, b in rows])
    return Events.from_frame(frame), hurt


@pytest.mark.parametrize("fault", ["stuck", "late", "twice", "owner", "rejected"])
@pytest.mark.parametrize("trade", TRADES)
def test_who_is_hit_is_found_and_said_firmly(trade: str, fault: str) -> None:
    events, hurt = told(trade, fault)
    like = sorted(hurt)[len(hurt) // 2]
    finding = inv.find.who_else(events, like=like)
    found = set(finding.value["ids"])
    assert finding.verdict == "found"
    assert len(found & hurt) >= 0.98 * len(found) and len(found & hurt) >= 0.96 * len(hurt)
    assert abs(datetime.fromisoformat(finding.value["first"]) - START - timedelta(minutes=3 * FAULT)) <= timedelta(minutes=12)  # fmt: skip


@pytest.mark.parametrize("trade", TRADES)
def test_a_list_of_some_of_them_is_not_who_is_hit(trade: str) -> None:
    events, hurt = told(trade, "stuck", people=True)
    finding = inv.find.who_else(events, like=sorted(hurt)[3])
    assert len(set(finding.value["ids"]) & hurt) >= 0.96 * len(hurt)


@pytest.mark.parametrize("trade", TRADES)
def test_what_shows_only_on_a_page_that_some_look_at_gives_a_lower_bound(trade: str) -> None:
    events, hurt = told(trade, "blank")
    rows = events.engine.fetch(
        events.table.filter(events.table.body.contains("nothing to show")).select("body")
    )
    seen = {thing for thing in hurt if any(f"of {thing} has" in body for body in rows["body"])}
    assert len(seen) < 0.7 * len(hurt)
    finding = inv.find.who_else(events, like=sorted(seen)[3])
    assert finding.verdict == "inconclusive"
    assert finding.value["at_least"] <= len(hurt) <= (finding.value["at_most"] or NUMBER), finding.answer
    if trade == "tyres":
        assert finding.answer.startswith("At least") and "never came to screen" in finding.answer, (
            finding.answer
        )


@pytest.mark.parametrize("trade", TRADES)
def test_what_came_to_an_end_that_is_known_and_what_has_no_page_is_not_hit(trade: str) -> None:
    events, hurt = told(trade, "none", share=0.0)
    assert not hurt
    finding = inv.find.who_else(events, like=TRADES[trade]["id"].format(n=4000 + FAULT + 7))
    assert finding.verdict == "inconclusive"


def test_all_that_came_since_is_said_and_none_healthy_is_not_firm() -> None:
    events, hurt = told("loans", "stuck", share=1.0)
    finding = inv.find.who_else(events, like=sorted(hurt)[5])
    assert len(set(finding.value["ids"]) & hurt) >= 0.9 * len(hurt)
    only = events.where(window=(START + timedelta(minutes=3 * FAULT + 2), START + timedelta(days=2)))
    assert inv.find.who_else(only, like=sorted(hurt)[5]).verdict == "inconclusive"


def test_one_alone_is_never_firm() -> None:
    events, _ = told("tyres", "none", share=0.0)
    frame = events.engine.fetch(events.table.select("time", "service", "source", "body"))
    alone = pd.DataFrame(
        [{"time": START + timedelta(hours=14), "service": "bay", "source": "bay.log", "body": "job/4271 fell off the lift"}]
    )  # fmt: skip
    finding = inv.find.who_else(Events.from_frame(pd.concat([frame, alone])), like="job/4271")
    assert finding.verdict == "inconclusive" and "can't be said who else" in finding.answer


def test_two_new_messages_of_other_things_give_bounds() -> None:
    events, hurt = told("loans", "twice")
    some = sorted(hurt)
    frame = events.engine.fetch(events.table.select("time", "service", "source", "body"))
    rest = [f"LOAN-{4000 + n}" for n in range(FAULT, NUMBER) if f"LOAN-{4000 + n}" not in hurt][:30]
    new = [
        {"time": START + timedelta(hours=15, minutes=n), "service": "stacks", "source": "stacks.log", "body": f"shelf of {thing} repainted"}
        for n, thing in enumerate([*some[:10], *rest])
    ]  # fmt: skip
    finding = inv.find.who_else(Events.from_frame(pd.concat([frame, pd.DataFrame(new)])), like=some[4])
    assert finding.verdict == "inconclusive" and finding.answer.startswith("Between")
    assert finding.value["at_least"] <= len(hurt) <= finding.value["at_most"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("stuck", "stuck"),
        ("late", "delayed"),
        ("twice", "duplicated"),
        ("owner", "wrong owner"),
        ("rejected", "never received"),
    ],
)
def test_what_became_of_one_is_said_in_the_word_for_it(fault: str, said: str) -> None:
    events, hurt = told("tyres", fault)
    finding = inv.find.whereabouts(events, entity=sorted(hurt)[len(hurt) // 2])
    assert (finding.value["disposition"], finding.verdict) == (said, "found"), finding.answer
    assert "index" not in finding.answer


def test_what_was_sent_home_is_refused_or_cancelled_and_not_affected() -> None:
    events, hurt = told("tyres", "stuck")
    rows = events.engine.fetch(events.table.filter(events.table.body.contains("wrong size")).select("body"))
    thing = sorted(rows["body"])[2].split()[0]
    assert thing not in hurt
    finding = inv.find.whereabouts(events, entity=thing)
    assert finding.value["disposition"] == "refused or cancelled", finding.answer
    assert thing not in inv.find.who_else(events, like=sorted(hurt)[5]).value["ids"]


@pytest.mark.parametrize(
    ("column", "usual", "wrong"), [("state", "done", "parked"), ("account_id", "70", "99")]
)
def test_a_cell_that_became_frequent_gives_an_upper_bound_and_is_never_sure(
    column: str, usual: str, wrong: str
) -> None:
    dice, rows, hurt, mailed = Random(column), [], set(), set()
    for n in range(NUMBER):
        thing, time = f"CRATE-{4000 + n}", START + timedelta(minutes=3 * n)
        hit = n >= FAULT and dice.random() < 0.5
        hurt |= {thing} if hit else set()
        for place, says in [
            ("dock", f"unloaded {thing}"),
            ("scale", f"weighed {thing}"),
            ("store", f"stored {thing}"),
        ]:
            time += timedelta(seconds=9)
            rows.append(
                {
                    "time": time,
                    "kind": "log",
                    "service": place,
                    "source": f"{place}.log",
                    "body": says,
                    "attributes": {},
                }
            )
        if dice.random() < 0.7:
            mailed.add(thing)
            rows.append({"time": time, "kind": "log", "service": "mailer", "source": "mailer.log", "body": f"copy of {thing} sent", "attributes": {}})  # fmt: skip
        cell = wrong if hit else f"{usual}{n % 4}" if column == "account_id" else usual
        rows.append({"time": None, "kind": "record", "service": None, "source": "crates.csv", "body": f"crate={thing} {column}={cell}", "attributes": {"crate": thing, column: cell}})  # fmt: skip
    events = Events.from_frame(pd.DataFrame(rows))

    finding = inv.find.who_else(events, like=sorted(hurt - mailed)[9])

    assert finding.verdict == "inconclusive" and finding.answer.startswith("At most"), finding.answer
    assert set(finding.value["ids"]) == hurt


@pytest.mark.parametrize("trade", TRADES)
def test_a_value_that_one_alone_has_twice_sets_nobody_apart(trade: str) -> None:
    events, _ = told(trade, "none", share=0.0)
    like = TRADES[trade]["id"].format(n=4000 + FAULT + 7)
    frame = events.engine.fetch(events.table.select("time", "service", "source", "body"))
    seen = [
        {"time": START + timedelta(hours=17, minutes=20 * n), "service": "desk", "source": "desk.log", "body": "looked up",
         "attributes": {"ref": like, "found": "false"}}
        for n in range(2)
    ]  # fmt: skip
    finding = inv.find.who_else(Events.from_frame(pd.concat([frame, pd.DataFrame(seen)])), like=like)
    assert finding.verdict == "inconclusive" and "are affected" not in finding.answer, finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_what_is_missing_is_said_without_the_name_of_another(trade: str) -> None:
    events, hurt = told(trade, "stuck")
    like = sorted(hurt)[5]
    answer = inv.find.who_else(events, like=like).answer
    assert "no " in answer and "…" in answer
    assert not [thing for n in range(NUMBER) if (thing := TRADES[trade]["id"].format(n=4000 + n)) != like and thing in answer]  # fmt: skip


@pytest.mark.parametrize("trade", TRADES)
def test_a_message_of_nothing_but_numbers_is_no_step(trade: str) -> None:
    events, hurt = told(trade, "none", share=0.0)
    frame = events.engine.fetch(events.table.select("time", "service", "source", "body"))
    things = [TRADES[trade]["id"].format(n=4000 + n) for n in range(FAULT, FAULT + 60, 2)]
    bare = [
        {"time": START + timedelta(minutes=3 * (FAULT + 2 * n) + 2), "service": "scanner", "source": "scanner.log", "body": f"{thing} 17.5"}
        for n, thing in enumerate(things)
    ]  # fmt: skip
    finding = inv.find.who_else(Events.from_frame(pd.concat([frame, pd.DataFrame(bare)])), like=things[5])
    assert finding.verdict == "inconclusive", finding.answer


def test_what_no_log_names_in_any_spelling_was_not_never_received() -> None:
    events, _ = told("loans", "none", share=0.0)
    finding = inv.find.whereabouts(events, entity="PARCEL/77-2026/X9")
    assert finding.value["disposition"] == "unknown" and "never received" not in finding.answer
    assert "no" in inv.find.who_else(events, like="PARCEL/77-2026/X9").answer.lower()


@pytest.mark.parametrize(("fault", "trade"), [("stuck", "tyres"), ("late", "loans")])
def test_what_became_of_one_is_said_without_the_name_of_another(fault: str, trade: str) -> None:
    events, hurt = told(trade, fault)
    like = sorted(hurt)[5]
    answer = inv.find.whereabouts(events, entity=like).answer
    assert not [thing for n in range(NUMBER) if (thing := TRADES[trade]["id"].format(n=4000 + n)) != like and thing in answer], answer  # fmt: skip


def test_which_machine_had_a_thing_is_no_sign_and_what_else_a_message_says_may_be_one() -> None:
    from investigator.facts.customers import RUNS

    machines = ("worker.host", "oven-host", "thread_id", "worker.number", "pod_name", "kubernetes.node")
    others = ("queue", "region", "reason", "hostel", "tenant", "state", "serverless_plan")
    assert [key for key in (*machines, *others) if RUNS.match(key)] == list(machines)


@pytest.mark.parametrize("trade", TRADES)
def test_what_is_new_for_all_since_a_release_sets_nobody_apart(trade: str) -> None:
    made, rows = TRADES[trade], []
    dice = Random(f"{trade} release")
    for n in range(NUMBER):
        thing, time = made["id"].format(n=4000 + n), START + timedelta(minutes=3 * n)
        for place, (service, says) in enumerate(made["steps"]):
            time += timedelta(seconds=dice.randint(5, 40))
            version = f" v={'3.2.0' if n >= FAULT else '3.1.8'}" if place == 2 else ""
            values = {"id": thing, "owner": made["owner"].format(k=dice.randint(0, 39))}
            rows.append((time, service, says.format(x=dice.choice(WORDS), **values) + version))
    frame = pd.DataFrame([{"time": t, "service": s, "source": f"{s}.log", "body": b} for t, s, b in rows])
    finding = inv.find.who_else(Events.from_frame(frame), like=made["id"].format(n=4300))
    assert finding.verdict == "inconclusive", finding.answer
    if finding.value["affected"]:
        assert finding.value["at_least"] <= 1 and "nearly all that came since have it" in finding.answer


def test_a_search_that_finds_a_thing_says_nothing_bad_of_it() -> None:
    events, _ = told("loans", "none", share=0.0)
    frame = events.fetch(events.table)[["time", "service", "source", "body"]]
    last = frame.time.max()
    asked = [f"LOAN-{4000 + n}" for n in (340, 345, 350)]
    rows = [
        {"time": last - pd.Timedelta(minutes=n), "service": "desk", "source": "desk.log",
         "body": f'user=ida q="{thing}" room=* state=OUT hits=1'}
        for n, thing in enumerate(asked)
    ]  # fmt: skip
    whole = Events.from_frame(pd.concat([frame, pd.DataFrame(rows)]).sort_values("time", ignore_index=True))
    finding = inv.find.who_else(whole, like=asked[1])
    assert finding.verdict == "inconclusive", finding.answer
    assert not finding.answer[:1].isdigit() and not finding.answer.startswith("At least")


@pytest.mark.parametrize("body", ["GET /pages/LOAN-4300 HTTP/1.1", "page of job/4300 opened"])
def test_who_looks_at_what_is_there_tells_nobody_apart_and_bounds_nothing(body: str) -> None:
    from investigator.analyses import _who_says as says
    from investigator.facts import rise, signs

    events, _ = told("loans", "none", share=0.0)
    ids = events.table.select(id="body", at="time")
    more: dict[str, Any] = {"doubts": ("29 had it before, when nothing was wrong yet",)}
    for looked in (False, True):
        sign = rise.Sign(
            rise.MESSAGE, body, "edge.log", ids, 78, 29, START, more=(rise.LOOKED,) * looked, **more
        )
        apart, value = signs.Apart("LOAN-4300", None, sign), {}  # type: ignore[arg-type]
        answer, _ = says.bounded(events, "78.", apart, {"affected": 78, "unknown": 2, "under_way": 1}, value)
        assert (value["at_least"], value["at_most"]) == (1, None)
        assert answer.startswith("It can't be said"), answer
        assert ("only where somebody looked" in answer) == looked


def test_a_failure_that_a_few_had_before_bounds_those_who_have_it_now() -> None:
    from investigator.analyses import _who_says as says
    from investigator.facts import rise, signs

    events, _ = told("loans", "none", share=0.0)
    ids = events.table.select(id="body", at="time")
    for bad in (False, True):
        sign = rise.Sign(
            rise.MESSAGE, "binding of LOAN-4300 torn", "edge.log", ids, 78, 29, START, bad=bad,
            doubts=("29 had it before, when nothing was wrong yet",),
        )  # fmt: skip
        apart, value = signs.Apart("LOAN-4300", None, sign), {}  # type: ignore[arg-type]
        answer, _ = says.bounded(events, "78.", apart, {"affected": 78, "unknown": 2, "under_way": 1}, value)
        assert value["at_most"] == (81 if bad else None)
        assert answer.startswith("At most 78" if bad else "It can't be said"), answer


def test_what_is_new_for_all_and_keeps_them_from_their_next_step_is_what_went_wrong() -> None:
    made, rows, dice = TRADES["loans"], [], Random("loans, all of them")
    for n in range(NUMBER):
        thing, time = made["id"].format(n=4000 + n), START + timedelta(minutes=3 * n)
        for place, (service, says) in enumerate(made["steps"]):
            time += timedelta(seconds=dice.randint(5, 40))
            version = f" v={'3.2.0' if n >= FAULT else '3.1.8'}" if place == 1 else ""
            values = {"id": thing, "owner": made["owner"].format(k=dice.randint(0, 39)), "x": "ash"}
            rows.append((time, service, says.format(**values) + version))
            if n >= FAULT and place == 1:
                break
    frame = pd.DataFrame([{"time": t, "service": s, "source": f"{s}.log", "body": b} for t, s, b in rows])
    finding = inv.find.who_else(Events.from_frame(frame), like=made["id"].format(n=4300))
    assert "took every step" not in finding.answer and finding.value["affected"] >= NUMBER - FAULT - 5


def test_where_no_step_is_required_what_is_new_for_all_is_still_told() -> None:
    from types import SimpleNamespace

    from investigator.facts.rise import new_for_all

    rows = [{"time": START + timedelta(minutes=n), "source": "a.log", "body": f"LOAN-{n}"} for n in range(60)]
    events = Events.from_frame(pd.DataFrame(rows))
    ids = events.table.select(id="body")
    assert new_for_all(events, SimpleNamespace(things=ids, required=list), ids, ids)  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", ["twice", "owner"])
@pytest.mark.parametrize("trade", TRADES)
def test_a_step_in_several_words_or_one_that_some_always_took_is_not_where_it_began(
    trade: str, fault: str
) -> None:
    """Just before it went wrong each came by a lane of four, and a third of all by a desk: both did so before."""
    events, hurt = told(trade, fault)
    place = TRADES[trade]["steps"][2][0]
    frame = events.engine.fetch(events.table.select("time", "service", "source", "body"))
    came = frame[frame["service"] == TRADES[trade]["steps"][1][0]]
    some = came.iloc[::3].assign(service="desk", source="desk.log")
    some["time"] += pd.Timedelta(seconds=2)
    some["body"] = [f"seal set on {re.search(r'(LOAN-|job/)[0-9]+', body)[0]}" for body in some["body"]]  # type: ignore[index]
    events = Events.from_frame(pd.concat([frame, some], ignore_index=True))
    sealed = {body.removeprefix("seal set on ") for body in some["body"]}
    onset = START + timedelta(minutes=3 * FAULT)
    for like in (sorted(hurt & sealed)[4], sorted(hurt - sealed)[4]):
        finding = inv.find.which_service(events, onset=onset.isoformat(), like=like)
        assert finding.value["services"][0]["service"] == place, finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_a_wrong_owner_is_counted_where_it_is_told_first_and_not_where_it_is_handed_on(trade: str) -> None:
    events, hurt = told(trade, "owner")
    service = TRADES[trade]["steps"][2][0]
    frame = events.engine.fetch(events.table.select("time", "service", "source", "body"))
    first = frame[frame["service"] == service].sort_values("time")
    owner = TRADES[trade]["owner"].split("{")[0]
    letters = first.assign(service="post", source="post.log")
    letters["time"] += pd.Timedelta(minutes=2)
    letters["body"] = [
        f"letter about {re.search(r'(LOAN-|job/)[0-9]+', b)[0]} to {re.search(owner + '[0-9]+', b)[0]}"  # type: ignore[index]
        for b in letters["body"]
    ]
    # The first three that were hit and two more have no letter.
    own = sorted(hurt)[:3] + sorted(hurt)[-2:]
    letters = letters[~letters["body"].str.contains("|".join(rf"{one}\b" for one in own))]
    events = Events.from_frame(pd.concat([frame, letters], ignore_index=True))
    like = sorted(hurt)[10]
    finding = inv.find.who_else(events, like=like)
    assert set(finding.value["ids"]) == hurt, finding.answer
    onset = (START + timedelta(minutes=3 * FAULT)).isoformat()
    assert inv.find.which_service(events, onset=onset, like=like).value["services"][0]["service"] == service
    # Without that log a table tells of more than the letters do.
    table = first.assign(source="table.csv", service=None, kind="record", time=pd.NaT)
    table["attributes"] = [
        {"thing": re.search(r"(LOAN-|job/)[0-9]+", b)[0], "whose": re.search(owner + "[0-9]+", b)[0]}  # type: ignore[index]
        for b in table["body"]
    ]
    rest = pd.concat([frame[frame["service"] != service], letters]).assign(kind="log", attributes=None)
    events = Events.from_frame(pd.concat([rest, table], ignore_index=True))
    assert set(inv.find.who_else(events, like=like).value["ids"]) == hurt


@pytest.mark.parametrize("owner", ["GLN7X{k:05d}", "ward4-{k:04d}", "N1B2:{k:03d}"])
def test_an_owner_whose_name_has_figures_and_letters_in_turn_is_compared(
    owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TRADES, "loans", TRADES["loans"] | {"owner": owner})
    events, hurt = told("loans", "owner")
    like = sorted(hurt)[len(hurt) // 2]
    assert inv.find.whereabouts(events, entity=like).value["disposition"] == "wrong owner"
    assert set(inv.find.who_else(events, like=like).value["ids"]) == hurt


@pytest.mark.parametrize("trade", TRADES)
def test_where_nobody_speaks_of_finding_what_never_came_on_is_not_hidden(trade: str) -> None:
    """Two sources have it, the log of the next step was cut off, and none says that it can't be found: it is stuck, if anything."""
    dice, rows, hurt = Random(trade), [], []
    for n in range(NUMBER):
        thing, time = TRADES[trade]["id"].format(n=4000 + n), START + timedelta(minutes=3 * n)
        rows += [
            (time, "desk", f"{thing} received at {dice.choice(WORDS)}"),
            (time + timedelta(seconds=8), "shelf", f"{thing} stored in {dice.choice(WORDS)}"),
        ]
        if n < FAULT - 2:
            rows.append((time + timedelta(seconds=40), "scale", f"weighed {thing}"))
        if n >= FAULT and dice.random() < 0.5:
            hurt.append(thing)
        else:
            rows.append((time + timedelta(seconds=90), "bench", f"finished {thing}"))
    frame = pd.DataFrame([{"time": t, "service": s, "source": f"{s}.log", "body": b} for t, s, b in rows])
    finding = inv.find.whereabouts(Events.from_frame(frame), entity=hurt[3])
    assert (finding.value["disposition"], finding.verdict) == ("stuck", "inconclusive"), finding.answer
    assert "hidden" not in finding.answer
