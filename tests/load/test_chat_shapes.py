"""Copies of chats as clients make them: every word in the mouth that said it, and what nobody said in none."""

from __future__ import annotations

import json

import pytest

from investigator.events.events import Events
from investigator.load import adding
from investigator.sources import _chat

SHAPES = {
    "a clock with its day and the word for edited": (
        "Ana Roth, Mon 8:14 AM\nserver down\nBen Lang, Mon 8:20 AM, Edited\nwhich?\nAna Roth, Mon 8:21 AM\neu-3\n",
        [("Ana Roth", "server down"), ("Ben Lang", "which?"), ("Ana Roth", "eu-3")],
    ),
    "edited between day and clock": (
        "[17.06.2026 08:14:03] Ana Roth: server down\n[17.06.2026 08:20:03] Ben (work): which?\n[17.06.2026 | Edited 08:21:30] Ana Roth: eu-3\n",
        [("Ana Roth", "server down"), ("Ben (work)", "which?"), ("Ana Roth", "eu-3")],
    ),
    "any name above its day and clock, words that end with a clock": (
        "Müller, Anna\n17.06.2026 08:14\nServer weg?\n\nJens Öz\n17.06.2026 08:15\nseit wann\n\nMüller, Anna\n17.06.2026 08:16\nseit 07:50\n",
        [("Müller, Anna", "Server weg?"), ("Jens Öz", "seit wann"), ("Müller, Anna", "seit 07:50")],
    ),
    "a machine, and what a client says of replies": (
        "Wednesday, June 17th\nAna Roth\n  8:14 AM\ndisk full\n2 replies\nLast reply today at 9:00 AM\nPager\nAPP  8:21 AM\nTriggered\nCleo  8:30 AM\non it\nAna Roth  8:31 AM\nok\n",
        [("Ana Roth", "disk full"), ("Pager", "Triggered"), ("Cleo", "on it"), ("Ana Roth", "ok")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_word_is_in_the_mouth_that_said_it(shape):
    text, said = SHAPES[shape]
    assert [(one.who, one.text) for one in _chat.messages(text)] == said


def _rows(path):
    store, report = adding.read(path)
    events = Events.open(store.folder)
    rows = [
        (dict(r.attributes or {}), r.body, str(r.time)[:16]) for r in events.fetch(events.table).itertuples()
    ]
    return [(held.get("user"), body, when) for held, body, when in rows], rows, report


def test_what_a_client_writes_of_itself_is_an_event_that_nobody_said(tmp_path):
    (tmp_path / "chat.txt").write_text(
        "17.06.26, 10:05 - Jens created group Depot\n17.06.26, 10:06 - Dana: where?\n17.06.26, 10:07 - Bob left\n17.06.26, 10:08 - Bob 🌴: gate 4\n"
    )
    said, _, report = _rows(tmp_path / "chat.txt")
    assert [(who, body) for who, body, _ in said] == [
        (None, "Jens created group Depot"), ("Dana", "where?"), (None, "Bob left"), ("Bob 🌴", "gate 4")
    ]  # fmt: skip
    assert said[2][2] == "2026-06-17 10:07" and not report.units.rejected


def test_where_every_line_has_its_day_one_that_names_nobody_is_its_own(tmp_path):
    (tmp_path / "board.txt").write_text(
        "2026-06-17 08:45  The hall is locked at 18:00\n2026-06-17 09:10  Notice: lamps are new\n"
        "2026-06-17 09:30  Notice: door 4 is new\n2026-06-17 10:45  The hall is locked at 20:00\n"
    )
    said, _, report = _rows(tmp_path / "board.txt")
    assert [(body, when[-5:]) for _, body, when in said] == [
        ("The hall is locked at 18:00", "08:45"), ("lamps are new", "09:10"), ("door 4 is new", "09:30"), ("The hall is locked at 20:00", "10:45")
    ]  # fmt: skip
    assert not report.units.rejected
    # Elsewhere such a line is what somebody pasted.
    told = _chat.messages(
        "2026-06-17 09:10  Ana: see\n2026-06-17 08:45 hall locked\nor so\n2026-06-17 09:30  Ben: ok\n"
    )
    assert [one.text for one in told] == ["see\n2026-06-17 08:45 hall locked\nor so", "ok"]


@pytest.mark.parametrize(("days", "asks"), [(("02/11", "03/11"), True), (("02/11", "13/11"), False)])
def test_a_chat_whose_days_nothing_tells_from_months_asks(days, asks, tmp_path):
    text = "".join(
        f"{day}/2026, 08:1{n} - {who}: hi\n" for day in days for n, who in enumerate(("Ana", "Ben"))
    )
    (tmp_path / "chat.txt").write_text(text)
    said, _, report = _rows(tmp_path / "chat.txt")
    assert bool(report.asking("order")) is asks
    assert asks or said[0][2] == "2026-11-02 08:10"


def test_in_an_export_of_slack_people_have_names_and_what_was_edited_or_deleted_keeps_its_words(tmp_path):
    (tmp_path / "depot").mkdir()
    (tmp_path / "users.json").write_text(
        json.dumps([{"id": "U1", "real_name": "Ana Roth"}, {"id": "U2", "real_name": "Ben"}])
    )
    day = [
        {"type": "message", "user": "U1", "text": "gone <@U2>", "ts": "1781690400.0001"},
        {"type": "message", "subtype": "message_changed", "ts": "1781690500.0001", "message": {"user": "U2", "text": "hall 3", "ts": "1781690460.0001"},
         "previous_message": {"user": "U2", "text": "hall 2", "ts": "1781690460.0001"}},
        {"type": "message", "subtype": "message_deleted", "ts": "1781690600.0001", "previous_message": {"user": "U1", "text": "oops", "ts": "1781690470.0001"}},
    ]  # fmt: skip
    (tmp_path / "depot" / "2026-06-17.json").write_text(json.dumps(day))
    said, rows, _ = _rows(tmp_path)
    assert [(who, body) for who, body, _ in said[:3]] == [
        ("Ana Roth", "gone @Ben"),
        ("Ben", "hall 3"),
        ("Ana Roth", "oops"),
    ]
    assert rows[1][0]["before"] == "hall 2" and rows[2][0]["afterwards"] == "deleted"


def test_columns_of_time_name_and_words_with_signs_for_what_nobody_said(tmp_path):
    (tmp_path / "ops.log").write_text(
        "2026/06/17(Wed)\n08:14\tAna Roth\tserver down\n08:15\t-->\tBen joined\n08:16\t *\tBen looks\n08:17\tBen\twhich?\n"
    )
    said, _, _ = _rows(tmp_path / "ops.log")
    assert said == [
        ("Ana Roth", "server down", "2026-06-17 08:14"), (None, "Ben joined", "2026-06-17 08:15"),
        ("Ben", "Ben looks", "2026-06-17 08:16"), ("Ben", "which?", "2026-06-17 08:17"),
    ]  # fmt: skip


#: Lines of a phone's export in several languages: who said what, and the first time.
ABROAD = {
    "hu": ("2026. 06. 14. 21:05 - Az üzenetek titkosítva.\n2026. 06. 14. 21:05 - Kovács Éva: áll a malom\n2026. 06. 14. 21:07 - Őr: megyek\nrögtön\n", [(None, "Az üzenetek titkosítva."), ("Kovács Éva", "áll a malom"), ("Őr", "megyek\nrögtön")]),
    "ko": ("2026. 6. 14. 오후 9:05, 김철수 : 문이 안 열려요\n2026. 6. 14. 오후 9:07, 이영희 : 확인할게요\n", [("김철수", "문이 안 열려요"), ("이영희", "확인할게요")]),
    "zh": ("2026/6/14 下午9:05 - 王小明: 船未到\n2026/6/14 下午9:07 - 李華: 我去看\n", [("王小明", "船未到"), ("李華", "我去看")]),
    "fi": ("14.6.2026 klo 21.05 - Aino: vene ei lähde\n14.6.2026 klo 21.07 - Väinö: katson\n", [("Aino", "vene ei lähde"), ("Väinö", "katson")]),
    "el": ("[14/6/2026, 9:05:00 μ.μ.] Άρης: η βάρκα\n[14/6/2026, 9:06:11 μ.μ.] Ζωή: έρχομαι\n", [("Άρης", "η βάρκα"), ("Ζωή", "έρχομαι")]),
}  # fmt: skip


@pytest.mark.parametrize("tongue", ABROAD)
def test_days_and_halves_of_the_day_in_other_languages_begin_messages(tongue, tmp_path):
    text, said = ABROAD[tongue]
    (tmp_path / "chat.txt").write_text(text)
    found, _, _ = _rows(tmp_path / "chat.txt")
    assert [(who, body) for who, body, _ in found] == said
    assert found[0][2] == "2026-06-14 21:05"


def test_a_date_that_each_entry_of_a_list_quotes_makes_no_talk_of_it(tmp_path):
    import investigator as inv

    entries = "".join(
        f"  - at: 2026-06-17T09:{n:02d}:00Z\n    what: |\n      hive {n} opened\n      as said on 2026-05-01 12:00\n"
        for n in range(6)
    )
    (tmp_path / "hives.yaml").write_text(f"keeper: Ode\nhistory:\n{entries}")
    events = inv.read(str(tmp_path / "hives.yaml"))
    times = events.fetch(events.table).time.dropna()
    assert len(times) == 6 and str(times.min()) == "2026-06-17 09:00:00+00:00"
