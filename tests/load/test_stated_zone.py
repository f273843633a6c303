"""A zone that a file states for all of its times is theirs, and where it stands is said."""

import pytest
from test_formats import given, rows

LINES = "".join(f"2026-06-17 09:1{n}:00 INFO crate {n} weighed\n" for n in range(4))
TABLE = "crate;at\n" + "".join(f"{n};2026-06-17 09:1{n}\n" for n in range(4))
LISTED = '{"meta": {"tz": "America/Chicago"}, "crates": [{"crate": 1, "at": "2026-06-17 09:14"}, {"crate": 2, "at": "2026-06-17 09:15"}]}'


@pytest.mark.parametrize(
    ("text", "first", "where"),
    [
        (f"# tz=America/New_York\n{LINES}", "13:10", "America/New_York, as its line 1 says"),
        (f"# Ortszeit Wien\n{TABLE}", "07:10", "Europe/Vienna, as its line 1 says"),
        (f"# scale 4\n# all times in UTC+5:30\n{LINES}", "03:40", "+05:30, as its line 2 says"),
        (f"CRANE LOG (all times Zulu)\n{LINES}", "09:10", "UTC, as its line 1 says"),
        (f"cranes, eastern time\n{LINES}", "13:10", "America/New_York, as its line 1 says"),
        (f"# Guindastes (horário de Brasília)\n{LINES}", "12:10", "America/Sao_Paulo, as its line 1 says"),
        (f"GRÚAS (hora peninsular)\n{LINES}", "07:10", "Europe/Madrid, as its line 1 says"),
        (f"# What moved (Central time)\n{LINES}", "14:10", "America/Chicago, as its line 1 says"),
        (f"# the first time\n{LINES}", "09:10", "UTC"),
        (f"{LINES}2026-06-17 09:20:00 INFO the crane of Berlin time\n", "09:10", "UTC"),
        (LISTED, "14:14", "America/Chicago, as it says of itself"),
        (f"# seen from Berlin\n{LINES}", "09:10", "UTC"),
        (f"# moved on 17 June to Lisbon, see ticket 12\n{LINES}", "09:10", "UTC"),
        (f"# tz=Nowhere/Atall\n{LINES}", "09:10", "UTC"),
    ],
)
def test_a_zone_that_a_file_states_is_that_of_its_times(text, first, where, tmp_path):
    frame, report = rows(given(text, tmp_path, "scale.json" if text.startswith("{") else "scale.log"))
    assert str(frame.time.dropna().min())[11:16] == first
    doubt = next(said for said in report.sources[0].doubt if "no zone" in said)
    assert doubt.endswith(f"read as {where}")
    assert ("zone" in report.sources[0].asks) == (where == "UTC")


def test_what_a_person_says_stands_above_what_the_file_states(tmp_path):
    frame, report = rows(
        given(f"# tz=America/New_York\n{LINES}", tmp_path, "scale.log"), zone="Europe/Berlin"
    )
    assert str(frame.time.min())[11:16] == "07:10"
    assert any(said.endswith("Europe/Berlin, as you said") for said in report.sources[0].doubt)
