"""Mails as programs export them: each by its own sender, once, also inside of another and in a table."""

from __future__ import annotations

import pytest

from investigator.events.events import Events
from investigator.load import adding


def _mail(name, clock, number, text, to=""):
    answers = f"In-Reply-To: <{to}@farm>\nReferences: <{to}@farm>\n" if to else ""
    return (
        f"From {name}@farm Mon Jun  1 {clock}:00 2026\nFrom: {name} <{name}@farm>\nTo: vet@farm\nDate: Mon, 1 Jun 2026 {clock}:00 +0000\n"
        f"Subject: Ewe 31\nMessage-ID: <{number}@farm>\n{answers}\n{text}\n\n"
    )


def _rows(path):
    store, report = adding.read(path)
    events = Events.open(store.folder)
    found = list(events.fetch(events.table.order_by(["time", "unit"])).itertuples())
    return [(dict(row.attributes or {}).get("from"), row.body) for row in found], found, report


def test_what_an_answer_quotes_of_a_mail_that_stands_above_it_is_no_mail_again(tmp_path):
    quoted = "Coming.\n\nOn Mon, 1 Jun 2026 05:00, mia wrote:\n> Ewe 31 limps.\n> Since noon."
    other = "Fine.\n\nOn Sun, 31 May 2026 09:00, jo wrote:\n> Buy hay."
    (tmp_path / "farm.mbox").write_text(
        _mail("mia", "05:00", 1, "Ewe 31 limps.\nSince noon.") + _mail("ola", "06:00", 2, quoted, "1") + _mail("mia", "07:00", 3, other, "2")
    )  # fmt: skip
    said, _, report = _rows(tmp_path / "farm.mbox")
    assert [body for _, body in said] == [
        "Buy hay.", "Ewe 31\nEwe 31 limps.\nSince noon.", "Ewe 31\nComing.", "Ewe 31\nFine."
    ]  # fmt: skip
    assert report.units.structural["quoted"] >= 2 and not report.units.rejected


def test_a_mail_without_an_id_whose_words_came_before_is_a_mail(tmp_path):
    text = _mail("mia", "05:00", 1, "Ewe 31 limps.") + _mail("ola", "06:00", 2, "Yes", "1")
    again = _mail("mia", "07:00", 3, "Ewe 31 limps.").replace("Message-ID: <3@farm>\n", "")
    (tmp_path / "farm.mbox").write_text(text + again)
    assert len(_rows(tmp_path / "farm.mbox")[0]) == 3


def test_a_mail_that_lies_in_another_is_its_own_senders(tmp_path):
    inner = "From: Sensors <sensors@mine>\nTo: desk@mine\nDate: Thu, 11 Jun 2026 03:12:00 +0200\nSubject: gas\n\nMethane at 1.8.\n"
    (tmp_path / "fwd.eml").write_text(
        "From: Desk <desk@mine>\nTo: shift@mine\nDate: Thu, 11 Jun 2026 10:00:00 +0200\nSubject: Fwd: gas\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/plain\n\nAct now.\n--B\nContent-Type: message/rfc822\n\n{inner}--B--\n'
    )
    said, rows, _ = _rows(tmp_path / "fwd.eml")
    assert said == [("Sensors <sensors@mine>", "gas\nMethane at 1.8."), ("Desk <desk@mine>", "Fwd: gas\nAct now.")]  # fmt: skip
    assert str(rows[0].time)[:16] == "2026-06-11 01:12"


@pytest.mark.parametrize(
    ("table", "kind", "key", "who"),
    [
        ("Subject,Body,From: (Name),To: (Name),Sent On\nFerry,Ramp stuck,Ana,Ops,2026-06-12 05:10:00\nRE: Ferry,on it,Ops,Ana,2026-06-12 05:14:00\n", "mail", "from", "Ana"),
        ("Betreff,Text,Von,An,Datum\nFähre,Rampe klemmt,Ana,Ops,12.06.2026 05:10\nAW: Fähre,kommt,Ops,Ana,12.06.2026 05:14\n", "mail", "from", "Ana"),
        ("AuthorID,Author,Date,Content,Attachments,Reactions\n1,Ana,2026-06-12T05:10:00Z,Ramp stuck,,eyes (1)\n2,Ops,2026-06-12T05:14:00Z,on it,,\n", "message", "user", "Ana"),
        ("time,user,action,message,channel\n2026-06-12T05:10:00Z,Ana,open,ramp 2,gate\n2026-06-12T05:14:00Z,Ops,close,ramp 2,gate\n", "audit", "user", "Ana"),
    ],
)  # fmt: skip
def test_a_table_of_mails_or_messages_says_who_wrote_each(table, kind, key, who, tmp_path):
    (tmp_path / "export.csv").write_text(table)
    _, rows, _ = _rows(tmp_path / "export.csv")
    assert rows[0].kind == kind and dict(rows[0].attributes)[key] == who
