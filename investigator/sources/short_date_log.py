"""Log with the year in two digits, as Spark and Hadoop write it: 26/06/17 09:14:07 or 260617 091407."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
26/06/17 09:14:07 INFO executor.CoarseGrainedExecutorBackend: picked document DOC-1
26/06/17 09:14:08 ERROR scheduler.TaskSetManager: Task 0 in stage 1.0 failed 4 times
java.lang.IllegalStateException: unsupported schema 3
260617 091409 148 WARN dfs.DataNode$PacketResponder: 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "severity": 9,
    "body": "executor.CoarseGrainedExecutorBackend: picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{2}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}|\d{6} \d{6})(?:[.,]\d{1,6})?\s+(?:(?P<pid>\d{1,7})\s+)?"
        r"(?P<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+(?P<body>.*)"
    ),
    time=("%y/%m/%d %H:%M:%S", "%y%m%d %H%M%S"),
)
