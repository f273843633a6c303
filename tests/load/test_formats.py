"""Every format: its example is taken for itself, and gives the events that it tells of."""

import pytest

from investigator import catalogue, load
from investigator.events import Events
from investigator.load.content import Content
from investigator.load.recognise import SOURCES, recognise

#: format -> events, and of the first in it: kind, time in UTC, severity, service, and body (of a metric: its value)
FIRST = {
    "access_log": (2, "access", "2026-06-17T07:14:07", 9, None, "GET /documents/DOC-1 HTTP/1.1"),
    "apache_error": (
        3,
        "log",
        "2026-06-17T09:14:07.391806",
        17,
        "apache",
        "(111)Connection refused: [client 10.0.0.7:50412] AH00957: HTTP: attempt to connect to 10.0.0.9:8080 (portal) failed",
    ),
    "application_log": (
        3,
        "log",
        "2026-06-17T09:14:07.12",
        9,
        None,
        "[worker-3] c.p.indexer.Worker - picked document DOC-1",
    ),
    "auditd": (
        3,
        "audit",
        "2026-06-17T07:14:07.12",
        None,
        "auditd",
        'arch=c000003e syscall=87 success=no exit=-13 ppid=1 pid=4711 auid=1000 uid=33 comm="indexer" exe="/usr/bin/indexer" key="delete"',
    ),
    "aws_load_balancer": (
        2,
        "access",
        "2026-06-17T07:14:07.120453",
        17,
        "app/portal/50dc6c495c0c9188",
        "GET https://portal.example:443/documents/DOC-1 HTTP/1.1",
    ),
    "cef": (
        2,
        "alert",
        "2026-06-17T07:14:07.12",
        21,
        "threatmanager",
        "worm successfully stopped: blocked the upload of DOC-1",
    ),
    "cloudtrail": (
        2,
        "audit",
        "2026-06-17T07:14:07",
        9,
        "s3",
        "DeleteObject by arn:aws:sts::123456789012:assumed-role/deploy/dana",
    ),
    "cloudwatch": (2, "log", "2026-06-17T07:14:07.12", 17, "indexer", "could not index DOC-1"),
    "cri": (3, "log", "2026-06-17T07:14:07.120412", None, None, "picked document DOC-1"),
    "datadog": (2, "log", "2026-06-17T07:14:07.12", 17, "indexer", "could not index DOC-1"),
    "docker_compose": (3, "log", "2026-06-17T07:14:07.120412", None, "indexer", "picked document DOC-1"),
    "docker_json": (2, "log", "2026-06-17T07:14:07.120412", None, None, "picked document DOC-1"),
    "elasticsearch": (2, "log", "2026-06-17T07:14:07.12", 17, "indexer", "could not index DOC-1"),
    "envoy": (2, "access", "2026-06-17T07:14:07.12", 17, "envoy", "GET /documents/DOC-1 HTTP/1.1"),
    "gcp_logging": (2, "log", "2026-06-17T07:14:07.120412", 17, "indexer", "could not index DOC-1"),
    "git_log": (
        1,
        "deploy",
        "2026-06-15T05:05:00",
        None,
        None,
        "5b1e0c7d9f21a0f2b6b8d2f3c1a7e9d4b5c6a7f8: Larger batches at night",
    ),
    "glog": (3, "log", "2026-06-17T09:14:07.120412", 9, None, "Starting workers"),
    "haproxy": (3, "access", "2026-06-17T09:14:06.143", 9, "portal", "GET /documents/DOC-1 HTTP/1.1"),
    "journald_export": (2, "log", "2026-06-17T07:14:07.120373", 17, "indexer", "could not index DOC-1"),
    "journald_json": (2, "log", "2026-06-17T07:14:07.120373", 17, "indexer", "could not index DOC-1"),
    "json_records": (2, "deploy", "2026-06-17T07:12:00", None, "indexer", "indexer 2.3.1"),
    "jsonlines": (3, "log", "2026-06-17T07:14:07.12", 9, "upload", "received DOC-1"),
    "kubectl_logs": (3, "log", "2026-06-17T07:14:07.120412", None, "indexer", "picked document DOC-1"),
    "kubernetes_audit": (
        2,
        "audit",
        "2026-06-17T07:12:00.120412",
        9,
        "kube-apiserver",
        "patch deployments/prod/indexer by dana@platform.example: 200",
    ),
    "kubernetes_events": (
        2,
        "log",
        "2026-06-17T07:14:07",
        13,
        "indexer",
        "BackOff: Back-off restarting failed container indexer",
    ),
    "logfmt": (2, "log", "2026-06-17T07:14:07.120731", 9, "indexer", "picked document"),
    "loki": (2, "log", "2026-06-17T07:14:07.120412", 17, "indexer", "could not index DOC-1"),
    "mail": (
        1,
        "mail",
        "2026-06-17T12:06:12",
        None,
        None,
        "[SUP-8841] documents cannot be found\nThe customer called at 14:05.",
    ),
    "mongodb": (2, "log", "2026-06-17T07:14:07.12", 9, "mongodb", "Connection accepted"),
    "mysql_error": (3, "log", "2026-06-17T07:14:07.120618", 9, "mysql", "DDL log recovery : begin"),
    "mysql_general": (
        2,
        "log",
        "2026-06-17T07:14:07.120691",
        None,
        "mysql",
        "select id from documents where id = 'DOC-1'",
    ),
    "mysql_slow": (
        2,
        "log",
        "2026-06-17T07:14:07.678222",
        None,
        "mysql",
        "SELECT * FROM documents\nWHERE customer = 'CUST-0042';",
    ),
    "nginx_error": (
        3,
        "log",
        "2026-06-17T09:14:07",
        17,
        "nginx",
        'upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.7, server: portal.example, request: "GET /documents/DOC-1 HTTP/1.1", upstream: "http://10.0.0.9:8080/documents/DOC-1", host: "portal.example"',
    ),
    "otlp": (3, "span", "2026-06-17T07:14:07.12", 17, "indexer", "index document"),
    "postgres": (3, "log", "2026-06-17T07:14:07.12", 9, "postgresql", "checkpoint starting: time"),
    "postgres_csv": (
        2,
        "log",
        "2026-06-17T07:14:07.12",
        17,
        "postgresql",
        'duplicate key value violates unique constraint "documents_pkey"\nDETAIL: Key (id)=(DOC-1) already exists.',
    ),
    "prometheus_range": (2, "metric", "2026-06-17T07:14:00", None, "indexer", 3.0),
    "rails": (3, "log", "2026-06-17T09:14:07.120412", 9, None, 'Started GET "/documents/DOC-1" for 10.0.0.7'),
    "s3_access": (
        2,
        "access",
        "2026-06-17T07:14:07",
        13,
        "objects-prod",
        "GET /objects-prod/objects/DOC-1/v1 HTTP/1.1",
    ),
    "slack_day": (2, "message", "2026-06-17T10:00:00.0002", None, None, "purge is at 18:00, right?"),
    "splunk_json": (
        2,
        "log",
        "2026-06-17T07:14:07.12",
        17,
        "indexer",
        "2026-06-17 09:14:07,120 ERROR could not index DOC-1",
    ),
    "syslog": (
        3,
        "log",
        "2026-06-17T09:14:07",
        None,
        "sshd",
        "Accepted publickey for deploy from 10.0.0.7 port 50412",
    ),
    "syslog_5424": (2, "log", "2026-06-17T07:14:07.003", 10, "indexer", "indexed document DOC-1"),
    "traefik": (2, "access", "2026-06-17T07:14:07", 9, "traefik", "GET /documents/DOC-1 HTTP/1.1"),
    "traefik_json": (2, "access", "2026-06-17T07:14:07.120412", 9, "portal@docker", "/documents/DOC-1"),
    "vpc_flow": (
        3,
        "access",
        "2026-06-17T07:14:07",
        9,
        "vpc",
        "ACCEPT TCP 10.0.0.7:50412 to 10.0.1.9:443, 20 packets, 4249 bytes",
    ),
    "w3c": (2, "access", "2026-06-17T07:14:07", 17, "web", "GET /documents/DOC-1?view=full"),
    "zipkin": (1, "span", "2026-06-17T07:14:07.120043", 17, "indexer", "next-message"),
}
#: What has tests of its own: binary files, and formats that the laws are tested with.
ELSEWHERE = {"sqlite_tables", "csv_table", "plain_text"}


def given(data, folder, name="data"):
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def rows(file, **options):
    store, report = load.read(file, **options)
    assert report.units.unexplained == 0
    events = Events.open(store.folder)
    return events.fetch(events.table.order_by(["evidence", "unit", "time"]), limit=None), report


def plain(value):
    return None if value is None or value != value else value


def test_every_format_is_in_this_table():
    assert set(catalogue.names(SOURCES)) == set(FIRST) | ELSEWHERE


@pytest.mark.parametrize("name", sorted(FIRST))
def test_a_format_gives_the_events_of_its_example(name, tmp_path):
    count, kind, time, severity, service, body = FIRST[name]
    file = given(catalogue.load(SOURCES, name, noun="source").EXAMPLE, tmp_path)
    found, why, _ = recognise(Content(file))
    assert found == name, why
    frame, report = rows(file, year=2026)
    assert report.units.rejected == 0
    first = frame.iloc[0]
    said = first.value if first.kind == "metric" else first.body
    at = plain(first.time)
    assert (
        len(frame),
        first.kind,
        None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip("."),
        plain(first.severity_number),
        plain(first.service),
        said,
    ) == (count, kind, time, severity, service, body)
