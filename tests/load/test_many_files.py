"""Many files of one folder: read as if each were added alone, and committed together."""

import errno
from dataclasses import replace

import pytest

from investigator import load
from investigator.errors import CaseError
from investigator.events.content import contents
from investigator.events.store import Staging, Store, Together


def _written(folder):
    """Files of several trades: tables, lists, logs, a rotated pair, a copy, a note, one that is empty."""
    made = {}
    for n in range(4):
        made[f"ward-{n}/beds.csv"] = "bed,patient,status,age\n" + "".join(
            f"B{n}{i},P-{n}{i}0,taken,{i}d\n" for i in range(3)
        )
        made[f"gate-{n}/scan.log"] = "".join(
            f"2026-06-17 09:1{i}:0{n},120 WARN belt-{n} parcel PX-{n}{i} refused at gate {n}\n"
            for i in range(5)
        )
        made[f"till-{n}/sales.json"] = "\n".join(
            f'{{"at": "2026-06-17T07:{i}4:0{n}Z", "till": {n}, "msg": "sale S-{n}{i} booked"}}'
            for i in range(4)
        )
        made[f"plant/pump-{n}.csv"] = (
            f"time,pump,pressure\n2026-06-17T07:0{n}:00Z,pump-{n},{n}.5\n2026-06-17T07:1{n}:00Z,pump-{n},2\n"
        )
        made[f"cluster/get_pods_{n}.txt"] = (
            f"NAME           READY   STATUS    RESTARTS   AGE\nkiln-{n}-abc12   1/1     Running   {n}          4d\n"
        )
    long = "".join(f"2026-06-17 09:14:{i:02d} INFO crane lifted box {i} of ship 4711\n" for i in range(40))
    made["yard/crane.log.1"] = long[: len(long) // 2]
    made["yard/crane.log"] = long
    made["yard/copy/crane.log"] = long
    made["note.txt"] = "Ana, 17 June 2026 09:20: the belt stands. We wait for the mechanic.\n"
    made["empty.csv"] = ""
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def _held(place):
    segments = place.store.manifest().segments
    told = [replace(s, files=(), rejects=None, seals={}) for s in segments]  # files are called by chance
    numbers, broken = contents(place.store.folder / "segments", segments)
    assert not broken and not place.left()
    return told, numbers, sorted(place.events().to_csv(index=False).splitlines())


@pytest.mark.parametrize("sources", [4, 100])
def test_many_files_give_what_they_give_one_by_one(places, monkeypatch, sources):
    monkeypatch.setattr(Together, "SOURCES", sources)
    monkeypatch.setattr(Together, "SECONDS", 600.0)
    one, many = places(), places()
    folder = _written(many.folder / "in")
    many.load(folder)
    for path in sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.parts):
        if path.stat().st_size:
            name = str(path.relative_to(folder))
            load.add(path, store=one.store, vault=one.vault, load=1, name=name)
    assert _held(many) == _held(one)
    assert sorted(p.name for p in many.vault.iterdir()) == sorted(p.name for p in one.vault.iterdir())


def test_many_files_are_committed_together(place, monkeypatch):
    monkeypatch.setattr(Together, "SECONDS", 600.0)
    written = []
    real = Staging.write
    monkeypatch.setattr(Staging, "write", lambda self, manifest: (written.append(1), real(self, manifest)))
    report = place.load(_written(place.folder / "in"))
    assert len(report.sources) > 20 and len(written) == 1


def test_what_was_read_whole_stays_where_somebody_stops_a_load(place, monkeypatch):
    monkeypatch.setattr(Together, "SECONDS", 600.0)
    folder = _written(place.folder / "in")
    begun = []

    def stop(done, total, what):
        if what not in begun:
            begun.append(what)
        if len(begun) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.load(folder, progress=stop)
    stayed = [s.source for s in place.store.manifest().segments]
    assert stayed == [name for name in begun[:5] if name != "empty.csv"] and not place.left()
    report = place.load(folder)
    states = {s.source: s.state for s in report.sources}
    assert {states[name] for name in stayed} == {"already here"} and states["ward-3/beds.csv"] == "loaded"


def test_a_disk_that_is_full_takes_nothing_away_and_leaves_nothing_half(place, monkeypatch):
    monkeypatch.setattr(Together, "SOURCES", 4)
    monkeypatch.setattr(Together, "SECONDS", 600.0)
    folder = _written(place.folder / "in")
    real, written = Staging.write, []

    def full(self, manifest):
        written.append(1)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, manifest)

    monkeypatch.setattr(Staging, "write", full)
    with pytest.raises(CaseError, match=r"No space left on device.*The last 4 sources are not loaded"):
        place.load(folder)
    manifest = Store(place.store.folder).manifest()
    assert len(manifest.segments) == 4 and not place.left()
    named = {name for s in manifest.segments for name in s.files}
    assert {p.name for p in (place.store.folder / "segments").iterdir()} == named
    place.load(folder)
    assert len({s.file for s in place.store.manifest().standing}) > 20
