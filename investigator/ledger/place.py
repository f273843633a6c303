"""Where a SQLite record may lie: not on a network or synced folder, whose locks and copies lose entries."""

from __future__ import annotations

import os
from pathlib import Path

from investigator.errors import LedgerError

NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "9p.nfs", "fuse.sshfs", "davfs", "fuse.davfs"}
SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "mobile documents", "icloud drive", "nextcloud")


def filesystem(path: Path, mounts: str | None = None) -> str:
    """The type of the file system that holds a path, by /proc/mounts; empty where that can't be known."""
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
    best, kind = "", ""
    target = os.path.realpath(path)
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        place = parts[1].replace("\\040", " ")
        inside = target == place or target.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, parts[2]
    return kind


def refuse_shared(path: Path, mounts: str | None = None) -> None:
    """Raise LedgerError where the record would lie on a network file system or in a synced folder."""
    kind = filesystem(path, mounts)
    parts = [part.lower() for part in path.resolve().parts]
    synced = next((name for name in SYNCED for part in parts if part == name or part.startswith(name + " -")), None)
    if kind not in NETWORK and synced is None:
        return
    where = f"a network file system ({kind})" if kind in NETWORK else f"a synced folder ({synced})"
    raise LedgerError(
        f"{path} lies on {where}.",
        "SQLite loses entries there when two people write.",
        "Keep the case on a local disk, or give the team a PostgreSQL URL: "
        "Case.new(..., ledger='postgresql://host/database').",
    )
