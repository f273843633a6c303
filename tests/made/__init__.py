"""Invented examples of what people bring and write, each with what a careful person would say of it.

Nothing here was made by running the kit, so it may be held against it. Each set has a README that says what its
fields mean. `half` puts every example into one of two halves by its name alone: mend on `making`, measure on both.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from runpy import run_path
from typing import Any

import yaml

HERE = Path(__file__).parent


def half(name: str) -> str:
    """`making` or `measuring`, by the first hexadecimal digit of the name's MD5 (even or odd)."""
    digit = int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[0], 16)
    return "measuring" if digit % 2 else "making"


def _bars(path: Path) -> list[dict[str, Any]]:
    """Rows of a text file whose first line names the columns; ` | ` lies between cells, the last may hold more."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    columns = head.split(" | ")
    return [dict(zip(columns, line.split(" | ", len(columns) - 1), strict=True)) for line in lines if line]


def _kinds(folder: Path) -> list[dict[str, Any]]:
    """Examples of each YAML file of a folder, its name as their `kind`."""
    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [
        {"kind": path.stem, **example}
        for path in sorted(folder.glob("*.yaml"))
        for example in safe(path.read_text(encoding="utf-8")).get_single_data()
    ]


def _bytes(part: dict[str, Any]) -> bytes:
    """What a part of a file is: so many NULs, or a text in its encoding."""
    return bytes(part["nuls"]) if "nuls" in part else part["text"].encode(part.get("encoding", "utf-8"))


def write(example: dict[str, Any], folder: Path) -> list[Path]:
    """The files of an example, written into a folder: `files`, or `file` with its `text` or its `parts`."""
    files = {name: [{"text": text}] for name, text in example.get("files", {}).items()}
    if "file" in example:
        files[example["file"]] = example.get("parts") or [{"text": example["text"]}]
    for name, parts in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(map(_bytes, parts)))
    return [folder / name for name in files]


def tickets() -> list[dict[str, Any]]:
    """195 tickets: `name`, `now`, `zone`, `text`, and `deadline` (ISO with offset, `none`, or `asked` and some)."""
    return _bars(HERE / "tickets" / "tickets.txt")


def notes() -> list[dict[str, Any]]:
    """150 notes: `name`, `now`, `zone`, `text`, `time` (ISO with offset, `refused` or `none`), `rest`."""
    return _bars(HERE / "notes" / "notes.txt")


def times() -> list[dict[str, Any]]:
    """160 tables and lists of times, of 15 kinds: `name`, `kind`, files to `write`, and what must be true of them."""
    return _kinds(HERE / "times")


def lines() -> list[dict[str, Any]]:
    """70 logs and timelines, of 7 kinds: `name`, `kind`, the file to `write`, and which lines begin what, and when."""
    return _kinds(HERE / "lines")


def told() -> list[dict[str, Any]]:
    """37 lists and reports whose times take something from elsewhere: `name`, `text`, and the `times` of some words."""
    return _kinds(HERE / "told")


def tables() -> list[dict[str, Any]]:
    """144 tables, exports and chats, of 13 kinds: `name`, `kind`, files to `write`, and what must be true of them."""
    return _kinds(HERE / "tables")


def threads() -> list[dict[str, Any]]:
    """24 mails that quote and forward others: `name`, the file to `write`, and who `said` what, and when."""
    return _kinds(HERE / "threads")


def things() -> list[dict[str, Any]]:
    """21 tables with a clock in each row: `name`, the file to `write`, whether it `lists` things, and the first `time`."""
    return _kinds(HERE / "things")


def chats() -> list[dict[str, Any]]:
    """320 copies of a talk: `name`, `kind`, `text`, and who `said` what, as pairs in order of time."""
    said = _bars(HERE / "chats" / "said.txt")
    return [
        {
            **chat,
            "said": [(chat["who"] if line["who"] == "*" else line["who"], line["words"]) for line in said],
        }
        for chat in _kinds(HERE / "chats")
    ]


def changes() -> list[dict[str, Any]]:
    """33 incidents: `name`, `files` to `write`, the thing `asked` about, the moment of the `change` (or None), the `service`."""
    return run_path(str(HERE / "changes" / "make.py"))["changes"]()


def secrets() -> list[dict[str, Any]]:
    """1,500 lines of 60 kinds: `name`, `kind`, `line`, and the `secret` from `start` to `end` of it."""
    return run_path(str(HERE / "secrets" / "make.py"))["secrets"]()


def lookalikes() -> list[dict[str, Any]]:
    """500 lines of 20 kinds that hold no secret, though they look like it: `name`, `kind`, `line`."""
    return run_path(str(HERE / "secrets" / "make.py"))["lookalikes"]()


def traps() -> list[dict[str, Any]]:
    """82 cases: `name`, `files` to `write`, `steps`, and what a `tile` must say, and must not."""
    worlds = yaml.safe_load((HERE / "traps" / "worlds.yaml").read_text(encoding="utf-8"))
    found = yaml.safe_load((HERE / "traps" / "traps.yaml").read_text(encoding="utf-8"))
    empty: dict[str, Any] = {"files": {}}
    return [
        {**trap, "files": {**worlds.get(trap.get("world"), empty)["files"], **trap.get("files", {})}}
        for trap in found
    ]
