"""A receipt for the customer: what was brought back, item by item, each line chained to the one before.

Anyone checks it without the kit; a changed, removed or added line is named:

    import hashlib
    last = "0" * 64
    for line in open("receipt.txt", encoding="utf-8", newline="\\n"):
        said, _, text = line.rstrip("\\n").partition("  ")
        last = hashlib.sha256(f"{last}\\n{text}".encode()).hexdigest()
        assert said == last, f"changed, or something is missing before it: {text}"
    assert text.startswith("End of the receipt"), "its end is missing"
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from investigator import moment
from investigator.case.customer import guard
from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning.order import repairs
from investigator.case.record import mode
from investigator.case.record.mode import reporting
from investigator.case.recovery.measured import back_at, hurt_at, measured
from investigator.case.recovery.standing import Item, Standing, of
from investigator.case.snapshot import Snapshot
from investigator.errors import CaseError, ParameterError

START = "0" * 64
END = "End of the receipt"
LARGEST = 16 << 20
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Receipt:
    """What was written for the customer: its lines, the file, and its end, to say on the phone."""

    path: Path
    lines: tuple[str, ...]
    end: str

    def __str__(self) -> str:
        return "\n".join(
            [*self.lines, "", f"{self.path}", f"It ends in {self.end[:16]}: tell them on another way."]
        )

    __repr__ = __str__


@dataclass(frozen=True)
class Checked:
    """Whether a receipt is as it was written."""

    ok: bool
    lines: int
    end: str
    problem: str = ""

    def __str__(self) -> str:
        return (
            f"The receipt is whole: {self.lines} lines, ending in {self.end[:16]}."
            if self.ok
            else self.problem
        )


def chained(lines: list[str]) -> str:
    """The lines, each after the hash of the one before and itself."""
    out, last = [], START
    for text in lines:
        last = hashlib.sha256(f"{last}\n{text}".encode()).hexdigest()
        out.append(f"{last}  {text}\n")
    return "".join(out)


def verify(path: Path, end: str = "") -> Checked:
    """Hold a receipt against its own hashes, and against the end that was told, where it was."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise ParameterError(f"There is no receipt {path}.", "", "Give the file that the customer was sent.")
    last, count, text = START, 0, ""
    for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").split("\n")[:-1], 1):
        said, gap, text = line.partition("  ")
        last, count = hashlib.sha256(f"{last}\n{text}".encode()).hexdigest(), number
        if not gap or said != last:
            shown = "".join(letter if letter.isprintable() else "?" for letter in text)[:100]
            return Checked(
                False, number, last, f"Line {number} was changed, or something is missing before it: {shown}"
            )
    if text != f"{END}: {count} lines.":
        return Checked(False, count, last, "The end of the receipt is missing, or it is no receipt.")
    if end and not last.startswith(end.lower()):
        return Checked(False, count, last, f"It is whole, and another one than the one that ends in {end}.")
    return Checked(True, count, last)


def write(evidence: Evidence, customer: str = "", *, anyway: str = "", author: str | None = None) -> Receipt:
    """The receipt for one customer, as a file in reports/, and in the record with its hash."""
    record, snapshot = evidence.record, Snapshot.of(evidence)
    record.writable("write a receipt")
    recovery = of(snapshot)
    if recovery.plan is None:
        raise CaseError("Nothing is listed for recovery yet.", "", "Make the list: case.recovery().begin()")
    whose = customer or next((one for one in snapshot.state.about if one in _customers(recovery)), "")
    items = [item for item in recovery.items.values() if item.customer == whose]
    if not whose or not items:
        raise ParameterError(
            f"There is nothing on the list for '{customer or 'the customer of this case'}'.",
            f"There are items of: {', '.join(_customers(recovery)[:12]) or 'nobody'}.",
            "Say whose: case.customer().receipt('CUST-0042')",
        )
    told_of = measured(snapshot, recovery.like, [item.id for item in items])
    for item in items:
        item.known = {**told_of.get(item.id, {}), **item.known}
    left = [item.id for item in items if not item.explained]
    if left and not anyway:
        raise CaseError(
            f"{len(left)} of {len(items)} items of {whose} are unexplained: {', '.join(left[:5])}.",
            "A receipt says of each item that it is back, or why not.",
            "Explain them first, or go ahead with anyway='the reason'.",
        )
    if anyway:
        record.append("anyway", {"text": anyway, "gate": "receipt"}, author=author)
    lines = told(
        snapshot, whose, items, issuer=author or mode.author(), logged=back_at(snapshot, recovery.like),
        hurt=hurt_at(snapshot, recovery.like),
    )  # fmt: skip
    text = chained(lines)
    path = evidence.folder / "reports" / f"receipt-{re.sub(r'[^A-Za-z0-9_-]+', '-', whose)}.txt"
    if not reporting():
        _put(path, text)
    end = text.splitlines()[-1][:64]
    record.append(
        "recovery",
        {
            "text": f"receipt for {whose}: {len(items)} items, ending in {end[:16]}",
            "state": "receipt",
            "ids": [item.id for item in items],
            "by": whose,
            "details": {"file": path.name, "end": end},
        },
        about=recovery.plan.id,
        author=author,
    )
    return Receipt(path, tuple(lines), end)


def told(
    snapshot: Snapshot,
    whose: str,
    items: list[Item],
    *,
    issuer: str = "",
    logged: dict[str, datetime] | None = None,
    hurt: dict[str, datetime] | None = None,
) -> list[str]:
    """The lines of a receipt: no name of a system or a machine, of people only who issued it, and nobody else's items.

    `logged` is when each was back by what was logged, `hurt` when it went missing; what people wrote of it is told beside
    it as reported, and marked where it can't have been so.
    """
    state, logged = snapshot.state, logged or {}
    reference = str(((state.call.content if state.call else None) or {}).get("reference") or "")
    back = [item for item in items if item.back]
    lines = [
        "Receipt for what was brought back",
        f"For {whose}{f', {state.contact}' if state.contact else ''}{f', your reference {reference}' if reference else ''}",
        f"Issued {_at(snapshot, snapshot.now)}{f' by {issuer}' if issuer else ''}, case {snapshot.id}",
        f"Times are those of {moment.city(snapshot.zone)}. 'Back' is as it was logged, 'reported' as somebody wrote it down; "
        "'counted' means: found by another way than the one by which it was brought back. Of what a line does not say, nothing was recorded.",
    ]
    lines += [
        f"{number}. {_line(snapshot, item, logged.get(item.id), (hurt or {}).get(item.id))}"
        for number, item in enumerate(sorted(items, key=lambda i: i.id), 1)
    ]
    named = sum(bool(item.exception and not item.back) for item in items)
    lines.append(f"{len(items)} items: {len(back)} counted as back, {named} named with a reason.")
    if len(back) < len(items):
        lines.append(f"No other source has confirmed {len(items) - len(back)} of them.")
    unlogged = [i.id for i in items if i.restored is not None and not i.back and i.id not in logged]
    if logged and unlogged:
        # Where the others are logged, one that is not may never have come back.
        lines.append(
            f"Only reported as brought back, and not logged as the others are: {', '.join(sorted(unlogged))}."
        )
    typed = min((note.happened.low for note in repairs(snapshot)), default=None)
    there = [logged.get(i.id) or (i.restored.happened.low if i.restored else None) for i in items]
    early = sum(at is not None and typed is not None and at < typed - MINUTE for at in there)
    if typed is not None and early:
        lines.append(
            f"The repair was written down as of {_at(snapshot, typed)}; {early} of them are given an earlier time."
        )
    lines.append(f"{END}: {len(lines) + 1} lines.")
    return [_one_line(line) for line in lines]


def _line(snapshot: Snapshot, item: Item, logged: datetime | None, hurt: datetime | None = None) -> str:
    parts = []
    reported = item.restored.happened.low if item.restored is not None else None
    seen = logged or (datetime.fromisoformat(item.back) if item.back else None)
    if seen is not None:
        parts.append(f"back {_at(snapshot, seen)}")
    if reported is not None:
        early = seen is not None and seen < reported - MINUTE
        mark = ", after it was there" if early else ""
        if reported > snapshot.now + MINUTE:
            mark = ", which is still to come"
        elif hurt is not None and reported < hurt - MINUTE:
            mark = ", before it went missing"
        parts.append(f"reported as brought back {_at(snapshot, reported)}{mark}")
    there = min((at for at in (seen, reported) if at is not None), default=None)
    if item.seen is not None:
        who = _theirs(snapshot, str((item.seen.content or {}).get("by", "")))
        parts.append(
            f"seen{f' by {who}' if who else ''} {_in_order(snapshot, item.seen.happened.low, there)}"
        )
    if item.acknowledged is not None:
        parts.append(f"acknowledged {_in_order(snapshot, item.acknowledged.happened.low, there)}")
    if item.back:
        parts.append(f"counted {_at(snapshot, datetime.fromisoformat(item.back))}")
    if item.restored is not None or item.back:
        parts += [_theirs(snapshot, part) for part in item.measured()]
    if item.doubt:
        parts.append(f"not the same as before: {item.doubt}")
    if item.exception:
        parts.append(f"{'note' if item.back else 'not brought back'}: {_theirs(snapshot, item.exception)}")
    return f"{item.id}: {'; '.join(parts) or 'nothing is known of it yet'}"


def _in_order(snapshot: Snapshot, when: datetime, there: datetime | None) -> str:
    """When somebody saw it there; marked where that is before it was there, or has not come yet."""
    early = there is not None and when < there - MINUTE
    to_come = ", which is still to come" if when > snapshot.now + MINUTE else ""
    return f"{_at(snapshot, when)}{', before it was there' if early else to_come}"


def _theirs(snapshot: Snapshot, text: str) -> str:
    """What a person typed, with inside names replaced."""
    return guard.masked(text, guard.problems(snapshot, text)) if text else ""


def _at(snapshot: Snapshot, when: datetime) -> str:
    local = when.astimezone(moment.zone(snapshot.zone))
    return f"{local.day} {local:%B %Y, %H:%M}"


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _customers(recovery: Standing) -> list[str]:
    return sorted({item.customer for item in recovery.items.values() if item.customer})


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        with open(new, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
