"""The entity index holds what a scan would find."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stores import add

from investigator.errors import ParameterError
from investigator.events import Events, Store, entities
from investigator.events.entities import as_word

KINDS = {"document": "DOC-[0-9]+", "customer": "CUST-[0-9]+"}
MORE = [
    {"body": "DOC-47 again, and DOC-47 again", "attributes": {"customer": "CUST-7", "note": "see DOC-471"}},
    {"body": "xDOC-47 DOC-47x DOC-470"},
    {"body": "(DOC-47)", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"},
]
COLUMNS = ["id", "time", "source", "service", "body", "evidence", "unit", "load"]


def found(events: Events, identifier: str) -> pd.DataFrame:
    rows = entities.mentions(events, identifier)
    frame = events.engine.fetch(rows.select(*COLUMNS))
    return frame.sort_values(["evidence", "unit"]).reset_index(drop=True)


def contents(store: Store) -> list[tuple[Any, ...]]:
    index = store.manifest().entities
    assert index is not None
    table = duckdb.connect().execute(
        "SELECT * FROM read_parquet(?) ORDER BY ALL", [str(store.folder / "entities" / index.file)]
    )
    return table.fetchall()


@pytest.mark.parametrize(
    "identifier", ["DOC-47", "DOC-471", "DOC-4711", "CUST-7", "0af7651916cd43dd8448eb211c80319c", "DOC-9"]
)
def test_the_index_holds_what_a_scan_finds(store: Store, identifier: str) -> None:
    add(store, MORE, load=2)
    scanned = Events.open(store.folder)
    assert entities.is_indexed(scanned, identifier) is None
    entities.index(store, KINDS)
    indexed = Events.open(store.folder)
    assert entities.is_indexed(indexed, identifier) is not None
    pd.testing.assert_frame_equal(found(indexed, identifier), found(scanned, identifier))


def test_ids_in_bodies_and_attributes_are_whole_words_and_count_once_an_event(store: Store) -> None:
    add(store, MORE, load=2)
    entities.index(store, KINDS)
    assert [(int(r.load), int(r.unit)) for r in found(Events.open(store.folder), "DOC-47").itertuples()] == [
        (2, 1),
        (2, 3),
    ]
    assert len(found(Events.open(store.folder), "CUST-7")) == 2


def test_the_index_is_sorted_by_kind_and_id(store: Store) -> None:
    manifest = entities.index(store, KINDS)
    assert manifest.entities is not None
    table = pq.read_table(store.folder / "entities" / manifest.entities.file)
    ids = list(zip(table["id_kind"].to_pylist(), table["id"].to_pylist(), strict=True))
    assert ids == sorted(ids) and len(ids) == manifest.entities.rows == 4


def test_extending_after_a_load_equals_building_anew(store: Store) -> None:
    entities.index(store, KINDS)
    add(store, MORE, load=2)
    assert Events.open(store.folder).indexed == {}  # it doesn't cover every load: a trace scans
    entities.index(store, KINDS)
    extended = contents(store)
    entities.index(store, {"document": "NONE"})
    entities.index(store, KINDS)
    assert contents(store) == extended
    left = store.manifest().entities
    assert left is not None
    assert {file.name for file in (store.folder / "entities").iterdir()} == {
        left.file,
        left.firsts,
        left.shared,
    }


def test_an_index_that_covers_all_is_not_built_again(store: Store) -> None:
    assert entities.index(store, KINDS) == entities.index(store, KINDS)


def test_an_interrupted_build_leaves_the_earlier_index(store: Store) -> None:
    before = entities.index(store, KINDS)
    add(store, MORE, load=2)

    def interrupt(done: int, of: int, doing: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        entities.index(store, KINDS, progress=interrupt)
    assert store.manifest().entities == before.entities
    assert not list(store.folder.glob(".staging-*"))
    assert len(found(Events.open(store.folder), "DOC-47")) == 2


def test_a_selection_narrows_the_index_too(store: Store) -> None:
    add(store, MORE, load=2)
    entities.index(store, KINDS)
    events = Events.open(store.folder)
    assert len(found(events.where(service="indexer"), "DOC-4711")) == 1
    assert len(found(events.where(service="storage"), "DOC-4711")) == 0
    assert len(found(Events.open(store.folder, through=1), "CUST-7")) == 1


def test_every_id_of_a_kind_with_its_mentions(store: Store) -> None:
    add(store, MORE, load=2)
    entities.index(store, KINDS)
    events = Events.open(store.folder)
    listing = events.engine.fetch(entities.ids(events, "document").order_by("id"))
    assert dict(zip(listing["id"], listing["mentions"], strict=True)) == {
        "DOC-47": 2, "DOC-470": 1, "DOC-471": 2, "DOC-4711": 1
    }  # fmt: skip
    with pytest.raises(ParameterError, match=r"This case has no index of kind 'order'. It has: document"):
        entities.ids(events, "order")


def test_an_empty_store_has_an_empty_index(tmp_path: Any) -> None:
    store = Store(tmp_path / "events")
    manifest = entities.index(store, KINDS)
    assert manifest.entities is not None and manifest.entities.rows == 0


@pytest.mark.parametrize(
    "identifier, kind, pattern",
    [
        ("DOC-4711", "document", "DOC-[0-9]+"),
        ("doc-4711", "document", "doc-[0-9]+"),
        ("case_9", "case", "case_[0-9]+"),
        ("0af7651916cd43dd8448eb211c80319c", "trace", "[0-9a-f]{16,32}"),
        ("9f0c1a52-6bf0-4c0e-9a58-0d8f0f6a3b1e", "uuid", entities.UUID),
        ("RET-12FFE9", "ret", "RET-[0-9A-F]{6}"),
        ("KL-12AB34", "kl", "KL-[0-9]+[A-Za-z]{2}[0-9]+"),
        ("0012", "id", "0012"),
        ("../../x", "id", r"\.\./\.\./x"),
    ],
)
def test_an_id_has_a_kind_and_a_pattern_that_finds_it(identifier: str, kind: str, pattern: str) -> None:
    assert entities.kind_of(identifier) == (kind, pattern)
    import re

    assert re.fullmatch(pattern, identifier)


identifiers = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@given(identifiers)
def test_the_pattern_of_any_id_compiles_in_the_engine_and_matches_it(identifier: str) -> None:
    _, pattern = entities.kind_of(identifier)
    entities.check_kinds({"x": pattern})
    (matched,) = duckdb.execute("SELECT regexp_full_match(?, ?)", [identifier, pattern]).fetchone() or (None,)
    assert matched is True


@given(identifiers)
def test_any_id_is_found_as_a_whole_word_and_only_so(identifier: str) -> None:
    pattern = entities.whole_word(entities.kind_of(identifier)[1])
    texts = [identifier, f"\u00a7 {identifier} {identifier} \u00a7", f"x{identifier}", f"{identifier}x"]
    rows = duckdb.execute(
        "SELECT regexp_extract_all(t, ?), regexp_matches(t, ?) FROM (SELECT unnest(?) AS t)",
        [pattern, as_word(identifier), texts],
    ).fetchall()
    assert [found_ for found_, _ in rows[:2]] == [[identifier], [identifier] * 2]
    assert all(identifier not in found_ for found_, _ in rows[2:])
    assert [matched for _, matched in rows] == [True, True, False, False]


@pytest.mark.parametrize("pattern", ["DOC-(", "(?=DOC)", "(?<!x)DOC", r"(a)\1"])
def test_a_pattern_that_the_engine_could_not_read_is_refused(pattern: str) -> None:
    with pytest.raises(ParameterError, match=r"The pattern of kind 'document' is .* A pattern is RE2 syntax"):
        entities.check_kinds({"document": pattern})


def test_a_pattern_with_ways_without_number_takes_no_longer() -> None:
    kinds = {"document": "(D+)+OC-[0-9]+"}
    assert entities.check_kinds(kinds) == kinds
    text = "D" * 5_000 + " of order=17"
    assert entities.found_in(text, kinds) == []
    assert entities.found_in(f"{text} and DDOC-4", {"document": "(?:D+)+OC-[0-9]+"}) == ["DDOC-4"]


@pytest.mark.parametrize("pattern", [r"\pL+-[0-9]+", r"[[:upper:]]+-[0-9]+", r"(?i:doc)-[0-9]+\b"])
def test_what_only_the_engine_reads_is_a_pattern_too(pattern: str) -> None:
    entities.check_kinds({"document": pattern})
    assert entities.found_in("see DOC-4", {"document": pattern}) == ["DOC-4"]


def test_ids_in_a_text_in_order_each_once() -> None:
    text = "DOC-2 and DOC-10, DOC-2 of CUST-1; xDOC-3"
    assert entities.found_in(text, KINDS) == ["DOC-2", "DOC-10", "CUST-1"]


@pytest.mark.spark
def test_a_scan_finds_the_same_on_both_engines(spark: Any) -> None:
    rows = [{"body": r["body"], "trace_id": r.get("trace_id"), **r.get("attributes", {})} for r in MORE]  # type: ignore[dict-item]
    here, there = Events.from_frame(pd.DataFrame(rows)), Events.from_frame(pd.DataFrame(rows), engine=spark)
    for identifier in ("DOC-47", "CUST-7", "4bf92f3577b34da6a3ce929d0e0e4736"):
        pd.testing.assert_frame_equal(found(here, identifier), found(there, identifier), check_dtype=False)
        assert len(found(here, identifier))


def test_what_is_read_by_a_prepared_query_is_what_the_expression_gives(tmp_path):
    from investigator.facts import traces

    store = Store(tmp_path / "events")
    add(store, [{**row, "severity_number": 9} for row in MORE])
    entities.index(store, KINDS)
    events = Events.open(store.folder)
    for selected in (events, events.where(source=events.sources[0].name)):
        for identifier in ("DOC-47", "CUST-7", "DOC-9' OR 1=1 --", "DOC-470"):
            wanted = events.engine.fetch(
                traces.ordered(traces.mentions(selected, identifier)).limit(traces.OWN_AT_MOST)
            )
            pd.testing.assert_frame_equal(traces.read(selected, identifier), wanted)
    assert len(traces.read(events, "DOC-47")) == 2


def test_the_letters_in_front_of_a_number_are_no_word_for_a_thing():
    assert [entities.noun_of(kind) for kind in ("document", "parcel", "order", "od", "br", "lnk", "uuid", "")] == [
        "document", "parcel", "order", "id", "id", "id", "id", "id",
    ]  # fmt: skip
