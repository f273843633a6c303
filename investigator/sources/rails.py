"""Log of Ruby and Rails: a letter, a bracketed time with the process, a level, the program and the message."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
I, [2026-06-17T09:14:07.120412 #4711]  INFO -- : [4eebb5e2-2f13-42f8-8644-d6c9a9e244f0] Started GET "/documents/DOC-1" for 10.0.0.7
E, [2026-06-17T09:14:07.391001 #4711] ERROR -- indexer: ActiveRecord::RecordNotFound (Couldn't find Document DOC-1):
app/controllers/documents_controller.rb:12:in `show'
I, [2026-06-17T09:14:08.002000 #4711]  INFO -- : Completed 404 Not Found in 180ms
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07.120412",
    "severity": 9,
    "body": 'Started GET "/documents/DOC-1" for 10.0.0.7',
}

FORMAT = Lines(
    pattern=(
        r"^[DIWEFUA], \[(?P<time>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)\s+#(?P<pid>\d+)\]\s+(?P<level>[A-Z]+) -- "
        r"(?P<program>[^:]*): (?:\[(?P<request_id>[0-9a-f]{8}-[0-9a-f-]{27})\] )?(?P<body>.*)"
    ),
    levels={"any": 9, "unknown": 9},
)
