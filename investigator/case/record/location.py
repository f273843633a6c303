"""Where a case's record lies: in the case's folder, or with the team at an address that the folder remembers.

What is remembered never has a password in it: `env:TEAM_RECORD`, `keyring:SERVICE/USER`, or a URL without one.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from investigator.errors import CaseError

if TYPE_CHECKING:
    from investigator.ledger import Ledger

FILE = "case.db"
REMEMBERED = "record.json"


def is_case(path: Path) -> bool:
    """Whether a folder is a case: it has its record, or says where it is."""
    return (path / FILE).is_file() or (path / REMEMBERED).is_file()


def whole(path: Path) -> bool:
    """Whether it is a case with its evidence: a folder of exports may have a file of such a name."""
    return is_case(path) and all((path / part).is_dir() for part in ("evidence", "events"))


def touched(path: Path) -> float:
    """When the record was last written to, as far as the folder tells."""
    return max(p.stat().st_mtime for name in (FILE, REMEMBERED) if (p := path / name).exists())


def sealed(path: Path) -> bool:
    """Whether the record lies in a folder that may only be read: it is opened to be read, then."""
    file = path / FILE
    return file.is_file() and not (os.access(file, os.W_OK) and os.access(path, os.W_OK))


def place(path: Path) -> str | Path:
    """What `Ledger.open` takes for the case in this folder."""
    remembered = path / REMEMBERED
    if not remembered.is_file():
        return path / FILE
    try:
        told = json.loads(remembered.read_text(encoding="utf-8"))
        where, schema = str(told["record"]), str(told["schema"])
    except (ValueError, KeyError, TypeError, OSError):
        raise CaseError(
            f"{remembered} doesn't say where the record is.",
            'It holds {"record": "env:TEAM_RECORD", "schema": "inc_2031"}.',
            f"Remove it, then: inv join {path.name} env:TEAM_RECORD",
        ) from None
    return address(where, schema)


def address(where: str, schema: str) -> str:
    """The URL behind env:NAME, keyring:SERVICE/USER or a URL without a password, for that schema."""
    from investigator.connect.address import address as found

    parts = urlsplit(found(where).url)
    if parts.scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise CaseError(
            f"A team's record can't lie at a {parts.scheme}:// address.",
            "It lies in PostgreSQL; a record of one's own lies in the case's folder and needs no address.",
            "Give env:NAME of a URL such as postgresql://host/investigations.",
        )
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "schema"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("schema", schema)])))


def schema_of(where: str, case_id: str) -> str:
    """The schema that holds the record: as the URL says, else the case's id in a database's letters."""
    from investigator.connect.address import address as found

    told = dict(parse_qsl(urlsplit(found(where).url).query)).get("schema")
    if told:
        return told
    name = re.sub(r"[^a-z0-9]+", "_", case_id.lower()).strip("_")
    return (name if name[:1].isalpha() else f"case_{name}")[:63]


def remember(path: Path, where: str, schema: str) -> None:
    """Write down where the record is."""
    new = path / f".{REMEMBERED}.new"
    new.write_text(json.dumps({"record": where, "schema": schema}, indent=1) + "\n", encoding="utf-8")
    new.replace(path / REMEMBERED)


def begin(path: Path, where: str, case_id: str) -> Ledger:
    """A new record, in the case's folder or at the team's address."""
    from investigator.errors import LedgerError
    from investigator.ledger import Ledger

    if not where:
        return Ledger.create(path / FILE, case_id=case_id)
    schema = schema_of(where, case_id)
    try:
        made = Ledger.create(address(where, schema), case_id=case_id)
    except LedgerError as error:
        if "already" not in error.what:
            raise
        raise CaseError(
            f"The team's record has a case in the schema {schema} already.",
            "A schema holds one record, and nothing is overwritten.",
            f"Take part in it: inv join {case_id} {where}",
        ) from None
    remember(path, where, schema)
    return made


def join(path: Path, where: str, case_id: str) -> Ledger:
    """The team's record of that case, remembered in a folder of one's own."""
    from investigator.ledger import Ledger

    schema = schema_of(where, case_id)
    found = Ledger.open(address(where, schema))
    if found.case_id != case_id:
        found.close()
        raise CaseError(
            f"The schema {schema} holds the record of {found.case_id}, not of {case_id}.",
            "",
            f"Join that one: inv join {found.case_id} {where}",
        )
    remember(path, where, schema)
    return found
