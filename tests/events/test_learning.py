"""An id whose shape says nothing has others like it: whoever stands where it does, in any spelling."""

from __future__ import annotations

import random
from typing import Any

import pytest
from stores import add

import investigator as inv
from investigator.events import Events, Store, entities
from investigator.events.learning import agreement

NUMBERS = range(4_100, 4_140)


def codes() -> list[str]:
    dice = random.Random(7)
    return ["".join(dice.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=5)) + "7" for _ in NUMBERS]


def opened(store: Store, asked: str, *sources: tuple[str, str, list[dict[str, Any]]], **more: Any) -> Events:
    for load, (source, kind, rows) in enumerate(sources, start=1):
        add(
            store,
            [{"source": source, "kind": kind, **row} for row in rows],
            load=load,
            kind=kind,
            source=source,
        )
    kind, pattern = entities.kind_of(asked)
    entities.index(store, {kind: pattern}, about=[asked], **more)
    return Events.open(store.folder)


def found(events: Events, asked: str) -> set[str]:
    return set(inv.find.trace_entity(events, entity=asked).value["by_source"])


@pytest.fixture
def store(tmp_path: Any) -> Store:
    return Store(tmp_path / "events")


@pytest.mark.parametrize(
    ("asked", "says", "cell", "moved"),
    [
        ("4117", "crate {n} came in", "{n}", "lifted crate_no={n:07d}"),  # a harbour
        ("4117/26", "file {n:06d}/2026 opened", "2026-{n:06d}", "heard 26.{n}"),  # a court
        ("004117", "took BK-2026-{n:06d}", "BK-2026-{n:06d}", "seat for bk2026{n:06d}"),  # a theatre
        ("BK-4117", "took BK-2026-{n:06d}", "BK-2026-{n:06d}", "seat for BK-2026-{n:06d}"),
        ("mp 4117", "read MP-{n}-26", "MP-{n}-26", "billed mp.{n}.26"),  # meters
        ("zp 4117", "read ZP_{n}_A7", "ZP_{n}_A7", "billed zp={n}"),
    ],
)
def test_a_plain_number_and_one_that_the_ticket_shortens_are_found_where_the_data_hold_them(
    store: Store, asked: str, says: str, cell: str, moved: str
) -> None:
    events = opened(
        store,
        asked,
        ("door", "log", [{"body": f"{says.format(n=n)} in {n * 7} ms"} for n in NUMBERS]),
        (
            "table",
            "record",
            [{"attributes": {"no": cell.format(n=n), "weight": f"{n * 3}"}} for n in NUMBERS],
        ),
        ("belt", "log", [{"body": moved.format(n=n)} for n in NUMBERS]),
        ("ticket", "note", [{"body": f"nobody sees {asked}"}]),
    )
    assert found(events, asked) == {"door", "table", "belt", "ticket"}
    ids = events.fetch(events.entities.filter(events.entities.id_kind != "trace").select("id").distinct())
    assert len(ids) == len(NUMBERS)


def test_a_number_of_some_of_its_groups_is_the_thing_where_they_tell_it_from_all_others(store: Store) -> None:
    events = opened(
        store,
        "SL-047-26-04117",  # a lot of seed, its station and its year
        ("desk", "log", [{"body": f"took lot SL-047-26-{n:05d} in"} for n in NUMBERS]),
        ("tests", "log", [{"body": f"sample=047/{n} passed, place={n % 7}"} for n in NUMBERS]),
        (
            "list",
            "record",
            [
                {"attributes": {"nr": f"SL/{n:05d}/26", "bytes": f"{10_000 + 997 * (n - 4_090)}"}}
                for n in NUMBERS
            ],
        ),
        ("store", "log", [{"body": f"wrote bytes={10_000 + 997 * (n - 4_090)}"} for n in NUMBERS]),
    )
    assert found(events, "SL-047-26-04117") == {"desk", "tests", "list"}


def test_a_year_is_no_number_of_a_thing_and_a_number_is_no_year() -> None:
    assert agreement("047/2096", "047/1996") == 0 and agreement("17402/26", "2026-17402") == 3


def test_each_try_of_a_thing_is_another_name_of_it(store: Store) -> None:
    keys = {n: [f"sub_{n * 7_919:08x}", *([f"sub_{n * 6_007:08x}"] if n % 4 == 0 else [])] for n in NUMBERS}
    events = opened(
        store,
        "REP-4120",
        (
            "intake",
            "log",
            [{"body": f"opened {key} ref=REP-{n} try={i}"} for n in NUMBERS for i, key in enumerate(keys[n])],
        ),
        ("writer", "log", [{"body": f"wrote sub={key}"} for n in NUMBERS for key in keys[n]]),
    )
    rows = inv.find.trace_entity(events, entity="REP-4120").value
    assert rows["by_source"] == {"intake": 2, "writer": 2}


def test_a_uuid_without_its_dashes_is_the_same_name(store: Store) -> None:
    import uuid

    dice = random.Random(3)
    known = {n: str(uuid.UUID(int=dice.getrandbits(128))) for n in NUMBERS}
    events = opened(
        store,
        "VI-4117",
        ("app", "log", [{"body": f"rendered VI-{n} doc={known[n]}"} for n in NUMBERS]),
        (
            "store",
            "log",
            [{"body": f"put {known[n][:2]}/{known[n].replace('-', '')} rev=1"} for n in NUMBERS],
        ),
    )
    assert found(events, "VI-4117") == {"app", "store"}


def test_a_code_of_letters_has_others_in_its_column_and_words_of_messages_are_none(store: Store) -> None:
    known = codes()
    asked = known[3].lower()
    events = opened(
        store,
        asked,
        ("door", "log", [{"body": f"booked {one} REFUSD LISTED"} for one in known]),
        (
            "table",
            "record",
            [
                {"attributes": {"locator": one, "pk": f"{5_000_000 + 91_111 * n}"}}
                for n, one in enumerate(known)
            ],
        ),
        ("belt", "log", [{"body": f"issued pk={5_000_000 + 91_111 * n}"} for n in range(len(known))]),
    )
    assert found(events, asked) == {"door", "table", "belt"}
    ids = events.fetch(events.entities.filter(events.entities.id_kind != "trace").select("id").distinct())
    assert set(ids["id"]) == set(known)


def test_what_could_be_several_things_is_none_of_them(store: Store) -> None:
    rows = [{"body": f"file {n}/{year} opened"} for n in NUMBERS for year in (2025, 2026)]
    events = opened(store, "4117", ("door", "log", rows))
    assert entities.named(events, "4117") == "4117" and not events.joins


def test_a_number_that_is_counted_alike_and_stands_beside_another_thing_is_not_joined(store: Store) -> None:
    rows = [{"body": f"order ORD-{n} on invoice={n + 1}"} for n in NUMBERS]
    events = opened(
        store,
        "ORD-4117",
        ("shop", "log", rows),
        ("bank", "log", [{"body": f"paid invoice={n}"} for n in NUMBERS]),
    )
    assert found(events, "ORD-4117") == {"shop"}


def test_a_row_number_is_a_name_only_where_another_source_calls_it_so(store: Store) -> None:
    table = [{"attributes": {"order": f"ORD-{n * 7}", "item_id": str(70_000 + n)}} for n in NUMBERS]
    for place, word, joined in (("a", "item", True), ("b", "took", False)):
        events = opened(
            Store(store.folder / place),
            f"ORD-{4_117 * 7}",
            ("table", "record", table),
            ("belt", "log", [{"body": f"moved {word}={70_000 + n}"} for n in NUMBERS]),
        )
        assert ("belt" in found(events, f"ORD-{4_117 * 7}")) is joined


def test_a_ulid_is_the_same_in_either_case(store: Store) -> None:
    dice = random.Random(5)
    known = ["01" + "".join(dice.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=24)) for _ in NUMBERS]
    events = opened(
        store,
        known[2].lower(),
        ("door", "log", [{"body": f"took {one}"} for one in known]),
        ("ticket", "note", [{"body": f"where is {known[2].lower()}"}]),
    )
    assert found(events, known[2].lower()) == {"door", "ticket"}


@pytest.mark.parametrize(
    "written", ["RR{n:09d}AT", "5f0c{n:04d}-1b2c-4d5e-8f90-a1b2c3d4e5f6"], ids=["a parcel", "a uuid"]
)
def test_what_differs_in_the_case_of_its_letters_alone_is_one_thing(store: Store, written: str) -> None:
    own = [written.format(n=n) for n in NUMBERS]
    asked = own[7].swapcase()
    events = opened(
        store,
        asked,
        ("door", "log", [{"body": f"took {one} in"} for one in own]),
        ("belt", "log", [{"body": f"moved {one} on"} for one in own]),
        ("ticket", "note", [{"body": f"where is {asked}"}]),
    )
    assert found(events, asked) == {"door", "belt", "ticket"}
    assert entities.named(events, asked) == own[7]


def test_a_join_that_somebody_refused_is_not_made(store: Store) -> None:
    table = [{"attributes": {"order": f"ORD-{n}", "tag": f"q{n * 7_919:06x}"}} for n in NUMBERS]
    belt = [{"body": f"moved tag={n * 7_919:06x}".replace("tag=", "tag=q")} for n in NUMBERS]
    given = ("ORD-4117", ("table", "record", table), ("belt", "log", belt))
    assert found(opened(store, *given), "ORD-4117") == {"table", "belt"}
    again = opened(Store(store.folder / "again"), *given, refused=["table: tag", "belt: tag"])
    assert found(again, "ORD-4117") == {"table"}


@pytest.mark.parametrize(
    ("asked", "token", "level"),
    [
        ("rx 2024/0013", "RX-2024-0013", 4),
        ("4117/26", "2026-004117", 3),
        ("PX-B0640XK26070-2026Q1-01", "b0640xk26070/2026Q1/1", 2),
        ("PX-B0640XK26070-2026Q1-01", "B0640XK26070", 1),
        ("BK-4117", "BK-2026-004117", 1),
        ("BK-4117", "INV-2026-004117", 0),
        ("17", "2026-17", 0),
        ("4117", "4118", 0),
    ],
)
def test_how_surely_a_text_is_the_id_that_was_asked_for(asked: str, token: str, level: int) -> None:
    assert agreement(asked, token) == level
