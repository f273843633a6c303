"""The embedded engine reads the case's events and nothing else."""

from __future__ import annotations

from pathlib import Path

import ibis
import pandas as pd
import pytest

from investigator.case import Case
from investigator.errors import CaseError
from investigator.events import Events, Store
from investigator.events import engine as engines
from investigator.events.engine import Engine, embedded, engine_for


def test_a_file_outside_the_events_folder_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    engine = embedded(store.folder)
    for query in (
        f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
        f"SELECT * FROM read_text('{store.folder}/../secret.csv')",
        "SELECT * FROM read_text('/etc/passwd')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        f"ATTACH '{tmp_path}/new.db'",
    ):
        with pytest.raises(Exception, match=r"(?i)permission|disabled"):
            engine.backend.raw_sql(query).fetchall()
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SET enable_external_access=true",
        "SET allowed_directories=['/']",
        "SET lock_configuration=false",
        "INSTALL httpfs",
    ],
)
def test_the_lock_can_not_be_opened_from_inside(store: Store, statement: str) -> None:
    with pytest.raises(Exception, match=r"(?i)lock|disabled|cannot change|permission"):
        embedded(store.folder).backend.raw_sql(statement)


def test_the_events_themselves_are_read_behind_the_lock(store: Store) -> None:
    assert Events.open(store.folder).count() == 3


def test_two_engines_read_one_store_at_once(store: Store) -> None:
    one, two = Events.open(store.folder), Events.open(store.folder)
    assert one.count() == two.count() == 3


def test_an_engine_that_is_none_is_refused() -> None:
    with pytest.raises(CaseError, match=r"There is no engine at 'postgres://x'. There are: duckdb"):
        engine_for(None, "postgres://x")


def test_a_folder_with_a_quote_in_its_name_is_a_folder(tmp_path: Path) -> None:
    from stores import add

    odd = Store(tmp_path / "it's" / "events")
    odd.folder.parent.mkdir()
    add(odd, [{"body": "here"}])
    assert Events.open(odd.folder).count() == 1


ROWS = pd.DataFrame({"time": ["2026-06-17T09:00:00Z", "2026-06-17T09:00:01Z"], "body": ["one", "two"]})


@pytest.mark.spark
def test_each_address_is_asked_itself_also_when_another_server_was_asked_before(spark_url: str) -> None:
    from pysail.spark import SparkConnectServer

    assert Events.from_frame(ROWS, engine=spark_url).count() == 2
    other = SparkConnectServer("127.0.0.1", 0)
    other.start(background=True)
    host, port = other.listening_address
    elsewhere = Events.from_frame(ROWS, engine=f"sc://{host}:{port}")
    assert elsewhere.count() == 2
    other.stop()
    with pytest.raises(CaseError, match="No Spark Connect server answers at sc://"):
        engine_for(None, f"sc://{host}:{port}")
    assert Events.from_frame(ROWS, engine=spark_url).count() == 2


def _threads(engine: Engine) -> int:
    return int(engine.backend.raw_sql("SELECT current_setting('threads')").fetchone()[0])


def test_little_is_read_by_one_thread_and_much_by_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _threads(embedded(store.folder)) == 1
    monkeypatch.setattr(engines, "ALONE_AT_MOST", 1)
    assert _threads(embedded(store.folder)) == _threads(embedded())


def test_a_case_that_grew_is_read_by_all_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case.new("INC-1", root=tmp_path)
    case.evidence.add_text("2026-03-04T09:30:00Z INFO boat 7 left\n", name="harbour.log")
    assert case.events().engine.alone
    monkeypatch.setattr(engines, "ALONE_AT_MOST", 1)
    case.evidence.add_text("2026-03-04T09:31:00Z INFO boat 8 left\n", name="pier.log")
    assert not case.events().engine.alone
    assert case.events().count() == 2


def test_the_same_question_is_asked_of_the_files_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    events = Events.open(store.folder)
    by_source = events.table.group_by("source").aggregate(n=events.table.count()).order_by("source")
    first = events.engine.fetch(by_source)
    first["n"] = 0  # what one caller does to an answer is no other's
    monkeypatch.setattr(events.engine.backend, "compile", lambda *_: pytest.fail("it was asked again"))
    again = events.engine.fetch(
        events.table.group_by("source").aggregate(n=events.table.count()).order_by("source")
    )
    assert again["n"].sum() == 3


def test_an_equal_question_is_put_once_and_who_changes_an_answer_changes_no_other(
    store: Store, monkeypatch
) -> None:
    events = Events.open(store.folder)
    put: list[str] = []
    compiled = events.engine.backend.compile
    monkeypatch.setattr(
        events.engine.backend, "compile", lambda one, **more: put.append(str(one)) or compiled(one, **more)
    )
    first = events.engine.fetch(events.table.select("body").order_by("body"))
    first.loc[:, "body"] = "changed"
    again = events.engine.fetch(events.table.select("body").order_by("body"))
    assert len(put) == 1 and "changed" not in set(again["body"])
    assert (
        len(events.engine.fetch(events.table.select("body").order_by("body").limit(1))) == 1 and len(put) == 2
    )


def test_answers_are_known_up_to_so_many_bytes_in_all_and_not_the_large_ones(
    store: Store, monkeypatch
) -> None:
    monkeypatch.setattr(engines, "ANSWERS_AT_MOST", 2_000)
    monkeypatch.setattr(engines, "ANSWER_AT_MOST", 1_000)
    engine = Events.open(store.folder).engine
    for n in range(50):
        engine.fetch(ibis.range(n + 3).unnest().name("n").as_table())
        assert sum(one.nbytes for one in engine._answers.values()) <= 2_000
    assert engine._answers
    engine.fetch(ibis.range(5_000).unnest().name("n").as_table())
    assert all(one.nbytes <= 1_000 for one in engine._answers.values())
