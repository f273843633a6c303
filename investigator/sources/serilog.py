"""Serilog's compact JSON (CLEF): @t, @mt or @m, and @l where it is not Information."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"@t":"2026-06-17T07:14:07.1204123Z","@mt":"could not index {Document}","@l":"Error","Document":"DOC-1","SourceContext":"Indexer","@tr":"5b8efff798038103d269b633813fc60c","@sp":"eee19b7ec3c1b174"}
{"@t":"2026-06-17T07:14:08.0020000Z","@mt":"picked {Document}","Document":"DOC-2","SourceContext":"Indexer"}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "severity": 17,
    "body": "could not index {Document}",
}

FORMAT = JsonLines(
    kind="log",
    roles={
        "@t": "time",
        "@l": "severity_text",
        "@mt": "body",
        "@m": "body",
        "@tr": "trace_id",
        "@sp": "span_id",
        "@i": "",
        "Application": "service",
    },
    level="Information",
)


def sure(head: Head) -> Sure:
    """Objects with @t and a message or its template."""
    share = max(head.having("@t", "@mt"), head.having("@t", "@m"), head.having("@t", "@i"))
    return Sure(0.97 * share, "@t and @mt on each line")
