"""Cases whose honest answer is not the obvious one: each is typed as somebody would type it, and its tile is read.

The cases were written without a look at the code; it was mended on the half `making` alone.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from contextlib import chdir
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.figure import Figure, at_most

_TESTS = Path(__file__).parents[1] / "tests"
HALVES = ("making", "measuring")


def run(*, quick: bool = False) -> list[Figure]:
    """How many of each half say what they must not, or leave out what they must. `quick` changes nothing."""
    sys.path.insert(0, str(_TESTS))
    try:
        import made
    finally:
        sys.path.remove(str(_TESTS))
    out = []
    for half in HALVES:
        traps = [trap for trap in made.traps() if made.half(trap["name"]) == half]
        fallen = []
        for trap in traps:
            with tempfile.TemporaryDirectory(prefix="investigator-trap-") as folder:
                if fallen_into(trap, said(trap, Path(folder))):
                    fallen.append(trap["name"])
        note = f"{len(fallen)} of {len(traps)}: {', '.join(fallen) or 'none'}"
        out.append(at_most(f"traps fallen into: {half}", len(fallen), 0, note=note))
    return out


def fallen_into(trap: dict[str, Any], text: str) -> list[str]:
    """What a text must say and does not, and what it must not say and does."""
    lacks = [p for p in trap["must"] if not re.search(p, text, re.IGNORECASE)]
    says = [p for p in trap["must_not"] if re.search(p, text, re.IGNORECASE)]
    return [*(f"lacks {p}" for p in lacks), *(f"says {p}" for p in says)]


def said(trap: dict[str, Any], folder: Path) -> str:
    """What is said where a trap looks, after its steps were typed in a folder of its own."""
    for name, text in trap["files"].items():
        (folder / name).write_text(text, encoding="utf-8")
    before = {name: os.environ.get(name) for name in ("SOURCE_DATE_EPOCH", "INVESTIGATOR_AUTHOR")}
    errors = ""
    try:
        os.environ["INVESTIGATOR_AUTHOR"] = "kern"
        for step in trap["steps"]:
            _clock(trap, step[:5])
            errors += _step(step[6:], folder)
        from investigator.case import Case

        with chdir(folder):
            case = Case.open("T-1", root=folder / "cases")
            text = _looked(case, trap["look"], trap["tile"], folder)
            case.record._record.close() if hasattr(case.record, "_record") else None
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    return f"{text}\n{errors}"


def _clock(trap: dict[str, Any], at: str) -> None:
    local = datetime.fromisoformat(f"{trap['day']}T{at}").replace(tzinfo=ZoneInfo(trap["zone"]))
    os.environ["SOURCE_DATE_EPOCH"] = str(int(local.timestamp()))


def _step(step: str, folder: Path) -> str:
    """One step; gives what was refused, in words."""
    from investigator.errors import KitError

    try:
        if step.startswith("inv "):
            return _typed(shlex.split(step)[1:], folder)
        with chdir(folder):
            _done(step.removeprefix("do: "), folder)
    except KitError as error:
        return f"refused: {error}\n"
    return ""


def _typed(words: list[str], folder: Path, given: str = "") -> str:
    from typer.testing import CliRunner

    from investigator.cli import app

    if words[0] == "note":
        words = ["note", *words[1:]]
    with chdir(folder):
        done = CliRunner().invoke(app, [*words, "--cases", str(folder / "cases")], input=given or None)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return f"refused: {done.output}\n" if done.exit_code else ""


def _done(words: str, folder: Path) -> None:
    """What the steps say in words, as somebody does it in a notebook."""
    from investigator.case import Case
    from investigator.errors import KitError

    case = Case.open("T-1", root=folder / "cases")
    if found := re.fullmatch(r'resolve "(.*)" @\w+', words):
        case.record.phase("resolved", why=found[1])
    elif found := re.fullmatch(r'reopen "(.*)" @\w+', words):
        case.record.phase("investigating", why=found[1])
    elif found := re.fullmatch(r"pin whereabouts of (\S+)", words):
        case.record.pin(case.find.whereabouts(entity=found[1]))
    elif words == "pin how many proofs were stored":
        case.record.pin(case.find.search("sha256"), "{count} proofs were stored")
    elif words == "pin the first error of login.log":
        case.record.pin(case.find.first_error())
    elif words.startswith("inv paste of "):
        _typed(
            ["paste", "T-1", "-y"],
            folder,
            words.removeprefix("inv paste of ").strip('"').replace(r"\n", "\n"),
        )
    elif words == "approve that draft":
        number = case.record.entries("draft")[-1].number
        _typed(["note", f"approve #{number}"], folder)
    elif words.startswith("receipt for "):
        whose = words.removeprefix("receipt for ")
        try:
            case.customer().receipt(whose)
        except KitError:
            case.customer().receipt(whose, anyway="the customer waits for it")
    elif found := re.fullmatch(
        r"recovery: list (the six of CUST-1|all eight), recount from ([^,]+)(, each acknowledged)?", words
    ):
        _recovered(case, found[1] == "all eight", bool(found[3]))
    else:
        raise ValueError(f"nobody told how to {words}")


def _recovered(case: Any, everybody: bool, acknowledged: bool) -> None:
    about = case.about
    hurt = [f"{about[:-1]}{n}" for n in range(1, 9 if everybody else 7)]
    recovery = case.recovery().begin(hurt, first=about)
    recovery = recovery.restored(about, source="index")
    recovery = recovery.seen(about, by="Ms Roth")
    recovery = recovery.restored("rest", source="index")
    if acknowledged:
        recovery = recovery.acknowledged(hurt, by="Ms Roth")
    recovery.recount()


def _looked(case: Any, look: str, tile: str, folder: Path) -> str:
    if look == "receipt":
        found = sorted((folder / "cases" / "T-1" / "reports").glob("receipt-*.txt"))
        return (
            "\n".join(line.partition("  ")[2] for line in found[-1].read_text().splitlines())
            if found
            else "no receipt"
        )
    if look == "status":
        return f"{case.status()}\n{case.brief.read_in()}"
    first = case.brief.first_screen().text.splitlines()
    begin = {
        "deadline": "deadline:",
        "noticed": "noticed:",
        "harm": "harm:",
        "requests": "requests:",
        "others": "others:",
    }
    if tile in begin:
        return "\n".join(line for line in first if line.startswith(begin[tile]))
    whole = {
        "unseen": lambda: [first[-1], str(case.find.coverage())],
        "order": lambda: ["\n".join(first), case.brief.record().text, case.brief.decisions().text],
        "told": lambda: [str(case.customer().log()), case.brief.record().text],
        "promise": lambda: [str(case.customer().promises())],
        "speaker": lambda: [case.brief.record().text],
        "decisions": lambda: [case.brief.decisions().text],
        "statements": lambda: [first[-2], case.brief.rechecked().text],
        "cause": lambda: ["\n".join(first[:3]), case.brief.guesses().text],
        "page": lambda: ["\n".join(first), case.brief.foot().text],
    }
    return "\n".join(whole[tile]())
