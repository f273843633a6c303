"""A library in a folder of the test, its index in a cache of the test."""

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from investigator.case import Case
from investigator.library import Library


@pytest.fixture(autouse=True)
def index_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


@pytest.fixture(scope="session")
def kept(sample, cache):
    """The folder of a library that holds the bundled incident, with its signature; made once for all workers."""
    folder = cache / "kept"
    with FileLock(str(cache / "kept.lock")):
        if not folder.exists():
            made = cache / "being-made"
            added = Library(made).add_case(Case.open(sample))
            assert added.how == "added" and added.signature.startswith("signature of "), added
            made.rename(folder)
    return folder


@pytest.fixture
def of_sample(kept, library):
    """A library of the test's own that holds the bundled incident."""
    shutil.copytree(kept, library.folder, dirs_exist_ok=True)
    return Library(Path(library.folder))
