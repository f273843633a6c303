"""One small sample for all tests of this room; the full one only where the promise needs it."""

from __future__ import annotations

import pytest

from investigator import samples


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    return samples.make(tmp_path_factory.mktemp("sample"), lines=30_000)
