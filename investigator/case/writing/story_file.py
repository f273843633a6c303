"""The story as one Markdown file beside the case: written out, edited with whatever one likes, and taken in again."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.case.reasoning import story
from investigator.case.record import entries
from investigator.case.record.record import Record

if TYPE_CHECKING:
    from investigator.case.snapshot import Snapshot

NAME = "story.md"
_HEAD = re.compile(r"^## .*<!-- (\w+) ([0-9a-f]{12}) -->[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ABOVE = (
    "<!-- Write below the headings, one paragraph a line. What you leave as it is goes on being told by the record.\n"
    "A value of a pinned finding is {{#12.affected}}: it is found again each time. Lines like these are not printed. -->"
)


def write(snapshot: Snapshot, folder: Path) -> Path:
    """The story as it stands, with a question where nothing is written yet; gives the file."""
    out = [
        f"# {snapshot.id}: {' '.join(snapshot.title.split())[:200]}",
        _ABOVE.replace("{{", "{").replace("}}", "}"),
    ]
    for part in story.parts(snapshot):
        text = part.text.strip()
        out.append(
            f"## {part.heading} <!-- {part.section} {_print(text)} -->\n\n{text or f'<!-- {part.prompt} -->'}"
        )
    path = folder / NAME
    path.write_text("\n\n".join(out) + "\n", encoding="utf-8")
    return path


def take_in(record: Record, path: Path, author: str | None = None) -> list[str]:
    """What was changed in the file since it was written, put into the record; gives the headings."""
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    known = {section: heading for section, heading, _ in story.PARTS}
    out = []
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        words = _COMMENT.sub("", text[head.end() : following.start() if following else len(text)]).strip()
        if head[1] in known and words and _print(words) != head[2]:
            entries.prose(record, head[1], words, author=author, key=[])
            out.append(known[head[1]])
    return out


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
