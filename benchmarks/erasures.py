"""Two hundred erasures of what people wrote, loaded, pinned and showed: whether any file of the case still holds it.

Each canary is put in two to five places, drawn by a seed, in the forms that a text has in files; then the entry, or the
text itself, is erased, and every file and every entry is searched for every form of it.
"""

from __future__ import annotations

import base64
import html
import json
import random
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.figure import Figure, at_most

ERASURES, EACH = 200, 10
LOG = "".join(f"2026-06-17T09:{n:02d}:00Z INFO oven baked LOAF-{100 + n}\n" for n in range(30))
WORDS = ("note", "guess", "prose", "decision", "ask", "told", "worse", "pin", "load", "zipped", "table")
FILES = ("notebook", "draft", "inbox", "json", "none")


def run(*, quick: bool = False) -> list[Figure]:
    """How many canaries are left. `quick` plants a twentieth."""
    cases = ERASURES // EACH // (20 if quick else 1)
    left: list[str] = []
    broken = 0
    for seed in range(max(1, cases)):
        with tempfile.TemporaryDirectory(prefix="erasures-") as folder:
            found, whole = erased(seed, Path(folder), EACH)
            left += found
            broken += not whole
    note = f"{len(left)} of {max(1, cases) * EACH}: {', '.join(left[:5]) or 'none'}"
    return [
        at_most("erasures that left a canary in a file or an entry", len(left), 0, note=note),
        at_most(
            "cases that did not verify after it, or lost what was to stay",
            broken,
            0,
            note=f"of {max(1, cases)}",
        ),
    ]


def erased(seed: int, folder: Path, count: int) -> tuple[list[str], bool]:
    """So many erasures in one case: the places of those that left something, and whether all else is as it was."""
    from investigator.case import Case

    dice = random.Random(seed)
    case = Case.new("OVEN-1", title="The loaves", words="where are they", root=folder / "cases", author="ben")
    (folder / "oven.log").write_text(LOG)
    case.add(folder / "oven.log")
    left = []
    for number in range(count):
        canary = _canary(dice, number)
        places = [dice.choice(WORDS)]
        entry = _said(case, folder, places[0], canary, number)
        while dice.random() < 0.6 and len(places) < 4:
            places.append(dice.choice(WORDS))
            _said(case, folder, places[-1], canary, number + 100 * len(places))
        alone = len(places) == 1 and dice.random() < 0.5
        places.append(dice.choice(FILES))
        # An entry is known elsewhere by its words, a load by what it brought, a text by itself.
        whole = alone and entry.kind != "load"
        _shown(case, places[-1], str(entry.content["text"]) if whole else canary, number)
        if alone:
            case.record.erase(entry, "a person")
        else:
            case.record.erase(text=canary, reason="a person")
        if held(case, canary):
            left.append(f"{'+'.join(places)} ({seed})")
    return left, case.verify().ok and case.find.search("baked").value["count"] == 30


def held(case: Any, canary: str) -> list[str]:
    """The files and entries that hold a text in any of its forms."""
    forms = {
        form
        for text in (canary, canary.upper(), canary.lower())
        for form in (
            text.encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode(), html.escape(text).encode(),
            quote(text).encode(), base64.b64encode(text.encode()).rstrip(b"="),
        )
    }  # fmt: skip
    found = [p.name for p in case.path.rglob("*") if p.is_file() and any(f in p.read_bytes() for f in forms)]
    said = [
        e for e in case.entries() if canary.casefold() in json.dumps(e.content, ensure_ascii=False).casefold()
    ]
    return found + [entry.kind for entry in said]


def _canary(dice: random.Random, number: int) -> str:
    word = f"can{dice.getrandbits(40):010x}ary"
    return dice.choice(
        (
            word,
            f"{word}@example.org",
            f"Frau {word} Öz",
            f"a<{word}>&b",
            f"+49 40 {number} {word}",
            f"/home/{word}/x.txt",
        )
    )


def _said(case: Any, folder: Path, where: str, canary: str, number: int) -> Any:
    from investigator.case.writing import shorthand

    line = f"2026-06-17T10:{number % 60:02d}:00Z ERROR till lost {canary}\n"
    if where == "load":
        (folder / f"{number}.log").write_text(line)
        case.add(folder / f"{number}.log")
        case.record.pin(case.find.first_error())
        return case.entries("load")[-1]
    if where == "zipped":
        import zipfile

        with zipfile.ZipFile(folder / f"{number}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("till.log", line * 3)
        case.add(folder / f"{number}.zip")
        return case.entries("load")[-1]
    if where == "table":
        (folder / f"{number}.csv").write_text(
            f'id,who\nLOAF-{100 + number % 30},"{canary}"\nLOAF-131,nobody\n'
        )
        case.add(folder / f"{number}.csv")
        return case.entries("load")[-1]
    if where == "prose":
        return case.record.prose("summary", f"it was {canary} all along")
    if where == "pin":
        return case.record.pin(case.find.search("baked"), f"{{count}} of {canary}")
    if where in ("note", "guess"):
        return getattr(case.record, where)(f"somebody said {canary} to me")
    verb, text = {
        "decision": ("decide", f"we ask {canary} | why: {canary} knows"),
        "ask": ("ask", f"@ana where is {canary}?"),
        "told": ("told", f"@ana it was {canary}"),
        "worse": ("worse", f"{canary} is deleted by 18:00"),
    }[where]
    return shorthand.write(case.evidence, verb, text, author="ben").entry


def _shown(case: Any, where: str, canary: str, number: int) -> None:
    """What a tool beside the record has left of it in the case's folder."""
    place = case.path / {
        "notebook": "notebooks",
        "draft": "reports",
        "json": "reports",
        "inbox": "inbox",
    }.get(where, "inbox")
    place.mkdir(exist_ok=True)
    if where == "notebook":
        cell = {
            "cell_type": "code",
            "source": [f"'{number}'"],
            "outputs": [{"text": f"saw {canary}"}],
            "metadata": {},
        }
        (place / f"{number}.ipynb").write_text(
            json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
        )
    elif where == "draft":
        (place / f"{number}.html").write_text(f"<p>{html.escape(canary)}</p>")
    elif where == "json":
        (place / f"{number}.json").write_text(json.dumps({"who": canary}))
    elif where == "inbox":
        (place / f"{number}.txt").write_text(f"as {canary} wrote")
