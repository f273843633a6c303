"""A zone is proposed for a source by what it shares with others; a source that lies decades away is doubted."""

import json
from datetime import UTC, datetime

import pytest
from made import times, write

from investigator import load, moment
from investigator.events.store import Store
from investigator.load import zoning


def loaded(files, folder):
    (folder / "in").mkdir()
    write({"files": files}, folder / "in")
    store = Store(folder / "events")
    return store, load.add(folder / "in", store=store, vault=folder / "vault", load=1)


def two(hours, ids=range(10, 20)):
    return {
        "front.log": "".join(f"2026-06-17T10:{m}:07Z INFO PAY-{m} accepted\n" for m in ids),
        "back.csv": "at,ref,what\n"
        + "".join(f"2026-06-17 {10 + hours}:{m}:09,PAY-{m},booked\n" for m in ids),
    }


def test_a_zone_is_proposed_by_the_ids_that_two_sources_share(tmp_path):
    store, report = loaded(two(2), tmp_path)
    assert {name: one.offset for name, one in report.zones.items()} == {"back.csv": "+02:00"}
    (question,) = [text for text in report.questions() if "zone" in text]
    assert "front.log" in question and "case.evidence.answer_zone('back.csv', '+02:00')" in question


def test_nothing_is_proposed_where_few_ids_are_shared(tmp_path):
    store, report = loaded(two(2, range(10, 13)), tmp_path)
    assert report.zones == {}


def test_nothing_is_proposed_where_they_lie_apart_by_various_hours(tmp_path):
    files = two(2)
    files["back.csv"] = "at,ref,what\n" + "".join(
        f"2026-06-17 {m}:{m}:09,PAY-{m},booked\n" for m in range(10, 20)
    )
    store, report = loaded(files, tmp_path)
    assert report.zones == {}


def test_a_source_that_lies_decades_from_all_others_is_doubted(tmp_path):
    files = {**two(0), "odd.csv": "when,ref,what\n1998-06-17T07:14:07Z,A-1,x\n1998-06-17T07:15:07Z,A-2,y\n"}
    _, report = loaded(files, tmp_path)
    doubted = [one.source for one in report.sources if any("decades" in text for text in one.doubt)]
    assert doubted == ["odd.csv"]


def test_no_zone_of_the_invented_mixes_is_proposed_wrongly(tmp_path):
    for number, example in enumerate(x for x in times() if x["kind"] == "mixes" and "files" in x):
        if number % 5:
            continue
        folder = tmp_path / example["name"]
        folder.mkdir()
        store, report = loaded(example["files"], folder)
        told = report.zones
        for source, offset in example["offsets"].items():
            assert source not in told or told[source].offset == offset


CALL = """From: desk@example.org
To: help@example.org
Subject: {what} is not shown
Date: {date}

A minute ago {what} was booked, and it is not shown.
"""


def called(date, what="PAY-14"):
    rows = "".join(
        f"2026-06-17 {h:02d}:{m}:07 INFO PAY-{m} booked\n" for h, m in [(6, m) for m in range(10, 19)]
    )
    return {"desk.log": rows, "call.eml": CALL.format(date=date, what=what)}


def offsets(report):
    return {name: one.offset for name, one in report.zones.items()}


def test_a_mail_about_what_its_sender_just_saw_tells_the_clock_of_the_source(tmp_path):
    _, report = loaded(called("Wed, 17 Jun 2026 06:16:00 +0530"), tmp_path)
    assert offsets(report) == {"desk.log": "+05:30"}
    (question,) = report.questions()
    assert "call.eml" in question and "PAY-14" in question


@pytest.mark.parametrize(
    ("date", "what"),
    [
        ("Wed, 17 Jun 2026 09:16:00 +0530", "PAY-14"),  # hours later by that clock
        ("Wed, 17 Jun 2026 06:12:00 +0530", "PAY-14"),  # before it was there
        ("Wed, 17 Jun 2026 06:16:00 +0530", "PAY-99"),  # what is not there
        ("Wed, 17 Jun 2026 06:16:00", "PAY-14"),  # a mail that names no zone
    ],
)
def test_a_mail_tells_no_clock_where_what_it_names_was_not_minutes_before(tmp_path, date, what):
    _, report = loaded(called(date, what), tmp_path)
    assert offsets(report) == {}


def test_two_mails_by_two_clocks_tell_none(tmp_path):
    files = called("Wed, 17 Jun 2026 06:16:00 +0530")
    files["again.eml"] = CALL.format(date="Wed, 17 Jun 2026 06:17:00 +0200", what="PAY-15")
    _, report = loaded(files, tmp_path)
    assert offsets(report) == {}


def test_lines_that_would_lie_in_the_future_say_how_far_east_their_clock_is_at_least(tmp_path, monkeypatch):
    monkeypatch.setattr(moment, "now", lambda: datetime(2026, 6, 17, 10, 20, tzinfo=UTC))
    _, report = loaded({"shelf.log": "2026-06-17 12:10:07 INFO book 8 lent\n" * 3}, tmp_path)
    assert report.ahead == {"shelf.log": "+02:00"} and report.zones == {}
    (question,) = report.questions()
    assert "would end in the future: +02:00 at least" in question


def test_one_zone_for_all_is_never_proposed(tmp_path):
    rows = "2026-06-17 06:10:07 INFO belt 3 stopped\n" * 3
    _, report = loaded({"a.log": rows, "b.log": rows}, tmp_path)
    (question,) = report.questions()
    assert "'*'" not in question and "'a.log'" in question and "for each" in question


@pytest.mark.parametrize(
    ("name", "offsets"),
    [
        ("utc_offset_min", ("330", "-210")),
        ("gmtOffset", ("330", "-210")),
        ("utc_offset_h", ("5.5", "-3.5")),
        ("utcOffsetSeconds", ("19800", "-12600")),
        ("tz", ("+05:30", "-03:30")),
    ],
)
def test_an_offset_in_a_column_of_its_own_moves_each_row(place, name, offsets):
    said = [
        {"ride": f"R-{n}", "local_time": "2026-11-02 08:14:03", name: offset}
        for n, offset in enumerate(offsets * 2)
    ]
    report = place.add("".join(f"{json.dumps(one)}\n" for one in said).encode(), name="rides.jsonl")
    frame = place.events().sort_values("origin")
    assert [f"{at:%H:%M}" for at in frame.time] == ["02:44", "11:44"] * 2
    assert not any("no zone" in doubt for doubt in report.sources[0].doubt)


@pytest.mark.parametrize("name", ["timezoneOffset", "price_offset", "utc_offset_min"])
def test_a_number_that_may_count_the_other_way_round_moves_none(place, name):
    odd = 7 if name == "utc_offset_min" else 120  # no clock is seven minutes off
    said = [{"ride": f"R-{n}", "local_time": "2026-11-02 08:14:03", name: odd} for n in range(3)]
    report = place.add("".join(f"{json.dumps(one)}\n" for one in said).encode(), name="rides.jsonl")
    assert {f"{at:%H:%M}" for at in place.events().time} == {"08:14"}
    assert any("no zone" in doubt for doubt in report.sources[0].doubt)


@pytest.mark.parametrize(
    ("stamp", "hour"),
    [
        ("Wed Jun 17 09:14:{n:02d} CEST", "07"),
        ("Jun 17 09:14:{n:02d}.120 +0530", "03"),
        ("17 Jun 09:14:{n:02d} UTC", "09"),
        ("Wed, Jun 17 09:14:{n:02d} PDT", "16"),
        ("17. Juni 09:14:{n:02d} MESZ", "07"),
    ],
)
def test_a_zone_beside_a_time_without_a_year_is_kept_and_the_year_is_asked(place, stamp, hour):
    lines = "".join(f"{stamp.format(n=n)} [quay01: crane {n}: note]: moved\n" for n in range(4))
    (source,) = place.add(lines.encode(), name="messages").sources
    assert {f"{at:%m-%d %H}" for at in place.events().time} == {f"06-17 {hour}"}
    assert "year" in source.asks and "zone" not in source.asks


@pytest.mark.parametrize("word", ["CET", "CST"])
def test_a_zone_that_is_not_kept_then_or_means_several_moves_no_time_without_a_year(place, word):
    lines = "".join(f"Wed Jun 17 09:14:0{n} {word} [quay01: crane {n}: note]: moved\n" for n in range(4))
    (source,) = place.add(lines.encode(), name="messages").sources
    assert {f"{at:%H:%M}" for at in place.events().time} == {"09:14"} and "zone" in source.asks


TAB = "# bakery-2, clocks of Asia/Kathmandu\n15 4 * * *  bake  /opt/bake/ovens --warm\n"


def test_a_zone_that_a_plan_names_is_proposed_for_all_that_name_none_in_one_line(tmp_path):
    rows = "2026-06-17 06:10:07 INFO belt 3 stopped\n" * 3
    _, report = loaded({"a.log": rows, "b b.log": rows, "etc/crontab": TAB}, tmp_path)
    assert set(offsets(report).values()) == {"Asia/Kathmandu"}
    (question,) = report.questions(zone="inv answer X {quoted} --zone {zone}")
    assert "etc/crontab names Asia/Kathmandu" in question
    assert question.endswith("inv answer X a.log 'b b.log' --zone Asia/Kathmandu")


def test_the_zone_behind_the_clock_of_a_ticket_is_evidence_and_two_zones_are_none(tmp_path):
    rows = "2026-06-17 06:10:07 INFO jar 3 filled\n" * 3
    ticket = "Desk 4 | Wed 17 Jun 2026 15:40 {} | Aunt May, since 2001\n\nThe jars of today can't be found,\nnot one of them. Please look.\n"
    _, report = loaded({"a.log": rows, "t.txt": ticket.format("JST")}, tmp_path)
    assert offsets(report) == {"a.log": "Asia/Tokyo"}
    (tmp_path / "two").mkdir()
    _, report = loaded({"a.log": rows, "t.txt": ticket.format("JST"), "crontab": TAB}, tmp_path / "two")
    assert offsets(report) == {}


def test_a_source_whose_zone_was_found_tells_it_of_others_in_turn(tmp_path):
    files = two(2)
    files["third.csv"] = "at,batch,ref\n" + "".join(
        f"2026-06-17 09:{m}:11,LOT-{m},x\n" for m in range(10, 20)
    )
    files["back.csv"] = "at,ref,what\n" + "".join(
        f"2026-06-17 12:{m}:09,PAY-{m},LOT-{m}\n" for m in range(10, 20)
    )
    _, report = loaded(files, tmp_path)
    assert offsets(report) == {"back.csv": "+02:00", "third.csv": "-01:00"}


def test_many_small_sources_are_asked_together_and_each_for_itself(tmp_path, monkeypatch):
    import duckdb

    kinds = [one + other for one in "ABCDE" for other in "STUVWXYZ"]
    files = {f"gate-{kind}.log": two(0)["front.log"].replace("PAY-", f"{kind}-") for kind in kinds}
    files |= {"yard.csv": two(3)["back.csv"].replace("PAY-", "DV-")}
    asked, real = [], duckdb.connect
    monkeypatch.setattr(
        duckdb, "connect", lambda *given, **named: (asked.append(1), real(*given, **named))[1]
    )
    monkeypatch.setattr(zoning, "ROWS_AT_MOST", 200)
    store, report = loaded(files, tmp_path)
    assert offsets(report) == {"yard.csv": "+03:00"} and "gate-DV.log" in report.zones["yard.csv"].why
    assert len(asked) < 15


def test_what_a_log_gained_takes_no_id_away_from_it(tmp_path):
    _, report = loaded({"front.log": two(2)["front.log"]}, tmp_path)
    files = {
        "front.log": two(2)["front.log"] + "2026-06-17T11:00:07Z INFO door closed\n",
        "back.csv": two(2)["back.csv"],
    }
    write({"files": files}, tmp_path / "in")
    report = load.add(tmp_path / "in", store=Store(tmp_path / "events"), vault=tmp_path / "vault", load=2)
    assert [s.state for s in report.sources] == ["loaded", "grown"]
    assert offsets(report) == {"back.csv": "+02:00"}
