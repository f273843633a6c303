"""A thread exported or copied again adds only what is new; what was edited or deleted is kept, and says so."""

from __future__ import annotations

import json

import pytest

import investigator as inv
from investigator.load import adding
from investigator.load.threads import Message, compared

Talk = list[tuple[int, str, str, str]]  # id, clock, who, words

TALK: Talk = [
    (1, "09:14", "Dana Lee", "purge runs at 18:00"),
    (2, "09:15", "Ana", "40 rows are missing"),
    (3, "09:16", "Ben K", "I asked the depot"),
    (4, "09:18", "Ana", "depot says no"),
    (5, "09:20", "Dana Lee", "then we stop it"),
]
AGAIN: Talk = [
    (1, "09:14", "Dana Lee", "purge runs at 19:00"),
    (2, "09:15", "Ana", "40 rows are missing"),
    (4, "09:18", "Ana", "depot says no"),
    (5, "09:20", "Dana Lee", "then we stop it"),
    (6, "09:31", "Ben K", "stopped"),
]
#: The same, where the client leaves a word in the place of what was deleted.
SAID_SO: Talk = [AGAIN[0], AGAIN[1], (3, "09:16", "Ben K", "This message was deleted."), *AGAIN[2:]]


def _telegram(talk: Talk) -> str:
    listed = [
        {"id": n, "type": "message", "date": f"2026-06-17T{clock}:00", "from": who, "from_id": f"user{len(who)}", "text": text}
        for n, clock, who, text in talk
    ]  # fmt: skip
    return json.dumps({"name": "Depot", "type": "private_group", "id": 7, "messages": listed})


def _slack(talk: Talk) -> str:
    start = 1781690400
    return json.dumps(
        [
            {"type": "message", "user": who, "text": text, "ts": f"{start + int(clock[3:]) * 60}.0001"}
            for _, clock, who, text in talk
        ]
    )


SHAPES = {
    "phone": ("chat.txt", lambda talk: "".join(f"[17.06.26, {c}:07] {who}: {text}\n" for _, c, who, text in talk)),
    "desk": ("desk.txt", lambda talk: "17 June 2026\n" + "".join(f"{who}  {c}\n{text}\n" for _, c, who, text in talk)),
    "undated": ("paste.txt", lambda talk: "".join(f"[{c}] {who}\n{text}\n\n" for _, c, who, text in talk)),
    "irc": ("ops.log", lambda talk: "".join(f"2026-06-17 {c}:00 <{who.split()[0]}> {text}\n" for _, c, who, text in talk)),
    "telegram": ("result.json", _telegram),
    "slack": ("2026-06-17.json", _slack),
}  # fmt: skip


def _bodies(store) -> list[tuple[str, str]]:
    from investigator.events.events import Events

    events = Events.open(store.folder)
    rows = events.fetch(events.table)
    return sorted((row.body, dict(row.attributes or {}).get("afterwards", "")) for row in rows.itertuples())


@pytest.mark.parametrize("shape", SHAPES)
def test_a_thread_exported_again_adds_what_is_new_and_keeps_what_was_edited_or_deleted(shape, tmp_path):
    name, written = SHAPES[shape]
    (tmp_path / name).write_text(written(TALK))
    (tmp_path / f"later {name}").write_text(written(AGAIN))

    store, report = adding.read(tmp_path)

    (told,) = report.updates
    assert (told.same, len(told.edited), len(told.gone), told.added) == (3, 1, 1, 1)
    found = dict(_bodies(store))
    assert len(found) == len(_bodies(store)) == 7
    assert found["purge runs at 18:00"] == "edited, now: purge runs at 19:00"
    assert "deleted" in found["I asked the depot"]
    assert not any(found[text] for _, _, _, text in AGAIN)
    assert report.units.unexplained == store.manifest().units.unexplained == 0


@pytest.mark.parametrize("shape", ["phone", "telegram"])
def test_what_the_client_says_was_deleted_is_deleted(shape, tmp_path):
    name, written = SHAPES[shape]
    (tmp_path / name).write_text(written(TALK))
    (tmp_path / f"later {name}").write_text(written(SAID_SO))

    store, report = adding.read(tmp_path)

    assert report.updates[0].deleted == ("Ben K: I asked the depot",)
    assert ("I asked the depot", "deleted") in _bodies(store)


def test_what_lies_outside_of_the_part_that_was_copied_was_not_deleted(tmp_path):
    _, written = SHAPES["phone"]
    (tmp_path / "1.txt").write_text(written(TALK))
    (tmp_path / "2.txt").write_text(written([*TALK[2:], (6, "09:31", "Ben K", "stopped")]))

    store, _ = adding.read(tmp_path)

    assert len(_bodies(store)) == 6 and not any(what for _, what in _bodies(store))


@pytest.mark.parametrize(
    "other",
    [
        [(1, "09:14", "Dana Lee", "ok"), (2, "10:15", "Ana", "ok"), (3, "10:16", "Ben K", "done")],
        [(n, f"11:{clock[3:]}", who, text) for n, clock, who, text in TALK],
        [(n, clock, who[::-1], text) for n, clock, who, text in TALK],
    ],
    ids=["other words", "other clocks", "other people"],
)
def test_two_threads_stay_two(other, tmp_path):
    _, written = SHAPES["phone"]
    (tmp_path / "1.txt").write_text(written(TALK))
    (tmp_path / "2.txt").write_text(written(other))

    store, report = adding.read(tmp_path)

    assert report.updates == () and len(_bodies(store)) == len(TALK) + len(other)


def test_two_daily_words_of_the_same_people_are_two_where_their_days_are_known(tmp_path):
    days = [f"[{day}.06.26, 09:00:00] {who}: done\n" for day in (15, 16, 17, 18) for who in ("Ana", "Ben K")]
    (tmp_path / "1.txt").write_text("".join(days[:6]))
    (tmp_path / "2.txt").write_text("".join(days[2:]))

    store, _ = adding.read(tmp_path)

    assert len(_bodies(store)) == 8


def test_an_edit_is_of_the_same_place_and_not_of_the_same_minute_alone():
    older = [Message("Ana", "one", "9:14"), Message("Ben", "x", "9:14"), Message("Ana", "two", "9:14"),
             Message("Ben", "y", "9:15"), Message("Ben", "z", "9:16")]  # fmt: skip
    newer = [*older[1:2], Message("Ana", "three", "9:14"), *older[3:]]
    found = compared(older, newer)
    assert found is not None and found.edited == {2: 1} and found.gone == ()


def test_in_a_case_it_is_written_down_undone_in_one_line_verified_and_erased(tmp_path):
    name, written = SHAPES["phone"]
    case = inv.Case.new("INC-1", root=tmp_path, title="x")
    for text in (written(TALK), written(AGAIN)):
        (tmp_path / name).write_text(text)
        report = case.add(tmp_path / name)

    def count() -> int:
        events = case.events()
        return len(events.fetch(events.table))

    assert "1 edited (Dana Lee: purge runs at 18:00 → purge runs at 19:00)" in str(report)
    assert count() == 7 and len(case.evidence.store.manifest().standing) == 2
    deep = case.verify(deep=True)
    assert deep.ok and not deep.limits

    second = case.record.entries("load")[-1]
    case.evidence.answer_apart(name)
    assert count() == 10
    case.record.erase(second, "not ours")
    assert count() == 5


@pytest.mark.parametrize(
    ("mark", "one"),
    [("(edited)", True), ("(Bearbeitet)", True), ("(modifié)", True), ("(later)", False), ("", False)],
)
def test_what_its_client_calls_edited_is_no_other_message(mark, one):
    from investigator.load.threads import Message, compared

    older = [
        Message("Ito", "nine beds", "T1"),
        Message("Kaya", "I see 40", "T2"),
        Message("Bo", "stopping", "T3"),
    ]
    newer = [older[0], Message("Kaya", f"I see 38 {mark}", "T2"), Message("Bo", "not stopped yet", "T4")]
    found = compared(older, newer)
    assert (found is not None) is one
    if found:
        assert (found.same, found.edited, found.gone, found.added) == ({0: 0}, {1: 1}, (2,), (2,))
    assert compared(older, [Message("Lu", "hi", "T0"), *newer[1:]]) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("38 rows (edited)\n\nThis message was deleted.", "38 rows (edited)"),
        ("a\nDiese Nachricht wurde gelöscht\nb", "a\nb"),
        ("This message was deleted.", "This message was deleted."),
        ("they said: this message was deleted.", "they said: this message was deleted."),
        (" two \n lines ", " two \n lines "),
    ],
)
def test_the_notice_that_another_was_deleted_is_nobodys_words(text, kept):
    from investigator.load.threads import without_notices

    assert without_notices(text) == kept
