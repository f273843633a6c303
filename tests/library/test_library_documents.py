"""A postmortem of any trade and form becomes an incident: what its headings, labels and sentences say."""

import pytest

from investigator.errors import DataError
from investigator.library import document, postmortem
from investigator.library.incident import Action

PHARMACY = """# 2024-03-11 Labels printed for the wrong patient

## Executive summary
For 35 minutes the dispensing printer put the previous patient's name on labels. Two wards noticed.

## Customer impact
- A nurse reported that a label did not match the prescription.

## Root cause analysis
The print queue kept the last job after a driver upgrade.

### Contributing factors
* Nobody was alerted: there is no monitoring of the print queue.

## Timeline
- 09:10 driver upgrade
- 09:12 first wrong label
- 09:45 printer stopped

## Corrective actions
- [x] Roll the driver back
- [ ] Alert when the queue is older than a minute (owner: Ines Kron, due 2024-04-01)
- Print the name of the job on the label
"""

BANK = """Incident Report

Date: 14 February 2023
Severity: 1

What happened
The nightly settlement run never finished. An alert fired at 02:10 and the duty operator looked.

Impact
Payments of 4,100 customers were booked a day late. The outage lasted 5 hours and 20 minutes.

Root cause
A table grew past its quota, so each insert was refused: "ORA-01536: space quota exceeded for tablespace".

Lessons learned
The rollback failed because nobody had tested it.

Follow-up
1. Watch the size of the table.
2. Test the rollback every quarter.
"""

AIRPORT = """<!doctype html><html><head><title>Check-in desks down on 3 May 2022</title>
<script>alert('x')</script><style>h1{color:red}</style></head><body>
<h1>Check-in desks down on 3 May 2022</h1>
<p>Passengers could not check in. Several passengers complained at the desks before we looked.</p>
<h2>Why did it happen?</h2><p>The certificate of the gateway had expired.</p>
<h2>Affected systems</h2><p>check-in desk, baggage gateway</p>
<h2>How long</h2><p>Desks were unavailable for 2 hours.</p>
<h2>Next steps</h2><ul><li>Renew certificates by a job</li><li>Count failed sign-ins</li></ul>
</body></html>"""


def read(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return postmortem.incident(document.read(path))


def test_sections_of_markdown_become_fields(tmp_path):
    told = read(tmp_path, "labels.md", PHARMACY)
    assert told.title == "2024-03-11 Labels printed for the wrong patient" and told.date == "2024-03-11"
    assert told.summary[0].startswith("For 35 minutes")
    assert told.symptoms == ("A nurse reported that a label did not match the prescription.",)
    assert told.causes == ("The print queue kept the last job after a driver upgrade.",)
    assert told.factors == ("Nobody was alerted: there is no monitoring of the print queue.",)
    assert told.actions == (
        Action("Roll the driver back", True),
        Action("Alert when the queue is older than a minute", False, "Ines Kron", "2024-04-01"),
        Action("Print the name of the job on the label"),
    )
    assert (told.minutes, told.minutes_from) == (35, "said")
    assert any("first wrong label" in one for one in told.rest)


def test_plain_text_with_bare_headings_is_read_the_same_way(tmp_path):
    told = read(tmp_path, "settlement-run.txt", BANK)
    assert told.date == "2023-02-14"
    assert told.detected == "monitor" and "alert fired" in told.detected_in
    assert told.minutes == 320
    assert "4,100 customers" in " ".join(told.symptoms)
    assert told.messages == ("space quota exceeded for tablespace",)
    assert "a limit or quota" in told.broke
    assert [one.text for one in told.actions] == [
        "Watch the size of the table",
        "Test the rollback every quarter",
    ]


def test_a_page_is_read_without_its_scripts(tmp_path):
    told = read(tmp_path, "desks.html", AIRPORT)
    assert told.title == "Check-in desks down on 3 May 2022" and told.date == "2022-05-03"
    assert told.detected == "customer"
    assert told.causes == ("The certificate of the gateway had expired.",)
    assert {"check-in desk", "baggage gateway"} <= set(told.services)
    assert {"a certificate", "expired"} <= set(told.broke)
    assert [one.text for one in told.actions] == ["Renew certificates by a job", "Count failed sign-ins"]
    assert "alert(" not in told.text and "color" not in told.text


def test_a_pdf_is_read_as_its_text(tmp_path):
    path = tmp_path / "tram.pdf"
    path.write_bytes(
        pdf(
            [
                "Tram doors stayed shut on 2021-07-02",
                "",
                "Summary",
                "Doors did not open at 14 stops for 50 minutes.",
                "",
                "Root cause",
                "A setting was changed by hand.",
            ]
        )
    )
    told = postmortem.incident(document.read(path))
    assert told.date == "2021-07-02" and told.minutes == 50
    assert "a manual step" in told.broke


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("A shopkeeper's customer reported that the till was frozen.", "customer"),
        ("We received a complaint about double invoices.", "customer"),
        ("The on-call engineer was paged at 03:10.", "monitor"),
        ("Monitoring detected that no parcel was scanned for ten minutes.", "monitor"),
        ("An engineer noticed odd numbers while testing something else.", "staff"),
        ("No alert was configured, so the disk filled for weeks.", ""),
        ("The till was frozen from nine to ten.", ""),
    ],
)  # fmt: skip
def test_who_noticed_is_said_only_where_a_sentence_says_so(tmp_path, sentence, who):
    told = read(
        tmp_path, "till.md", f"# Till frozen 2020-01-02\n\n## Summary\n\n{sentence} {'The shop closed. ' * 8}"
    )
    assert told.detected == who


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("The outage lasted 1 hour and 48 minutes.", 108),
        ("Lifts were down for nine hours.", 540),
        ("This caused 40min of delay.", 40),
        ("For approximately 10-15 minutes no call went through.", 15),
        ("The timeout was raised to 30 seconds.", None),
        ("It had been deployed for the first time 3 days ago.", None),
    ],
)
def test_how_long_is_said_only_where_a_sentence_says_so(tmp_path, sentence, minutes):
    told = read(
        tmp_path, "lift.md", f"# Lifts 2020-01-02\n\n## Summary\n\n{sentence} {'Nobody was hurt. ' * 8}"
    )
    assert told.minutes == minutes


def test_title_and_file_that_name_different_days_are_a_doubt(tmp_path):
    told = read(
        tmp_path,
        "2020-10-28-boiler.md",
        "# 2020-08-28 Boiler off\n\nThe boiler went off at night. " + "Flats were cold. " * 8,
    )
    assert told.doubts == ("the title says 2020-08-28, the name of the file 2020-10-28",)


def test_an_empty_template_is_no_incident(tmp_path):
    text = "# Title (YYYY-MM-DD)\n\n## Summary\n\nDescribe what happened in two sentences, for a reader of another team.\n\n## Root cause\n\nWhy did it happen?\n\n## Impact\n\nHow many customers were affected?\n"
    with pytest.raises(DataError, match="tells of no incident"):
        read(tmp_path, "template.md", text)


def pdf(lines):
    """The smallest PDF that shows these lines."""
    shown = "".join(f"({line}) Tj T* " for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown}ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return assembled(objects)


def assembled(objects):
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, one)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    )
