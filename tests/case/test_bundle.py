"""A case as one file: opened whole, and whatever else lies in it neither runs nor leaves its folder."""

from __future__ import annotations

import gc
import json
import shutil
import stat
import zipfile
from types import SimpleNamespace

import pytest

from investigator.case import Case
from investigator.case.evidence.bundle import unbundle
from investigator.errors import CaseError, KitError


@pytest.fixture
def bundled(tmp_path):
    log = tmp_path / "app.jsonl"
    log.write_text('{"time": "2026-06-17T09:01:00Z", "message": "DOC-1 lost"}\nbroken {\n')
    case = Case.new("INC-1", words="lost", about=["DOC-1"], root=tmp_path / "cases", author="ana")
    case.add(log, author="ana")
    case.record.note("look at the queue", author="ana")
    (case.path / "notebooks" / "mine.ipynb").write_text("{}")
    return case, case.evidence.bundle(tmp_path / "one.zip")


def changed(source, target, **replaced):
    """The bundle with members replaced, added (bytes) or left out (None); True names a link."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename not in replaced:
                new.writestr(member, old.read(member))
        for name, data in replaced.items():
            if data is not None:
                new.writestr(name, data)
    return target


def everything(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_bundle_opens_as_the_case_that_it_was(bundled, tmp_path):
    case, made = bundled
    found = unbundle(made.path, tmp_path / "there")
    other = Case.open(found.path)
    other.evidence.index()
    assert other.entries() == case.entries() and found.head == made.head and found.aside == ()
    assert other.events().count() == 1 and len(other.evidence.rejects()) == 1
    assert other.evidence.raw(other.events().rows(1)["origin"].iloc[0]).startswith(b'{"time"')
    assert other.verify(made.head).ok
    assert "notebooks/ (1 files" in str(made)
    assert case.evidence.bundle(tmp_path / "two.zip").size == made.size
    assert (tmp_path / "two.zip").read_bytes() == made.path.read_bytes(), "the same case, the same bytes"
    other.record.note("from the other side", author="jon")
    assert case.evidence.merge(other.path).entries == 1
    with pytest.raises(CaseError, match="Bring both together: inv merge INC-1"):
        unbundle(made.path, tmp_path / "there")
    with pytest.raises(CaseError, match=r"There is a .* already"):
        case.evidence.bundle(made.path)


HOSTILE = {
    "notebooks/run_me.ipynb": b"{}",
    "jupyter_server_config.py": b"boom",
    ".ipython/profile_default/startup/00.py": b"boom",
    "sitecustomize.py": b"boom",
    "evil.pth": b"import os",
    "conftest.py": b"boom",
    "../outside.py": b"boom",
    "/tmp/absolute.py": b"boom",
    "evidence/../../outside.py": b"boom",
    "events/segments/../../../outside.parquet": b"boom",
    "C:\\windows.py": b"boom",
    "record.json": b'{"record": "env:HOME", "schema": "x"}',
    "case.db": b"SQLite format 3\0",
    "name\x1b[31mred": b"boom",
}


def test_what_belongs_to_no_bundle_is_left_aside_and_listed(bundled, tmp_path):
    _, made = bundled
    link = zipfile.ZipInfo("evidence/" + "a" * 64)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = changed(made.path, tmp_path / "evil.zip", **HOSTILE)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "there").mkdir()
    before = everything(tmp_path)
    found = unbundle(path, tmp_path / "there")
    assert len(found.aside) == len(HOSTILE) + 1 and any("(a link)" in name for name in found.aside)
    assert "\x1b" not in str(found) and "run_me.ipynb" in str(found)
    new = [name for name in everything(tmp_path) if name not in before]
    assert all(name.startswith("there/INC-1") for name in new)
    assert not [n for n in new if n.endswith((".py", ".pth", ".ipynb", "record.json"))]
    assert not any(p.is_symlink() for p in tmp_path.rglob("*")) and Case.open(found.path).verify().ok


def told(path, **new):
    with zipfile.ZipFile(path) as archive:
        data = json.loads(archive.read("bundle.json"))
    for name, value in new.items():
        data[name] = value
    return json.dumps(data).encode()


def first(path, start):
    with zipfile.ZipFile(path) as archive:
        return next(name for name in archive.namelist() if name.startswith(start))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: {"bundle.json": None}, "no bundle.json"),
        (lambda p: {"bundle.json": b"[" * 100_000}, "says nothing that can be read"),
        (lambda p: {"bundle.json": told(p, bundle=2)}, "bundle of version 2"),
        (lambda p: {"bundle.json": told(p, case="../../x")}, "can't be the id of a case"),
        (lambda p: {"bundle.json": told(p, head="aaaaaaaa:1:" + "0" * 64)}, "ends elsewhere"),
        (lambda p: {"record.jsonl": None}, "is missing"),
        (lambda p: {"record.jsonl": b"x"}, "is not what was bundled"),
        (lambda p: {first(p, "evidence/"): b"x"}, "is not what was bundled"),
        (lambda p: {first(p, "evidence/"): b"\0" * 5_000_000}, "is longer than it says"),
        (lambda p: {first(p, "events/segments/"): None}, "is missing"),
    ],
)
def test_a_bundle_that_was_changed_is_refused_and_leaves_nothing(bundled, tmp_path, change, said):
    _, made = bundled
    path = changed(made.path, tmp_path / "changed.zip", **change(made.path))
    gc.collect()  # what other tests left is not taken away at the bottom of a recursion
    with pytest.raises(KitError, match=said):
        unbundle(path, tmp_path / "there")
    assert not (tmp_path / "there").exists() or everything(tmp_path / "there") == []


def test_a_bundle_that_would_fill_the_disk_or_holds_a_name_twice_is_refused(bundled, tmp_path):
    _, made = bundled
    with zipfile.ZipFile(made.path) as archive:
        files = json.loads(archive.read("bundle.json"))["files"]
    files["evidence/" + "b" * 64] = {"size": 10**12, "sha256": "b" * 64}
    path = changed(
        made.path,
        tmp_path / "bomb.zip",
        **{"bundle.json": told(made.path, files=files), "evidence/" + "b" * 64: b""},
    )
    with pytest.raises(CaseError, match="bytes would become"):
        unbundle(path, tmp_path / "there")
    with zipfile.ZipFile(made.path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("record.jsonl", "x")
    with pytest.raises(CaseError, match="in it twice"):
        unbundle(made.path, tmp_path / "there")
    (tmp_path / "no.zip").write_bytes(b"PK no")
    with pytest.raises(CaseError, match="can't be read"):
        unbundle(tmp_path / "no.zip", tmp_path / "there")


def _without_room(path, target, said):
    import resource

    case = Case.open(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    try:
        case.evidence.bundle(target)
        said.send("made")
    except KitError as error:
        said.send(str(error))


def test_a_full_disk_leaves_no_half_a_bundle(bundled, tmp_path):
    import multiprocessing

    case, _ = bundled
    context = multiprocessing.get_context("spawn")
    hear, say = context.Pipe(duplex=False)
    child = context.Process(target=_without_room, args=(case.path, tmp_path / "full.zip", say))
    child.start()
    assert hear.poll(60) and "File too large" in hear.recv()
    child.join(60)
    assert not [path.name for path in tmp_path.iterdir() if "full" in path.name]


def test_a_bundle_for_which_there_is_no_room_is_no_broken_one(bundled, tmp_path, monkeypatch):
    _, made = bundled
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100))
    with pytest.raises(
        CaseError, match=r"no room for .* and 100 are free\. Nothing was taken from it\. Free some"
    ):
        unbundle(made.path, tmp_path / "there")
    assert not (tmp_path / "there").exists() or everything(tmp_path / "there") == []
