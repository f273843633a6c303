"""What people bring goes into a case: URLs, tables, pasted text; and what only they know is asked, kept and used."""

import contextlib
import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from investigator.case import Case
from investigator.connect import web
from investigator.errors import DataError, ParameterError

LOG = "".join(f"2026-06-17 09:14:{i:02d},000 INFO x - picked DOC-{i}\n" for i in range(5))


@pytest.fixture
def case(tmp_path):
    return Case.new("INC-1", words="lost", about=["DOC-1"], root=tmp_path / "cases")


def rows(case):
    events = case.events()
    return events.fetch(events.table.order_by(["time", "evidence", "unit"]), limit=None)


class _Answers(BaseHTTPRequestHandler):
    asked: list = []

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Authorization")))
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", {"/moved": "/logs/app.log", "/moved-file": "file:///etc/passwd",
                                          "/moved-ftp": "ftp://127.0.0.1/x",
                                          "/moved-host": "http://169.254.169.254/latest/meta-data"}[self.path])  # fmt: skip
            self.end_headers()
        elif self.path.startswith("/logs/"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(LOG) + (10 if "short" in self.path else 0)))
            self.end_headers()
            self.wfile.write(LOG.encode())
        else:
            self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    found = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    _Answers.asked.clear()
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


def test_a_url_is_kept_as_evidence_without_what_lets_somebody_in(case, server):
    report = case.add(f"http://ana:hunter2@{server}/logs/app.log?X-Amz-Signature=abc123secret&day=17")
    assert (report.sources[0].source, report.events) == ("app.log", 5)
    content = case.entries("load")[0].content
    assert content["fetched"]["url"] == f"http://{server}/logs/app.log?X-Amz-Signature=[hidden]&day=17"
    kept = b"".join(path.read_bytes() for path in case.path.rglob("*") if path.is_file())
    assert b"hunter2" not in kept and b"abc123secret" not in kept
    assert _Answers.asked[0][1].startswith("Basic ")
    assert case.add(f"http://{server}/moved", name="app.log").sources[0].state == "already here"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/moved-ftp", "redirects to an address of 'ftp'"),
        ("/moved-file", "302"),
        ("/moved-host", "it is not followed unasked"),
        ("/gone", "answers 404"),
        ("/logs/short.log", "broke off"),
    ],
)
def test_what_can_t_be_fetched_leaves_nothing(case, server, path, said):
    with pytest.raises(DataError, match=said):
        case.add(f"http://{server}{path}")
    assert list(case.evidence.vault.iterdir()) == [] and case.entries("load") == []


def test_a_download_has_limits(server, tmp_path):
    with pytest.raises(DataError, match="is larger than"):
        web.download(f"http://{server}/logs/app.log", tmp_path, bytes_at_most=100)
    assert list(tmp_path.iterdir()) == []


def _drips(connection, start, byte):
    connection.sendall(start)
    while True:
        connection.sendall(byte)
        time.sleep(0.02)


def _to(where):
    return lambda connection, asked: connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        if b"GET /there" in asked
        else b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\n\r\n"
    )


def _sends(answer):
    return lambda connection, asked: connection.sendall(answer)


@pytest.fixture
def raw():
    """Servers that answer byte for byte as they are told: gives the address of one, and what it was asked."""
    listening = []

    def serve(answer):
        listener, asked = socket.create_server(("127.0.0.1", 0)), []
        listening.append(listener)

        def run():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    asked.append(connection.recv(65536))
                    answer(connection, asked[-1])

        threading.Thread(target=run, daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}", asked

    yield serve
    for one in listening:
        one.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.mark.parametrize(
    ("start", "byte"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"a"),
    ],
)
def test_a_server_that_sends_a_byte_at_a_time_does_not_outlast_the_clock(raw, tmp_path, start, byte):
    host, _ = raw(lambda connection, asked: _drips(connection, start, byte))
    began = time.monotonic()
    with pytest.raises(DataError, match=r"took longer than 1 seconds.*nothing was stored"):
        web.download(f"http://{host}/a.log", tmp_path, seconds=1)
    assert time.monotonic() - began < 20 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_sends(b"SSH-2.0-nothing\r\n"), "answers what is no HTTP: SSH-2.0-nothing"),
        (_sends(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhello"), "answers what is no HTTP"),
        (
            _sends(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"),
            "answers what is no HTTP: got more",
        ),
        (_sends(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200 + b"\r\n"), "answers what is no HTTP: got more"),
        (
            _sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nhello"),
            "answers what is no HTTP: Incomplete",
        ),
        (_sends(b""), "can't be reached"),
        (_to(b"http://[bad/x"), "answers what is no HTTP: Invalid IPv6"),
        (_to(b"/round"), "infinite loop"),
        (_to(b"http://localhost:1/there"), "redirects to http://localhost:1/there. That is another host"),
        (_to(b"http://ana:hunter2@other.example/there"), r"redirects to http://other\.example/there"),
        (_to(b"http://[fe80::1]/there"), "it is not followed unasked"),
        (_to(b"http://2852039166/there"), "it is not followed unasked"),
    ],
)
def test_an_answer_that_is_none_is_a_sentence_and_leaves_nothing(raw, tmp_path, answer, said):
    host, _ = raw(answer)
    with pytest.raises(DataError, match=said):
        web.download(f"http://{host}/a.log", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("where", "along"),
    [(b"/there.log", True), (b"//{host}/there.log?day=2", True), (b"//{other}/there.log", False)],
)
def test_a_password_goes_along_to_the_same_server_alone_and_the_last_address_is_kept(
    raw, tmp_path, where, along
):
    other, asked_there = raw(_to(b"/"))
    host, asked = raw(lambda c, said: _to(where.replace(b"{host}", host.encode()).replace(b"{other}", other.encode()))(c, said))  # fmt: skip
    got = web.download(f"http://ana:hunter2@{host}/a.log", tmp_path)
    assert (
        got.shown == f"http://{other if not along else host}/there.log{'?day=2' if b'day' in where else ''}"
    )
    assert b"Authorization: Basic" in asked[0]
    assert (b"Authorization: Basic" in (asked + asked_there)[-1]) is along


def test_a_dataframe_is_kept_as_parquet_and_adds_nothing_twice(case):
    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(["2026-06-17T09:14:07Z", "2026-06-17T09:14:08Z"]),
            "message": ["received DOC-1", "lost DOC-1"],
            "level": ["info", "error"],
            "mixed": [1, "two"],
        }
    )
    before = frame.copy()
    report = case.add(frame, name="orders")
    assert (report.sources[0].source, report.sources[0].format, report.events) == (
        "orders.parquet",
        "parquet",
        2,
    )
    assert list(rows(case)["body"]) == ["received DOC-1", "lost DOC-1"]
    assert case.add(frame, name="orders").sources[0].state == "already here"
    pd.testing.assert_frame_equal(frame, before)


def test_pasted_text_is_evidence_too(case):
    report = case.evidence.add_text(LOG, name="terminal")
    assert report.events == 5 and case.verify().ok
    assert case.evidence.add_text(LOG.encode(), name="terminal").sources[0].state == "already here"
    with pytest.raises(ParameterError, match="nothing in what was pasted"):
        case.evidence.add_text("  \n")


def test_what_is_no_evidence_is_refused(case):
    with pytest.raises(DataError, match="There is no nothing-here"):
        case.add("nothing-here")
    with pytest.raises(ParameterError, match="A list can't be added"):
        case.add([1, 2])


def test_the_zone_is_asked_in_one_line_and_its_answer_reads_the_events_again(case, tmp_path):
    file = tmp_path / "app.log"
    file.write_text(LOG)
    report = case.add(file)
    assert "Where is it from? case.evidence.answer_zone('app.log', 'AREA/CITY')" in str(report)
    assert str(rows(case)["time"][0]) == "2026-06-17 09:14:00+00:00"
    before = case.entries()[-1].known
    report = case.evidence.answer_zone("app.log", "Europe/Berlin")
    assert (report.sources[0].state, report.events, report.questions()) == ("read again", 5, [])
    found = rows(case)
    assert len(found) == 5 and str(found["time"][0]) == "2026-06-17 07:14:00+00:00"
    assert (found["time_high"] - found["time_low"]).max() < timedelta(seconds=1)
    assert [p.name for p in case.evidence.vault.iterdir()] == [
        case.evidence.store.manifest().standing[0].sha256
    ]
    assert case.find.trace_entity(entity="DOC-1").table.shape[0] == 1 and case.verify().ok
    # Twice adds nothing; as of an earlier time it is as it was read then; the next file of the log is asked no more.
    entries, files = len(case.entries()), len(case.evidence.store.files())
    assert case.evidence.answer_zone("app.log", "Europe/Berlin").sources[0].state == "already here"
    assert case.add(file, zone="Europe/Berlin").sources[0].state == "already here"
    assert (len(case.entries()), len(case.evidence.store.files())) == (entries, files)
    then = case.as_of(before)
    assert str(rows(then)["time"][0]) == "2026-06-17 09:14:00+00:00" and len(rows(then)) == 5
    assert then.find.trace_entity(entity="DOC-1").table.shape[0] == 1
    later = tmp_path / "app.log.1"
    later.write_text(LOG.replace("DOC-", "DOC-1"))
    assert case.add(later).questions() == []
    with open(file, "a") as stream:
        stream.write("2026-06-17 09:15:00,000 INFO x - picked DOC-77\n")
    assert case.add(file).sources[0].state == "grown"
    assert str(rows(case)["time"].max()) == "2026-06-17 07:15:00+00:00"


def test_a_file_that_grew_in_pieces_is_read_again_whole(case, tmp_path):
    file = tmp_path / "app.log"
    file.write_text(LOG + "2026-06-17 09:14:30,000 ERROR x - broke\n  at one\n")
    case.add(file)
    with open(file, "a") as stream:
        stream.write("  at two\n2026-06-17 09:14:40,000 INFO x - done\n")
    case.add(file)
    law = case.evidence.store.manifest().units
    report = case.evidence.answer_zone("*.log", "America/New_York")
    assert case.evidence.store.manifest().units == law and report.units == law
    found = rows(case)
    assert len(found) == 7 and found["body"][5] == "x - broke\n  at one\n  at two"
    assert str(found["time"][0]) == "2026-06-17 13:14:00+00:00"
    assert case.verify().ok


def test_the_year_is_asked_where_none_is_written(case, tmp_path):
    file = tmp_path / "messages"
    file.write_text("Jun 17 09:14:07 node-3 sshd[4711]: Accepted publickey\n")
    report = case.add(file, zone="UTC")
    assert any("case.evidence.answer_year('messages', " in line for line in report.questions())
    case.evidence.answer_year("messages", 2024)
    assert str(rows(case)["time"][0]) == "2024-06-17 09:14:07+00:00"


@pytest.mark.parametrize("name", ["export.csv", "app.log"])
def test_day_and_month_are_asked_where_nothing_tells_them_and_the_answer_settles_it(case, tmp_path, name):
    file = tmp_path / name
    rows_ = ["05/06/2026 09:14:07,A-1,booked", "05/06/2026 09:15:07,A-2,paid"]
    text = "\n".join(
        ["at,ref,what", *rows_] if name.endswith("csv") else [row.replace(",", " ") for row in rows_]
    )
    file.write_text(text + "\n")
    report = case.add(file, zone="UTC")
    assert f"case.evidence.answer_order('{name}', 'dmy')" in str(report)
    report = case.evidence.answer_order(name, "dmy")
    assert str(rows(case)["time"][0]) == "2026-06-05 09:14:07+00:00"
    assert "nothing tells" not in str(report) and not report.asking("order")
    with pytest.raises(ParameterError, match="no order of day and month"):
        case.evidence.answer_order(name, "day first")


def test_times_that_name_their_zone_need_no_answer(case, tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"time":"2026-06-17T07:00:00Z","msg":"x"}\n' * 3)
    case.add(file)
    assert case.evidence.answer_zone("a.jsonl", "Europe/Berlin").sources[0].state == "already here"
    with pytest.raises(ParameterError, match=r"Did you mean 'a\.jsonl'"):
        case.evidence.answer_zone("b.jsonl", "Europe/Berlin")


def test_erasing_a_load_erases_every_reading_of_it(case, tmp_path):
    file = tmp_path / "app.log"
    file.write_text(LOG)
    case.add(file)
    case.evidence.answer_zone("app.log", "Europe/Berlin")
    case.record.erase(case.entries("load")[0], "a password was in it")
    assert len(rows(case)) == 0 and list(case.evidence.vault.iterdir()) == []
    assert b"picked DOC" not in b"".join(
        p.read_bytes() for p in (case.path / "events").rglob("*") if p.is_file()
    )


def test_what_lies_in_an_archive_is_read_again_too(case, tmp_path):
    import zipfile

    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("logs/app.log", LOG)
        packed.writestr("logs/other.txt", "Jun 17 09:14:07 node-3 sshd[4711]: hello\n")
    report = case.add(file)
    assert report.asking("zone") == ["export.zip/logs/app.log", "export.zip/logs/other.txt"]
    report = case.evidence.answer_zone("export.zip", "Europe/Berlin")
    assert [source.state for source in report.sources] == ["read again", "read again"]
    found = rows(case)
    assert len(found) == 6 and str(found["time"][0]) == "2026-06-17 07:14:00+00:00"
    assert case.evidence.raw(found["origin"][0]).startswith(b"2026-06-17 09:14:00,000") and case.verify().ok
    (tmp_path / "app.log").write_text(LOG.replace("DOC", "ORD"))
    case.evidence.answer_zone("app.log", "Europe/Berlin")
    assert case.add(tmp_path / "app.log").questions() == []


def test_what_was_said_when_a_file_was_added_holds_when_it_is_read_again(case, tmp_path):
    table = tmp_path / "jobs.csv"
    table.write_text("Changed,What\n17.06.2026 09:14,lost DOC-1\n17.06.2026 09:15,found DOC-2\n")
    columns = {"Changed": "time", "What": "body"}
    case.add(table, mapping=columns)
    assert case.add(table, mapping=columns).sources[0].state == "already here"
    case.evidence.answer_zone("jobs.csv", "Europe/Berlin")
    found = rows(case)
    assert list(found["body"]) == ["lost DOC-1", "found DOC-2"]
    assert str(found["time"][0]) == "2026-06-17 07:14:00+00:00"
    log = tmp_path / "messages"
    log.write_text("Jun 17 09:14:07 node-3 sshd[4711]: Accepted publickey\n")
    case.add(log, zone="Europe/Berlin")
    case.evidence.answer_year("messages", 2024)
    assert str(rows(case)["time"][0]) == "2024-06-17 07:14:07+00:00"
    with open(log, "a") as stream:
        stream.write("Jun 17 09:15:07 node-3 sshd[4711]: Accepted publickey\n")
    assert case.add(log).sources[0].state == "grown"
    assert str(rows(case)["time"][1]) == "2024-06-17 07:15:07+00:00"
