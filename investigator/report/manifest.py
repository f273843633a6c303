"""What a report was made from, with hashes, in a file beside it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from investigator import moment
from investigator.case.evidence.listing import own_seal

FORMAT = "investigator report manifest 1"
# What can change a page. The rest of an environment is in the lock file.
PACKAGES = (
    *(
        "investigator",
        "duckdb",
        "ibis-framework",
        "ipykernel",
        "jinja2",
        "markdown-it-py",
        "nbclient",
        "nbformat",
    ),
    *("nh3", "pandas", "papermill", "plotly", "pyarrow"),
)


def manifest(
    files: Mapping[str, tuple[str, bytes]],
    *,
    template: Mapping[str, str],
    parameters: Mapping[str, Any],
    title: str,
    audience: str,
    case: Mapping[str, Any] | None = None,
    evidence: Mapping[str, str] | None = None,
    problems: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """The manifest as JSON: the same inputs and a frozen clock give the same bytes.

    `files` is role -> (file name, content), `evidence` is name -> sha256. The time is the kit's clock; how
    long the run took is not in it.
    """
    content = {
        "format": FORMAT,
        "title": title,
        "audience": audience,
        "created": moment.now().isoformat(),
        "files": {
            role: {"name": name, "sha256": sha256(data), "bytes": len(data)}
            for role, (name, data) in files.items()
        },
        "template": dict(template),
        "parameters": dict(parameters),
        "case": dict(case or {}),
        "evidence": dict(evidence or {}),
        "problems": [dict(problem) for problem in problems],
        "python": platform.python_version(),
        "packages": versions(),
    }
    content["seal"] = own_seal(content)
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n").encode(
        "utf-8"
    )


def versions() -> dict[str, str]:
    """The installed versions of the packages that can change a page."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            # The kit itself, run from a checkout.
            found[name] = "not installed"
    return found


def sha256(data: bytes) -> str:
    """The hash of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def verify(path: Path) -> list[str]:
    """A sentence for each way in which the files beside a manifest are not what it says; else nothing."""
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        files = content["files"]
        listed = [(str(role), str(entry["name"]), str(entry["sha256"])) for role, entry in files.items()]
    except OSError as error:
        return [f"{path.name} can't be read: {error.strerror or error}."]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [f"{path.name} is no manifest of a report, or was cut short."]
    if content.get("format") != FORMAT:
        return [f"{path.name} is of the format '{content.get('format')}'; this kit knows '{FORMAT}'."]
    found = []
    for role, name, digest in sorted(listed):
        # A manifest may come from anywhere; it names files of its own folder only.
        if not name or name in (".", "..") or Path(name).name != name or "\\" in name:
            found.append(f"The manifest names '{name}', which is not a file beside it.")
            continue
        try:
            data = (path.parent / name).read_bytes()
        except OSError:
            found.append(f"The {role} {name} is missing.")
            continue
        if sha256(data) != digest:
            found.append(f"The {role} {name} is not the one that was written: its hash differs.")
    if not found and content.get("seal") not in (None, own_seal(content)):
        found.append(f"{path.name} is not as it was written: what it says was changed.")
    return found
