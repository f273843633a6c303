"""Files that are either the old ones or the new ones."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from investigator.errors import ReportError
from investigator.report import atomic


def test_a_file_is_written_whole_and_readable_by_others(tmp_path):
    atomic.write(tmp_path / "new" / "page.html", b"page")
    assert (tmp_path / "new" / "page.html").read_bytes() == b"page"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new" / "page.html").stat().st_mode) == 0o666 & ~mask


def test_a_full_disk_leaves_the_earlier_file_and_no_litter(tmp_path):
    """The limit is real: the kernel refuses the write in the middle."""
    earlier = tmp_path / "page.html"
    earlier.write_bytes(b"earlier")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from investigator.report import atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    atomic.write_all({Path(sys.argv[1]): b'x' * 100, Path(sys.argv[2]): b'x' * 100_000})\n"
        "except Exception as error:\n"
        "    print(error)\n"
    )
    second = tmp_path / "page.manifest.json"
    root = Path(atomic.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(earlier), str(second)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=True,
    )
    assert "could not be written: File too large. What was there before is untouched." in done.stdout
    assert earlier.read_bytes() == b"earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html"]


def test_no_space_on_the_device_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "page.html").write_bytes(b"earlier")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        ReportError, match=r"page\.html could not be written: No space left on device.*Make room"
    ):
        atomic.write(tmp_path / "page.html", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"earlier"]
