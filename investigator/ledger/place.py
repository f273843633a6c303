"""Where a ledger lies: a SQLite file or a PostgreSQL URL, and which folders can't carry a SQLite file.

SQLite's write-ahead log is shared memory between processes of one machine. On a network filesystem two
machines each believe they hold the lock (https://www.sqlite.org/wal.html, "does not work over a network
filesystem"), and a synced folder carries the file off between two writes. Both lose entries without a word,
so both are refused.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from investigator.errors import LedgerError

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|afpfs|ncpfs|afs|(fuse\.)?(davfs2?|webdav|sshfs|rclone|s3fs|gcsfuse|gvfsd-fuse|glusterfs)"
    r"|ceph|lustre|gpfs|beegfs|vboxsf|prl_fs|drvfs"
)
_SYNCED = re.compile(
    r"Dropbox( \(.+\))?|OneDrive( ?- ?.+)?|(Google|My|pCloud|Proton) ?Drive(-.+)?|Mobile Documents|iCloud ?Drive"
    r"|CloudStorage|Nextcloud\d*|ownCloud\d*|Syncthing|Box( Sync)?|MEGA(sync)?",
    re.IGNORECASE,
)
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Place:
    """A SQLite file (`path`) or a PostgreSQL database (`url`, and the schema in it)."""

    path: Path | None = None
    url: str = ""
    schema: str = "public"

    def __str__(self) -> str:
        if self.path is not None:
            return str(self.path)
        # Never the whole URL: this goes into messages, and the URL may hold a password.
        parts = urlsplit(self.url)
        host = parts.hostname or parse_qs(parts.query).get("host", ["localhost"])[0]
        return f"postgresql://{host}/{parts.path.lstrip('/')} (schema {self.schema})"


def place(url_or_path: str | Path) -> Place:
    """Where a ledger lies, from what a person writes."""
    text = str(url_or_path)
    scheme, mark, rest = text.partition("://")
    if not mark:
        if not text.strip() or "\0" in text:
            raise LedgerError(
                f"{text!r} is no place for a ledger.",
                "A ledger lies in a SQLite file or at a PostgreSQL URL.",
                "Give a path such as INC-2031/case.db.",
            )
        return Place(path=Path(text).expanduser().absolute())
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise LedgerError(
            f"A ledger can't lie at a {scheme}:// address.",
            "There are two kinds of place: a path to a SQLite file, and postgresql://...",
            "Give a path such as INC-2031/case.db, or a PostgreSQL URL.",
        )
    try:
        parts = urlsplit(f"postgresql://{rest}")
        query = parse_qs(parts.query, keep_blank_values=True)
        bool(parts.port)  # asked for its ValueError
    except ValueError:
        raise LedgerError(
            "This PostgreSQL URL can't be read.",
            "It has the form postgresql://user@host:5432/database?schema=inc_2031.",
            "Correct the host or the port.",
        ) from None
    schema = query.pop("schema", ["public"])[0]
    if not _SCHEMA.fullmatch(schema):
        raise LedgerError(
            f"'{schema}' is no name for a schema.",
            "A schema's name has small letters, digits and underscores, and starts with a letter.",
            "Write schema=inc_2031.",
        )
    return Place(url=urlunsplit(parts._replace(query=urlencode(query, doseq=True))), schema=schema)


def refuse_shared_folder(path: Path, *, mounts: str | None = None) -> None:
    """An error, if a SQLite file at that path would lose entries. `mounts` is what /proc/mounts says."""
    found = shared_folder(path, mounts=mounts)
    if found:
        raise LedgerError(
            f"{path} lies {found}, where SQLite loses entries without a word.",
            "A ledger lies on a disk of this machine, or in PostgreSQL when a team writes it.",
            "Move the case to a local folder; or keep the record in PostgreSQL: inv new ... --record env:TEAM_RECORD, "
            "which holds a URL such as postgresql://host/database.",
        )


def shared_folder(path: Path, *, mounts: str | None = None) -> str:
    """What makes the folder unfit ("on NFS (/mnt/team)"), or nothing."""
    real = path.resolve()
    for part in (*path.absolute().parent.parts, *real.parent.parts):
        if _SYNCED.fullmatch(part):
            return f"in the synced folder '{part}'"
    kind, point, options = _mounted(read_mounts() if mounts is None else mounts, real)
    if _NETWORK.fullmatch(kind.lower()) or (kind == "9p" and "aname=drvfs" in options):
        return f"on {kind.upper()} ({point})"
    return ""


def read_mounts() -> str:
    """What is mounted where, as /proc/mounts writes it."""
    listing = Path("/proc/mounts")
    if listing.exists():
        return listing.read_text(encoding="utf-8", errors="surrogateescape")
    if sys.platform != "darwin":
        return ""
    try:
        said = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""  # What can't be asked is not refused: the kit would be of no use at all.
    return from_macos(said)


def from_macos(said: str) -> str:
    """What macOS' mount says ("//mira@nas/team on /Volumes/team (smbfs, ...)"), as /proc/mounts writes it."""
    rows = re.findall(r"^(.+) on (/.*) \(([^,)]+)", said, re.MULTILINE)
    return "".join(f"{_escaped(source)} {_escaped(point)} {kind} -\n" for source, point, kind in rows)


def _escaped(text: str) -> str:
    return text.replace(" ", r"\040")


def _mounted(mounts: str, path: Path) -> tuple[str, str, str]:
    """Type, place and options of the mount that holds the path: the longest; of equals the later."""
    best, length = ("", "", ""), 0
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[1]))
        if (path == point or point in path.parents) and len(point.parts) >= length:
            best, length = (fields[2], str(point), " ".join(fields[3:])), len(point.parts)
    return best
