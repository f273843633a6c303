"""What the tests of loading share: a place to load into."""

import pytest

from investigator import load
from investigator.events import Events
from investigator.events.store import Store


class Place:
    """A folder with files, a store and a vault; `add` writes a file and loads it, under the next number."""

    def __init__(self, folder):
        self.folder, self.number = folder, 0
        self.vault = folder / "evidence"
        self.store = Store(folder / "events")

    def add(self, data, name="app.jsonl", **options):
        file = self.folder / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return self.load(file, **options)

    def load(self, path, **options):
        self.number += 1
        return load.add(path, store=self.store, vault=self.vault, load=self.number, **options)

    def events(self):
        """All current events, in the total order that people see."""
        events = Events.open(self.store.folder)
        return events.fetch(events.table.order_by(["evidence", "unit", "name"]), limit=None)

    def raw(self, origin):
        return load.raw(self.vault, self.store, origin)

    def rejects(self):
        """Unit, reason and text of all rejected units."""
        import pyarrow.parquet as pq

        found = []
        for file in self.store.reject_files():
            found += pq.read_table(file).to_pylist()
        return [(row["unit"], row["reason"], row["text"]) for row in found]

    def left(self):
        """What an unfinished load would have left behind."""
        return [
            path.name for path in self.folder.rglob(".*") if path.name.startswith((".staging", ".incoming"))
        ]


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def places(tmp_path_factory):
    """As many places as a test asks for: places()."""
    return lambda: Place(tmp_path_factory.mktemp("place"))
