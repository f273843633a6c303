"""One thing, many names: an id in any spelling, and what a table holds beside it, are one thing in every answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stores import START, add

import investigator as inv
from investigator.events import Events, Store, entities, names

#: Two trades: how the asked id is written, how machines write it, another name, and the columns that hold both.
TRADES = [
    pytest.param("rx 2024/00{n}", "RX-2024-00{n}", "{m:07d}", "script", "pk", id="a pharmacy"),
    pytest.param("b.00{n}", "B-00{n}", "q{m:06x}", "bag", "tag", id="an airport"),
]
NUMBERS = range(11, 61)


def loaded(store: Store, asked: str, own: str, other: str, *columns: str, pairs: Any = None) -> Events:
    """A log that names the one, a log that names the other, and a table that holds both."""
    both = pairs or [(n, (n * 7_919) % 9_000_017) for n in NUMBERS]
    add(store, [{"body": f"took in {own.format(n=n)}", "source": "door"} for n, _ in both], load=1)
    add(store, [{"body": f"moved {other.format(m=m)} on", "source": "belt"} for _, m in both], load=2)
    rows = [
        {
            "kind": "record",
            "source": "table",
            "attributes": dict(zip(columns, (own.format(n=n), other.format(m=m)), strict=True)),
        }
        for n, m in both
    ]
    add(store, rows, load=3, kind="record", source="table")
    kind, pattern = entities.kind_of(asked.format(n=13))
    entities.index(store, {kind: pattern})
    return Events.open(store.folder)


@pytest.fixture
def store(tmp_path: Any) -> Store:
    return Store(tmp_path / "events")


@pytest.mark.parametrize("asked, own, other, key, beside", TRADES)
def test_an_id_in_another_spelling_is_the_same_thing(
    store: Store, asked: str, own: str, other: str, key: str, beside: str
) -> None:
    events = loaded(store, asked, own, other, key, beside)
    as_asked = inv.find.trace_entity(events, entity=asked.format(n=13))
    as_written = inv.find.trace_entity(events, entity=own.format(n=13))
    assert as_asked.value == as_written.value and as_asked.value["entity"] == own.format(n=13)


@pytest.mark.parametrize("asked, own, other, key, beside", TRADES)
def test_what_a_table_holds_beside_an_id_one_to_one_is_its_other_name(
    store: Store, asked: str, own: str, other: str, key: str, beside: str
) -> None:
    events = loaded(store, asked, own, other, key, beside)
    finding = inv.find.trace_entity(events, entity=asked.format(n=13))
    called = other.format(m=(13 * 7_919) % 9_000_017)
    assert set(finding.value["by_source"]) == {"door", "belt", "table"}
    assert called in finding.value["written"] and called in finding.answer
    assert any(f"table holds {beside} beside it, one to one for 50" in said for said in events.joins)
    assert inv.find.trace_entity(events, entity=called).value == finding.value


@pytest.mark.parametrize("asked, own, other, key, beside", TRADES)
def test_a_column_that_two_things_share_joins_nothing(
    store: Store, asked: str, own: str, other: str, key: str, beside: str
) -> None:
    events = loaded(store, asked, own, other, key, beside, pairs=[(n, 8_000_001 + n // 2) for n in NUMBERS])
    finding = inv.find.trace_entity(events, entity=asked.format(n=13))
    assert set(finding.value["by_source"]) == {"door", "table"} and not events.joins


@pytest.mark.parametrize(
    ("own", "parted", "key", "asked"),
    [
        ("W120626{n:06d}", "W1206-26-{n:06d}", "unit_no", "W120626000013"),
        ("P2026{n:05d}", "P2026/{n:05d}", "policy", "P202600013"),
        ("LOT-77{n:05d}", "77.{n:05d}", "lot", "LOT-7700013"),
        ("PX.77{n:05d}", "RR77{n:05d}DE", "label", "PX.7700013"),
    ],
)
def test_a_number_that_is_parted_elsewhere_is_the_same_thing_and_no_part_of_it_is_another(
    store: Store, own: str, parted: str, key: str, asked: str
) -> None:
    add(store, [{"body": f"took in {own.format(n=n)}", "source": "door"} for n in NUMBERS], load=1)
    rows = [
        {
            "body": "decided",
            "source": "rules",
            "attributes": {key: parted.format(n=n), "ms": f"{1000 + 37 * n}"},
        }
        for n in NUMBERS
    ]
    add(store, rows, load=2)
    kind, pattern = entities.kind_of(asked)
    entities.index(store, {kind: pattern})
    events = Events.open(store.folder)

    assert set(inv.find.trace_entity(events, entity=asked).value["by_source"]) == {"door", "rules"}
    known = events.fetch(events.entities.select("id").distinct())
    assert set(known["id"]) == {own.format(n=n) for n in NUMBERS}


@pytest.mark.parametrize(
    ("own", "close", "asked"),
    [("CASE_{n:04d}.26", "CASE{n:04d}26", "case 0013 26"), ("MT-{n:04d}-9", "MT{n:04d}9", "mt 0013 9")],
)
def test_a_number_behind_an_id_or_in_the_next_field_is_no_part_of_it(
    store: Store, own: str, close: str, asked: str
) -> None:
    said = [{"body": f"weighed {close.format(n=n)} {n * 7} kg", "source": "scale"} for n in NUMBERS]
    rows = [
        {"kind": "record", "source": "table", "attributes": {"of": close.format(n=n), "sum": f"{n * 13}.50"}}
        for n in NUMBERS
    ]
    add(store, [{"body": f"took in {own.format(n=n)}", "source": "door"} for n in NUMBERS], load=1)
    add(store, said, load=2)
    add(store, rows, load=3, kind="record", source="table")
    kind, pattern = entities.kind_of(asked)
    entities.index(store, {kind: pattern})
    events = Events.open(store.folder)
    found = inv.find.trace_entity(events, entity=asked)
    assert set(found.value["by_source"]) == {"door", "scale", "table"}
    known = events.fetch(events.entities.select("id").distinct())
    assert sorted(map(names.fold, known["id"])) == sorted(names.fold(own.format(n=n)) for n in NUMBERS)


def test_numbers_of_rows_and_sizes_are_no_names(store: Store) -> None:
    for pairs in ([(n, 70_000 + n) for n in NUMBERS], [(n, 997 * n * n) for n in NUMBERS]):
        place = Store(store.folder / str(pairs[0][1]))
        events = loaded(place, "bag {n}00", "BAG-{n}00", "{m}", "bag", "row", pairs=pairs)
        assert not events.joins


def test_a_row_that_names_several_joins_none(store: Store) -> None:
    rows = [
        {
            "kind": "record",
            "source": "table",
            "attributes": {"a": f"BAG-{n}", "b": f"BAG-{n + 500}", "tag": f"q{n * 7919:06x}"},
        }
        for n in range(100, 150)
    ]
    add(store, rows, load=1, kind="record", source="table")
    entities.index(store, {"bag": "BAG-[0-9]+"})
    assert not Events.open(store.folder).joins


def test_a_later_load_can_join_what_an_earlier_one_wrote_otherwise(store: Store) -> None:
    add(store, [{"body": f"weighed bag{n:04d}", "source": "scale"} for n in NUMBERS], load=1)
    entities.index(store, {"bag": "BAG-[0-9]+"})
    add(store, [{"body": f"took in BAG-{n:04d}", "source": "door"} for n in NUMBERS], load=2)
    add(store, [{"body": f"loaded BAG-{n:04d}", "source": "hold"} for n in NUMBERS], load=3)
    entities.index(store, {"bag": "BAG-[0-9]+"})
    events = Events.open(store.folder)
    found = inv.find.trace_entity(events, entity="BAG-0013").value["by_source"]
    assert set(found) == {"scale", "door", "hold"}


@pytest.mark.parametrize(
    ("pattern", "own", "grouped"),
    [
        ("PAL[0-9]+[A-Za-z]{2}", "PAL0070{n}10NO", "PAL 0070{n} 10 NO"),
        ("ear[0-9]+[A-Za-z]{1}", "ear4410{n}9b", "ear 44 10{n} 9 b"),
    ],
    ids=["pallets", "cattle"],
)
def test_a_number_between_letters_may_be_written_in_groups(store: Store, pattern, own, grouped) -> None:
    add(store, [{"body": f"took in {own.format(n=n)}", "source": "door"} for n in NUMBERS], load=1)
    scale = [{"body": f"weighed {grouped.format(n=n)} 351 kg", "source": "scale"} for n in NUMBERS]
    add(store, scale, load=2)
    entities.index(store, {"thing": pattern})
    found = inv.find.trace_entity(Events.open(store.folder), entity=own.format(n=13)).value["by_source"]
    assert found == {"door": 1, "scale": 1}


def test_an_id_that_nothing_has_stays_as_it_was_asked(store: Store) -> None:
    events = loaded(store, "b.00{n}", "B-00{n}", "q{m:06x}", "bag", "tag")
    assert entities.named(events, "b.9999") == "b.9999"
    assert inv.find.trace_entity(events, entity="b.9999").value["rows"] == 0


def test_words_that_hold_no_number_fold_to_what_they_share() -> None:
    assert names.fold("TKT/2026/0013") == names.fold("tkt-2026 0013") == "tkt20260013"
    assert names.loosened("anything") is None


@pytest.mark.parametrize(
    ("asked", "written", "another"),
    [
        ("qk 0091 b", "QK-0091-B", "QK-0117-C"),
        ("PKG1234567de", "PKG1234567DE", "PKG7654321FR"),
        ("12.345.678-9", "12.345.678-9", "98.765.432-1"),
        ("1.2.840.77.123.991", "1.2.840.77.123.991", "1.2.840.77.98.12345"),
        ("00340434161234567890", "00340434161234567890", "00340434169999999999"),
        ("doc_3726df5d7b", "doc_3726df5d7b", "doc_ab91c07e21"),
        ("job-ab12cd34ef", "job-ab12cd34ef", "job-9012345678"),
    ],
)
def test_an_id_of_any_shape_has_others_like_it(asked, written, another):
    from investigator import re2
    from investigator.events import entities, names

    kind, pattern = entities.kind_of(asked)
    loose = names.loosened(pattern) or pattern
    assert kind != "id" and re2.whole(loose, written) and re2.whole(loose, another)
    assert not re2.whole(loose, "2026-05-01") and not re2.whole(loose, "10.1.2.30")


@pytest.mark.parametrize(
    ("own", "key", "cell", "said"),
    [
        ("KELP-2031-00{n}", "frond_no", "00{n}", "weighed frond={n} wet"),
        ("arc/00{n}", "roll_key", "{n}", "spooled roll #00{n} dry"),
    ],
)
def test_a_word_that_holds_the_numbers_of_a_joined_column_is_the_same_thing_though_few_are_named_whole(
    store: Store, own: str, key: str, cell: str, said: str
) -> None:
    """Only who was looked up is named whole: the column has all of them, and so has the word that is called like it."""
    add(
        store,
        [{"body": f"page {own.format(n=n)} opened", "source": "edge"} for n in range(4200, 4260)],
        load=1,
    )
    add(store, [{"body": said.format(n=n), "source": "press"} for n in range(4180, 4241)], load=2)
    add(store, [{"body": f"crew {n} off", "source": "gate"} for n in range(4230, 4380)], load=3)
    cells = [
        {"kind": "record", "source": "list", "attributes": {key: cell.format(n=n)}} for n in range(4170, 4288)
    ]
    add(store, cells, load=4, kind="record", source="list")
    kind, pattern = entities.kind_of(own.format(n=4211))
    entities.index(store, {kind: pattern})
    events = Events.open(store.folder)
    found = inv.find.trace_entity(events, entity=own.format(n=4211))
    assert {row["source"] for row in found.evidence.to_dict("records")} == {"edge", "press", "list"}
    # What only the column and that word name is a thing, too, as the column writes it.
    things = events.engine.fetch(
        events.entities.filter(events.entities.id_kind == kind).select("id", "source").distinct()
    )
    alone = things[things["id"] == cell.format(n=4190)]
    assert set(alone["source"]) == {"press", "list"}, things


@pytest.mark.parametrize(
    "said", ["bound atlas={n} well", "bound atlas BIND-EU-00{n} well", "bound atlas={n:07d} well"]
)
def test_numbers_behind_a_word_are_names_throughout_a_log_of_which_only_the_beginning_was_read(
    store: Store, monkeypatch: Any, said: str
) -> None:
    monkeypatch.setattr(names, "LINES", 40)
    add(store, [{"body": f"shelved ATLAS-{n}", "source": "shelf"} for n in range(6200, 6300)], load=1)
    add(store, [{"body": said.format(n=n), "source": "bindery"} for n in range(6200, 6300)], load=2)
    kind, pattern = entities.kind_of("ATLAS-6290")
    entities.index(store, {kind: pattern})
    found = inv.find.trace_entity(Events.open(store.folder), entity="ATLAS-6290")
    assert {row["source"] for row in found.evidence.to_dict("records")} == {"shelf", "bindery"}


@pytest.mark.parametrize(("own", "other"), [("PULP-{h}", "pulp_{h}"), ("INK/{h}", "ink-{h}")])
def test_ids_of_figures_and_capitals_are_one_kind_in_whatever_case(
    store: Store, own: str, other: str
) -> None:
    names_ = [f"{0x0A0000 + 7919 * n:06X}" for n in range(60)]
    add(store, [{"body": f"took {own.format(h=h)}", "source": "vat"} for h in names_], load=1)
    add(
        store,
        [{"body": f"stirred {other.format(h=h.lower())} well", "source": "rod"} for h in names_],
        load=2,
    )
    like = own.format(h=next(h for h in names_ if sum(map(str.isalpha, h)) >= 3))
    kind, pattern = entities.kind_of(like)
    entities.index(store, {kind: pattern})
    events = Events.open(store.folder)
    found = inv.find.trace_entity(events, entity=like)
    assert {row["source"] for row in found.evidence.to_dict("records")} == {"vat", "rod"}
    assert int(events.engine.fetch(events.entities.id.nunique())) == len(names_)


def counted(store: Store, own: str, others: list[dict[str, Any]], **how: Any) -> set[str]:
    """In which sources a thing is found whose kind is counted one by one, beside a source of something else or not."""
    steps = [
        {"body": f"{verb} {own.format(n=n)}", "source": "hall", "time": START + timedelta(minutes=3 * n, seconds=at)}
        for n in range(400)
        for at, verb in ((0, "asked for"), (30, "fetched"), (90, "gave out"))
    ]  # fmt: skip
    add(store, steps, load=1)
    add(store, [{"source": "other", **one} for one in others], load=2, **how)
    kind, pattern = entities.kind_of(own.format(n=222))
    entities.index(store, {kind: pattern})
    found = inv.find.trace_entity(Events.open(store.folder), entity=own.format(n=222))
    return set(found.value["by_source"])


def said(form: str, first: int, number: int, every: int, *, seconds: int = 0) -> list[dict[str, Any]]:
    """A line for each of so many numbers from the first on, one each so many minutes."""
    return [
        {"body": form.format(n=first + k), "time": START + timedelta(minutes=every * k, seconds=seconds)}
        for k in range(number)
    ]


@pytest.mark.parametrize(
    ("form", "first", "every"),
    [("job={n} printed", 5050, 4), ("van VAN-{n} left", 5100, 2), ("closed lot {n:09d} of it", 5080, 5)],
)
def test_a_counter_of_something_else_whose_numbers_lie_among_those_of_the_things_names_none(
    store: Store, form: str, first: int, every: int
) -> None:
    assert counted(store, "LOAN-5{n:03d}", said(form, first, 200, every)) == {"hall"}


@pytest.mark.parametrize(
    ("key", "first", "number", "joined"),
    [
        ("receipt_no", 5100, 290, False),
        ("receipt_no", 5000, 400, True),
        ("loan_no", 5100, 290, True),
        ("fare", 5000, 400, True),
    ],
)
def test_a_column_of_a_counter_is_a_name_where_it_is_called_so_or_begins_and_ends_with_the_things(
    store: Store, key: str, first: int, number: int, joined: bool
) -> None:
    rows = [{"kind": "record", "attributes": {key: str(first + k), "desk": "abc"[k % 3]}} for k in range(number)]  # fmt: skip
    assert ("other" in counted(store, "LOAN-5{n:03d}", rows, kind="record", source="other")) is joined


@pytest.mark.parametrize("form", ["nr={n} closed", "till {n:09d} done"])
def test_lines_that_lie_where_the_things_own_do_are_theirs(store: Store, form: str) -> None:
    assert counted(store, "LOAN-5{n:03d}", said(form, 5000, 398, 3, seconds=200)) == {"hall", "other"}


def test_a_counter_that_leaves_out_what_the_things_leave_out_names_them(store: Store) -> None:
    numbers = [n for n in range(100) if n % 5 and n % 7]
    add(store, [{"body": f"took in KEG-7{n:03d}", "source": "door"} for n in numbers], load=1)
    rows = [
        {"kind": "record", "source": "taps", "attributes": {"tap": f"7{n:03d}", "litres": "9"}}
        for n in numbers[:40]
    ]
    add(store, rows, load=2, kind="record", source="taps")
    kind, pattern = entities.kind_of("KEG-7022")
    entities.index(store, {kind: pattern})
    found = inv.find.trace_entity(Events.open(store.folder), entity="KEG-7022")
    assert set(found.value["by_source"]) == {"door", "taps"}


def test_a_place_that_is_given_away_again_is_no_name_of_who_has_it_now(store: Store) -> None:
    """The table says who has which locker now, the log who had it then: no line of a locker alone is anybody's."""
    lockers = [70_000 + (n * 7_919) % 90_000 for n in range(60)]
    rows = [
        {"kind": "record", "source": "table", "attributes": {"guest": f"G-40{n:02d}", "locker": str(one)}}
        for n, one in enumerate(lockers)
    ]
    log = [{"body": f"gave G-40{n:02d} the locker={lockers[(n + 7) % 60]}", "source": "hall"} for n in range(60)]  # fmt: skip
    log += [{"body": f"opened locker={one} by hand", "source": "hall"} for one in lockers]
    add(store, log, load=1)
    add(store, rows, load=2, kind="record", source="table")
    kind, pattern = entities.kind_of("G-4011")
    index = entities.index(store, {kind: pattern})
    events = Events.open(store.folder)
    found = inv.find.trace_entity(events, entity="G-4011")
    assert found.value["by_source"] == {"hall": 1, "table": 1} and not found.value["joined"], index


def test_a_name_that_moved_from_one_thing_to_another_is_of_neither_and_one_that_a_thing_had_before_stays_its(
    store: Store,
) -> None:
    """Two exports of a table: of the first thing the tag is new, that of the second went to the third, which lost its own."""
    tags = {n: 600_000 + (n * 7_919) % 90_001 for n in range(60)}
    later = tags | {11: 999_001, 13: tags[12], 12: 999_002}
    log = [{"body": f"took in B-70{n:02d}", "source": "door"} for n in tags]
    log += [{"body": f"belt moved tag {tag}", "source": "belt"} for tag in sorted({*tags.values(), *later.values()})]  # fmt: skip
    add(store, log, load=1)
    for load, told in ((2, tags), (3, later)):
        rows = [
            {"kind": "record", "source": "bags", "attributes": {"bag": f"B-70{n:02d}", "tag": str(tag)}}
            for n, tag in told.items()
        ]
        add(store, rows, load=load, kind="record", source="bags")
    kind, pattern = entities.kind_of("B-7011")
    entities.index(store, {kind: pattern})
    events = Events.open(store.folder)

    def moved(n: int) -> set[str]:
        rows = inv.find.trace_entity(events, entity=f"B-70{n:02d}").evidence
        return {str(body).removeprefix("belt moved tag ") for body in rows["body"] if "belt" in str(body)}

    assert moved(20) == {str(tags[20])}
    assert moved(11) == {str(tags[11]), "999001"}
    assert moved(12) == {"999002"} and moved(13) == {str(tags[13])}


@pytest.mark.parametrize("twice", [1, 9])
def test_orders_of_one_cart_are_not_one_thing(store: Store, twice: int) -> None:
    """Whether a few carts or many were ordered twice: an order has no line of the other's cart."""
    carts = [(n, 400_000 + (n * 7_919) % 90_001) for n in range(60)]
    pairs = [*carts, *((60 + k, carts[k * 3][1]) for k in range(twice))]
    add(store, [{"body": f"took ORD-90{n:02d}", "source": "shop"} for n, _ in pairs], load=1)
    add(store, [{"body": f"cart {cart} filled", "source": "carts"} for _, cart in carts], load=2)
    rows = [
        {
            "kind": "record",
            "source": "orders",
            "attributes": {"order": f"ORD-90{n:02d}", "cart_id": str(cart)},
        }
        for n, cart in pairs
    ]
    add(store, rows, load=3, kind="record", source="orders")
    kind, pattern = entities.kind_of("ORD-9011")
    entities.index(store, {kind: pattern})
    events = Events.open(store.folder)
    for order in ("ORD-9000", "ORD-9060"):
        bodies = inv.find.trace_entity(events, entity=order).evidence["body"]
        assert not [body for body in bodies if "filled" in str(body)]
    filled = inv.find.trace_entity(events, entity="ORD-9002").evidence["body"].astype(str)
    assert filled.str.contains("filled").any() == (twice == 1)
