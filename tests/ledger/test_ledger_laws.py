"""The laws of the record, tried on cases that nobody thought of."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigator.ledger import Entry, Ledger
from investigator.ledger.entry import ENVELOPE, Row
from investigator.ledger.verify import problems

COPIES = 3
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, COPIES - 1), st.integers(0, 9)),
        st.tuples(st.just("merge"), st.integers(0, COPIES - 1), st.integers(0, COPIES - 1)),
        st.tuples(st.just("erase"), st.integers(0, COPIES - 1), st.integers(0, 9)),
        st.tuples(st.just("keyed"), st.integers(0, COPIES - 1), st.integers(0, 2)),
    ),
    max_size=10,
)


def played(folder: Path, steps: list[tuple[str, int, int]], stack: ExitStack) -> list[Ledger]:
    """Three copies of one file, after these steps."""
    with Ledger.create(folder / "copy0.db", case_id="INC-1") as first:
        first.append("note", {"text": "common"}, author="mira")
    for number in range(1, COPIES):
        shutil.copy(folder / "copy0.db", folder / f"copy{number}.db")
    copies = [stack.enter_context(Ledger.open(folder / f"copy{number}.db")) for number in range(COPIES)]
    for verb, which, number in steps:
        ledger = copies[which]
        if verb == "append":
            ledger.append("note", {"text": f"secret {number}"}, author=f"author {which}")
        elif verb == "keyed":
            ledger.append("note", {"text": f"cell {number}"}, author="mira", key=str(number))
        elif verb == "merge":
            ledger.merge(copies[number])
        else:
            entries = ledger.entries()
            ledger.erase(entries[number % len(entries)].id, reason="r", author="jon")
    return copies


def merged(folder: Path, name: str, sources: list[Ledger], stack: ExitStack) -> Ledger:
    result = stack.enter_context(Ledger.create(folder / f"{name}.db", case_id="INC-1"))
    for source in sources:
        result.merge(source)
    return result


@settings(max_examples=25, **QUIET)
@given(steps=STEPS, order=st.permutations(range(COPIES)))
def test_merging_is_commutative_associative_and_idempotent(steps, order):
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        copies = played(folder, steps, stack)
        straight = merged(folder, "straight", copies, stack)
        any_order = merged(folder, "any", [copies[number] for number in order], stack)
        pair = merged(folder, "pair", copies[1:], stack)
        grouped = merged(folder, "grouped", [copies[0], pair], stack)
        entries = straight.entries()
        assert any_order.entries() == entries and grouped.entries() == entries
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        for source in (*copies, any_order, grouped, straight):
            assert straight.merge(source) == 0
        assert straight.entries() == entries
        union = {entry.id for copy in copies for entry in copy.entries()}
        assert {entry.id for entry in entries} == union
        for ledger in (*copies, straight, grouped):
            verified = ledger.verify()
            assert verified.ok, verified


@settings(max_examples=10, **QUIET)
@given(steps=STEPS)
def test_a_record_that_is_played_again_gives_the_same_bytes(steps):
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        one = merged(folder, "one", played(folder, steps, stack), stack)
        sent = one.export_jsonl(folder / "one.jsonl")
        again = stack.enter_context(Ledger.create(folder / "again.db", case_id="INC-1"))
        again.merge(sent)
        assert again.export_jsonl(folder / "again.jsonl").read_bytes() == sent.read_bytes()
        assert again.standing() == one.standing() and again.head() == one.head()


@settings(max_examples=15, **QUIET)
@given(steps=STEPS, offsets=st.lists(st.integers(-50, 60_000), min_size=2, max_size=4))
def test_as_of_only_grows_with_time_and_is_a_prefix_of_the_record(steps, offsets):
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        ledger = played(Path(name), steps, stack)[0]
        entries = ledger.entries()
        before: list[Entry] = []
        for offset in sorted(offsets):
            moment = entries[0].known + timedelta(microseconds=offset)
            now = ledger.entries(as_of=moment)
            assert now == [entry for entry in entries if entry.known <= moment]
            assert now[: len(before)] == before and now == entries[: len(now)]
            before = now


@settings(max_examples=15, **QUIET)
@given(
    erased=st.sets(st.integers(0, 5)),
    padding=st.sampled_from([0, 900, 40_000]),
    text=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=20),
)
def test_erasing_anything_keeps_the_record_whole_and_leaves_no_byte_of_it(erased, padding, text):
    with tempfile.TemporaryDirectory() as name:
        with Ledger.create(Path(name) / "case.db", case_id="INC-1") as ledger:
            entries = [
                ledger.append("note", {"text": f"{text}<{n}>{'x' * padding}"}, author="mira")
                for n in range(6)
            ]
            head = ledger.head()
            for number in erased:
                ledger.erase(entries[number].id, reason="r", author="jon")
            assert ledger.verify(head=head).ok
            assert [entry.erased for entry in ledger.entries()][:6] == [n in erased for n in range(6)]
        kept = b"".join(path.read_bytes() for path in Path(name).iterdir())
        assert [n for n in range(6) if f"{text}<{n}>".encode() in kept] == sorted(set(range(6)) - erased)


# -- a single byte ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The rows of a record with two chains, a key, an erased entry, and every column filled somewhere."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        copies = played(Path(name), [("append", 0, 1), ("append", 1, 2), ("keyed", 1, 1)], stack)
        copies[0].append("guess", {"text": "the purge"}, author="mira", about="DOC-4711")
        copies[0].merge(copies[1])
        copies[0].erase(copies[0].entries()[1].id, reason="r", author="jon")
        with copies[0]._store.reading() as connection:
            found = copies[0]._store.rows(connection)
    assert problems("INC-1", found) == []
    return found


COLUMNS = (*ENVELOPE, "hash", "salt", "content")


@settings(max_examples=400, **QUIET)
@given(data=st.data())
def test_any_single_byte_that_changes_in_any_column_is_found(rows, data):
    number = data.draw(st.integers(0, len(rows) - 1), "row")
    column = data.draw(st.sampled_from(COLUMNS), "column")
    value = getattr(rows[number], column)
    if value is None:
        changed = data.draw(st.sampled_from(["", "x"]), "instead of nothing")
    elif isinstance(value, int):
        changed = value ^ (
            data.draw(st.integers(1, 255), "mask") << data.draw(st.sampled_from([0, 8, 16, 24]), "byte")
        )
    else:
        place = data.draw(st.integers(0, max(0, len(value) - 1)), "place")
        letter = chr(
            data.draw(
                st.integers(1, 127).filter(lambda code: value[place : place + 1] != chr(code)), "letter"
            )
        )
        changed = value[:place] + letter + value[place + 1 :]
    if rows[number].content is None and column in ("salt", "content"):
        # Half a content is as good as none: both columns are filled, or the entry stays erased.
        tampered = rows[number]._replace(salt="0" * 32, content=changed)
    else:
        tampered = rows[number]._replace(**{column: changed})
    record = sorted([*rows[:number], tampered, *rows[number + 1 :]], key=lambda row: (row.replica, row.seq))
    assert problems("INC-1", record), (column, value, changed)


def test_every_column_that_changes_in_the_database_is_found(new_place, tampering):
    place = new_place()
    with Ledger.create(place, case_id="INC-1") as ledger:
        ledger.append("note", {"text": "first"}, author="mira")
        ledger.append("note", {"text": "second"}, author="mira", about="DOC-1", key="cell")
        ledger.append("note", {"text": "third"}, author="mira")
        for table, columns in {"entries": (*ENVELOPE, "hash"), "contents": ("salt", "content")}.items():
            for column in columns:
                with ledger._store.reading() as connection:
                    kept = connection.exec_driver_sql(
                        f"SELECT {column} FROM {table} WHERE seq = 2"
                    ).scalar_one()
                other = (
                    kept + 1000 if isinstance(kept, int) else kept[:-1] + ("a" if kept[-1] != "a" else "b")
                )
                seq = other if column == "seq" else 2

                def literal(value: object) -> str:
                    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"

                with tampering(ledger) as run:
                    run(f"UPDATE {table} SET {column} = {literal(other)} WHERE seq = 2")
                assert not ledger.verify().ok, column
                with tampering(ledger) as run:
                    run(f"UPDATE {table} SET {column} = {literal(kept)} WHERE seq = {seq}")
                assert ledger.verify().ok, column


def test_a_byte_that_changes_in_the_file_itself_is_found(file):
    with Ledger.create(file, case_id="INC-1") as ledger:
        for text in ("first", "second", "third"):
            ledger.append("note", {"text": text}, author="mira")
    whole = file.read_bytes()
    for wanted in (b"second", b"mira", b"note"):
        place = whole.index(wanted)
        for byte in (whole[place] ^ 1, 0xFF):  # also one that is no UTF-8
            file.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
            with Ledger.open(file) as ledger:
                assert not ledger.verify().ok, (wanted, byte)
