"""Log of PostgreSQL as it writes to stderr, with any prefix; DETAIL, HINT and STATEMENT join what they explain."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
2026-06-17 09:14:07.120 CEST [4711] LOG:  checkpoint starting: time
2026-06-17 09:14:07.391 CEST [4712] portal@documents ERROR:  duplicate key value violates unique constraint "documents_pkey"
2026-06-17 09:14:07.391 CEST [4712] portal@documents DETAIL:  Key (id)=(DOC-1) already exists.
2026-06-17 09:14:07.391 CEST [4712] portal@documents STATEMENT:  INSERT INTO documents
\tVALUES ('DOC-1')
2026-06-17 07:14:08 UTC:10.0.0.7(50412):portal@documents:[4713]:FATAL:  remaining connection slots are reserved
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 9,
    "service": "postgresql",
    "body": "checkpoint starting: time",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: (?:[A-Z]{2,5}|[+-]\d{2}(?::?\d{2})?))?)"
        r"(?P<prefix>[ :][^\"]{0,200}?)(?P<level>DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC|FEHLER|WARNUNG|HINWEIS|PANIK|ERREUR|ATTENTION|ADVERTENCIA|AVISO|ERRORE|ATTENZIONE|ERRO):  (?P<body>.*)"
    ),
    levels={
        "log": 9,
        "attention": 13,
        "attenzione": 13,
        "aviso": 10,
        "panik": 23,
        **{f"debug{number}": 5 for number in range(1, 6)},
    },
    service="postgresql",
    goes_on=r"^\d{4}-\d{2}-\d{2} .{0,200}(?:[A-Z]{4,12}|Anweisung|Tipp|Zusammenhang|Kontext):  ",
)
