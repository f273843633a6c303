"""A note in words is one event with all its words, at the time that it says; a log of few lines stays a log."""

from __future__ import annotations

import pandas as pd
import pytest

import investigator as inv

NOTES = {
    "reported": "The seed list opens empty\n\nFarm: Juniper\nLot: LOT 2026 055461\nReported 2026-05-02 20:27 UTC\n",
    "opened": "Opened 2026-05-02 20:27 UTC by the ward\n\nResults take two hours longer than yesterday\nExample: sample L26 41481\n",
    "german": "Gemeldet am 02.05.2026 20:27\nDie Liste von heute früh ist leer, niemand findet LOT 2026 055461.\n",
    "head": "Ferry desk no. 118 | Sat 2 May 2026, 20:27 | Skipper Aal, customer since 2009\n\nWe can't open the berth list,\nit is needed by Sunday 3 May, 9:00. Please look.\nAal",
    "commas": "Harbour Bakery, Orders, Sat 2 May 2026, 8:27 pm\nOur orders BK-17 and BK-18, and more, are not in your list. The hotel wants them by 3 May, 06:00. Where are they?\n",
    "french": "Ferme du Lac / 02.05.2026 20h27\nTwo of our certificates are not in the portal, FL-31 and FL-32. They were there last week. Were they cancelled?\n",
    "place": "Choir & Co., 2 May 2026 23:27 (Athens)\nThe scores of part 3 stop on page 40 and more of them look short. Which of ours are not whole?\n",
    "title": "# 118 - berth list empty\n\n**Skipper Aal**, with us since 2009, Sat 2 May 2026, 20:27\n\nThe list of berths opens empty today.\nWho has our berths, and since when?\n",
}
NOTES |= {
    "signed": "The loaves of the second oven are not on the list\n\nBakery: Korn & Co\nBox: LOT 2026 055461\n2 May 2026, 20:27\n",
    "form": "Notices have disappeared\nApplicant: Brook Holding\nNotice: NV 2026/13626-K\n2026-05-02 20:27 UTC\n",
    "signed in UTC": "A notice of ours is out under another's name\nApplicant: Brook Holding\nNotice: NV 2026/13626-K\n2026-05-02 20:27 UTC\n",
}
LOGS = {
    "state": "Server state now\nStarted 2026-05-02 20:27:00\nlistening on 8080\nworkers 4\n",
    "ended": "the last start of all wrote this trace here\nmain.c line 4 could not open the file\nexit 4\n2026-05-02 20:27:00 stopped with 4\n",
    "levels": "INFO 2026-05-02 20:27:00 the pump of the north basin was started\nand it went on as it should do.\nnobody stood beside it then.\n",
    "trace": "2026-05-02 20:27:00 ERROR could not open the list of today\n  at Store.open(Store.java:12)\n  at Main.run(Main.java:3)\n",
    "banner": "Started at 2026-05-02 20:27:00\nreading config\nlistening on 8080\n",
    "entries": "Tram depot, 2 May 2026 20:27\n05:25 The control room calls an electrician. He comes at once to the depot.\n"
    "06:00 The signal is green again at last. All trams of the line run as planned.\n",
    "many": "".join(
        f"Pump {n} was checked on 2026-05-02 20:{n:02d}:00 and all was well with it\n" for n in range(12)
    ),
}


@pytest.mark.parametrize("name", NOTES)
def test_no_word_of_a_note_is_lost(name: str, tmp_path) -> None:
    (tmp_path / "t.txt").write_text(NOTES[name])

    events = inv.read(tmp_path / "t.txt")
    rows = events.fetch(events.table)

    assert list(rows.body) == [NOTES[name].strip()]
    assert rows.time[0] == pd.Timestamp("2026-05-02T20:27", tz=rows.time.dt.tz)
    assert rows.kind[0] == "ticket" and not events.sources[0].rejected


@pytest.mark.parametrize("name", LOGS)
def test_a_log_of_few_lines_is_no_note(name: str, tmp_path) -> None:
    (tmp_path / "t.txt").write_text(LOGS[name])

    events = inv.read(tmp_path / "t.txt")

    assert {source.kind for source in events.sources} == {"log"}


def test_a_quoted_mail_stays_one(tmp_path) -> None:
    (tmp_path / "t.txt").write_text(
        "Re: lists\nOn Sat, 2 May 2026 at 20:27, Ida wrote:\n> The lists of today are all empty. Please look at them.\n"
        "We are looking at the lists now. It will take an hour.\n"
    )

    assert {source.kind for source in inv.read(tmp_path / "t.txt").sources} == {"mail"}


def test_the_time_in_the_head_of_a_note_is_no_other_time(tmp_path) -> None:
    (tmp_path / "t.txt").write_text(NOTES["place"])

    assert not [
        doubt
        for source in inv.read(tmp_path / "t.txt").sources
        for doubt in source.doubt
        if "another" in doubt
    ]
