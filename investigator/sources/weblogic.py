"""Server log of Oracle WebLogic: #### and columns in angle brackets; traces joined."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
####<Jun 17, 2026 9:14:07 AM CEST> <Error> <HTTP> <node-3> <AdminServer> <[ACTIVE] ExecuteThread: '1'> <<WLS Kernel>> <> <> <1781680447120> <BEA-101020> <could not index DOC-1>
java.lang.IllegalStateException: unsupported schema 3
####<Jun 17, 2026 9:14:08 AM CEST> <Info> <JMX> <node-3> <AdminServer> <main> <<WLS Kernel>> <> <> <1781680448002> <BEA-149500> <14 waiting>
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "weblogic",
    "body": "could not index DOC-1>\njava.lang.IllegalStateException: unsupported schema 3",
}

FORMAT = Lines(
    pattern=(
        r"^####<(?P<written>[^>]*)> <(?P<level>\w+)> <(?P<subsystem>[^>]*)> <(?P<host>[^>]*)> <(?P<server>[^>]*)> <(?P<thread>.*?)> "
        r"<<?(?P<user>[^>]*)>?> <(?P<transaction>[^>]*)> <(?P<context>[^>]*)> <(?P<time>\d{10,13})> (?:<\[severity-value[^>]*> )?"
        r"<(?P<code>[^>]*)> <?(?P<body>.*)"
    ),
    service="weblogic",
)
