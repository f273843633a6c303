"""Audit log of OpenAM: a quoted time and twelve columns, with tabs or spaces between."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
"2026-06-17 09:14:07"	portal|/	"cn=dsameuser,ou=DSAME Users,dc=openam"	ec5708a7f199678a01	"Not Available"	INFO	dc=openam	"cn=dsameuser,ou=DSAME Users,dc=openam"	LOG-1	amPolicy.access	"Not Available"	10.0.0.7
"2026-06-17 09:14:08"	"http://portal.example|/|<samlp:AuthnRequest ID=""139a"">"	"cn=dsameuser"	ec57	"Not Available"	WARNING	dc=openam	"cn=dsameuser"	SAML2-36	SAML2.access	"Not Available"	10.0.0.8
"""
EXPECT = {
    "events": 2,
    "kind": "audit",
    "time": "2026-06-17T09:14:07",
    "severity": 9,
    "service": "openam",
    "body": "portal|/",
}

_CELL = r'(?:"(?:[^"]|"")*"|[^"\s]\S*)'
_GAP = r"[\t ]+"

FORMAT = Lines(
    pattern=(
        rf'^"(?P<time>\d{{4}}-\d{{2}}-\d{{2}} \d{{2}}:\d{{2}}:\d{{2}})"{_GAP}(?P<body>{_CELL}(?: [^"\t]*)?){_GAP}(?P<login>{_CELL}){_GAP}'
        rf"(?P<context>{_CELL}){_GAP}(?P<client>{_CELL}){_GAP}(?P<level>[A-Z]+){_GAP}(?P<domain>{_CELL}){_GAP}(?P<login_id>{_CELL}){_GAP}"
        rf"(?P<message_id>\S+){_GAP}(?P<module>\S+){_GAP}(?P<name_id>{_CELL}){_GAP}(?P<address>\S+)"
    ),
    kind="audit",
    joins=False,
    service="openam",
)
