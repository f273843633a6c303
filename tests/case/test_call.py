"""What a pasted ticket proposes."""

from datetime import UTC, datetime

import pytest

from investigator import moment
from investigator.case.writing.call import propose
from investigator.case.writing.case_zone import proposed_zone
from investigator.case.writing.mail_head import mail_head
from investigator.case.writing.shorthand import write

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
    assert found.words == MAIL[MAIL.index("Hello") :].strip()  # its head is not the customer's words
    assert found.sent == datetime(2026, 6, 17, 12, 6, 12, tzinfo=UTC)


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


SENT = datetime.fromisoformat("2026-06-17T14:06:12+02:00")


@pytest.mark.parametrize(
    ("said", "sent", "team", "machine", "zone", "why"),
    [
        (
            "",
            SENT,
            ("America/New_York", "Europe/Vienna"),
            "UTC",
            "Europe/Vienna",
            "the team's profile has it",
        ),
        ("", SENT, (), "Europe/Zurich", "Europe/Zurich", "this machine has it"),
        ("", SENT, (), "Asia/Tokyo", "Europe/Berlin", "other places have UTC+2 too"),
        ("Europe/Paris", SENT, (), "Europe/Zurich", "Europe/Paris", "beside the deadline"),
        ("America/New_York", SENT, (), "Europe/Zurich", "Europe/Zurich", "the mail was sent at UTC+2"),
        ("", None, ("Asia/Tokyo",), "Europe/Zurich", "Asia/Tokyo", "the team's profile has it"),
        ("", None, (), "Europe/Zurich", "Europe/Zurich", "nothing says where the customer is"),
        ("", None, (), "UTC", "UTC", "nothing says where the customer is"),
    ],
)
def test_the_zone_is_proposed_from_what_was_said_the_mail_the_team_and_the_machine(
    said, sent, team, machine, zone, why
):
    found = proposed_zone(said, sent, of_team=team, machine=machine)
    assert found.name == zone and why in str(found)


def test_a_contact_comes_before_who_forwards_and_the_head_is_not_said_by_the_customer():
    text = "Von: Desk <desk@team.example>\nGesendet: Mittwoch, 17. Juni 2026 14:06\nBetreff: Presse\n\nKontakt: Ida Berg, +49 30 55\nDie Bögen fehlen."
    head = mail_head(text)
    assert (head.contact, head.subject) == ("Ida Berg, +49 30 55", "Presse")
    assert head.words == "Kontakt: Ida Berg, +49 30 55\nDie Bögen fehlen."
    assert head.sent("Europe/Berlin") == datetime(2026, 6, 17, 12, 6, tzinfo=UTC)


def test_of_several_deadlines_a_person_is_asked():
    found = propose("Customs by 14:10, the ship by 17:00.", zone="Europe/Berlin", reference=REFERENCE)
    assert found.deadline is None and len(found.asked) == 2


def test_one_line_changes_the_zone_and_a_deadline_that_named_none_goes_with_it(tmp_path, monkeypatch):
    import investigator as inv

    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(REFERENCE.timestamp())))
    case = inv.Case.new("INC-1", words="lost", deadline="today 17:30", root=tmp_path, author="ana")
    said = str(write(case.evidence, "zone", "Europe/Berlin", author="ana"))
    assert "the deadline named no zone" in said and "no longer in UTC" in said
    assert case.snapshot().state.stated.low == datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
    assert str(case.card()).splitlines()[0].endswith("times in Europe/Berlin")
    write(case.evidence, "deadline", "today 18:00 UTC", author="ana")
    write(case.evidence, "zone", "Asia/Tokyo", author="ana")
    assert case.snapshot().state.stated.low == datetime(2026, 6, 17, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "zone", "sent"),
    [
        ("Paper Mill, H. Ueda, 16 June 2026 14:50 JST", "Asia/Tokyo", "2026-06-16T05:50Z"),
        ("Paper Mill & Co., 16 Jun 2026 11:05 (Athens)", "Europe/Athens", "2026-06-16T08:05Z"),
        ("**Paper Mill**, opened 16 June 2026 10:25 NZST", "Pacific/Auckland", "2026-06-15T22:25Z"),
    ],
)
def test_the_time_in_the_head_of_a_ticket_tells_the_zone_and_the_day(head, zone, sent, monkeypatch):
    monkeypatch.setattr("investigator.zones.of_machine", lambda: "UTC")
    found = propose(
        f"{head}\n\nThe rolls of today are gone, we need the list by tomorrow 9:00. Where are they?"
    )
    assert found.zone.name == zone and found.sent == datetime.fromisoformat(sent)
    assert found.deadline.low == datetime(2026, 6, 17, 9, 0, tzinfo=moment.zone(zone))


def test_a_zone_of_several_homes_is_the_one_that_the_mail_was_sent_in():
    found = propose(
        "From: ops@tiles.example\nDate: Tue, 16 Jun 2026 09:40:00 +0530\nSubject: Bills\n\nAll are wanted by today 18:00 IST."
    )
    assert found.deadline.low == datetime(2026, 6, 16, 12, 30, tzinfo=UTC)


def test_a_ticket_of_a_clock_ahead_of_ours_is_of_its_own_day(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 6, 15, 21, 50, tzinfo=UTC).timestamp())))
    found = propose(
        "Creek Schools, Tue 16 Jun 2026, 8:50 am\nEvery form has to be in by its close, tomorrow 23:59. Where are ours?"
    )
    # Nobody said where that is: +11:00 is the least by which it is not written in the future, so the deadline is asked.
    assert found.deadline is None and [due.time.low for due in found.asked] == [
        datetime.fromisoformat("2026-06-17T23:59+11:00")
    ]
    assert found.sent == datetime(2026, 6, 15, 21, 50, tzinfo=UTC) and not found.zone.known
    assert "from the future" in str(found.zone)


@pytest.mark.parametrize(
    ("chat", "title"),
    [
        (  # a phone's
            "[12.06.26, 12:17:03] Marina Duarte: the reef permits are not in the list\n"
            "[12.06.26, 12:19:40] Support: which ones?\n"
            "[12.06.26, 12:21:11] Marina Duarte: PERM-381 and the others of Monday",
            "the reef permits are not in the list",
        ),
        (  # an office's
            "Ole Brandt  9:02 AM\nthe pasture maps of farm FA-88 can't be opened\n\n"
            "Helpdesk  9:05 AM\nwe look\n",
            "the pasture maps of farm FA-88 can't be opened",
        ),
    ],
)
def test_when_a_chat_was_written_is_neither_its_deadline_nor_its_title(chat, title):
    found = propose(chat, zone="Europe/Berlin", reference=REFERENCE)
    assert (found.deadline, found.asked, found.title) == (None, (), title)


def test_a_deadline_that_somebody_names_in_a_chat_is_read():
    chat = (
        "[17.06.26, 14:01:03] Ines: the invoices are gone\n[17.06.26, 14:02:40] Desk: until when?\n"
        "[17.06.26, 14:03:11] Ines: deadline is today 18:00"
    )
    found = propose(chat, zone="Europe/Berlin", reference=REFERENCE).deadline
    assert found is not None
    assert found.low.isoformat() == "2026-06-17T16:00:00+00:00"
