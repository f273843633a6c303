"""The embedded engine reads the case's events and nothing else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from investigator.errors import CaseError
from investigator.events import Events, Store
from investigator.events.engine import embedded, engine_for


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
