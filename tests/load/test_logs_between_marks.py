"""Lines whose parts stand between bars or semicolons, with no header above: a log, of which no line is lost."""

import pytest

BARS = [
    *(f"15-06-2026 06:{n % 60:02d}:14 | CUSTOMS | PORT{n % 2} | B-{7003 + n}/26 | crate P{n % 4} | weight {n} | acked" for n in range(450)),
    *(f"16-06-2026 14:02:{n:02d} | TLS   | peer 203.0.113.4 alert 46 certificate unknown | dropped" for n in range(9)),
]  # fmt: skip
KEYED = [
    *(f"14/06/26 08.{n % 60:02d}.09;mill;RECV;roll={n % 9}/{2001 + n};desk=M-{n % 4};sheets={n % 40};tok=f9a{n}e" for n in range(90)),
    *(f"15/06/26 10.00.{n:02d};mill;WARN;storage latency {n}20ms;;;" for n in range(9)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "said"), [(BARS, "B-7003/26 | crate P0 | weight 0 | acked"), (KEYED, "roll=0/2001;desk=M-0")]
)
def test_no_line_is_lost_and_the_message_keeps_its_ids(place, lines, said):
    report = place.add("\n".join(lines).encode() + b"\n", name="a.log")
    found = place.events()
    assert len(found) == len(lines) and not report.units.rejected
    assert found.time.notna().all() and said in found.body[0]


def test_a_table_without_a_header_stays_one(place):
    rows = [f"2026-06-17 09:{n:02d},DOC-{n},CUST-2,STORED,{n * 7}" for n in range(40)]
    place.add("\n".join(rows).encode() + b"\n", name="a.csv")
    assert dict(place.events().attributes[0])["column_2"] == "DOC-0"


def test_a_log_in_milliseconds_is_no_forensic_timeline(place):
    lines = [f"17940318{n:02d}797|tally|new row {551001 + n}|LD{n + 4000}|49kg|0.8s" for n in range(40)]
    place.add("\n".join(lines).encode() + b"\n", name="tally.log")
    (found,) = set(map(str, place.events().kind))
    assert found == "log" and "user" not in dict(place.events().attributes[0])
