"""What tools export and people copy, in the variants that occur: each gives time, severity, service, trace and words."""

import pytest
from test_formats import given, plain, rows

from investigator.load.content import Content
from investigator.load.recognise import recognise
from investigator.sources._dates import day_first, find

#: what it is -> content, and of the first event: format, time in UTC, severity, service, trace, body
VARIANTS = {
    "kibana, its fields in one cell": (
        '"@timestamp",_source\n"Jun 17, 2026 @ 09:14:07.120","{""message"":[""no DOC-1""],""log.level"":[""error""],""service.name"":[""indexer""]}"\n',
        ("csv_table", "2026-06-17T09:14:07.12", 17, "indexer", None, "no DOC-1"),
    ),
    "kibana in German": (
        '"@timestamp";"log.level";message\n"17. Juni 2026 @ 09:14:07.120";error;no DOC-1\n',
        ("csv_table", "2026-06-17T09:14:07.12", 17, None, None, "no DOC-1"),
    ),
    "datadog, quotes twice": (
        '"Date","Service","Status","Content"\n"""2026-06-17T07:14:07.120Z""","""indexer""","""error""","""no DOC-1"""\n',
        ("csv_table", "2026-06-17T07:14:07.12", 17, "indexer", None, "no DOC-1"),
    ),
    "splunk, the event as JSON": (
        '"_raw","_time"\n"{""level"":""error"",""msg"":""no DOC-1"",""trace_id"":""5b8efff798038103d269b633813fc60c""}",1781680447.120\n',
        ("csv_table", "2026-06-17T07:14:07.12", 17, None, "5b8efff798038103d269b633813fc60c", "no DOC-1"),
    ),
    "grafana, labels in a cell": (
        'Date,Time,ts,Line,labels\n2026-06-17,09:14:07,1781680447120,no DOC-1,"{""app"":""indexer"",""level"":""error""}"\n',
        ("csv_table", "2026-06-17T07:14:07.12", 17, "indexer", None, "no DOC-1"),
    ),
    "new relic, wrapped twice": (
        '{"results":[{"events":[{"timestamp":1781680447120,"level":"ERROR","message":"no DOC-1","entity.name":"indexer"}]}]}',
        ("json_records", "2026-06-17T07:14:07.12", 17, "indexer", None, "no DOC-1"),
    ),
    "a title above a header in German": (
        "Bericht: fehlende Belege\n\nZeitstempel;Stufe;Meldung\n17.06.2026 09:14:07;FEHLER;kein DOC-1\n17.06.2026 09:14:08;INFO;14\n18.06.2026 09:14:08;INFO;15\n",
        ("csv_table", "2026-06-17T09:14:07", 17, None, None, "kein DOC-1"),
    ),
    "day and clock in two columns": (
        "Date,Time,Level,Message\n17/06/2026,09:14:07,ERROR,no DOC-1\n17/06/2026,09:14:08,INFO,14\n",
        ("csv_table", "2026-06-17T09:14:07", 17, None, None, "no DOC-1"),
    ),
    "no header, but a log": (
        "".join(f"2026-06-17 09:14:0{i},ERROR,indexer,no DOC-{i} there\n" for i in range(1, 7)),
        ("csv_table", "2026-06-17T09:14:01", 17, None, None, "no DOC-1 there"),
    ),
    "a header that lacks a name": (
        "Time,Level,Message\n" + "2026-06-17 09:14:07,ERROR,no DOC-1,x\n" * 3,
        ("csv_table", "2026-06-17T09:14:07", 17, None, None, "no DOC-1"),
    ),
    "the Event Viewer, which names no message": (
        'Level,Date and Time,Source,Event ID,Task Category\n' + 'Error,6/17/2026 9:14:07 AM,Indexer,1000,(100),"no DOC-1\nat x"\n' * 3,
        ("csv_table", "2026-06-17T09:14:07", 17, None, None, "no DOC-1\nat x"),
    ),
    "commits as a table": (
        "sha,committed_at,title\nba748441aef7,2026-06-17T09:14:07+02:00,Larger batches\n" * 1,
        ("csv_table", "2026-06-17T07:14:07", None, None, None, "ba748441aef7: Larger batches"),
    ),
    "COPY of a table": ("DOC-1\tstored\t\\N\n" * 6, ("csv_table", None, None, None, None, "column_1=DOC-1 column_2=stored")),
    "JSON lines as an array": (
        '[\n{"t":{"$date":"2026-06-17T07:14:07.120Z"},"s":"E","c":"NETWORK","id":1,"ctx":"conn1","msg":"no DOC-1"}]',
        ("mongodb", "2026-06-17T07:14:07.12", 17, "mongodb", None, "no DOC-1"),
    ),
    "keys inside others": (
        '{"ts":"2026-06-17T07:14:07.12Z","@fields":{"lvl":"ERROR","msg":"no DOC-1"}}\n' * 2,
        ("jsonlines", "2026-06-17T07:14:07.12", 17, None, None, "no DOC-1"),
    ),
    "an instant of log4j2": (
        '{"instant":{"epochSecond":1781680447,"nanoOfSecond":120412000},"level":"ERROR","message":"no DOC-1"}\n' * 2,
        ("jsonlines", "2026-06-17T07:14:07.120412", 17, None, None, "no DOC-1"),
    ),
    "requests as JSON": (
        '{"time_iso8601":"2026-06-17T09:14:07+02:00","request_method":"GET","request_uri":"/DOC-1","status":502}\n' * 2,
        ("jsonlines", "2026-06-17T07:14:07", 17, None, None, "GET /DOC-1"),
    ),
    "a traceparent": (
        '{"ts":1781680447.12,"level":"info","msg":"x","traceparent":"00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01"}\n' * 2,
        ("jsonlines", "2026-06-17T07:14:07.12", 9, None, "5b8efff798038103d269b633813fc60c", "x"),
    ),
    "a decimal trace of Datadog": (
        '{"ts":1781680447.12,"level":"info","msg":"x","dd":{"trace_id":"12345678901234567890","span_id":"1"}}\n' * 2,
        ("jsonlines", "2026-06-17T07:14:07.12", 9, None, "ab54a98ceb1f0ad2", "x"),
    ),
    "a trace in the line": (
        "2026-06-17 09:14:07,120 INFO [indexer,5b8efff798038103d269b633813fc60c,eee19b7ec3c1b174] x\n" * 2,
        (
            "application_log",
            "2026-06-17T09:14:07.12",
            9,
            None,
            "5b8efff798038103d269b633813fc60c",
            "[indexer,5b8efff798038103d269b633813fc60c,eee19b7ec3c1b174] x",
        ),
    ),
    "syslog in French": (
        "août 19 11:08:37 node-3 indexer[4711]: no DOC-1\n",
        ("dated_text", "2026-08-19T11:08:37", None, "indexer", None, "no DOC-1"),
    ),
    "PostgreSQL in German": (
        "2026-06-17 09:14:07.391 CEST [4712] portal@documents FEHLER:  doppelter Wert\n",
        ("postgres", "2026-06-17T07:14:07.391", 17, "postgresql", None, "doppelter Wert"),
    ),
    "a request without a zone": (
        '10.0.0.7 - - [17/Jun/2026 09:14:07] "GET /DOC-1 HTTP/1.1" 502 -\n',
        ("local_access", "2026-06-17T09:14:07", 17, None, None, "GET /DOC-1 HTTP/1.1"),
    ),
    "a mail in HTML": (
        "From: a@b.example\nTo: c@b.example\nSubject: x\nDate: Wed, 17 Jun 2026 09:14:07 +0200\nContent-Type: text/html\n\n"
        "<style>p{}</style><p>no <b>DOC-1</b></p>\n",
        ("mail", "2026-06-17T07:14:07", None, None, None, "x\nno DOC-1"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(VARIANTS))
def test_what_tools_export_is_read_as_it_is_meant(what, tmp_path):
    content, (form, time, severity, service, trace, body) = VARIANTS[what]
    file = given(content, tmp_path)
    assert recognise(Content(file))[0] == form
    frame, _ = rows(file, year=2026)
    first = frame.iloc[0]
    at = plain(first.time)
    assert (
        None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip("."),
        plain(first.severity_number),
        plain(first.service),
        plain(first.trace_id),
        first.body,
    ) == (time, severity, service, trace, body)


def test_a_line_with_a_time_and_no_level_is_no_part_of_the_line_above(tmp_path):
    text = "2026-06-17 09:14:07,1 ERROR no DOC-1\n  at a.b\n2026-06-17 09:14:08,1 started\n2026-06-17 09:14:09,1 INFO x\n"
    frame, _ = rows(given(text, tmp_path))
    assert list(frame.body) == ["no DOC-1\n  at a.b", "started", "x"]


def test_a_log_is_no_chat(tmp_path):
    text = "Jun 17 09:14:07 node-3 sudo: dana\nJun 17 09:14:08 node-3 sudo: ivo\nin two lines\n" * 4
    assert recognise(Content(given(text, tmp_path)))[0] == "syslog"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Wed May 19 08:00:01 EST 2021 x", "2021-05-19 08:00:01 EST"),
        ("Mon Jun 15 07:05:00 2026 +0200 x", "2026-06-15 07:05:00 +0200"),
        ("2026-168T09:14:07,672:x", "2026-06-17 09:14:07.672"),
        ("20260617.091407,672:x", "2026-06-17 09:14:07.672"),
        ("@40000000433225833b6e1a8c x", "2005-09-22 03:30:38.997071500Z"),
        ("le 17 juin 2026 à 09:14:07, x", "2026-06-17 09:14:07"),
        ("17/Jun/26 9:14 PM", "2026-06-17 21:14"),
        ("06/17/2026 12:14:07 AM", "2026-06-17 00:14:07"),
        ("[10.30 16:49:06] x", "10-30 16:49:06"),
        ("1:signal-handler (1693279182) x", "2023-08-29 03:19:42Z"),
        ("market 12 10:00:00 x", None),
        ("2026-02-30 10:00:00 x", None),
    ],
)
def test_a_time_in_a_line_is_found(text, time):
    found = find(text)
    assert (found.time if found else None) == time


def test_the_day_comes_first_where_one_date_says_so():
    assert day_first(["01/02/2026 10:00", "17/06/2026 10:00"]) is True
    assert day_first(["01/02/2026 10:00", "06/17/2026 10:00"]) is False
    assert day_first(["01/02/2026 10:00"]) is None
