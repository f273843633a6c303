"""Two thousand single bits, each turned over in a file of a closed case: named by verify, or nothing that is read is otherwise."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figure import Figure, at_most

if TYPE_CHECKING:
    from investigator.case import Case

FLIPS = 2_000
SHOP = "".join(
    f"2026-06-17T07:1{n % 10}:0{n // 10}Z {'ERROR' if n % 5 == 0 else 'INFO'} till sold cake CAKE-{100 + n} "
    f"{'without a price' if n % 5 == 0 else 'for 4 EUR'}\n"
    for n in range(30)
)
STOCK = "id,stored_at,shelf\n" + "".join(
    f"CAKE-{100 + n},2026-06-17T07:0{n % 10}:00Z,{n % 4}\n" for n in range(30)
)
PAGE = b"<p>Every fifth cake was sold without a price.</p>"


@dataclass(frozen=True)
class Flip:
    """One bit of one file, and what came of it: `named`, `harmless`, or how it is neither."""

    file: str
    byte: int
    bit: int
    end: str

    def __str__(self) -> str:
        return f"{self.file} byte {self.byte} bit {self.bit}: {self.end}"


def run(*, quick: bool = False) -> list[Figure]:
    """How many flips are neither. `quick` turns a tenth."""
    with tempfile.TemporaryDirectory(prefix="flips-") as place:
        done = flipped(made(Path(place)), FLIPS // (10 if quick else 1), seed=0)
    bad = [str(flip) for flip in done if flip.end not in ("named", "harmless")]
    ends = Counter(flip.end for flip in done)
    note = f"{ends['named']:,} of {len(done):,} named, {ends['harmless']:,} harmless; " + (
        "; ".join(bad[:5]) or "no other"
    )
    return [at_most("flips that verify does not name, and that change what is read", len(bad), 0, note=note)]


def made(folder: Path) -> Path:
    """A small case that is closed: two files, one with a line that was refused, a pin, a draft and a page that left."""
    from investigator.case import Case
    from investigator.report.manifest import manifest

    (folder / "till.log").write_text(SHOP, encoding="utf-8")
    (folder / "stock.csv").write_text(STOCK + "CAKE-131\n", encoding="utf-8")
    case = Case.new(
        "CAKE-1", title="Cakes without a price", about=["CAKE-105"], root=folder / "cases", author="ben"
    )
    case.add(folder / "till.log")
    case.add(folder / "stock.csv")
    case.record.note("the price list came at 07:10")
    case.record.pin(case.find.trace_entity(entity="CAKE-105"))
    for place in (case.path / "reports", case.path / "reports" / "released" / "page-1"):
        place.mkdir(parents=True, exist_ok=True)
        page, listed = place / "page.html", place / "page.manifest.json"
        page.write_bytes(PAGE)
        files = {"page": (page.name, PAGE)}
        listed.write_bytes(
            manifest(
                files,
                template={"name": "postmortem"},
                parameters={"case": case.id},
                title=case.title,
                audience="team",
            )
        )
    left = {
        "text": "the page",
        "path": str(page.relative_to(case.path)),
        "sha256": _hash(page),
        "manifest": _hash(listed),
    }
    case.evidence.record.append("report", {**left, "released": True}, author="ben")
    _closed(case)
    return case.path


def flipped(folder: Path, count: int, *, seed: int) -> list[Flip]:
    """So many flips, the files in turn, each put back before the next."""
    dice = random.Random(seed)
    whole = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    before = _read(folder)
    assert _verified(folder) == [], _verified(folder)
    done, files = [], [path for path, data in whole.items() if data]
    for number in range(count):
        # Every fourth in the record: it is most of what there is, and the others stand in turn.
        path = folder / "case.db" if number % 4 == 0 else files[number % len(files)]
        byte, bit = dice.randrange(len(whole[path])), dice.randrange(8)
        done.append(turned(folder, path, whole[path], byte, bit, before))
        _put_back(folder, whole)
    return done


def turned(
    folder: Path, path: Path, whole: bytes, byte: int, bit: int, before: dict[str, list[str]] | None = None
) -> Flip:
    """What comes of one bit of a file; `before` is what was read of the case, to compare."""
    name = str(path.relative_to(folder))
    _put(path, whole[:byte] + bytes([whole[byte] ^ 1 << bit]) + whole[byte + 1 :])
    try:
        end = "named" if _verified(folder) else _harm(before or {}, _read(folder, name) if before else {})
    except Exception as error:
        end = f"{type(error).__name__}: {error}"
    return Flip(name, byte, bit, end)


def _harm(before: dict[str, list[str]], after: dict[str, list[str]]) -> str:
    changed = [name for name, read in after.items() if read != before[name]]
    return (
        f"what is read of {', '.join(changed)} is otherwise, and nothing says so" if changed else "harmless"
    )


def _verified(folder: Path) -> list[str]:
    """What verifying names, or the one sentence with which the case does not open."""
    from investigator.case import Case
    from investigator.errors import KitError

    try:
        case = Case.open(folder)
        try:
            return list(case.verify().problems)
        finally:
            _closed(case)
    except KitError as error:
        return [str(error)]


def _read(folder: Path, of: str = "") -> dict[str, list[str]]:
    """All that anybody reads of a case, by what it is read from: its record; its events, traces and refused lines; its pages.

    Screens are made from these alone. `of` is the file that was changed: what rests on others is not read again.
    """
    from investigator.case import Case

    parts = {"case.db": _record, "events": _events, "reports": _pages}
    case = Case.open(folder)
    top = of.partition("/")[0] or "".join(parts)
    found = {name: read(case) for name, read in parts.items() if name in top}
    _closed(case)
    return found


def _record(case: Case) -> list[str]:
    said = [repr((e.id, e.kind, e.author, e.about, e.happened, e.known, e.content)) for e in case.entries()]
    return [*said, f"{case.id} {case.title} {case.zone} {case.about}"]


def _events(case: Case) -> list[str]:
    events = case.events()
    frame = events.fetch(events.table.order_by(["evidence", "unit"]))
    trace = case.find.trace_entity(entity="CAKE-105")
    return [
        frame.to_csv(),
        str(case.evidence.rejects()),
        str(case.evidence.raw(str(frame["origin"].iloc[0]))),
        f"{trace.answer} {trace.evidence.to_csv()}",
    ]


def _pages(case: Case) -> list[str]:
    """Each page's bytes; of a list beside it what it says."""
    files = sorted(path for path in case.path.glob("reports/**/*") if path.is_file())
    return [str(json.loads(p.read_text())) if p.suffix == ".json" else _hash(p) for p in files]


def _closed(case: Case) -> None:
    case.evidence.forget()
    case.record._record.close()


def _put(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def _put_back(folder: Path, whole: dict[Path, bytes]) -> None:
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path not in whole:
            path.unlink(missing_ok=True)  # SQLite takes its log away by itself
    for path, data in whole.items():
        if not path.is_file() or path.read_bytes() != data:
            _put(path, data)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
