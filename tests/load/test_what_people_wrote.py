"""Small files of sentences, or of who said what, are people's words: no step of a thing, and no proof of what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import investigator as inv

NOTES = {
    "a bracketed head": "[phone note 4 March 2026, 12:05 UTC, desk Ana]\nNordkai (Mr Holm). They miss the weigh slips of berth 5.\n"
    "The crane says it sent CARGO-7-4318 and CARGO-7-4334. Others come. Did we\ndelete them?\n",
    "in another language": "04.03.2026 12:05 Telefonnotiz, Kirsten\nFrau Holm von der Praxis am Markt vermisst zwei Befunde.\n"
    "Sie nennt BEF-4318. Wurde der gelöscht? Sie ruft um vier wieder an.\n",
}
LOGS = {
    "of one line": "2026-03-04 12:05:00 scale 7 deleted CARGO-7-4318. Nothing is left.\n",
    "a stack": "2026-03-04 12:05:00 ERROR could not store it. Tried again. Gave up.\n  at scale.Store(Store.java:7)\n  at scale.Main(Main.java:1)\n",
    "of pairs": "[4 March 2026, 12:05 UTC] The job is done. It took a while.\nremoved=12 kept=88. It goes on at noon.\n",
}


@pytest.mark.parametrize("how", NOTES)
def test_what_a_note_says_is_no_proof_of_what_became_of_a_thing(how: str, tmp_path: Path) -> None:
    path = tmp_path / "desk.txt"
    path.write_text(NOTES[how])
    events = inv.read(path)
    assert [source.kind for source in events.sources] == ["ticket"]
    like = "CARGO-7-4318" if "CARGO" in NOTES[how] else "BEF-4318"
    finding = inv.find.whereabouts(events, entity=like)
    assert finding.value["disposition"] == "unknown", finding.answer


@pytest.mark.parametrize("how", LOGS)
def test_what_a_program_says_in_sentences_is_a_log(how: str, tmp_path: Path) -> None:
    path = tmp_path / "scale.log"
    path.write_text(LOGS[how])
    assert [source.kind for source in inv.read(path).sources] == ["log"]


def test_rows_of_who_and_words_alone_are_a_chat_where_no_two_are_alike(tmp_path: Path) -> None:
    said = [
        "Nordkai misses slips from berth 5",
        "the belt has no errors, see above",
        "they sent us their list",
    ]
    rows = [
        {"user": f"u{n}", "create_at": 1772625900000 + n * 60000, "message": text}
        for n, text in enumerate(said)
    ]
    (tmp_path / "talk.json").write_text(json.dumps(rows))
    assert [source.kind for source in inv.read(tmp_path / "talk.json").sources] == ["message"]
    same = [row | {"message": f"slip {n} weighed by belt"} for n, row in enumerate(rows)]
    (tmp_path / "same.json").write_text(json.dumps(same))
    assert [source.kind for source in inv.read(tmp_path / "same.json").sources] == ["log"]


@pytest.mark.parametrize(("words", "kind"), [("what", "log"), ("message", "message")])
def test_who_does_what_and_when_is_a_list_of_changes_and_no_talk(
    words: str, kind: str, tmp_path: Path
) -> None:
    rows = [
        "belt 4 is oiled and tested",
        "scale 2 gets its new plate",
        "all slips older than a week are shredded",
    ]
    lines = [f"| 2026-03-0{n} 21:00 | {what} | Ana |" for n, what in enumerate(rows, start=3)]
    path = tmp_path / "week.md"
    path.write_text("\n".join([f"| when | {words} | who |", "|---|---|---|", *lines, ""]))
    assert [source.kind for source in inv.read(path).sources] == [kind]
