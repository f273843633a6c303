"""Log with double colons between thread, level, time, module, line and logger, as oVirt's VDSM writes it; traces joined."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
Thread-1950::INFO::2026-06-17 09:14:07,120::dispatcher::94::Storage.Dispatcher.Protect::(run) picked DOC-1
MainThread::ERROR::2026-06-17 09:14:07,391::vds::74::vds::(run) Traceback (most recent call last):
  File "/usr/share/vdsm/vdsm", line 72, in run
SchemaError: unsupported schema 3
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T09:14:07.12",
    "severity": 9,
    "body": "(run) picked DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<thread>[^:]{1,80})::(?P<level>[A-Z]+)::(?P<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}[.,]\d{1,6})::(?P<module>[^:]*)::(?P<line>\d*)::"
        r"(?:(?P<logger>[^:]*)::)?(?P<body>.*)"
    ),
)
