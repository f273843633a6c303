"""Writes chats.yaml: one little talk in eight copies, for each display name of names.txt. `python make.py`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import yaml

HERE = Path(__file__).parent
BEGIN = datetime(2026, 6, 17, 10, 6, 11)
TALK = [  # who, after how many minutes, what; None is the one whose name is tried
    ("Dana", 0, "first: the list is empty"),
    (None, 2, "second words, and see note: ADM-7 is gone"),
    ("Bob", 3, "third\n10:03 was the last good one"),
    (None, 7, "fourth\n\nafter an empty line"),
    ("Dana", 9, "fifth, thanks Bob: well done"),
]
ENCRYPTED = "Messages and calls are end-to-end encrypted."


def clock(when: datetime) -> str:
    return f"{(when.hour - 1) % 12 + 1}:{when:%M %p}"


def slack(talk):
    return "".join(f"{who}  {clock(when)}\n{what}\n\n" for who, when, what in talk)


def teams(talk):
    return "".join(f"[{when:%H:%M}] {who}\n{what}\n\n" for who, when, what in talk)


def whatsapp_de(talk):
    lines = [f"{when:%d.%m.%y, %H:%M} - {who}: {what}\n" for who, when, what in talk]
    return f"{BEGIN:%d.%m.%y, %H:%M} - {ENCRYPTED}\n" + "".join(lines)


def whatsapp_us(talk):
    head = "[{0.month}/{0.day}/{0:%y}, {1}:{0:%M:%S}\u202f{0:%p}] "
    lines = [head.format(when, (when.hour - 1) % 12 + 1) + f"{who}: {what}\n" for who, when, what in talk]
    return "".join(lines)


def telegram(talk):
    return "".join(f"{who}, [{when:%d.%m.%Y %H:%M}]\n{what}\n\n" for who, when, what in talk)


def signal(talk):
    return "".join(f"[{when:%Y-%m-%d %H:%M}] {who}: {what}\n" for who, when, what in talk)


def mail(talk):
    """The newest on top with its headers, each quoting the one before it."""
    text = ""
    for number, (who, when, what) in enumerate(talk, 1):
        quoted = "".join(f"> {line}".rstrip() + "\n" for line in text.splitlines())
        head = f"On {when:%a, %d %b %Y} at {when:%H:%M}, {who} <desk@example.org> wrote:\n\n"
        if number == len(talk):
            head = f"From: {who} <desk@example.org>\nDate: {when:%a, %d %b %Y %H:%M:%S} +0200\nSubject: Re: list\n\n"
        text = head + what + "\n" + (f"\n{quoted}" if quoted else "")
    return text


def irc(talk):
    return "".join(
        f"[{when:%H:%M:%S}] <{who}> {line}\n" for who, when, what in talk for line in what.split("\n") if line
    )


COPIES = [slack, teams, whatsapp_de, whatsapp_us, telegram, signal, mail, irc]


class Block(str):
    """A text that is written line by line."""


def examples() -> list[dict]:
    found = []
    for number, name in enumerate((HERE / "names.txt").read_text(encoding="utf-8").splitlines(), 1):
        talk = [(who or name, BEGIN + timedelta(minutes=after), what) for who, after, what in TALK]
        for copy in COPIES:
            found.append(
                {
                    "name": f"{copy.__name__}-{number:02d}",
                    "kind": copy.__name__,
                    "who": name,
                    "text": Block(copy(talk)),
                }
            )
    return found


def written() -> str:
    yaml.SafeDumper.add_representer(
        Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")
    )
    return yaml.dump(examples(), Dumper=yaml.SafeDumper, sort_keys=False, allow_unicode=True, width=1000)


if __name__ == "__main__":
    (HERE / "chats.yaml").write_text(written(), encoding="utf-8")
