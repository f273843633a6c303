"""A catalogue of edits that is made by rule: every column of events and index, every field of the list, every cell of the
database, every page and every file of a bundle is changed once; each is found and named."""

import hashlib
import json
import shutil
import sqlite3
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_verify import LINES, made  # noqa: F401 - the case that is copied

from investigator.case import Case
from investigator.case.evidence.bundle import unbundle
from investigator.errors import KitError
from investigator.events.store import Store

SOURCES = ("belt.jsonl", "gate.log")
MANIFEST = "events/manifest.json"
#: What may be otherwise without anything being otherwise that is shown: versions of the kit, where a copy lies.
HARMLESS = {"list mask_version", "replicas.place", "replicas.started"}


def segment(folder, source):
    one = next(s for s in Store(folder / "events").manifest().segments if s.source == source)
    return folder / "events" / "segments" / one.files[0]


def cell(path, name, row=0):
    """Another value of its type in one cell of a Parquet file."""
    table = pq.read_table(path)
    place, column = table.schema.get_field_index(name), table[name].combine_chunks()
    kind = table.schema.field(place).type
    if pa.types.is_timestamp(kind):
        value = pa.array([1_781_700_000_000_000], pa.int64()).cast(kind)
    else:
        plain = 99 if pa.types.is_integer(kind) else 9.5 if pa.types.is_floating(kind) else [("k", "v")] if pa.types.is_map(kind) else "0other"  # fmt: skip
        value = pa.array([plain], kind)
    parts = [column.slice(0, row), value, column.slice(row + 1)]
    new = table.set_column(place, table.schema.field(place), pa.concat_arrays(parts))
    pq.write_table(new, path, compression="lz4", store_schema=False)


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return value[:-1] if value else ["x"]
    return {} if value else {"x": "y"} if isinstance(value, dict) else "x"


def said(folder, *keys):
    path = folder / MANIFEST
    held = here = json.loads(path.read_text())
    for key in keys[:-1]:
        here = here[key]
    here[keys[-1]] = other(here[keys[-1]])
    path.write_text(json.dumps(held))


def in_database(folder, table, name):
    """One cell by hand, as a forger does it: the guards go and come again."""
    with sqlite3.connect(folder / "case.db") as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)).fetchall()  # fmt: skip
        for guard, _ in guards:
            connection.execute(f"DROP TRIGGER {guard}")
        where = " WHERE seq = 2" if table in ("entries", "contents") else ""
        old = connection.execute(f"SELECT {name} FROM {table}{where}").fetchone()[0]
        new = old + 40 if isinstance(old, int) else f"{old or ''}x"
        connection.execute(f"UPDATE {table} SET {name} = ?{where}", (new,))
        for _, sql in guards:
            connection.execute(sql)
    connection.close()


def without(folder, guard):
    with sqlite3.connect(folder / "case.db") as connection:
        connection.execute(f"DROP TRIGGER {guard}")
    connection.close()


def written(path, data):
    path.chmod(0o600)
    path.write_bytes(data)


def evidence_of(folder):
    return next(p for p in (folder / "evidence").iterdir() if len(p.name) == 64)


def bytes_of(change):
    return lambda folder: written(evidence_of(folder), change(evidence_of(folder).read_bytes()))


def pages(folder):
    """A draft with its manifest, and one that left the house, as the record tells."""
    for place in (folder / "reports", folder / "reports" / "released" / "page-1"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "page.html").write_text("<p>the belt stood still</p>")
        files = {
            "page": {
                "name": "page.html",
                "sha256": hashlib.sha256((place / "page.html").read_bytes()).hexdigest(),
            }
        }
        (place / "page.manifest.json").write_text(json.dumps({"files": files}))
    page, case = place / "page.html", Case.open(folder)
    number = lambda path: hashlib.sha256(path.read_bytes()).hexdigest()  # noqa: E731
    case.evidence.record.append("report", {"text": "the page", "path": str(page.relative_to(folder)), "sha256": number(page), "manifest": number(page.with_suffix(".manifest.json")), "released": True}, author="ana")  # fmt: skip
    case.record._record.close()


def forged_page(folder, released):
    """A page with the manifest that lists it, both otherwise."""
    place = folder / "reports" / ("released/page-1" if released else "")
    (place / "page.html").write_text("<p>all was well</p>")
    files = {"page": {"name": "page.html", "sha256": hashlib.sha256(b"<p>all was well</p>").hexdigest()}}
    (place / "page.manifest.json").write_text(json.dumps({"files": files}))


OUT, DRAFT = "reports/released/page-1", "reports"
PAGES = {
    "a draft was changed": lambda f: (f / DRAFT / "page.html").write_text("x"),
    "a draft is gone": lambda f: (f / DRAFT / "page.html").unlink(),
    "a draft's list is cut": lambda f: (f / DRAFT / "page.manifest.json").write_text("{"),
    "a draft's list names nothing": lambda f: (f / DRAFT / "page.manifest.json").write_text('{"files": 1}'),
    "a released page was changed": lambda f: (f / OUT / "page.html").write_text("x"),
    "a released page is gone": lambda f: (f / OUT / "page.html").unlink(),
    "a released page and its list were changed": lambda f: forged_page(f, True),
    "a released page's list was changed": lambda f: (f / OUT / "page.manifest.json").write_text("{}"),
    "a released page's list is gone": lambda f: (f / OUT / "page.manifest.json").unlink(),
    "all that was released is gone": lambda f: shutil.rmtree(f / "reports" / "released"),
}  # fmt: skip

BYTES = {
    "the first byte": lambda d: bytes([d[0] ^ 1]) + d[1:],
    "a byte in the middle": lambda d: d[: len(d) // 2] + bytes([d[len(d) // 2] ^ 128]) + d[len(d) // 2 + 1 :],
    "the last byte": lambda d: d[:-1] + bytes([d[-1] ^ 1]),
    "a byte more": lambda d: d + b"\n",
    "a byte less": lambda d: d[:-1],
    "half of it": lambda d: d[: len(d) // 2],
    "twice": lambda d: d + d,
    "two lines in another order": lambda d: "".join([LINES[1], LINES[0], *LINES[2:]]).encode(),
    "another line end": lambda d: d.replace(b"\n", b"\r\n", 1),
}


def edits(folder):
    """Every edit that the case allows, by its name."""
    out = {f"evidence: {name}": bytes_of(change) for name, change in BYTES.items()}
    for source in SOURCES:
        for name in pq.read_schema(segment(folder, source)).names:
            out[f"{source}: {name} of one event"] = lambda f, s=source, n=name: cell(segment(f, s), n, 1)
    index = Store(folder / "events").manifest().entities
    for file in index.files:
        path = folder / "events" / "entities" / file
        for name in pq.read_schema(path).names if pq.read_metadata(path).num_rows else ():
            out[f"index {file.split('-')[0]}: {name}"] = lambda f, p=file, n=name: cell(f / "events" / "entities" / p, n)  # fmt: skip
        out[f"index {file.split('-')[0]}: emptied"] = lambda f, p=file: (f / "events" / "entities" / p).write_bytes(b"")  # fmt: skip
    held = json.loads((folder / MANIFEST).read_text())
    places = [(key,) for key in held if key not in ("entities", "segments")]
    places += [("entities", key) for key in held["entities"]]
    places += [("segments", number, key) for number in range(2) for key in held["segments"][number]]
    for keys in places:
        out[f"list {' '.join(map(str, keys))}"] = lambda f, k=keys: said(f, *k)
    with sqlite3.connect(folder / "case.db") as connection:
        for table in ("entries", "contents", "replicas", "ledger"):
            for _, name, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
                if (table, name) != ("ledger", "name"):
                    out[f"{table}.{name}"] = lambda f, t=table, n=name: in_database(f, t, n)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            out[f"guard {name} gone"] = lambda f, n=name: without(f, n)
    connection.close()
    return {name: change for name, change in out.items() if name not in HARMLESS}


def problems(folder):
    try:
        return list(Case.open(folder).verify().problems)
    except KitError as error:
        return [str(error)]


def copies(folder, tmp_path, changes):
    """What verifying says of a copy with each change."""
    for number, (name, change) in enumerate(changes.items()):
        copy = tmp_path / str(number) / "INC-1"
        shutil.copytree(folder, copy)
        change(copy)
        yield name, problems(copy)
        shutil.rmtree(copy.parent)


def test_every_edit_of_evidence_events_index_list_and_database_is_found_and_named(made, tmp_path):  # noqa: F811
    folder = made / "cases" / "INC-1"
    found = dict(copies(folder, tmp_path, edits(folder)))
    assert len(found) >= 120
    assert [name for name, said in found.items() if not said] == []
    assert [said for said in found.values() if "Traceback" in str(said)] == []


def test_every_edit_of_a_page_is_found_and_named(made, tmp_path):  # noqa: F811
    folder = tmp_path / "with pages" / "INC-1"
    shutil.copytree(made / "cases" / "INC-1", folder)
    pages(folder)
    assert problems(folder) == []
    found = dict(copies(folder, tmp_path, PAGES))
    assert [name for name, said in found.items() if "page" not in str(said)] == []


def test_every_edit_of_a_file_in_a_bundle_is_refused(made, tmp_path):  # noqa: F811
    folder = tmp_path / "INC-1"
    shutil.copytree(made / "cases" / "INC-1", folder)
    whole = Case.open(folder).evidence.bundle(tmp_path / "true.zip").path
    with zipfile.ZipFile(whole) as bundle:
        data = {name: bundle.read(name) for name in bundle.namelist()}
    let_in = []
    for name in data:
        for how, changed in (
            ("changed", {**data, name: bytes([*data[name][:-1], data[name][-1] ^ 1])}),
            ("cut", {**data, name: data[name][: len(data[name]) // 2]}),
            ("gone", {one: held for one, held in data.items() if one != name}),
        ):
            target = tmp_path / "forged.zip"
            with zipfile.ZipFile(target, "w") as bundle:
                for one, held in changed.items():
                    bundle.writestr(one, held)
            try:
                unbundle(target, tmp_path / "there")
                let_in.append((name, how))
                shutil.rmtree(tmp_path / "there")
            except KitError:
                assert not list((tmp_path / "there").glob("*")), (name, how)
    assert let_in == []


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_harmless_shows_nothing_otherwise(made, tmp_path, name):  # noqa: F811
    folder = tmp_path / "INC-1"
    shutil.copytree(made / "cases" / "INC-1", folder)
    table, _, field = name.partition(".")
    in_database(folder, table, field) if field else said(folder, name.split()[1])
    assert problems(folder) == []
