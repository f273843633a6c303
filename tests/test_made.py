"""The invented examples are whole: named once, halved evenly, and their truths can be read."""

import re
import shlex
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from runpy import run_path

import pytest
from made import (
    changes,
    chats,
    half,
    lines,
    lookalikes,
    notes,
    secrets,
    tables,
    things,
    threads,
    tickets,
    times,
    told,
    traps,
    write,
)

MADE = Path(__file__).parent / "made"


@pytest.mark.parametrize(
    "load",
    [tickets, notes, times, lines, tables, things, threads, chats, secrets, lookalikes, traps, told, changes],
)
def test_every_example_has_a_name_of_its_own_and_the_halves_are_of_like_size(load):
    names = [example["name"] for example in load()]
    assert len(set(names)) == len(names)
    making = sum(half(name) == "making" for name in names)
    assert 0.3 < making / len(names) < 0.7


def test_a_deadline_of_a_ticket_is_a_moment_after_it_was_read():
    kinds = {"due": 0, "none": 0, "asked": 0}
    for ticket in tickets():
        now, what = datetime.fromisoformat(ticket["now"]), ticket["deadline"]
        kind = what.split()[0] if what.startswith(("none", "asked")) else "due"
        kinds[kind] += 1
        for moment in what.split()[1:] if kind == "asked" else [what] * (kind == "due"):
            assert timedelta(0) < datetime.fromisoformat(moment) - now < timedelta(days=20), ticket
    assert kinds == {"due": 120, "none": 60, "asked": 15}


def test_a_note_begins_with_its_time_and_ends_with_the_rest():
    for note in notes():
        if note["time"] in ("refused", "none"):
            assert note["rest"] == note["text"]
        else:
            assert datetime.fromisoformat(note["time"]) < datetime.fromisoformat(note["now"])
            assert note["text"].endswith(note["rest"]) and note["text"] != note["rest"]
    assert len(notes()) == 150


@pytest.mark.parametrize("load", [times])
def test_a_word_that_marks_a_row_stands_in_one_place_of_the_files(load, tmp_path):
    for example in load():
        folder = tmp_path / example["name"]
        text = "".join(path.read_bytes().decode() for path in write(example, folder))
        for word in example.get("at", {}):
            assert len(re.findall(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)) == 1, (
                example["name"],
                word,
            )


def test_a_line_that_begins_an_event_is_there_and_holds_a_clock():
    for example in lines():
        rows = example["text"].splitlines()
        if example["kind"] == "heads":
            assert len(rows) == len(example["bodies"])
            assert all(row.endswith(body) for row, body in zip(rows, example["bodies"], strict=True))
        for number, moment in example.get("begins") or example.get("entries", []):
            minute = moment[14:16]
            assert minute in rows[number - 1] or moment[17:19] in rows[number - 1], (example["name"], number)


def test_what_is_said_of_a_table_stands_in_its_files(tmp_path):
    for example in tables():
        files = write(example, tmp_path / example["name"])
        assert all(path.stat().st_size for path in files)
        if example["kind"] not in ("encodings", "split"):  # the one is no UTF-8, the other cuts words in two
            text = b"".join(path.read_bytes() for path in files).decode()
            marks = ("at", "values", "new", "edited", "changed", "vanished", "added", "who", "links", "same")
            for word in (word for mark in marks for word in example.get(mark, [])):
                assert word in text, (example["name"], word)


def test_a_chat_holds_all_words_and_is_what_its_script_writes():
    assert (MADE / "chats" / "chats.yaml").read_text(encoding="utf-8") == run_path(
        MADE / "chats" / "make.py"
    )["written"]()
    for chat in chats():
        assert len({who for who, _ in chat["said"]}) == 3
        assert all(who in chat["text"] and words in chat["text"] for who, words in chat["said"])


def test_a_secret_stands_where_it_is_said_and_is_nobodys():
    found = secrets()
    assert Counter(Counter(secret["kind"] for secret in found).values()) == {25: 60}
    for secret in found:
        assert secret["line"][secret["start"] : secret["end"]] == secret["secret"]
        if secret["kind"] not in (
            "basic",
            "card",
            "iban",
            "jwt",
            "age",
        ):  # coded, numbers, an alphabet without E
            assert re.search("EXAMPLE|deadbeef", secret["secret"]), secret["name"]
    assert secrets() == found
    assert Counter(Counter(line["kind"] for line in lookalikes()).values()) == {25: 20}


def test_cards_and_accounts_pass_their_checksums():
    for secret in secrets():
        text = re.sub("[ -]", "", secret["secret"])
        if secret["kind"] == "iban":
            assert int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1
        if secret["kind"] == "card":
            doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(text))]
            assert sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def test_a_trap_adds_files_that_are_there_and_its_honest_answer_passes_its_own_patterns():
    for trap in traps():
        clocks = [step[:5] for step in trap["steps"]]
        assert all(re.fullmatch(r"\d\d:\d\d (inv|do:) .+", step, re.DOTALL) for step in trap["steps"]), trap[
            "name"
        ]
        assert clocks == sorted(clocks), trap["name"]
        for step in trap["steps"]:
            if step[6:].startswith("inv add T-1 "):
                assert set(shlex.split(step)[4:]) <= set(trap["files"]), (trap["name"], step)
        assert trap["must"] or trap["must_not"]
        assert all(re.search(pattern, trap["honest"], re.IGNORECASE) for pattern in trap["must"]), trap[
            "name"
        ]
        assert not any(re.search(pattern, trap["honest"], re.IGNORECASE) for pattern in trap["must_not"]), (
            trap["name"]
        )
    assert len(traps()) == 82


def test_no_file_of_them_is_large():
    sizes = [path.stat().st_size for path in MADE.rglob("*") if path.is_file()]
    assert max(sizes) < 300_000
    assert sum(sizes) < 2_000_000
