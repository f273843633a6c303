"""Files that are either the old ones or the new ones, never something between."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from investigator.errors import ReportError


def write(path: Path, data: bytes) -> None:
    """The bytes at that path, or, when anything fails, what was there before."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """All of the files, staged and synced before the first one takes its place.

    A full disk shows while staging, so the earlier files all stay. A crash between two renames leaves whole
    files of two runs; the manifest, which is given last, then says so.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            staged.append((_stage(path, data), path))
        for temporary, path in staged:
            os.replace(temporary, path)
        for folder in {path.parent for path in files}:
            _sync_folder(folder)
    except OSError as error:
        names = ", ".join(path.name for path in files)
        raise ReportError(
            f"{names} could not be written: {error.strerror or error}.",
            "What was there before is untouched.",
            "Make room or mend the permissions of the folder, then run the same command again.",
        ) from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _stage(path: Path, data: bytes) -> Path:
    """A synced temporary file beside the path, on the same file system, so that the rename is one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp gives 0600; a report is read by others as far as the umask lets them.
        os.chmod(name, 0o666 & ~_umask())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """The rename itself reaches the disk. Where a folder can't be synced, the files are whole."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
