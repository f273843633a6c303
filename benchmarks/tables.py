"""Tables, exports, chats and whole processes that nobody here designed: which of the invented examples are read as a person would.

Each example is judged whole: its number of records, their times, what their columns hold, who said what. Both halves
are printed: `making`, on which faults were mended, and `measuring`, which is looked at as totals only.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure

NEAR = 1.0  # seconds by which a time may differ


def run(*, quick: bool = False) -> list[Figure]:
    from tests import made

    kinds: dict[str, dict[str, list[bool]]] = {}
    for example in made.tables():
        if "files" not in example:
            counted = kinds.setdefault(example["kind"], {"making": [], "measuring": []})
            counted[made.half(example["name"])].append(not wrong(example))
        elif example["kind"] == "rechats":
            counted = kinds.setdefault("rechats", {"making": [], "measuring": []})
            counted[made.half(example["name"])].append(not told_again(example))
    out = [_figure(f"read as a person would: {kind}", halves) for kind, halves in sorted(kinds.items())]
    threads: dict[str, list[bool]] = {"making": [], "measuring": []}
    for thread in made.threads():
        threads[made.half(thread["name"])].append(not _misattributed(thread))
    out.append(_figure("no word of a mail that quotes others in a wrong mouth", threads))
    chats: dict[str, list[bool]] = {"making": [], "measuring": []}
    for chat in made.chats()[:: 8 if quick else 1]:
        chats[made.half(chat["name"])].append(not foreign_words(chat))
    return [*out, _figure("no word in a wrong mouth: 40 names x 8 kinds of chat", chats)]


def _figure(name: str, halves: dict[str, list[bool]]) -> Figure:
    said = ", ".join(f"{half} {sum(good)} of {len(good)}" for half, good in halves.items())
    return Figure(name, said, "", "all", all(all(good) for good in halves.values()))


def wrong(example: dict[str, Any]) -> list[str]:
    """What of an example is not as it must be, in words; empty where all is."""
    from investigator.errors import DataError
    from tests import made

    with tempfile.TemporaryDirectory() as place:
        files = made.write(example, Path(place))
        given = {
            key: example[key] for key in ("zone", "year") if key in example and example["kind"] != "fixed"
        }
        try:
            events, report = _read(files[0], given)
        except DataError as error:
            return [f"refused: {error}"]
    return list(_faults(example, events, report))


def told_again(example: dict[str, Any]) -> list[str]:
    """What is wrong after both copies of a thread: each message once, an edit with its old text, a deletion as one."""
    from tests import made

    with tempfile.TemporaryDirectory() as place:
        made.write(example, Path(place))
        rows, _ = _read(Path(place), {"zone": example["zone"]})
    out = []
    for word, who in example["who"].items():
        found = [row for row in rows if _has(str(row["body"]), word)]
        was = [str(row["attributes"].get("afterwards") or "") for row in found]
        wanted = 2 if word in example["edited"] else 1
        said = "edited" if word in example["edited"] else "deleted" if word in example["deleted"] else ""
        if len(found) != wanted or {row["attributes"].get("user") for row in found} != {who}:
            out.append(f"{word} {len(found)} times by {[row['attributes'].get('user') for row in found]}")
        elif sum(bool(one) for one in was) != bool(said) or not any(said in one for one in was):
            out.append(f"{word} became {was}")
    return out


def _read(path: Path, given: dict[str, Any]) -> tuple[list[dict[str, Any]], Any]:
    import investigator as inv

    events = inv.read(path, **given)
    frame = events.fetch(events.table)
    rows = []
    for row in frame.to_dict("records"):
        held = row["attributes"]
        row["attributes"] = dict(held) if held is not None else {}
        row["text"] = " ".join(
            [str(row["body"] or ""), *(f"{k}={v}" for k, v in row["attributes"].items() if v is not None)]
        )
        rows.append(row)
    return rows, events.sources


def _has(text: str, word: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(str(word))}(?![\w-])", text))


def _faults(example: dict[str, Any], rows: list[dict[str, Any]], sources: Any) -> Iterator[str]:
    import pandas as pd

    doubts = " | ".join(doubt for source in sources for doubt in source.doubt)

    def of(word: str) -> list[dict[str, Any]]:
        every = example["kind"] in ("fixed", "vendors")
        return [
            row
            for row in rows
            if (
                str(word) in row["text"] if every and not _has(row["text"], word) else _has(row["text"], word)
            )
        ]

    if not example.get("lenient") and "rows" in example and len(rows) != example["rows"]:
        if example["kind"] != "fixed":
            yield f"{len(rows)} rows for {example['rows']}"
    for word, told in example.get("at", {}).items():
        found = of(word)
        either = [pd.Timestamp(one) for one in (told if isinstance(told, list) else [told])]
        either = [one.tz_localize("UTC") if one.tzinfo is None else one for one in either]
        times = [row["time"] for row in found]
        if not found:
            yield f"{word} is lost"
        elif not any(
            pd.notna(time) and abs((time - one).total_seconds()) < NEAR for time in times for one in either
        ):
            yield f"{word} at {times[:2]} and not {told}"
    for word, cells in example.get("values", {}).items():
        for row in of(word)[:1]:
            held = {**row["attributes"], "body": row["body"]}
            for key, value in cells.items():
                if str(held.get(key)) != str(value) and not _has(str(row["body"]), str(value)):
                    yield f"{word} {key}={held.get(key)!r} and not {value!r}"
        if not of(word):
            yield f"{word} is lost"
    found = example.get("found", {})
    for word, text in found.items() if isinstance(found, dict) else [(found, found)]:
        if not any(str(text) in row["text"] for row in of(word)):
            yield f"{text} is not beside {word}"
    if "same" in example and not any(all(_has(row["text"], w) for w in example["same"]) for row in rows):
        yield f"{example['same']} are not in one event"
    if "encoding" in example.get("said", ()) and not re.search(r"UTF-8|cp1252|Latin|UTF-16", doubts):
        yield "its encoding is not said"
    for word, level in example.get("levels", {}).items():
        numbers = {"info": 9, "warning": 13, "error": 17}
        if not any(row["severity_number"] == numbers[level] for row in of(word)):
            yield f"{word} has level {[row['severity_number'] for row in of(word)]}"
    for word, body in example.get("bodies", {}).items():
        if not any(str(row["body"]).split("\n")[0].strip() == body for row in of(word)):
            yield f"{word} says {[row['body'] for row in of(word)]}"
    for word, who in example.get("who", {}).items():
        if not any(row["attributes"].get("user") == who for row in of(word)):
            yield f"{word} by {[row['attributes'].get('user') for row in of(word)]} and not {who}"
    events = [row for row in rows if pd.notna(row["time"]) and row["kind"] != "record"]
    for word, number in example.get("links", {}).items():
        named = sum(_has(row["text"], word) for row in events)
        if named != number:
            yield f"{named} events name {word}, not {number}"
    for one, other in example.get("aliases", []):
        if not any(_has(row["text"], one) and _has(row["text"], other) for row in rows):
            yield f"{one} and {other} stand nowhere together"
    if "year" in example and example["kind"] == "fixed":
        years = {row["time"].year for row in rows if pd.notna(row["time"])}
        if years - {example["year"]}:
            yield f"years {sorted(years)}"


def foreign_words(chat: dict[str, Any]) -> list[str]:
    """Words of a pasted chat that are in a wrong mouth or in none, in words."""
    from investigator.sources import _chat

    if chat["kind"] == "mail":
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "thread.txt"
            path.write_text(chat["text"], encoding="utf-8")
            rows, _ = _read(path, {})
        said = [
            (str(row["attributes"].get("from") or row["attributes"].get("user") or ""), str(row["body"]))
            for row in rows
        ]
        return list(_mouths(chat, [(who.split(" <")[0].strip('"'), text) for who, text in said]))
    return list(_mouths(chat, [(said.who, said.text) for said in _chat.messages(chat["text"])]))


def _misattributed(thread: dict[str, Any]) -> list[str]:
    """Words of a mail or of what it quotes that are not their sender's, in words."""
    from tests import made

    with tempfile.TemporaryDirectory() as place:
        rows, _ = _read(made.write(thread, Path(place))[0], {})
    out = []
    for sender, words, *_ in thread["said"]:
        by = [row["attributes"].get("from") for row in rows if words in str(row["body"])]
        if [one and one.partition(" <")[0].strip('"') for one in by] != [sender]:
            out.append(f"{words!r} by {by} and not {sender}")
    return out


def _mouths(chat: dict[str, Any], said: list[tuple[str, str]]) -> Iterator[str]:
    for who, words in chat["said"]:
        by = [speaker for speaker, text in said if words in text]
        if [_bare(one) for one in by] != [_bare(who)]:
            yield f"{words!r} by {by} and not {who}"
    extra = [one for one in said if not any(words in one[1] for _, words in chat["said"])]
    if extra:
        yield f"nobody said {extra}"


def _bare(who: str) -> str:
    """A name without what clients put beside it."""
    return re.sub(r"\s*\(\w+/\w+\)$", "", who.removesuffix(" APP")).strip("~@ ")
