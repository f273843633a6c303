"""What the record promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from investigator import moment
from investigator.errors import LedgerError
from investigator.ledger import Happened, Ledger, postgresql
from investigator.ledger.store import ConnectionLostError

FORK = multiprocessing.get_context("fork")
NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)


def texts(ledger: Ledger, **which: object) -> list[str]:
    return [entry.content["text"] if entry.content else "-" for entry in ledger.entries(**which)]


def test_importing_the_ledger_imports_no_database():
    code = "import sys, investigator.ledger; print('sqlalchemy' in sys.modules, 'psycopg' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split() == ["False", "False"]


def test_what_was_appended_is_there_after_opening_again(new_place):
    place = new_place()
    with Ledger.create(place, case_id="INC-1") as ledger:
        entry = ledger.append("note", {"text": "search is empty", "entities": ["0012"]}, author="mira")
    with Ledger.open(place) as ledger:
        assert ledger.entries() == [entry]
        assert (ledger.case_id, len(ledger), ledger.entry(entry.id)) == ("INC-1", 1, entry)
        assert ledger.entries()[0].content == {"text": "search is empty", "entities": ["0012"]}


def test_an_entry_says_who_what_and_both_clocks(ledger, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOON.timestamp())))
    entry = ledger.append("note", {"text": "x"}, author="mira", about="DOC-4711")
    assert (entry.number, entry.seq, entry.kind, entry.author, entry.about) == (
        1,
        1,
        "note",
        "mira",
        "DOC-4711",
    )
    assert entry.id == f"{entry.replica}-1"
    assert entry.known == NOON
    assert entry.happened == Happened(NOON, NOON, "UTC")
    assert abs(entry.wall - datetime.now(UTC)) < timedelta(minutes=5)
    assert not entry.erased and not entry.already


def test_known_never_stands_still_though_the_clock_does(ledger, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOON.timestamp())))
    first, second = (ledger.append("note", {"text": "x"}, author="mira") for _ in range(2))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOON.timestamp()) - 3600))
    third = ledger.append("note", {"text": "x"}, author="mira")
    microsecond = timedelta(microseconds=1)
    assert [first.known, second.known, third.known] == [NOON, NOON + microsecond, NOON + 2 * microsecond]


@pytest.mark.parametrize(
    "happened, expected",
    [
        (NOON, Happened(NOON, NOON, "UTC")),
        (NOON.astimezone(timezone(timedelta(hours=2))), Happened(NOON, NOON, "UTC")),
        ((NOON, NOON + timedelta(minutes=1)), Happened(NOON, NOON + timedelta(minutes=1), "UTC")),
        ((NOON, NOON, "Europe/Berlin"), Happened(NOON, NOON, "Europe/Berlin")),
        (moment.Moment(NOON, NOON, "Europe/Berlin"), Happened(NOON, NOON, "Europe/Berlin")),
    ],
)
def test_happened_is_an_interval_with_its_zone(ledger, happened, expected):
    ledger.append("note", {"text": "x"}, author="mira", happened=happened)
    assert ledger.entries()[0].happened == expected
    assert ledger.entries()[0].happened.moment.zone == expected.zone


@pytest.mark.parametrize(
    "happened, said",
    [
        (datetime(2026, 6, 17), "not a time with a zone"),
        ((NOON, NOON - timedelta(seconds=1)), "before it starts"),
        ("yesterday", "which is no time"),
    ],
)
def test_a_time_that_is_none_is_refused(ledger, happened, said):
    with pytest.raises(LedgerError, match=said):
        ledger.append("note", {"text": "x"}, author="mira", happened=happened)
    assert len(ledger) == 0


def test_the_same_key_writes_once(ledger):
    key = ("triage.ipynb", "cell-7", "case.record.note('paused the purge')")
    first = ledger.append("note", {"text": "paused the purge"}, author="mira", key=key)
    again = ledger.append("note", {"text": "paused the purge"}, author="mira", key=key)
    other = ledger.append("note", {"text": "paused the purge"}, author="mira", key=(*key[:2], "other"))
    assert (first.already, again.already, other.already) == (False, True, False)
    assert again == first and len(ledger) == 2


def test_a_key_leaves_no_text_in_the_envelope(ledger):
    entry = ledger.append("note", {"text": "x"}, author="mira", key=("n.ipynb", "1", "login('hunter2')"))
    assert "hunter2" not in str(ledger.entries()) and len(entry.key) == 32


def test_entries_come_by_kind_about_author_and_time_with_their_number(ledger):
    for number in range(6):
        ledger.append(
            "note" if number % 2 else "guess",
            {"text": str(number)},
            author="mira" if number < 3 else "jon",
            about="DOC-1" if number in (1, 4) else None,
        )
    assert texts(ledger) == list("012345")
    assert texts(ledger, kind="guess") == list("024")
    assert texts(ledger, kind=["guess", "note"]) == list("012345")
    assert texts(ledger, about="DOC-1") == list("14")
    assert texts(ledger, author="jon", kind="note") == list("35")
    assert [entry.number for entry in ledger.entries(kind="note")] == [2, 4, 6]
    assert texts(ledger, as_of=ledger.entries()[2].known) == list("012")
    with pytest.raises(LedgerError, match="without a zone"):
        ledger.entries(as_of=datetime(2026, 6, 17))


def test_an_entry_comes_after_the_one_it_speaks_of_though_that_clock_was_ahead(new_place, monkeypatch):
    ahead, here = (Ledger.create(new_place(), case_id="INC-1") for _ in range(2))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOON.timestamp())))
    old = ahead.append("note", {"text": "old"}, author="mira")
    here.merge(ahead)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOON.timestamp()) - 600))
    here.append("undo", {}, author="jon", about=old.id)
    here.append("note", {"text": "new", "supersedes": old.id}, author="jon")
    assert [entry.kind for entry in here.entries()] == ["note", "undo", "note"]


# -- append-only -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entries SET author = 'somebody else'",
        "DELETE FROM entries",
        "UPDATE contents SET content = '{}'",
        "DELETE FROM contents",
        "UPDATE replicas SET id = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove(ledger, sql):
    entry = ledger.append("note", {"text": "x"}, author="mira")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger._store.engine.begin() as connection:
        connection.exec_driver_sql(sql)
    assert ledger.entries() == [entry] and ledger.verify().ok


def test_erased_content_does_not_come_back(ledger):
    entry = ledger.append("note", {"text": "x"}, author="mira")
    ledger.erase(entry.id, reason="r", author="mira")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger._store.engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO contents VALUES ('{entry.replica}', 1, 's', '{{}}')")


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content, said",
    [
        ({"text": float("nan")}, "which JSON doesn't have"),
        ({"text": "x", "why": [1, {"deep": float("inf")}]}, r"content\['why'\]\[1\]\['deep'\] is inf"),
        ({"text": datetime(2026, 6, 17)}, "is a datetime, which is not JSON"),
        ({"text": b"bytes"}, "is a bytes, which is not JSON"),
        ({"text": "x", "why": {12: "id"}}, "the key 12, which is no text"),
        ({"text": "x" * 1_000_001}, "takes at most 1,000,000"),
        (["text"], "is list"),
        ({}, "A note needs 'text'"),
        ({"text": ""}, "A note needs 'text'"),
        ({"text": "x", "supercedes": "y"}, "no field 'supercedes'.*Did you mean 'supersedes'"),
    ],
)
def test_content_that_is_not_json_of_that_kind_is_refused(ledger, content, said):
    with pytest.raises(LedgerError, match=said):
        ledger.append("note", content, author="mira")
    assert len(ledger) == 0


def test_content_that_contains_itself_is_refused(ledger):
    content: dict = {"text": "x"}
    content["why"] = content
    with pytest.raises(LedgerError, match="contains itself"):
        ledger.append("note", content, author="mira")


def test_any_text_comes_back_as_it_was(ledger):
    text = "0012 ümläut 漢字 \U0001f4a5 nul \0 broken \udcff ' \" % \\ </script>"
    ledger.append("note", {"text": text, "why": {"a": [1, 2.5, None, True]}}, author="Mirà %s")
    assert ledger.entries()[0].content == {"text": text, "why": {"a": [1, 2.5, None, True]}}
    assert ledger.entries()[0].author == "Mirà %s"
    assert ledger.verify().ok


@pytest.mark.parametrize("author", ["", "  ", "a\nb", "a\0b", "x" * 501, None])
def test_an_author_is_a_line_of_text(ledger, author):
    with pytest.raises(LedgerError, match="author"):
        ledger.append("note", {"text": "x"}, author=author)


def test_an_erase_entry_is_not_written_by_hand(ledger):
    entry = ledger.append("note", {"text": "x"}, author="mira")
    with pytest.raises(LedgerError, match=r"Use ledger\.erase"):
        ledger.append("erase", {"text": "r"}, author="mira", about=entry.id)


def test_a_place_is_never_overwritten(new_place):
    place = new_place()
    with Ledger.create(place, case_id="INC-1") as ledger:
        ledger.append("note", {"text": "x"}, author="mira")
    with pytest.raises(LedgerError, match=r"something at .* already"):
        Ledger.create(place, case_id="INC-1")
    with Ledger.open(place) as ledger:
        assert len(ledger) == 1


def test_reading_only_writes_nothing(new_place):
    place = new_place()
    with Ledger.create(place, case_id="INC-1") as ledger:
        entry = ledger.append("note", {"text": "x"}, author="mira")
    with Ledger.open(place, read_only=True) as ledger:
        assert ledger.entries() == [entry] and ledger.verify().ok
        with pytest.raises(LedgerError, match="opened for reading only"):
            ledger.append("note", {"text": "y"}, author="mira")
        with pytest.raises(LedgerError, match="opened for reading only"):
            ledger.erase(entry.id, reason="r", author="mira")


def test_a_ledger_of_a_newer_kit_is_read_and_not_written(new_place, tampering):
    place = new_place()
    with Ledger.create(place, case_id="INC-1") as ledger:
        ledger.append("note", {"text": "x"}, author="mira")
        assert ledger.unwritable == ""
        with tampering(ledger) as run:
            run("UPDATE ledger SET value = '2' WHERE name = 'schema'")
    with Ledger.open(place) as ledger:
        assert texts(ledger) == ["x"] and ledger.verify().ok
        assert "newer kit" in ledger.unwritable
        with pytest.raises(LedgerError, match=r"newer kit \(version 2.*writes version 1.*Update the kit"):
            ledger.append("note", {"text": "y"}, author="mira")
        assert texts(ledger) == ["x"]


def test_an_unknown_entry_is_named(ledger):
    entry = ledger.append("note", {"text": "x"}, author="mira")
    for ask in (ledger.entry, lambda name: ledger.erase(name, reason="r", author="mira")):
        with pytest.raises(LedgerError, match=f"no entry {entry.replica}-9.*{entry.id}"):
            ask(f"{entry.replica}-9")
        with pytest.raises(LedgerError, match="is no entry's id"):
            ask("../../x")


# -- erasing ---------------------------------------------------------------------------------------


def test_erasing_destroys_the_content_and_the_chain_still_verifies(ledger):
    before = ledger.append("note", {"text": "before"}, author="mira")
    entry = ledger.append("note", {"text": "hunter2"}, author="mira")
    done = ledger.erase(entry.id, reason="a password", author="jon")
    assert (done.kind, done.about, done.author, done.content) == (
        "erase",
        entry.id,
        "jon",
        {"text": "a password"},
    )
    gone = ledger.entry(entry.id)
    assert gone.erased and gone.content is None and gone.hash == entry.hash
    assert ledger.entry(before.id) == before
    assert ledger.verify().ok and ledger.verify().entries == 3


def test_erasing_twice_adds_nothing(ledger):
    entry = ledger.append("note", {"text": "hunter2"}, author="mira")
    first = ledger.erase(entry.id, reason="a password", author="jon")
    again = ledger.erase(entry.id, reason="a password", author="jon")
    assert again == first and again.already and len(ledger) == 2


def test_the_reason_of_an_erasure_can_be_erased_too(ledger):
    entry = ledger.append("note", {"text": "hunter2"}, author="mira")
    reason = ledger.erase(entry.id, reason="it said hunter2", author="jon")
    ledger.erase(reason.id, reason="oops", author="jon")
    assert ledger.entry(entry.id).erased and ledger.entry(reason.id).erased and ledger.verify().ok


def test_a_cell_whose_entry_was_erased_does_not_write_it_again(ledger):
    entry = ledger.append("note", {"text": "hunter2"}, author="mira", key="cell")
    ledger.erase(entry.id, reason="a password", author="mira")
    again = ledger.append("note", {"text": "hunter2"}, author="mira", key="cell")
    assert again.already and again.erased and again.content is None


# -- verifying -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql, said",
    [
        ("UPDATE entries SET author = 'jon' WHERE seq = 2", "-2 was changed after it was written"),
        ('UPDATE contents SET content = \'{"text":"y"}\' WHERE seq = 2', "content of entry .*-2 was changed"),
        ("DELETE FROM contents WHERE seq = 2", "content of entry .*-2 is missing"),
        ("DELETE FROM entries WHERE seq = 2", "gap: .*-2 is missing"),
        ("DELETE FROM entries WHERE seq = 1", "gap: .*-1 is missing"),
        ("UPDATE ledger SET value = 'INC-2' WHERE name = 'case'", "beginning of case INC-2"),
    ],
)
def test_a_changed_record_does_not_verify(new_place, sql, said, tampering):
    import re

    place = new_place()
    with Ledger.create(place, case_id="INC-1") as ledger:
        for text in "abc":
            ledger.append("note", {"text": text}, author="mira")
        with tampering(ledger) as run:
            run(sql)
    with Ledger.open(place) as ledger:
        verified = ledger.verify()
    assert not verified.ok and any(re.search(said, problem) for problem in verified.problems), verified


def test_a_cut_tail_is_seen_by_the_head_that_was_kept(ledger, tampering):
    entries = [ledger.append("note", {"text": text}, author="mira") for text in "abc"]
    head = ledger.head()
    assert head == {entries[2].replica: (3, entries[2].hash)}
    assert ledger.verify(head=head).ok
    with tampering(ledger) as run:
        run("DELETE FROM contents WHERE seq = 3")
        run("DELETE FROM entries WHERE seq = 3")
    assert ledger.verify().ok, "a cut tail leaves a chain that is whole in itself"
    assert "had reached" in str(ledger.verify(head=head))
    ledger.append("note", {"text": "instead"}, author="mira")
    assert "the chain was written anew" in str(ledger.verify(head=head))


def test_a_whole_record_says_so(ledger):
    ledger.append("note", {"text": "x"}, author="mira")
    assert str(ledger.verify()) == "The record is whole: 1 entries, every hash recomputed."


# -- many writers ----------------------------------------------------------------------------------


def _write(place: str, name: str, count: int) -> None:
    with Ledger.open(place) as ledger:
        for number in range(count):
            ledger.append("note", {"text": f"{name} {number}"}, author=name)


def test_eight_processes_lose_nothing_and_fork_nothing(new_place):
    place = new_place()
    Ledger.create(place, case_id="INC-1").close()
    writers = [FORK.Process(target=_write, args=(place, f"writer {number}", 100)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * 8
    with Ledger.open(place) as ledger:
        verified = ledger.verify()
        assert verified.ok and verified.entries == 800
        for name in range(8):
            assert texts(ledger, author=f"writer {name}") == [
                f"writer {name} {number}" for number in range(100)
            ]


def _write_on(ledger: Ledger) -> None:
    ledger.append("note", {"text": f"child {os.getpid()}"}, author="child")


def test_a_forked_child_writes_on_with_its_parents_ledger(ledger):
    ledger.append("note", {"text": "parent"}, author="parent")
    child = FORK.Process(target=_write_on, args=(ledger,))
    child.start()
    child.join(60)
    ledger.append("note", {"text": "parent"}, author="parent")
    assert child.exitcode == 0
    assert [entry.author for entry in ledger.entries()] == [
        "parent",
        "child",
        "parent",
    ] and ledger.verify().ok


def test_an_append_takes_milliseconds(ledger):
    import time

    ledger.append("note", {"text": "warm"}, author="mira")
    took = []
    for number in range(50):
        start = time.perf_counter()
        ledger.append("note", {"text": str(number)}, author="mira")
        took.append(time.perf_counter() - start)
    assert sorted(took)[25] < 0.1  # 5 ms here; a busy machine gets room


# -- where a PostgreSQL ledger lies ----------------------------------------------------------------


def test_two_cases_live_in_two_schemas_of_one_database(server):
    join = "&" if "?" in server else "?"
    with (
        Ledger.create(f"{server}{join}schema=case_a", case_id="A") as a,
        Ledger.create(f"{server}{join}schema=case_b", case_id="B") as b,
    ):
        a.append("note", {"text": "a"}, author="mira")
        assert (len(a), len(b)) == (1, 0)


def test_a_copied_schema_starts_a_chain_of_its_own(server, tampering):
    join = "&" if "?" in server else "?"
    with Ledger.create(f"{server}{join}schema=original", case_id="A") as original:
        first = original.append("note", {"text": "a"}, author="mira")
        with Ledger.create(f"{server}{join}schema=copied", case_id="A") as copied:
            with tampering(copied) as run:
                for table in ("replicas", "entries", "contents"):
                    run(f"INSERT INTO copied.{table} SELECT * FROM original.{table}")
            assert copied.entries() == [first]
            assert copied.append("note", {"text": "b"}, author="jon").replica != first.replica
            assert original.append("note", {"text": "c"}, author="jon").replica == first.replica
            assert (original.merge(copied), copied.merge(original)) == (1, 1)
            assert original.entries() == copied.entries()


def test_erased_bytes_leave_the_servers_table(server, tmp_path):
    join = "&" if "?" in server else "?"
    with Ledger.create(f"{server}{join}schema=erased_bytes", case_id="A") as ledger:
        entry = ledger.append("note", {"text": "hunter2-at-the-server"}, author="mira")

        def bytes_of_table() -> bytes:
            with ledger._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("CHECKPOINT")
                folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
                name = connection.exec_driver_sql("SELECT pg_relation_filepath('contents')").scalar_one()
            with open(os.path.join(folder, name), "rb") as stream:
                return stream.read()

        assert b"hunter2-at-the-server" in bytes_of_table()
        ledger.erase(entry.id, reason="a password", author="mira")
        assert b"hunter2-at-the-server" not in bytes_of_table()


def test_a_server_that_does_not_answer_is_named_without_its_password():
    with pytest.raises(LedgerError, match=r"can't read the ledger at postgresql://127\.0\.0\.1/db") as caught:
        Ledger.open("postgresql://mira:s3cret@127.0.0.1:1/db?connect_timeout=2")
    assert "s3cret" not in str(caught.value)


# -- a lost connection -----------------------------------------------------------------------------


@pytest.fixture
def on_server(server):
    with Ledger.create(f"{server}&schema=lost_{os.urandom(4).hex()}", case_id="INC-1") as ledger:
        ledger.append("note", {"text": "before"}, author="mira")
        yield ledger


def _cut(ledger: Ledger, connection: Any) -> None:
    """End this connection's server process, as a restart of the server does."""
    pid = connection.connection.driver_connection.info.backend_pid
    with ledger._store.engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")


def test_a_connection_lost_before_the_commit_costs_nothing(on_server, monkeypatch):
    add, cut = on_server._store.add, []

    def once(connection, row, **given):
        if not cut:
            cut.append(row)
            _cut(on_server, connection)
        add(connection, row, **given)

    monkeypatch.setattr(on_server._store, "add", once)
    entry = on_server.append("note", {"text": "after"}, author="mira")
    assert cut and entry.number == 2 and texts(on_server) == ["before", "after"] and on_server.verify().ok


def test_a_connection_lost_after_the_commit_writes_nothing_twice(on_server, monkeypatch):
    written, lost = on_server._store._written, []

    def once(job):
        result = written(job)
        if not lost:
            lost.append(result)
            raise ConnectionLostError("the answer never came", "", "")
        return result

    monkeypatch.setattr(on_server._store, "_written", once)
    entry = on_server.append("note", {"text": "after"}, author="mira")
    assert entry == lost[0] and texts(on_server) == ["before", "after"] and on_server.verify().ok
    head = on_server.head()
    gone = on_server.erase(entry.id, reason="r", author="mira")
    assert gone.content == {"text": "r"} and len(on_server) == 3 and on_server.verify(head=head).ok


def test_idle_connections_that_the_server_ended_are_replaced(on_server, monkeypatch):
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", -1)
    with on_server._store.engine.connect() as other:
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND datname = current_database()"
        )
    assert texts(on_server) == ["before"]
    on_server.append("note", {"text": "after"}, author="mira")
    assert len(on_server) == 2


# -- reading only what is new ----------------------------------------------------------------------


def test_a_second_reading_gives_what_a_fresh_one_gives(new_place):
    place = new_place()
    with Ledger.create(place, case_id="INC-1") as ledger, Ledger.open(place) as other:
        with Ledger.create(new_place(), case_id="INC-1") as copy:
            copy.merge(ledger)
            early = copy.append("note", {"text": "from a copy"}, author="jon")
            ids = [ledger.append("note", {"text": f"{n}"}, author="mira").id for n in range(4)]
            assert len(ledger.entries()) == 4
            other.append("note", {"text": "elsewhere"}, author="ana")
            assert ledger.entries() == other.entries() and len(ledger.entries()) == 5
            other.merge(copy)  # an entry that belongs before those that were read
            other.erase(ids[1], reason="r", author="ana")
        kept, mark = ledger.standing()
        with Ledger.open(place) as fresh:
            assert kept == fresh.entries() and mark == fresh.standing()[1]
        assert [entry.number for entry in kept] == list(range(1, 8))
        assert kept[0].id == early.id and kept[2].content is None and kept[2].erased
        assert kept[-1].number == len(kept) == ledger.entry(kept[-1].id).number


def test_the_number_is_right_though_a_colleagues_clock_is_ahead(new_place, monkeypatch):
    with (
        Ledger.create(new_place(), case_id="INC-1") as ledger,
        Ledger.create(new_place(), case_id="INC-1") as copy,
    ):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")
        copy.append("note", {"text": "from the future"}, author="jon")
        monkeypatch.delenv("SOURCE_DATE_EPOCH")
        ledger.merge(copy)
        for number in (1, 2):
            assert ledger.append("note", {"text": "now"}, author="mira").number == number
        assert [entry.number for entry in ledger.entries()] == [1, 2, 3]


def test_the_number_counts_every_chain(new_place):
    with Ledger.create(new_place(), case_id="INC-1") as ledger:
        for _ in range(3):
            with Ledger.create(new_place(), case_id="INC-1") as copy:
                copy.append("note", {"text": "from a copy"}, author="jon")
                copy.append("note", {"text": "from a copy"}, author="jon")
                ledger.merge(copy)
        assert [ledger.append("note", {"text": "here"}, author="mira").number for _ in range(3)] == [7, 8, 9]
        assert [entry.number for entry in ledger.entries()] == list(range(1, 10))
