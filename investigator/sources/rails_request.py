"""Log of Rails without a formatter: a request a block, from Started to Completed."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
Started GET "/documents/DOC-1" for 10.0.0.7 at 2026-06-17 09:14:07 +0200
Processing by DocumentsController#show as HTML
  Parameters: {"id"=>"DOC-1"}
Completed 404 Not Found in 180ms (Views: 0.4ms | ActiveRecord: 143.3ms)

ActiveRecord::RecordNotFound (Couldn't find Document DOC-1):
app/controllers/documents_controller.rb:12:in `show'
Started GET "/search?q=1" for 10.0.0.8 at 2026-06-17 09:14:08 +0200
Completed 200 OK in 12ms
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 13,
    "body": 'GET "/documents/DOC-1" for 10.0.0.7 at 2026-06-17 09:14:07 +0200\nProcessing by DocumentsController#show as HTML\n  Parameters: {"id"=>"DOC-1"}\nCompleted 404 Not Found in 180ms (Views: 0.4ms | ActiveRecord: 143.3ms)\n\nActiveRecord::RecordNotFound (Couldn\'t find Document DOC-1):\napp/controllers/documents_controller.rb:12:in `show\'',
}

FORMAT = Lines(
    pattern=(
        r"^Started (?P<body>(?P<method>[A-Z]+) \"(?P<path>[^\"]*)\" for (?P<client>\S+) at "
        r"(?P<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4})(?s:.*?\nCompleted (?P<status>\d{3})\b.*|.*))"
    ),
    kind="access",
)
