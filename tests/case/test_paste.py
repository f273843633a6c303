"""What is pasted: a chat is who, when and what; logs are evidence; looked at first, once in, out with one undo."""

import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator.case import Case
from investigator.errors import ParameterError
from investigator.moment import clock
from investigator.sources import _chat

NOW = datetime(2026, 6, 17, 13, 0, tzinfo=UTC)

SHAPES = {
    "slack": ("Dana Lee  9:14 AM\ncan't find it\nana\n  9:16 AM\nlooking\n9:17\nnothing there\n:eyes: 2\n3 replies\n",
              [("Dana Lee", "can't find it"), ("ana", "looking"), ("ana", "nothing there")]),
    "teams": ("[9:14 AM] Dana Lee\nhello\n\n[9:15 AM] Ana K.\nok: fine\n", [("Dana Lee", "hello"), ("Ana K.", "ok: fine")]),
    "whatsapp": ("[17.06.26, 09:14:07] Dana Lee: hi\nsecond line\n[17.06.26, 09:15:09] Ana: 40 rows\n",
                 [("Dana Lee", "hi\nsecond line"), ("Ana", "40 rows")]),
    "whatsapp web": ("17/06/2026, 09:14 - Dana: hi\n17/06/2026, 09:15 - Ana: no\n", [("Dana", "hi"), ("Ana", "no")]),
    "discord": ("Dana — Today at 9:14 AM\nhi\nAna — Today at 9:15 AM\nno\n", [("Dana", "hi"), ("Ana", "no")]),
    "zoom": ("09:14:07 From Dana Lee to Everyone : hi\n09:15:00 From Ana to Everyone : no\n", [("Dana Lee", "hi"), ("Ana", "no")]),
    "irc": ("[09:14] <dana> hi\n[09:15] <@ana> no: really\n", [("dana", "hi"), ("ana", "no: really")]),
    "names alone": ("dana: do we know it?\nana: no\ndana: ask ben\n", [("dana", "do we know it?"), ("ana", "no"), ("dana", "ask ben")]),
}  # fmt: skip
NONE = {
    "a log": "2026-06-17 09:14:07 ERROR worker: could not index\n2026-06-17 09:14:08 INFO worker: done\n",
    "a mail": "From: Jonas\nTo: you\nSubject: documents\n\nwhere are they?\n",
    "prose": "Hello team,\nwe can't find our documents.\nRegards: Jonas\n",
    "keys": '{"time": "2026-06-17T09:14:07Z", "level": "info"}\n',
}


@pytest.fixture
def case(tmp_path):
    with clock.held(NOW - timedelta(hours=6)):
        return Case.new("INC-1", words="lost", zone="Europe/Berlin", root=tmp_path, author="ana")


def paste(case, text, at=NOW):
    with clock.held(at):
        return case.record.paste(text).keep(author="scribe")


@pytest.mark.parametrize("shape", SHAPES)
def test_who_said_what_is_told_in_the_shape_of_each_client(shape):
    text, expected = SHAPES[shape]
    assert [(said.who, said.text) for said in _chat.messages(text)] == expected


@pytest.mark.parametrize("shape", NONE)
def test_what_is_no_chat_is_not_taken_for_one(shape):
    assert _chat.messages(NONE[shape]) == []


@given(st.lists(st.tuples(st.sampled_from(["Dana Lee", "Ana", "Ben K"]), st.text("abcdef ?!.,0123456789", min_size=1)
                          .filter(str.strip)), min_size=2, max_size=12))  # fmt: skip
def test_no_message_is_lost_and_none_is_added(thread):
    text = "".join(f"[09:{n:02d}] {who}: said {words}\n" for n, (who, words) in enumerate(thread))
    found = _chat.messages(text)
    assert [(m.who, m.text) for m in found] == [(who, f"said {words}".strip()) for who, words in thread]


def test_over_midnight_backwards_from_now():
    found = _chat.messages("Dana  11:58 PM\nsleepy\nAna  12:03 AM\nsame\n")
    times = [low for low, _ in _chat.times(found, datetime(2026, 6, 17, 15))]
    assert times == [datetime(2026, 6, 16, 23, 58), datetime(2026, 6, 17, 0, 3)]


def test_a_named_day_holds_for_what_follows():
    found = _chat.messages(
        "Monday, June 15th\nDana Lee  9:14 AM\nfirst\nTuesday, June 16th\nAna Kos  8:01 AM\nnext\n"
    )
    times = [low for low, _ in _chat.times(found, datetime(2026, 6, 17, 15))]
    assert times == [datetime(2026, 6, 15, 9, 14), datetime(2026, 6, 16, 8, 1)]


def test_a_thread_is_in_the_record_as_reported_with_its_own_times(case):
    shown = paste(case, SHAPES["slack"][0])
    notes = [note for note in case.state.notes if note.content.get("batch")]
    assert [note.content["who"] for note in notes] == [["Dana Lee"], ["ana"], ["ana"]]
    assert {note.content["verb"] for note in notes} == {"heard"}
    assert notes[0].happened[0] == datetime(2026, 6, 17, 7, 14, tzinfo=UTC)
    assert notes[0].happened[1] - notes[0].happened[0] < timedelta(minutes=1)
    assert "Dana Lee" in str(case.brief.record()) and "undo #2" in str(shown)


def test_the_same_again_adds_nothing_and_one_undo_takes_all_back(case):
    paste(case, SHAPES["slack"][0])
    before = len(case.entries())
    assert str(paste(case, SHAPES["slack"][0])).startswith("already #2 to #5")
    assert len(case.entries()) == before
    case.record.undo(2, author="scribe")
    assert not case.state.notes and "looking" not in str(case.brief.record())
    paste(case, SHAPES["slack"][0])  # taken back, it may come in again
    assert len([n for n in case.state.notes if n.content.get("batch")]) == 3


def test_a_thread_pasted_again_adds_what_is_new_and_says_what_was_edited_or_deleted(case):
    head = "Dana Lee  9:14 AM\n{}\nAna  9:16 AM\nlooking\n"
    paste(case, head.format("purge at 18") + "Ben  9:17 AM\nwrong room\nAna  9:18 AM\nno rows\n")
    later = paste(case, head.format("purge at 19") + "Ana  9:18 AM\nno rows\nBen  9:40 AM\nstopped\n")

    heard = [n for n in case.state.notes if n.content.get("verb") == "heard"]
    said = [(n.content["who"][0], n.content["text"], n.content.get("why", "")) for n in heard]
    assert said[4:] == [("Dana Lee", "purge at 19", "edited, before: purge at 18"), ("Ben", "stopped", "")]
    (gone,) = [n for n in case.state.notes if n.content.get("verb") == "deleted"]
    assert gone.content["text"] == "wrong room" and "or not copied" in gone.content["why"]
    assert "2 here already, 1 new, 1 edited, 1 not there any more" in str(case.brief.record())
    told = str(case.brief.status())
    assert "purge at 19 (reported, Dana Lee" in told and "no rows (reported, Ana" in told
    assert "purge at 18" not in told and "wrong room" not in told  # edited, deleted: nobody says so any more

    before = len(case.entries())
    part = paste(case, "Ana  9:18 AM\nno rows\nBen  9:40 AM\nstopped\n")
    assert "are in the record already" in str(part) and len(case.entries()) == before
    case.record.undo(later.number, author="scribe")
    assert [n.content["text"] for n in case.state.notes if n.content.get("batch")][-1] == "no rows"
    assert "purge at 18 (reported" in str(case.brief.status())


def test_another_thread_of_the_same_people_is_added_whole(case):
    paste(case, "dana: ok\nana: ok\ndana: done\nana: thanks\n")
    paste(case, "dana: is it back?\nana: ok\ndana: where?\nana: in hall 2\ndana: fine\n")
    assert len([n for n in case.state.notes if n.content.get("batch")]) == 9


def test_what_has_no_time_lies_between_what_has_one(case):
    paste(case, "dana: is it gone?\nana: no\n")
    first, second = (note for note in case.state.notes if note.content.get("batch"))
    assert first.happened[:2] == (NOW - timedelta(hours=6), NOW)
    assert second.seq > first.seq


def test_nothing_is_written_before_it_was_looked_at_and_a_secret_is_masked_there_too(case):
    found = case.record.paste("dana: password: hunter2hunter2\nana: <script>alert(1)</script>\n")
    assert len(case.entries()) == 1
    html = found._repr_html_()
    assert "hunter2" not in html + str(found) and "<script>" not in html
    found.keep()
    assert "hunter2" not in str([entry.content for entry in case.entries()])


def test_log_lines_become_evidence(case):
    shown = paste(case, NONE["a log"])
    assert case.events().count() == 2 and "2 units" in str(shown)
    paste(case, NONE["a log"])
    assert case.events().count() == 2


def test_plain_words_become_one_note(case):
    paste(case, NONE["prose"])
    assert [note.content["text"] for note in case.state.notes] == [NONE["prose"].strip()]


def test_nothing_pasted_is_said(case):
    with pytest.raises(ParameterError, match="Nothing was pasted"):
        case.record.paste("  \n")


def test_a_pin_in_a_slack_export_is_in_the_record_once(case, tmp_path):
    day = [
        {"type": "message", "user": "U1", "text": "purge is at 18:00", "ts": "1781690400.000200", "pinned_to": ["C1"]},
        {"type": "message", "user": "U1", "text": "lunch?", "ts": "1781690460.000200"},
    ]  # fmt: skip
    place = tmp_path / "export.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("users.json", json.dumps([{"id": "U1", "real_name": "Dana Lee"}]))
        archive.writestr("channels.json", json.dumps([{"id": "C1", "name": "incident"}]))
        archive.writestr("incident/2026-06-17.json", json.dumps(day))
    for _ in range(2):
        case.add(place)
    pinned = [note for note in case.state.notes if note.content.get("why")]
    assert [(n.content["text"], n.content["who"], n.content["why"]) for n in pinned] == [
        ("purge is at 18:00", ["Dana Lee"], "pinned in #incident")
    ]
    assert case.evidence.raw(pinned[0].content["origins"][0])


def test_files_dropped_into_the_inbox_are_taken_in_and_a_bad_one_hurts_no_other(case):
    (case.path / "inbox" / "app.log").write_text(NONE["a log"])
    (case.path / "inbox" / "empty.log").write_text("")
    said = str(case.evidence.inbox())
    assert case.events().count() == 2 and "app.log" in said and "empty" in said
    assert "already there" in str(case.evidence.inbox())


def test_a_thread_of_three_that_was_edited_and_deleted_in_is_the_same_thread(tmp_path):
    case = Case.new("INC-7", words="t", zone="Europe/Berlin", root=tmp_path, author="ana")
    first = (
        "ito  10:05 AM\nnine beds are gone\n\nkaya  10:06 AM\nI looked: 40 beds\n\nbo  10:08 AM\nwe stop it\n"
    )
    later = (
        "ito  10:05 AM\nnine beds are gone\n\nkaya  10:06 AM\nI looked: 38 beds (edited)\n\nThis message was deleted.\n\n"
        "bo  10:09 AM\nNOT stopped yet\n"
    )
    case.record.paste(first).keep()
    told = case.record.paste(later)
    assert "A thread that is in the record: 1 here already, 1 new, 1 edited, 1 not there any more." in str(
        told
    )
    told.keep()
    said = [(e.content["verb"], *e.content["who"], e.content["text"]) for e in case.entries("note") if e.content.get("who")]  # fmt: skip
    assert said == [
        ("heard", "ito", "nine beds are gone"),
        ("heard", "kaya", "I looked: 40 beds"),
        ("heard", "bo", "we stop it"),
        ("heard", "kaya", "I looked: 38 beds (edited)"),
        ("heard", "bo", "NOT stopped yet"),
        ("deleted", "bo", "we stop it"),
    ]
