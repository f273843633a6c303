"""Live systems, asked for real: PostgreSQL, SQLite files, and a Prometheus that the test starts."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from investigator.case import Case
from investigator.cli.commands import app
from investigator.connect import address, fetch
from investigator.errors import DataError, ParameterError

START = datetime(2026, 6, 17, 9, tzinfo=UTC)
END = START + timedelta(hours=1)
IN_WINDOW = "SELECT id, at, said FROM jobs WHERE at >= :start AND at < :end ORDER BY id"


@pytest.fixture(scope="session")
def jobs(server):
    """A table of 2,500 jobs in PostgreSQL, a minute apart, around the window."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(server.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE jobs AS SELECT n AS id, timestamptz '2026-06-17 00:00:00+00' + n * interval '1 minute' AS at,"
            " 'filed DOC-' || n AS said, 1.50::numeric AS cost, decode('00ff', 'hex') AS raw, jsonb_build_object('n', n)"
            " AS more FROM generate_series(0, 2499) AS n"
        )
    engine.dispose()
    os.environ["TEST_ORDERS_DB"] = server
    yield "env:TEST_ORDERS_DB"
    del os.environ["TEST_ORDERS_DB"]


@pytest.fixture
def file(tmp_path):
    """The same as a SQLite file, with times as text."""
    path = tmp_path / "orders.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE jobs (id INTEGER, at TEXT, said TEXT)")
        rows = [(n, f"2026-06-17T{n // 60:02}:{n % 60:02}:00Z", f"filed DOC-{n}") for n in range(1440)]
        connection.executemany("INSERT INTO jobs VALUES (?, ?, ?)", rows)
    connection.close()
    return f"sqlite:///{path}"


def rows(fetched):
    return [json.loads(line) for line in fetched.path.read_text(encoding="utf-8").splitlines()]


# -- SQL ----------------------------------------------------------------------------------------------------------


def test_the_rows_of_a_window_are_a_file(jobs, tmp_path):
    steps = []
    done = fetch(
        address(jobs), IN_WINDOW, tmp_path, window=(START, END), progress=lambda *step: steps.append(step)
    )
    assert done.rows == 60 and done.complete
    assert [row["id"] for row in rows(done)] == list(range(540, 600))
    assert datetime.fromisoformat(rows(done)[0]["at"]) == START
    assert steps[-1] == (60, 100_000, "60 rows")


def test_values_that_json_does_not_have_are_kept_as_text(jobs, tmp_path):
    (row,) = rows(fetch(address(jobs), "SELECT cost, raw, more, id, id FROM jobs WHERE id = 7", tmp_path))
    assert row == {"cost": "1.50", "raw": "00ff", "more": {"n": 7}, "id": 7, "id_2": 7}


@pytest.mark.parametrize(
    "limit, kept, complete", [(2499, 2499, False), (2500, 2500, True), (1000, 1000, False)]
)
def test_a_limit_cuts_and_says_so(jobs, tmp_path, limit, kept, complete):
    done = fetch(address(jobs), "SELECT id FROM jobs ORDER BY id;", tmp_path, limit=limit)
    assert (done.rows, done.complete) == (kept, complete)
    assert [row["id"] for row in rows(done)] == list(range(kept))
    assert ("there are more" in str(done)) is not complete


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM jobs RETURNING id",
        "WITH gone AS (DELETE FROM jobs RETURNING id) SELECT * FROM gone",
        "SELECT 1) AS x; COMMIT; DELETE FROM jobs; SELECT (1",
        "SELECT 1; COMMIT; DELETE FROM jobs",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT lo_create(0)",
    ],
)
def test_nothing_is_changed_over_there(jobs, tmp_path, query):
    with pytest.raises(DataError, match="refused"):
        fetch(address(jobs), query, tmp_path)
    assert fetch(address(jobs), "SELECT id FROM jobs", tmp_path).rows == 2500


def test_a_slow_statement_is_stopped(jobs, tmp_path):
    began = time.monotonic()
    with pytest.raises(DataError, match=r"longer than 0\.3 seconds"):
        fetch(address(jobs), "SELECT pg_sleep(20)", tmp_path / "out", seconds=0.3)
    assert time.monotonic() - began < 10
    assert not list((tmp_path / "out").iterdir())


def test_a_sqlite_file_is_only_read(file, tmp_path):
    done = fetch(address(file), IN_WINDOW.replace(":start", "strftime('%Y-%m-%dT%H:%M:%SZ', :start)").replace(
        ":end", "strftime('%Y-%m-%dT%H:%M:%SZ', :end)"), tmp_path, window=(START, END))  # fmt: skip
    assert [row["id"] for row in rows(done)] == list(range(540, 600))
    with pytest.raises(DataError, match="refused"):
        fetch(address(file), "DELETE FROM jobs", tmp_path)


def test_a_slow_statement_on_a_file_is_stopped(file, tmp_path):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(DataError, match="longer than"):
        fetch(address(file), endless, tmp_path, seconds=0.2)


@pytest.mark.parametrize(
    "query, window, said",
    [
        (IN_WINDOW, None, "there is no window"),
        ("SELECT id FROM jobs", (START, END), "does not ask for it"),
        (IN_WINDOW, (END, START), "ends before it begins"),
        ("  ", None, "no query"),
    ],
)
def test_a_window_and_its_query_fit(file, tmp_path, query, window, said):
    with pytest.raises(ParameterError, match=said):
        fetch(address(file), query, tmp_path, window=window)


def test_a_database_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="no SQLite file"):
        fetch(address(f"sqlite:///{tmp_path}/none.db"), "SELECT 1", tmp_path)
    with pytest.raises(DataError, match="refused"):
        fetch(address("postgresql://127.0.0.1:1/none"), "SELECT 1", tmp_path)


# -- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@db/orders",
        "https://x/api?token=hunter2",
        "mysql://db/o?password=hunter2",
        "https://x/api?sig=hunter2",
        "https://x/api?X-Amz-Signature=hunter2&a=1",
    ],
)
def test_a_password_on_the_line_is_refused_and_not_repeated(url):
    with pytest.raises(ParameterError, match="env:") as caught:
        address(url)
    assert "hunter2" not in str(caught.value)


def test_an_address_from_the_environment_shows_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("PLACE", "postgresql://me:hunter2@127.0.0.1:1/orders?sslpassword=hunter3")
    where = address("env:PLACE")
    assert "hunter" not in f"{where} {where!r}" and where.name == "orders"
    assert where.without_secrets("no route for me:hunter2, hunter3") == "no route for [hidden], [hidden]"
    with pytest.raises(DataError) as caught:
        fetch(where, "SELECT 1", tmp_path)
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("text", ["env:NOT_SET_AT_ALL", "orders.db", "keyring:orders", "env:NO_URL"])
def test_an_address_that_is_none_says_what_to_give(monkeypatch, text):
    monkeypatch.setenv("NO_URL", "just words")
    with pytest.raises(ParameterError):
        address(text)


# -- Prometheus ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory):
    """The URL of a Prometheus on loopback that watches itself, with two samples at least."""
    program = shutil.which("prometheus")
    if program is None:
        said = "No Prometheus here, and nothing else can stand for it. On Debian: apt-get install prometheus."
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    folder = tmp_path_factory.mktemp("prometheus")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s}\nscrape_configs:\n"
        f"- {{job_name: self, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}\n"
    )
    with open(folder / "log", "wb") as log:
        running = subprocess.Popen(
            [
                program,
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        ends = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(
                    f"{url}/api/v1/query?query=count_over_time(up[1m])", timeout=5
                ) as answer:
                    found = json.load(answer)["data"]["result"]
                if found and float(found[0]["value"][1]) >= 2:
                    break
            except OSError:
                pass
            assert running.poll() is None and time.monotonic() < ends, (folder / "log").read_text()[-2000:]
            time.sleep(0.2)
        yield url
    finally:
        running.terminate()
        running.wait(20)


def test_samples_of_a_real_server(prometheus, tmp_path):
    end = datetime.now(UTC)
    window = (end - timedelta(minutes=5), end)
    done = fetch(address(prometheus), "up", tmp_path, window=window, step=1)
    (series,) = json.loads(done.path.read_text())["data"]["result"]
    assert series["metric"]["job"] == "self" and len(series["values"]) == done.rows >= 1
    assert {value for _, value in series["values"]} <= {"0", "1"}


def test_pages_join_into_one_series(prometheus, tmp_path, monkeypatch):
    from investigator.connect import prometheus as room

    window = (START, END)
    whole = fetch(address(prometheus), "vector(1)", tmp_path, window=window, step=60)
    asked = []
    monkeypatch.setattr(room, "POINTS_A_PAGE", 7)
    paged = fetch(
        address(prometheus),
        "vector(1)",
        tmp_path,
        window=window,
        step=60,
        progress=lambda *step: asked.append(step),
    )
    assert paged.path.read_text() == whole.path.read_text() and whole.rows == 61
    assert len(asked) == 9 and asked[-1][:2] == (61, 61)


def test_more_points_than_a_request_may_have(prometheus, tmp_path):
    done = fetch(
        address(prometheus), "vector(1)", tmp_path, window=(START, START + timedelta(hours=4)), step=1
    )
    assert done.rows == 4 * 3600 + 1


def test_a_limit_cuts_all_series_at_one_moment(prometheus, tmp_path):
    query = 'label_replace(vector(1), "a", "x", "", "") or label_replace(vector(2), "a", "y", "", "")'
    done = fetch(address(prometheus), query, tmp_path, window=(START, END), step=60, limit=31)
    ends = {series["values"][-1][0] for series in json.loads(done.path.read_text())["data"]["result"]}
    assert not done.complete and done.rows == 30 and len(ends) == 1
    assert "whole before 2026-06-17 09:15:00 UTC" in str(done)


def test_no_samples_are_no_file(prometheus, tmp_path):
    done = fetch(address(prometheus), "nothing_of_that_name", tmp_path, window=(START, END))
    assert done.rows == 0 and done.path is None and not list(tmp_path.iterdir())


def test_what_prometheus_refuses_is_said(prometheus, tmp_path):
    with pytest.raises(DataError, match="parse error"):
        fetch(address(prometheus), "sum(", tmp_path, window=(START, END))
    with pytest.raises(DataError, match="refused"):
        fetch(address(f"{prometheus}/nowhere"), "up", tmp_path, window=(START, END))
    with pytest.raises(DataError, match="can't be reached"):
        fetch(address("http://127.0.0.1:1"), "up", tmp_path, window=(START, END))


# -- into a case --------------------------------------------------------------------------------------------------


@pytest.fixture
def case(tmp_path):
    return Case.new("INC-1", title="jobs are missing", zone="Europe/Berlin", root=tmp_path / "cases")


def test_an_answer_is_evidence_with_its_query(jobs, case):
    done = case.evidence.fetch(
        jobs, IN_WINDOW, window=("2026-06-17 11:00", "2026-06-17 11:59:59"), name="orders"
    )
    assert done.fetched.rows == 60
    assert case.events(source="orders").count() == 60
    (entry,) = case.entries("load")
    assert entry.content["fetched"]["query"] == IN_WINDOW
    assert entry.content["fetched"]["window"][0] == "2026-06-17T09:00:00+00:00"
    kept = case.evidence.vault / entry.content["sources"][0]["sha256"]
    assert b"filed DOC-540" in kept.read_bytes()
    assert not list((case.path / "fetched").iterdir())
    assert case.verify().ok


def test_metrics_are_events(prometheus, case):
    done = case.evidence.fetch(prometheus, "vector(3)", window=(START, END), step=600, name="depth")
    assert done.report is not None and case.events(source="depth").count() == 7


def test_an_empty_answer_is_written_down(jobs, case):
    done = case.evidence.fetch(jobs, "SELECT id FROM jobs WHERE id < 0")
    assert done.report is None
    (entry,) = case.entries("note")
    assert "0 rows" in entry.content["text"] and "id < 0" in entry.content["text"]


def test_no_secret_reaches_the_case(monkeypatch, tmp_path, jobs, case):
    server = os.environ["TEST_ORDERS_DB"]
    monkeypatch.setenv("SECRET_DB", server + ("&" if "?" in server else "?") + "password=hunter2")
    case.evidence.fetch("env:SECRET_DB", "SELECT id FROM jobs WHERE id < 3")
    with pytest.raises(DataError) as caught:
        case.evidence.fetch("env:SECRET_DB", "SELECT nothing FROM nowhere")
    assert "hunter2" not in str(caught.value)
    for path in case.path.rglob("*"):
        if path.is_file():
            assert b"hunter2" not in path.read_bytes(), path


def test_the_terminal_fetches(file, case, tmp_path):
    (tmp_path / "ask.sql").write_text("SELECT id, at, said FROM jobs WHERE id < 5")
    arguments = ["fetch", "INC-1", file, f"@{tmp_path / 'ask.sql'}", "--cases", str(case.path.parent)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "5 rows from sqlite" in done.output
    assert case.events().count() == 5


def test_what_an_answer_writes_is_bounded_in_bytes_and_by_a_clock(tmp_path, monkeypatch):
    from investigator.connect import sql
    from investigator.connect.address import Address

    database = tmp_path / "orders.db"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE orders (words TEXT)")
        made.executemany("INSERT INTO orders VALUES (?)", [("x" * 100,)] * 50)
    where = Address(f"sqlite:///{database}", "orders")
    monkeypatch.setattr(sql, "BYTES_AT_MOST", 1_000)
    target = tmp_path / "answer.jsonl"
    answer = sql.ask(where, "SELECT * FROM orders", target, window=None, limit=100, seconds=10)
    assert target.stat().st_size <= 1_000 and 0 < answer.rows < 50
    assert not answer.complete and "more than 0 MB would have come" in answer.limits[0]
    monkeypatch.setattr(sql, "_plain", lambda value: time.sleep(0.05) or value)
    slow = sql.ask(where, "SELECT * FROM orders", target, window=None, limit=100, seconds=0.2)
    assert slow.rows < 50 and not slow.complete


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://ana:hunter2@host/a.log", "https://host/a.log"),
        ("https://host/a.log?page=2&sig=hunter2", "https://host/a.log?page=2&sig=[hidden]"),
        ("https://host/a.log?code=hunter2", "https://host/a.log?code=[hidden]"),
        ("https://host/a.log?x=ghp_abcdefghijklmnopqrstuvwxyz0123456789", "https://host/a.log?x=[hidden]"),
        ("https://host/t/ghp_abcdefghijklmnopqrstuvwxyz0123456789/a.log", "https://host/t/[hidden]/a.log"),
        ("https://host/day/2026-06-17/a.log?from=09:00", "https://host/day/2026-06-17/a.log?from=09%3A00"),
    ],
)
def test_of_an_address_nothing_is_kept_that_lets_somebody_in(url, kept):
    from investigator.connect.web import public

    assert public(url) == kept
