"""A library in a folder of the test, its index in a cache of the test."""

import pytest

from investigator.library import Library


@pytest.fixture(autouse=True)
def index_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")
