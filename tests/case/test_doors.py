"""The same evidence gives the same answer, whichever way it came into the case."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import investigator as inv

NUMBER, FAULT = 160, 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A car ferry: bookings are plain numbers in two dresses, some are turned away at the ramp from one time on."""
    place, dice, lines = tmp_path_factory.mktemp("ferry"), Random(5), dict[str, list[str]]()
    rows = ["id,booking,line"]
    for n in range(NUMBER):
        number, at = 52_300 + n, datetime(2026, 5, 4, 4) + timedelta(minutes=3 * n)
        key = 7_000_000 + 9_973 * n
        rows.append(f"{key},{number},L{n % 3}")

        def say(file: str, seconds: int, text: str, at: datetime = at) -> None:
            when = at + timedelta(seconds=seconds)
            lines.setdefault(file, []).append(
                f"{when:%Y-%m-%d %H:%M:%S},{seconds:03d} INFO {file[:-4]} - {text}"
            )

        say("desk.log", 1, f"sold booking {number} at window {dice.randint(1, 4)}")
        if n >= FAULT and dice.random() < 0.5:
            say("ramp.log", 40, f"turned away pk={key}: barcode unreadable")
            continue
        say("ramp.log", 40, f"let pk={key} on deck {dice.choice('AB')}")
        say("purser.log", 400, f"counted booking={number:09d} aboard")
    for file, texts in lines.items():
        (place / file).write_text("\n".join(texts) + "\n")
    (place / "bookings.csv").write_text("\n".join(rows) + "\n")
    return place


def asked(folder: Path) -> str:
    """One that was turned away."""
    keys = [
        line.partition("pk=")[2].split(":")[0]
        for line in (folder / "ramp.log").read_text().splitlines()
        if "turned" in line
    ]
    rows = dict(line.split(",")[:2] for line in (folder / "bookings.csv").read_text().splitlines())
    return rows[keys[4]]


def at_once(folder: Path, like: str, root: Path) -> Any:
    case = inv.Case.new("T-1", about=[like], root=root)
    case.add(folder)
    return case


def file_by_file(folder: Path, like: str, root: Path) -> Any:
    case = inv.Case.new("T-2", about=[like], root=root)
    for file in sorted(folder.iterdir()):
        case.add(file)
    return case


def named_later(folder: Path, like: str, root: Path) -> Any:
    case = inv.Case.new("T-3", root=root)
    case.add(folder)
    case.record.declare(about=like)
    return case


def test_who_is_affected_is_the_same_by_every_door(folder: Path, tmp_path: Path) -> None:
    like, told = asked(folder), {}
    for door in (at_once, file_by_file, named_later):
        case = door(folder, like, tmp_path)
        found = case.find.who_else(like=like)
        told[door.__name__] = (
            found.verdict,
            sorted(found.value["ids"]),
            found.value["first"],
            found.value["unknown"],
        )
        assert case.find.whereabouts(entity=like).value["disposition"] == "refused", door.__name__
    assert told["at_once"][0] == "found" and told["at_once"][1]
    assert told["file_by_file"] == told["named_later"] == told["at_once"]
