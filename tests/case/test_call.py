"""What a pasted ticket proposes."""

from datetime import UTC, datetime

import pytest

from investigator.case.writing.call import propose

REFERENCE = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)

MAIL = """From: Jonas Feddersen <jonas@customer.example>
Date: Wed, 17 Jun 2026 14:06:12 +0200
Subject: [SUP-8841] Documents cannot be found

Hello, we uploaded DOC-4711 and 39 more (customer CUST-0042).
The deadline is today 18:00 (Berlin).
"""


def test_a_pasted_mail_proposes_id_ids_deadline_and_contact():
    found = propose(MAIL)
    assert found.id == "SUP-8841"
    assert found.title == "[SUP-8841] Documents cannot be found"
    assert found.ids == ("DOC-4711", "CUST-0042")
    assert found.deadline is not None
    assert found.deadline.low == datetime(2026, 6, 17, 16, 0, tzinfo=UTC)
    assert found.contact == "Jonas Feddersen <jonas@customer.example>"
    assert found.words == MAIL.strip()


def test_today_is_the_day_on_which_the_mail_was_sent():
    assert propose(MAIL, reference=None).deadline == propose(MAIL, reference=REFERENCE).deadline


@pytest.mark.parametrize(
    ("words", "deadline"),
    [
        ("we need them by 18:00 Europe/Berlin", "2026-06-17T16:00:00+00:00"),
        ("Frist: 17.06.2026, 18:00 Uhr", "2026-06-17T16:00:00+00:00"),
        ("until tomorrow 9:30", "2026-06-18T07:30:00+00:00"),
        ("due 2026-07-01 12:00 UTC", "2026-07-01T12:00:00+00:00"),
        ("they are gone since 9", None),
        ("DOC-1 was fine at some time", None),
    ],
)
def test_a_deadline_is_read_in_the_customers_zone(words, deadline):
    found = propose(words, zone="Europe/Berlin", reference=REFERENCE).deadline
    assert (found.low.isoformat() if found else None) == deadline


def test_words_alone_are_enough():
    found = propose("we cannot find them", zone="Europe/Berlin", reference=REFERENCE)
    assert (found.id, found.title, found.ids) == ("CASE-20260617-1405", "we cannot find them", ())
