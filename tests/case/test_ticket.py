"""The ticket among the files is found by what it is, and of what it names that which the other files know."""

import json
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import default

import pytest

from investigator.case.writing.call import propose
from investigator.case.writing.ticket import named_in, ticket_in, zone_beside

TICKET = """\
Mill Lane Bakery, 16 June 2026 14:50
Our orders {0} and {1} can't be found in your list, and the hotel (rule 18.892) wants them by 18:00. Where are they?
"""
LOG = "".join(f"2026-06-16T09:{n:02d}:00Z oven INFO took {{}}\n" for n in range(40))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ticket.txt").write_text(TICKET.format("BK/2026/004636", "BK/2026/005281"))
    (tmp_path / "oven.log").write_text(LOG.format(*(f"BK202600{n}" for n in range(4620, 4660))))
    (tmp_path / "shops.csv").write_text("id,name\n1,Mill Lane\n2,Dock Road\n")
    return tmp_path


def test_the_one_ticket_is_found_whatever_it_is_called(folder):
    (folder / "ticket.txt").rename(folder / "from them.md")
    assert ticket_in([folder]).startswith("Mill Lane Bakery")


def test_of_two_tickets_none_is_taken(folder):
    (folder / "ticket-2.txt").write_text(TICKET.format("BK/2026/1", "BK/2026/2"))
    assert ticket_in([folder]) == ""


def test_of_two_letters_the_one_is_taken_that_is_called_a_ticket(folder):
    (folder / "note to the driver.txt").write_text(TICKET.format("BK/2026/1", "BK/2026/2"))
    assert "BK/2026/004636" in ticket_in([folder])


CHATS = {
    "whatsapp": "[16/06/2026, 14:50] Ana 🌴: Good afternoon, where is 4636? The hotel wants it by six.\n[16/06/2026, 14:51] Ana 🌴: Hello?\n",
    "web form": "**Contact form** · received 16/06/2026 at 14:50\n**Company**: Mill Lane\n\nOur order 4636 does not show up in the list. Where is it?\n",
    "no time": "#mill-lane   Tuesday, June 16th\n\nAna (Mill Lane)  14:50\nWe can't see order 4636 since this morning. Where is it?\n",
}


@pytest.mark.parametrize("how", CHATS)
def test_a_chat_or_a_form_that_is_called_a_ticket_is_the_ticket(folder, how):
    (folder / "ticket.txt").write_text(CHATS[how])
    (folder / "bakers.txt").write_text(
        "[16/06/2026, 14:00] Bo: the oven of hall two is cold again, who looks?\n"
    )
    assert ticket_in([folder]) == CHATS[how]


_NEEDED = "the hotel wants BK/2026/004636 by 18:00 today, and it is not in the list"
ONLY_CHATS = {
    "chat.txt": f"[16/06/2026, 14:50] Ana 🌴: hello, where is our order?\n[16/06/2026, 14:51] Ana 🌴: {_NEEDED}\n",
    "channel.json": json.dumps([
        {"type": "message", "user": "Ana", "ts": "1781621400.000000", "text": "hello, where is our order?"},
        {"type": "message", "user": "Ana", "ts": "1781621460.000000", "text": _NEEDED},
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", ONLY_CHATS)
def test_the_one_chat_that_says_by_when_is_the_ticket_where_nobody_wrote_otherwise(folder, name):
    (folder / name).write_text(ONLY_CHATS[name])
    assert "Ana" not in ticket_in([folder])  # there is a ticket

    (folder / "ticket.txt").unlink()
    (folder / "bakers.txt").write_text(
        "[16/06/2026, 14:00] Bo: the oven is cold again?\n[16/06/2026, 14:02] Cy: yes.\n"
    )
    assert _NEEDED in ticket_in([folder])
    assert named_in(ticket_in([folder]), [folder]) == ["BK/2026/004636"]

    (folder / "second.txt").write_text(ONLY_CHATS["chat.txt"].replace("004636", "004637"))
    assert ticket_in([folder]) == ""


@pytest.mark.parametrize("name", ["phone_note_2.txt", "Telefonnotiz 16-06.md", "call from the hotel.txt"])
def test_notes_of_a_call_are_the_ticket_though_no_sentence_ends(folder, name):
    (folder / "ticket.txt").unlink()
    said = "caller: Ms Ode of the hotel (with us since 1999)\n- they want the two orders by six today\n- BK/2026/004636 is not in the list\n"
    (folder / name).write_text(said)
    (folder / "what the driver keeps.txt").write_text(said)
    assert ticket_in([folder]) == said


@pytest.mark.parametrize("said, filed", [("BK-4636", "BK004636"), ("order 70663", "BR00070663")])
def test_zeros_and_the_letters_before_a_number_are_those_of_the_files(tmp_path, said, filed):
    (tmp_path / "a.csv").write_text(f"id,at\n{filed},2026-06-16T09:00:00Z\n")

    assert named_in(f"Where is {said}?", [tmp_path]) == [filed]


def test_two_that_the_ticket_spells_in_two_ways_are_as_the_files_spell_them(tmp_path):
    (tmp_path / "a.csv").write_text(
        "no,at\nBK0726003590,2026-06-16T09:00:00Z\nBK0726003594,2026-06-16T09:00:00Z\n"
    )
    assert named_in("Where are BK-07/26/003590 and BK0726003594?", [tmp_path]) == [
        "BK0726003590",
        "BK0726003594",
    ]


def test_the_spelling_of_most_files_is_taken_where_zeros_differ(tmp_path):
    (tmp_path / "a.log").write_text("".join(f"2026-06-16T09:0{n}:00Z baked BK-11-002090\n" for n in range(4)))
    (tmp_path / "theirs.csv").write_text("no\nBK11/2090\n")
    assert named_in("Where is BK11/2090?", [tmp_path]) == ["BK-11-002090"]


def test_what_was_asked_about_comes_before_what_it_belongs_to_and_a_number_is_told_once(tmp_path):
    lines = [f"2026-06-16T09:{n:02d}:00Z loaded BK-{4600 + n} into VAN-7731\n" for n in range(40)]
    (tmp_path / "a.log").write_text("".join(lines))
    assert named_in("Van VAN-7731 came, but 4636, that is BK-4636, was not in it.", [tmp_path]) == [
        "BK-4636",
        "VAN-7731",
    ]


def test_a_form_that_a_site_sends_as_one_object_is_a_ticket(folder):
    (folder / "ticket.txt").unlink()
    said = "Our order BK/2026/004636 is not in your list since this morning, and the hotel waits for it. Where is it?"
    (folder / "webform_77120.json").write_text(
        json.dumps({"reference": "WF-77120", "message": said, "files": []})
    )
    words = ticket_in([folder])
    assert words == f"reference: WF-77120\nmessage: {said}"
    assert named_in(words, [folder]) == ["BK/2026/004636"]


def test_a_number_that_two_kinds_of_id_end_in_names_neither(tmp_path):
    (tmp_path / "a.csv").write_text(
        "id,at\nBR00070663,2026-06-16T09:00:00Z\nINV-70663,2026-06-16T09:00:00Z\n"
    )
    assert named_in("Where is order 70663?", [tmp_path]) == []


def test_what_the_ticket_names_is_found_however_the_files_spell_it(folder):
    assert named_in(ticket_in([folder]), [folder]) == ["BK/2026/004636"]


@pytest.mark.parametrize("spelled", ["B0217 26 841304", "11/2574-A", "B-708742/26"])
def test_ids_of_any_shape_are_named(tmp_path, spelled):
    (tmp_path / "a.log").write_text(f"2026-06-16T09:00:00Z took {spelled}\n")
    assert named_in(f"Sir, {spelled} is not there since 16.06.2026 09:00.", [tmp_path]) == [spelled]


def test_what_stands_everywhere_names_no_thing(tmp_path):
    (tmp_path / "a.log").write_text("2026-06-16T09:00:00Z refused E4170\n" * 400)
    assert named_in("It says E4170 to us.", [tmp_path]) == []


def test_a_clock_is_no_id_and_the_ticket_itself_knows_none(tmp_path):
    words = "Mill Lane / 20.11.2026 09h30\nWe can't find WTN-VFW-1694 anywhere, and the office asks for it by tomorrow 9:00."
    (tmp_path / "ticket.txt").write_text(words)
    (tmp_path / "a.log").write_text("2026-11-20T09:00:00Z opened at 09h30\n")
    assert named_in(words, [tmp_path]) == []


def test_a_mail_is_taken_as_it_reads_not_as_it_was_packed(tmp_path):
    words = "Unsere Bögen BK-4636 fehlen. Wir brauchen sie bis morgen 9 Uhr."
    mail = EmailMessage(policy=default)
    mail["From"], mail["Date"], mail["Subject"] = (
        "ida@mill.example",
        "Tue, 16 Jun 2026 09:40:00 +0200",
        "Bögen",
    )
    mail.set_content(words, cte="base64")
    (tmp_path / "m.eml").write_bytes(mail.as_bytes())
    found = ticket_in([tmp_path])
    assert words in found and "Date: Tue, 16 Jun 2026 09:40:00 +0200" in found and "base64" not in found


@pytest.mark.parametrize("code", ["utf-16", "utf-8-sig", "utf-8"])
def test_a_ticket_is_read_in_whatever_encoding_it_is(tmp_path, code):
    (tmp_path / "t.txt").write_bytes(TICKET.format("BK-1", "BK-2").encode(code))
    assert ticket_in([tmp_path]).startswith("Mill Lane Bakery")


def test_the_one_place_that_the_files_name_is_the_zone_where_nobody_says_one(folder):
    (folder / "crontab").write_text("CRON_TZ=America/Sao_Paulo\n0 2 * * * bake\n")
    (folder / "shops.md").write_text("# Shops (horário de Brasília)\n* 07/07 17:00 opened\n")
    assert zone_beside([folder]) == ("America/Sao_Paulo", "crontab")
    found = propose("Where is BK-4636? We need it by tomorrow 18:00.", beside=zone_beside([folder]))
    assert str(found.zone) == (
        "Times of this case are read in America/Sao_Paulo: crontab names it; nothing says where the customer is. Ask the customer."
    )
    assert found.deadline.zone == "America/Sao_Paulo"


def test_of_two_places_none_is_the_zone_and_a_mail_comes_first(folder):
    (folder / "a.md").write_text("# Shops (Berlin time)\n")
    mail = "From: a@b.example\nDate: Tue, 16 Jun 2026 14:50:00 -0300\n\nWhere is BK-4636?"
    assert propose(mail, beside=zone_beside([folder])).zone.name != "Europe/Berlin"
    (folder / "b.md").write_text("# Ovens (Kyiv time)\n")
    assert zone_beside([folder]) == ("", "")


SITE = {
    "opened": "2026-06-16T14:50:00+01:00",
    "messages": [
        {"from": "visitor (Mill Lane)", "text": "our lists BK/26/4636 and BK/26/4640 are not to be found!!"},
        {"from": "agent", "text": "Since when is that?"},
        {"from": "visitor (Mill Lane)", "text": "since Saturday. The hotel wants them by noon tomorrow."},
    ],
}


def test_a_chat_of_a_site_is_the_ticket_with_its_ids_its_clock_and_its_deadline(tmp_path):
    (tmp_path / "ticket_chat.json").write_text(json.dumps(SITE))
    (tmp_path / "order.eml").write_text(
        "From: shop@mill.example\nDate: Thu, 11 Jun 2026 10:02:10 +0100\nSubject: van\n\nPlease send the van at nine on Friday, as always. Thank you.\n"
    )
    (tmp_path / "lists.csv").write_text("no,state\nBK26-4636,OPEN\nBK26-4640,OPEN\n")
    found = propose(ticket_in([tmp_path]))
    assert found.deadline.low == datetime.fromisoformat("2026-06-17T12:00+01:00")
    assert found.sent == datetime.fromisoformat(SITE["opened"])
    assert named_in(found.words, [tmp_path]) == ["BK/26/4636", "BK/26/4640"]


@pytest.mark.parametrize(
    ("said", "filed"),
    [
        ("KV 2026/4586", "KV-2026-004586"),
        ("kv264586", "KV-26-4586"),
        ("GT 6793", "GT-06793"),
        ("B1157 93792", "SRB1157-0093792"),
        ("RS 1384/2026", "rs-1384-2026"),
        ("kv 2026 / 586", "KV-2026/00586"),
        ("52207 / 420", "52207/0420"),
        ("RS 003921", "RS-3921"),
        ("RS 10 2026 005 177.0", "102026005177"),
        ("loaf nº 4415", "4415"),
        ("number 415", "415"),
    ],
)
def test_an_id_is_found_by_its_numbers_however_the_ticket_spells_it(tmp_path, said, filed):
    (tmp_path / "oven.log").write_text(f"2026-06-16T09:00:00Z oven INFO took {filed}\n")
    (found,) = named_in(f"Where is {said}, please?", [tmp_path])
    assert re.findall("[0-9]", found)[-4:] == re.findall("[0-9]", filed)[-4:] and found in (said, filed)


def test_a_day_with_the_name_of_its_month_and_a_short_number_are_no_ids(tmp_path):
    (tmp_path / "oven.log").write_text("16-Jun-2026 09:00:00 oven 415 took BK-4636 of 18-Jun-2026\n" * 3)
    assert named_in("Where is BK-4636 of 18-Jun-2026? We sent 415 more.", [tmp_path]) == ["BK-4636"]


@pytest.mark.parametrize(
    "head",
    [
        "De : Moulin\nÀ : boulangerie\nDate : mar. 16 juin 2026 14:50:00 +0200\nObjet : commande introuvable",
        "De: Molino\nPara: panadería\nFecha: mar, 16 jun 2026 14:50:00 +0200\nAsunto: pedido perdido",
        "Da: Mulino\nA: forno\nData: mar, 16 giu 2026 14:50:00 +0200\nOggetto: ordine",
        "Van: Molen\nAan: bakkerij\nDatum: di 16 jun. 2026 14:50:00 +0200\nOnderwerp: bestelling",
    ],
)
def test_a_mail_in_another_language_comes_before_a_note_below_a_time(folder, head):
    (folder / "ticket.txt").rename(folder / "LEES MIJ.txt")
    (folder / "bericht.txt").write_text(f"{head}\n\nHello, our order BK/2026/004636 is not in your list.\n")
    assert "BK/2026/004636 is not in your list" in ticket_in([folder])


def test_a_chat_without_ends_of_sentences_is_the_ticket_where_nobody_wrote_otherwise(folder):
    (folder / "ticket.txt").unlink()
    said = (
        "[16/06/26, 14:50:05] Ana (Mill Lane): hello bakers, order 4636 is on somebody else's list\n"
        "[16/06/26, 14:52:31] Ana (Mill Lane): we need it by 18:00 today, and others miss theirs too\n"
    )
    (folder / "chat_mill.txt").write_text(said)
    assert "order 4636" in ticket_in([folder])
