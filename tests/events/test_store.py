"""What lies on disk is whole: before a commit or after it, and every unit is accounted for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stores import add, arrow, segment

from investigator.errors import CaseError, DataError
from investigator.events import Events, Store
from investigator.events.store import Units

counts = st.integers(0, 1000)
units = st.tuples(counts, counts, counts, counts).map(
    lambda parts: Units(sum(parts), parts[0], parts[1], {"blank": parts[2]}, parts[3])
)


@given(units, units)
def test_units_that_add_up_add_up_together(a: Units, b: Units) -> None:
    assert a.unexplained == b.unexplained == (a + b).unexplained == 0
    assert (a + b).total == a.total + b.total and (a + b).rejected == a.rejected + b.rejected
    assert a + b == b + a and "UNEXPLAINED" not in str(a + b)


@given(units, st.integers(1, 99))
def test_a_load_with_unexplained_units_is_refused(given_: Units, missing: int) -> None:
    lost = Units(given_.total + missing, given_.used, given_.joined, given_.structural, given_.rejected)
    with pytest.raises(DataError, match=f"app: {missing} of .* units are unexplained. .*nothing was stored"):
        segment([{}], "a.parquet", units=lost)


def test_a_manifest_is_read_back_as_it_was_written(store: Store) -> None:
    added = add(store, [{"body": "more"}], load=2, doubt=("no zone",), continues="0" * 12)
    assert store.manifest() == added
    assert [s.load for s in added.segments] == [1, 2] and added.units == Units(total=4, used=4)
    assert [Path(file).name for file in store.files()] == ["load-1.parquet", "load-2.parquet"]


def test_a_store_that_was_never_written_is_empty(tmp_path: Path) -> None:
    events = Events.open(tmp_path / "nothing")
    assert events.count() == 0 and events.span() is None and events.sources == ()


def test_what_was_staged_and_not_committed_is_gone(store: Store) -> None:
    before = store.manifest()
    with pytest.raises(KeyboardInterrupt), store.writing() as staging:
        pq.write_table(arrow([{}], load=2, evidence="b" * 12), staging.file("load-2.parquet"))
        raise KeyboardInterrupt
    assert store.manifest() == before and Events.open(store.folder).count() == 3
    assert not list(store.folder.glob(".staging-*"))


def test_a_load_killed_in_the_middle_of_its_commit_leaves_the_earlier_events(store: Store) -> None:
    code = f"""
        import os, sys
        sys.path[:0] = [{str(Path(__file__).parent)!r}]
        from stores import add
        from investigator.events import Store
        replace = os.replace
        def dies(source, target):
            if str(target).endswith("manifest.json"):
                os.kill(os.getpid(), 9)
            return replace(source, target)
        os.replace = dies
        add(Store({str(store.folder)!r}), [{{"body": "half"}}], load=2)
    """
    root = Path(__file__).parents[2]
    died = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert died.returncode == -signal.SIGKILL
    assert list(store.folder.glob(".staging-*"))
    assert [s.load for s in store.manifest().segments] == [1] and Events.open(store.folder).count() == 3
    assert [s.load for s in add(store, [{"body": "again"}], load=2).segments] == [1, 2]
    assert not list(store.folder.glob(".staging-*")) and Events.open(store.folder).count() == 4


def test_two_writers_take_turns(store: Store) -> None:
    with (
        store.writing(),
        pytest.raises(CaseError, match=r"Another process is loading into .* I waited 0 seconds"),
        store.writing(wait=0.05),
    ):
        pass
    assert [s.load for s in add(store, [{}], load=2).segments] == [1, 2]


def test_four_processes_lose_nothing(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    code = textwrap.dedent(f"""
        import sys
        sys.path[:0] = [{str(Path(__file__).parent)!r}]
        from stores import add
        from investigator.events import Store
        for load in (int(sys.argv[1]), int(sys.argv[1]) + 100):
            add(Store({str(tmp_path / "events")!r}), [{{"body": "from " + sys.argv[1]}}], load=load)
    """)
    env = {**os.environ, "PYTHONPATH": str(root)}
    running = [subprocess.Popen([sys.executable, "-c", code, str(n)], cwd=root, env=env) for n in range(1, 5)]
    assert [process.wait(60) for process in running] == [0] * 4
    assert sorted(s.load for s in Store(tmp_path / "events").manifest().segments) == [
        1,
        2,
        3,
        4,
        101,
        102,
        103,
        104,
    ]
    assert Events.open(tmp_path / "events").count() == 8


def test_a_reader_keeps_what_it_opened_while_more_is_loaded(store: Store) -> None:
    events = Events.open(store.folder)
    add(store, [{"body": "later"}], load=2)
    assert events.count() == 3 and Events.open(store.folder).count() == 4
    assert Events.open(store.folder, through=1).count() == 3


def test_a_broken_or_newer_manifest_says_what_to_do(store: Store) -> None:
    data = json.loads(store.path.read_text())
    store.path.write_text(json.dumps({**data, "schema_version": 99}))
    with pytest.raises(CaseError, match=r"written by a newer kit \(schema 99\).*Upgrade investigator"):
        store.manifest()
    store.path.write_text('{"segments": [')
    with pytest.raises(CaseError, match=r"can't be read: .* add the evidence again"):
        store.manifest()


def test_a_list_of_events_with_a_name_that_none_has_is_broken(store: Store) -> None:
    add(store, [{"body": "kneaded LOAF-4711"}])
    text = store.path.read_bytes()
    store.path.write_bytes(text.replace(b'"entities"', b'"mntities"'))
    with pytest.raises(CaseError, match=r"can't be read: it has 'mntities'"):
        Store(store.folder).manifest()


def test_a_newer_snapshot_takes_the_place_of_the_one_it_replaces(store: Store) -> None:
    old = store.manifest().segments[0]
    manifest = add(store, [{"body": "now", "source": "app"}], load=2, replaces=old.evidence)
    assert [s.load for s in manifest.current] == [2]
    events = Events.open(store.folder)
    assert events.sources[0].rows == 1 and events.current == (manifest.segments[1].evidence,)
