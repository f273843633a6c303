"""What formats hold beside their contract (an example that is taken for itself and gives what it EXPECTs)."""

import io
import json
import random
import zipfile

import pandas
import pyarrow
import pyarrow.parquet as pq
import pytest

from investigator import catalogue, load
from investigator.events import schema
from investigator.load.content import Content
from investigator.load.recognise import SOURCES
from investigator.sources._format import Records

#: Formats that a text can hold an example of; the others have tests of their own, with whole files.
WRITTEN = [
    name
    for name in catalogue.names(SOURCES)
    if isinstance(catalogue.load(SOURCES, name, noun="source").EXAMPLE, str)
]


def given(data, folder, name="data"):
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def rows(file, **options):
    store, report = load.read(file, **options)
    assert report.units.unexplained == 0
    parts = [pq.read_table(file) for file in sorted((store.folder / "segments").glob("*.parquet"))]
    if not parts:
        return pandas.DataFrame(), report
    frame = pyarrow.concat_tables(parts, promote_options="default").to_pandas()
    return schema.frame(frame.sort_values(["evidence", "unit", "time"], ignore_index=True)), report


def plain(value):
    return None if value is None or value != value else value


def zipped(parts, plain=""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text, zipfile.ZIP_STORED if name == plain else None)
    return out.getvalue()


def workbook(sheets, styles=True):
    """A small workbook as Excel writes it: {name: the XML of its rows}."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    link = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ids = list(enumerate(sheets, start=1))
    listed = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in ids)
    links = "".join(f'<Relationship Id="r{i}" Target="worksheets/sheet{i}.xml"/>' for i, _ in ids)
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f"<workbook {main} {link}><sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rels}">{links}</Relationships>',
            "xl/styles.xml": f'<styleSheet {main}><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
            "xl/sharedStrings.xml": f"<sst {main}><si><t>When</t></si><si><r><t>Wh</t></r><r><t>at</t></r></si></sst>",
            **{f"xl/worksheets/sheet{i}.xml": f"<worksheet {main}>{sheets[n]}</worksheet>" for i, n in ids},
        }
    )


ROWS = (
    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>17 June</t></is></c></row>'
    '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c></row>'
    '<row r="4"><c r="A4" s="1"><v>46190.384803240741</v></c><c r="B4" t="str"><v>cannot find DOC-1</v></c></row>'
    '<row r="5"><c r="A5" s="1"><v>46190.5</v></c><c r="B5" t="inlineStr"><is><t>all are back</t></is></c></row>'
    "</sheetData>"
)


def test_a_workbook_gives_its_rows_with_dates_as_they_are_shown(tmp_path):
    frame, report = rows(given(workbook({"Timeline": ROWS}), tmp_path, "timeline.xlsx"))
    assert list(frame["body"]) == ["cannot find DOC-1", "all are back"]
    assert [str(at) for at in frame["time"]] == ["2026-06-17 09:14:07+00:00", "2026-06-17 12:00:00+00:00"]
    assert report.units.structural == {"header": 1, "title": 1}


def test_each_sheet_of_a_workbook_is_a_source(tmp_path):
    frame, report = rows(given(workbook({"A": ROWS, "B": ROWS}), tmp_path, "two.xlsx"))
    assert {source.source for source in report.sources} == {"two.xlsx!A", "two.xlsx!B"}
    assert len(frame) == 4


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aa">]><row/>', "declares entities"),
        ("<sheetData>" + "<row/>" * 2_000_000 + "</sheetData>", "large"),
        ('<sheetData><row r="1"><c t="s"><v>99</v></c>', "can't be read on"),
    ],
)
def test_a_hostile_workbook_is_a_reject(sheet, reason, tmp_path):
    data = workbook({"A": sheet})
    if "DOCTYPE" in sheet:
        data = workbook({"A": ""})
        data = zipped(
            {
                n: zipfile.ZipFile(io.BytesIO(data)).read(n)
                for n in zipfile.ZipFile(io.BytesIO(data)).namelist()
            }
            | {"xl/worksheets/sheet1.xml": sheet}
        )
    store, report = load.read(given(data, tmp_path, "bad.xlsx"))
    assert report.units.rejected == 1 and report.events == 0
    assert reason in report.sources[0].rejected[0][1]


def sheet(*rows):
    """The XML of a sheet: each row its number and its cells as XML."""
    return "<sheetData>" + "".join(f'<row r="{n}">{cells}</row>' for n, cells in rows) + "</sheetData>"


def text(place, said):
    return f'<c r="{place}" t="inlineStr"><is><t>{said}</t></is></c>'


HEADER = (1, text("A1", "crate") + text("B1", "note"))


def test_numbers_of_a_workbook_keep_all_their_digits(tmp_path):
    cells = '<c r="A2"><v>12345678901234567</v></c><c r="B2" t="e"><v>#N/A</v></c>'
    odd = '<c r="A3" s="1"><v>1E+300</v></c>' + text("B3", "no day")
    frame, report = rows(given(workbook({"A": sheet(HEADER, (2, cells), (3, odd))}), tmp_path, "n.xlsx"))
    said = [dict(pairs) for pairs in frame["attributes"]]
    assert said == [{"crate": "12345678901234567", "note": "#N/A"}, {"crate": "1E+300", "note": "no day"}]
    assert report.units.rejected == 0


@pytest.mark.parametrize(
    "broken", ['<row r="3"><c r="A3" t="s"><v>99</v></c></row>', '<row r="3"><c r="A3"><v']
)
def test_a_workbook_that_is_broken_further_down_gives_the_rows_above(broken, tmp_path):
    good = sheet(HEADER, (2, text("A2", "17") + text("B2", "weighed"))).removesuffix("</sheetData>")
    frame, report = rows(given(workbook({"A": good + broken}), tmp_path, "cut.xlsx"))
    assert [dict(pairs) for pairs in frame["attributes"]] == [{"crate": "17", "note": "weighed"}]
    assert report.units.rejected == 1 and "can't be read on" in report.sources[0].rejected[0][1]


def test_a_cell_far_away_takes_no_room_and_is_said(tmp_path):
    import tracemalloc

    far = sheet(HEADER, (2, text("A2", "17") + text("B2", "weighed")), (1048576, text("XFD1048576", "far")))
    file = given(workbook({"A": far}), tmp_path, "far.xlsx")
    tracemalloc.start()
    frame, report = rows(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(frame) == 1 and peak < 64 << 20
    assert (
        "1 of its cells lie right of column 2,000: they are only in the evidence" in report.sources[0].doubt
    )


def test_a_parquet_file_gives_its_rows(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "timestamp": pa.array([1781680447120412345, 1781680448002000000], pa.timestamp("ns", "UTC")),
            "level": ["error", "info"],
            "service": ["indexer", "search"],
            "message": ["could not index DOC-1", "14 hits"],
            "more": [{"document": "DOC-1", "tries": [1, 2]}, None],
        }
    )
    pq.write_table(table, tmp_path / "logs.parquet")
    frame, report = rows(tmp_path / "logs.parquet")
    first = frame.iloc[0]
    assert (str(first.time), first.kind, first.severity_number, first.service, first.body) == (
        "2026-06-17 07:14:07.120412+00:00",
        "log",
        17,
        "indexer",
        "could not index DOC-1",
    )
    assert dict(first.attributes) == {"more.document": "DOC-1", "more.tries": "[1,2]"}


def test_a_parquet_file_that_was_cut_is_a_reject(tmp_path):
    _, report = rows(given(b"PAR1" + b"\x15\x04" * 40, tmp_path))
    assert (report.units.rejected, report.events) == (1, 0)


def test_a_slack_export_gives_people_channels_and_threads(tmp_path):
    said = [
        {"type": "message", "user": "U1", "text": "is <@U2> here? &lt;now&gt;", "ts": "1781690400.000200"},
        {
            "type": "message",
            "user": "U2",
            "text": "yes",
            "ts": "1781690460.000100",
            "thread_ts": "1781690400.000200",
        },
    ]
    people = [{"id": "U1", "real_name": "Dana"}, {"id": "U2", "profile": {"display_name": "ivo"}}]
    parts = {"users.json": people, "channels.json": [], "incident/2026-06-17.json": said}
    data = zipped({name: json.dumps(value) for name, value in parts.items()})
    frame, report = rows(given(data, tmp_path, "export.zip"))
    assert report.sources[0].format == "slack_export"
    assert [(r.kind, r.body) for r in frame.itertuples()] == [
        ("message", "is @ivo here? <now>"),
        ("message", "yes"),
    ]
    answer = dict(frame.iloc[1].attributes)
    assert (answer["user"], answer["channel"], answer["reply_to"]) == ("ivo", "incident", "1781690400.000200")


# -- dialects: one format, many words ---------------------------------------------------------------------------------

#: What it is -> a line, and time, severity, service, trace, body.
DIALECTS = {
    "ECS": (
        '{"@timestamp":"2026-06-17T07:14:07.120Z","log.level":"error","message":"no DOC-1","ecs.version":"1.6.0",'
        '"service.name":"indexer","trace.id":"5b8e"}',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "OpenTelemetry": (
        '{"timestamp":"2026-06-17T07:14:07.120Z","severity_text":"WARN","severity_number":14,"body":"no DOC-1",'
        '"resource":{"service.name":"indexer"},"trace_id":"5b8e","span_id":"eee1"}',
        ("07:14:07.120000", 14, "indexer", "5b8e", "no DOC-1"),
    ),
    "pino": (
        '{"level":50,"time":1781680447120,"pid":17,"hostname":"node-3","name":"indexer","traceId":"5b8e","msg":"no DOC-1"}',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "bunyan": (
        '{"name":"indexer","hostname":"node-3","pid":7,"level":20,"msg":"no DOC-1","time":"2026-06-17T07:14:07.120Z","v":0}',
        ("07:14:07.120000", 5, "indexer", None, "no DOC-1"),
    ),
    "zap": (
        '{"level":"error","ts":1781680447.12,"logger":"worker","caller":"worker.go:88","msg":"no DOC-1","service":"indexer"}',
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "structlog": (
        '{"event":"no DOC-1","level":"warning","timestamp":"2026-06-17T07:14:07.120000Z","service":"indexer"}',
        ("07:14:07.120000", 13, "indexer", None, "no DOC-1"),
    ),
    "logback": (
        '{"@timestamp":"2026-06-17T09:14:07.120+02:00","@version":"1","message":"no DOC-1","logger_name":"c.p.Worker",'
        '"thread_name":"worker-3","level":"ERROR","level_value":40000,"service":"indexer","traceId":"5b8e"}',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "Serilog": (
        '{"@t":"2026-06-17T07:14:07.1200000Z","@m":"no DOC-1","@l":"Error","service":"indexer","@tr":"5b8e"}',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "Rust tracing": (
        '{"timestamp":"2026-06-17T07:14:07.120315Z","level":"ERROR","fields":{"message":"no DOC-1"},"target":"indexer::work"}',
        ("07:14:07.120315", 17, None, None, "no DOC-1"),
    ),
    "New Relic": (
        '{"timestamp":1781680447120,"message":"no DOC-1","level":"ERROR","entity.name":"indexer","trace.id":"5b8e"}',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "Datadog, flat": (
        '{"timestamp":"2026-06-17T07:14:07.120Z","status":"error","service":"indexer","message":"no DOC-1","dd.trace_id":"5b8e"}',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "Kibana, CSV": (
        '"@timestamp","log.level","service.name",message\n"Jun 17, 2026 @ 07:14:07.120",error,indexer,"no DOC-1"',
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "Datadog, CSV": (
        'Date,Host,Service,Status,Content\n"2026-06-17T07:14:07.120Z",node-3,indexer,error,"no DOC-1"\n'
        '"2026-06-17T07:14:08.120Z",node-3,indexer,info,"ok"',
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "Splunk, CSV": (
        '"_time","_raw",host,service,level\n"2026-06-17T09:14:07.120+0200","no DOC-1","node-3",indexer,ERROR',
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "CloudWatch Insights, CSV": (
        "@timestamp,@message,service,level\n2026-06-17 07:14:07.120,no DOC-1,indexer,error",
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "Grafana Explore, CSV": (
        '"Date","Line","tsNs","service_name","detected_level"\n'
        '"2026-06-17T07:14:07.120Z","no DOC-1","1781680447120000000",indexer,error',
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "Sentry, CSV": (
        "timestamp,title,level,project,trace\n2026-06-17T07:14:07.120Z,no DOC-1,error,indexer,5b8e",
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "New Relic, CSV": (
        "timestamp,message,level,entity.name\n1781680447120,no DOC-1,ERROR,indexer",
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "a spreadsheet, semicolons": (
        "Time;Service;Level;What\n17.06.2026 07:14:07;indexer;error;no DOC-1",
        ("07:14:07", 17, "indexer", None, "no DOC-1"),
    ),
    "American clocks": (
        "Date,Level,Service,Message\n6/17/2026 7:14:07 AM,Error,indexer,no DOC-1",
        ("07:14:07", 17, "indexer", None, "no DOC-1"),
    ),
    "Kubernetes, a JSON line inside": (
        '2026-06-17T07:14:07.120Z stderr F {"level":"error","msg":"no DOC-1","service":"indexer","trace_id":"5b8e"}',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "CloudWatch Insights, JSON": (
        '{"results":[[{"field":"@timestamp","value":"2026-06-17 07:14:07.120"},{"field":"@message","value":"no DOC-1"},'
        '{"field":"level","value":"error"},{"field":"service","value":"indexer"}]],"status":"Complete"}',
        ("07:14:07.120000", 17, "indexer", None, "no DOC-1"),
    ),
    "Grafana Explore, JSON": (
        '[{"line":"level=error msg=\\"no DOC-1\\" traceID=5b8e","timestamp":"1781680447120000000",'
        '"fields":{"service_name":"indexer"}}]',
        ("07:14:07.120000", 17, "indexer", "5b8e", "no DOC-1"),
    ),
    "Windows, evtx_dump": (
        '{"Event":{"System":{"Provider":{"#attributes":{"Name":"indexer"}},"EventID":7036,"Level":2,"TimeCreated":'
        '{"#attributes":{"SystemTime":"2026-06-17T07:14:07.120Z"}},"Computer":"web-2"},"EventData":{"param1":"no DOC-1"}}}',
        ("07:14:07.120000", 17, "indexer", None, "7036 indexer param1=no DOC-1"),
    ),
    "CloudFront": (
        "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status\n"
        "2026-06-17\t07:14:07\tFRA2-C1\t182\t10.0.0.7\tGET\tportal.example\t/documents/DOC-1\t502",
        ("07:14:07", 17, "portal.example", None, "GET /documents/DOC-1"),
    ),
}


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_a_dialect_tells_time_severity_service_and_trace(dialect, tmp_path):
    line, (clock, severity, service, trace, body) = DIALECTS[dialect]
    frame, report = rows(given(line + "\n", tmp_path))
    assert report.units.rejected == 0
    first = frame.iloc[0]
    assert str(first.time)[:10] == "2026-06-17"
    assert (
        str(first.time)[11:].removesuffix("+00:00"),
        plain(first.severity_number),
        plain(first.service),
        plain(first.trace_id),
        first.body,
    ) == (clock, severity, service, trace, body)


def test_lines_of_several_dialects_in_one_file_each_keep_their_own(tmp_path):
    both = [DIALECTS[name][0] for name in ("pino", "zap", "ECS", "structlog")]
    frame, _ = rows(given("\n".join(both) + "\n", tmp_path, "app.jsonl"))
    assert sorted(frame["severity_number"]) == [13, 17, 17, 17]
    assert set(frame["body"]) == {"no DOC-1"} and set(frame["kind"]) == {"log"}


@pytest.mark.parametrize(
    ("words", "clock"),
    [("CEST", "07:14:07"), ("PDT", "16:14:07"), ("UTC", "09:14:07"), ("+05:30", "03:44:07")],
)
def test_a_zone_in_a_word_or_an_offset_is_read(words, clock, tmp_path):
    line = f"2026-06-17 09:14:07.120 {words} [4711] ERROR:  no DOC-1\n"
    frame, report = rows(given(line * 3, tmp_path, "postgresql.log"))
    assert {str(at)[11:19] for at in frame["time"]} == {clock}
    assert report.sources[0].doubt == ()


def test_a_zone_word_that_means_two_things_is_a_doubt(tmp_path):
    _, report = rows(
        given("2026-06-17 09:14:07 CST [4711] ERROR:  no DOC-1\n" * 3, tmp_path, "postgresql.log")
    )
    assert "no zone" in report.sources[0].doubt[0]


def test_the_colours_of_a_terminal_are_no_part_of_a_line(tmp_path):
    line = "\x1b[2m2026-06-17T07:14:07.120Z\x1b[0m \x1b[31mERROR\x1b[0m worker: no \x1b[1mDOC-1\x1b[0m\n"
    frame, _ = rows(given(line * 2, tmp_path, "app.log"))
    assert [(r.severity_number, r.body) for r in frame.itertuples()] == [(17, "worker: no DOC-1")] * 2


def test_a_wrapper_without_a_time_takes_that_of_the_line_inside(tmp_path):
    lines = [f'web-1  | {{"level":"warn","ts":178168044{n}.12,"msg":"no DOC-{n}"}}' for n in range(3)]
    frame, _ = rows(given("\n".join(lines) + "\n", tmp_path))
    assert [str(at) for at in frame["time"]] == [f"2026-06-17 07:14:0{n}.120000+00:00" for n in range(3)]
    assert set(frame["kind"]) == {"log"} and set(frame["service"]) == {"web"}


@pytest.mark.parametrize(
    "name",
    [
        "otlp",
        "w3c",
        "l2tcsv",
        "timesketch",
        "vpc_flow",
        "mysql_slow",
        "logfmt",
        "mbox",
        "postgres_csv",
        "irc",
        "tln",
        "journald_export",
    ],
)
def test_a_format_that_grew_gives_the_same_events_as_the_whole(name, place, places):
    data = catalogue.load(SOURCES, name, noun="source").EXAMPLE.encode()
    for share in (0.5, 0.75):
        place.add(data[: data.index(b"\n", int(len(data) * share)) + 1], name="a.txt", format=name)
    place.add(data, name="a.txt", format=name)
    whole = places()
    whole.add(data, name="a.txt", format=name)

    def said(events):
        return sorted((str(r.time), r.body, r.kind, r.value) for r in events.events().itertuples())

    assert place.store.manifest().units.unexplained == 0
    assert str(said(place)) == str(said(whole))


def test_one_bad_line_in_ten_costs_only_itself(tmp_path):
    line = catalogue.load(SOURCES, "otlp", noun="source").EXAMPLE.splitlines()[1]
    lines = [line if n % 10 else "{broken" for n in range(1, 41)]
    frame, report = rows(given("\n".join(lines) + "\n", tmp_path))
    assert (len(frame), report.units.rejected) == (36, 4)


def test_a_document_with_one_bad_span_keeps_the_others(tmp_path):
    spans = [{"traceId": "5b8e", "id": "1", "name": "a", "timestamp": 1781680447120043}, {"id": "2"}, 7]
    frame, report = rows(given(json.dumps(spans), tmp_path), format="zipkin")
    assert (len(frame), report.units.rejected) == (1, 2)
    assert "'traceId' is missing" in report.sources[0].rejected[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "TraceId,SpanId,ParentID,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n"
        "5b8e,eee1,eee0,index,1781680447120000000,1781680447391500000,271500",
        '{"traceId":"5b8e","spanId":"eee1","parentSpanId":"eee0","operationName":"index","startTime":1781680447120,"durationMs":271.5}',
        '[{"traceID":"5b8e","spanID":"eee1","parentSpanID":"eee0","operationName":"index","startTime":1781680447120000,"duration":271500}]',
    ],
)
def test_spans_have_parent_and_duration_wherever_they_are_from(text, tmp_path):
    frame, _ = rows(given(text + "\n", tmp_path))
    first = frame.iloc[0]
    assert (first.kind, first.trace_id, first.span_id, first.body) == ("span", "5b8e", "eee1", "index")
    assert str(first.time) == "2026-06-17 07:14:07.120000+00:00"
    said = dict(first.attributes)
    assert (said["parent_span_id"], float(said["duration_ms"])) == ("eee0", 271.5)


def broken(data, dice):
    """An example with some of its bytes gone, doubled, or put in place of others."""
    for _ in range(dice.randint(1, 5)):
        low = dice.randrange(max(len(data), 1))
        high = min(len(data), low + dice.randint(1, 30))
        piece = dice.choice(
            [b"", data[low:high] * 2, b"null", b"7", b"[", b"}", b'"', b"|", b"\n", b"\0", b"\xff", b"1e999"]
        )
        data = data[:low] + piece + data[high:]
    return data


@pytest.mark.parametrize("name", WRITTEN)
def test_a_broken_example_breaks_no_format(name, tmp_path):
    module = catalogue.load(SOURCES, name, noun="source")
    dice = random.Random(name)
    for _ in range(8):
        file = given(broken(module.EXAMPLE.encode(), dice), tmp_path)
        sure = getattr(module, "sure", None) or module.FORMAT.share
        assert 0 <= sure(Content(file).head()).share <= 1
        if isinstance(module.FORMAT, Records):
            for record in module.FORMAT.read(file, Content(file)):
                assert all(value is None or isinstance(value, str) for value in record.fields.values())


def test_a_file_of_nothing_but_broken_lines_is_all_rejects(tmp_path):
    _, report = rows(given('{"broken\n{"too', tmp_path), format="docker_json")
    assert (report.events, report.units.rejected) == (0, 2)


def test_a_syslog_in_which_the_kernel_speaks_is_no_chat(place):
    lines = [
        f"Jun 15 00:00:0{i % 10} web-{i % 2} {'kernel' if i % 3 else 'sshd[7]'}: said {i}\n"
        for i in range(30)
    ]
    report = place.add("".join(lines).encode(), "messages", year=2026)
    assert (report.sources[0].format, report.events) == ("syslog", 30)
