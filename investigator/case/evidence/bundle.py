"""A case as one file to send: its record, its evidence and its events, and nothing that could run.

Opening takes only what a bundle of ours holds, by name, by size and by hash. Whatever else lies in the file, notebooks,
configuration, links, names that lead out of the folder, is left aside and listed; nothing of it is written anywhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from investigator.case.evidence.derived import derive
from investigator.case.evidence.evidence import Evidence
from investigator.case.evidence.verify import forged
from investigator.case.record import folder, location
from investigator.case.record.record import Record
from investigator.errors import CaseError
from investigator.look import harmless

FORMAT = 1
#: A file of ours shrinks to a fiftieth at most; what claims to grow a thousandfold is made to fill a disk.
GROWS_AT_MOST = 200
SMALL = 64 << 20
FILES_AT_MOST = 100_000
_BLOCK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TAKEN = re.compile(
    r"record\.jsonl|evidence/[0-9a-f]{64}|events/manifest\.json|events/(?:segments|rejects)/[A-Za-z0-9][\w.-]*\.parquet"
)


@dataclass(frozen=True)
class Bundled:
    """What was bundled: where, how large, where the record ends, and what stayed behind."""

    path: Path
    size: int
    files: int
    head: str
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [
            f"{self.path}: {self.files:,} files, {self.size:,} bytes.",
            f"Head of the record: {self.head}",
        ]
        return "\n".join([*lines, *(f"Not in it: {name}" for name in self.left_out)])


@dataclass(frozen=True)
class Unbundled:
    """What was opened: the folder of the case, what lay in the file that no bundle holds, and which events to doubt."""

    path: Path
    head: str
    aside: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.path.name} is in {self.path}.", f"Head of the record: {self.head}"]
        lines += [harmless(line) for line in self.doubts]
        if self.aside:
            lines.append(f"{len(self.aside)} things in the file belong to no bundle, and were not taken:")
            lines += [f"  {name}" for name in self.aside[:20]]
        return "\n".join(lines)


def bundle(evidence: Evidence, target: Path) -> Bundled:
    """The case as one file, there whole or not at all; the same case gives the same bytes."""
    from investigator.ledger import heads

    record = evidence.record
    if target.exists():
        raise CaseError(f"There is a {target} already.", "Nothing is overwritten.", "Choose another name.")
    if not target.parent.is_dir():
        raise CaseError(f"There is no folder {target.parent}.", "", "Make it first, or choose another place.")
    files, left = _files(evidence)
    new = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    told: dict[str, Any] = {"bundle": FORMAT, "case": record.id, "head": heads.text(record.head(), 64)}
    try:
        with tempfile.TemporaryDirectory(prefix="investigator-") as place:
            files["record.jsonl"] = record.export(Path(place) / "record.jsonl")
            told["files"] = {name: _told(path) for name, path in sorted(files.items())}
            with zipfile.ZipFile(new, "x", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_named("bundle.json"), json.dumps(told, indent=1, sort_keys=True))
                for name, path in sorted(files.items()):
                    with open(path, "rb") as source, archive.open(_named(name), "w", force_zip64=True) as out:
                        shutil.copyfileobj(source, out, _BLOCK)
        with open(new, "rb") as written:
            os.fsync(written.fileno())
        os.replace(new, target)
    except OSError as error:
        raise CaseError(
            f"I can't write {target}: {error.strerror or error}.",
            "Nothing is left behind.",
            "Choose a folder that is yours to write and has room.",
        ) from None
    finally:
        new.unlink(missing_ok=True)
    return Bundled(target, target.stat().st_size, len(files) + 1, heads.text(record.head()), tuple(left))


def _files(evidence: Evidence) -> tuple[dict[str, Path], list[str]]:
    """What goes into a bundle, and what of the folder does not."""
    manifest, found, left = evidence.store.manifest(), {}, []
    for digest in sorted({segment.sha256 for segment in manifest.segments}):
        path = evidence.vault / digest
        if path.is_file():
            found[f"evidence/{digest}"] = path
        else:
            names = sorted({s.source for s in manifest.segments if s.sha256 == digest})
            left.append(
                f"evidence of {', '.join(names)} (too large to be copied; it lies where it came from)"
            )
    if manifest.segments:
        found["events/manifest.json"] = evidence.store.path
    for segment in manifest.segments:
        for name in segment.files:
            found[f"events/segments/{name}"] = evidence.store.folder / "segments" / name
        if segment.rejects:
            found[f"events/rejects/{segment.rejects}"] = evidence.store.folder / "rejects" / segment.rejects
    for part in ("notebooks", "reports", "inbox"):
        count = sum(path.is_file() for path in (evidence.folder / part).rglob("*"))
        if count:
            left.append(f"{part}/ ({count} files; notebooks and pages are made again from the case)")
    return found, left


def _told(path: Path) -> dict[str, Any]:
    with open(path, "rb") as stream:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(stream, "sha256").hexdigest()}


def _named(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info


def unbundle(path: Path, root: Path | str | None = None) -> Unbundled:
    """The case in a bundle, in a folder of its own; there whole or not at all, and nothing of it is run."""
    from investigator.ledger import Ledger, heads

    base = folder.root(root)
    with _opened(path, base) as (archive, told, aside):
        name = folder.check_id(told["case"])
        if (base / name).exists():
            raise CaseError(
                f"There is a case {name} already, in {base / name}.",
                "Nothing was taken from the file.",
                f"Bring both together: inv merge {name} {path}",
            )
        base.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".opening-", dir=base))
        try:
            for part in folder.PARTS:
                (staging / part).mkdir()
            _extract(path, archive, told, staging)
            with Ledger.create(staging / location.FILE, case_id=name) as ledger:
                ledger.merge(staging / "record.jsonl")
                found = ledger.head()
                if found != heads.read(str(told["head"])):
                    raise _broken(path, "its record ends elsewhere than the bundle says")
                _same_events(path, staging, told)
                doubts = _believed(path, Evidence(staging, Record(ledger, id=name)))
            (staging / "record.jsonl").unlink()
            (base / name).mkdir()  # of two that open the same bundle, one is told
            os.rename(staging, base / name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return Unbundled(base / name, heads.text(found), tuple(aside), doubts)


def _believed(path: Path, evidence: Evidence) -> tuple[str, ...]:
    """Hold the events against the record, and against the evidence that came with them; gives what to doubt."""
    problems = forged(evidence)
    if problems:
        raise _broken(path, f"its events are not those that its record tells of. {problems[0]}")
    found = derive(evidence)
    doubts = [
        f"{source}: its evidence gives other events than those that came with it. Look at both before you believe it."
        for source in found.otherwise
    ]
    return tuple(doubts + [f"{source}: not held against its evidence. {why}" for source, why in found.unread])


@contextlib.contextmanager
def _opened(path: Path, base: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any], list[str]]]:
    """The archive, what it says of itself, and what lies in it that no bundle holds."""
    if not path.is_file():
        raise CaseError(f"There is no file {path}.", "", "Give the file that `inv bundle` made.")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise _broken(path, f"it can't be read ({error})") from None
    with archive:
        members = archive.infolist()
        if len(members) > FILES_AT_MOST:
            raise _broken(path, f"it has {len(members):,} files")
        names = [member.filename for member in members]
        doubled = (
            next((name for name in names if names.count(name) > 1), None)
            if len(set(names)) < len(names)
            else None
        )
        if doubled is not None:
            raise _broken(path, f"'{doubled[:80]}' is in it twice")
        if "bundle.json" not in names or archive.getinfo("bundle.json").file_size > SMALL:
            raise _broken(path, "it has no bundle.json")
        try:
            told = json.loads(archive.read("bundle.json"))
            files = {str(name): (int(f["size"]), str(f["sha256"])) for name, f in told["files"].items()}
            case, version, head = str(told["case"]), told["bundle"], str(told["head"])
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            zipfile.BadZipFile,
            RuntimeError,
        ):
            raise _broken(path, "its bundle.json says nothing that can be read") from None
        if version != FORMAT:
            raise CaseError(
                f"{path} is a bundle of version {str(version)[:20]}.",
                f"This kit opens version {FORMAT}.",
                "Update the kit: pip install --upgrade investigator.",
            )
        wanted = {name for name in files if _TAKEN.fullmatch(name)}
        aside = sorted(_shown(m) for m in members if m.filename != "bundle.json" and not _ours(m, wanted))
        missing = sorted(wanted - {m.filename for m in members if _ours(m, wanted)})
        if missing or "record.jsonl" not in wanted:
            raise _broken(path, f"{missing[0] if missing else 'record.jsonl'} is missing")
        total = sum(files[name][0] for name in wanted)
        room = shutil.disk_usage(next(p for p in (base, *base.absolute().parents) if p.exists())).free
        if total > max(SMALL, GROWS_AT_MOST * path.stat().st_size):
            raise _broken(path, f"{path.stat().st_size:,} bytes would become {total:,}")
        if total > room:
            raise CaseError(
                f"There is no room for {path.name} at {base}: it needs {total:,} bytes, and {room:,} are free.",
                "Nothing was taken from it.",
                "Free some space, or give another folder: --cases FOLDER",
            )
        yield archive, {"case": case, "head": head, "files": {name: files[name] for name in wanted}}, aside


def _ours(member: zipfile.ZipInfo, wanted: set[str]) -> bool:
    kind = stat.S_IFMT(member.external_attr >> 16)
    return member.filename in wanted and kind in (0, stat.S_IFREG)


def _shown(member: zipfile.ZipInfo) -> str:
    name = "".join(letter if letter.isprintable() else "?" for letter in member.filename)[:120]
    return f"{name} (a link)" if stat.S_ISLNK(member.external_attr >> 16) else name


def _extract(path: Path, archive: zipfile.ZipFile, told: dict[str, Any], staging: Path) -> None:
    for name, (size, digest) in sorted(told["files"].items()):
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        found, length = hashlib.sha256(), 0
        try:
            with archive.open(name) as source, open(target, "xb") as out:
                while block := source.read(_BLOCK):
                    length += len(block)
                    if length > size:  # whatever its header says, no more than this is written
                        raise _broken(path, f"{name} is longer than it says")
                    found.update(block)
                    out.write(block)
                out.flush()
                os.fsync(out.fileno())
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
            raise _broken(path, f"{name} can't be read ({error})") from None
        except OSError as error:
            raise CaseError(
                f"I can't write {name} of the bundle: {error.strerror or error}.",
                "Nothing is left behind.",
                "Free some space, or choose another folder with --cases.",
            ) from None
        if length != size or found.hexdigest() != digest:
            raise _broken(path, f"{name} is not what was bundled")
        if name.startswith("evidence/"):
            if not name.endswith(digest):
                raise _broken(path, f"{name} has another hash than its name")
            target.chmod(0o444)


def _same_events(path: Path, staging: Path, told: dict[str, Any]) -> None:
    """The manifest names only files that came with it; its index is made anew."""
    from investigator.errors import KitError
    from investigator.events.store import Store

    if "events/manifest.json" not in told["files"]:
        return
    store = Store(staging / "events")
    try:
        manifest = store.manifest()
    except KitError as error:
        raise _broken(path, f"its events can't be read: {error.what}") from None
    named = {f"events/segments/{name}" for segment in manifest.segments for name in segment.files}
    named |= {f"events/rejects/{segment.rejects}" for segment in manifest.segments if segment.rejects}
    strange = sorted(named - set(told["files"]))
    if strange:
        raise _broken(path, f"its events need {strange[0][:80]}, which is not in it")
    with store.writing() as staged:
        staged.write(replace(manifest, entities=None))


def _broken(path: Path, why: str) -> CaseError:
    return CaseError(
        f"{path} is no bundle that can be opened: {why}.",
        "Nothing was taken from it, and nothing of it was run.",
        "Ask for it again, and compare the head of the record that `inv bundle` printed.",
    )
