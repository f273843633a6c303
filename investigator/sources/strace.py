"""Output of strace: one call a line, with its time (-r excepted), its process, its answer and how long it took."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
4711 1781680447.120412 openat(AT_FDCWD, "/srv/objects/DOC-1", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory) <0.000019>
4711 1781680447.391001 accept4(3,  <unfinished ...>
4712 1781680448.002000 <... accept4 resumed>) = 4 <0.006157>
4712 1781680448.003000 +++ exited with 0 +++
"""
EXPECT = {
    "events": 4,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "service": "strace",
    "body": 'openat(AT_FDCWD, "/srv/objects/DOC-1", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory) <0.000019>',
}

_BEGINS = (
    r"(?:[a-z_][a-z0-9_]*\(|<\.\.\. [a-z_][a-z0-9_]* resumed>|\+\+\+ (?:exited|killed) |--- SIG|strace: )"
)

FORMAT = Lines(
    pattern=(
        r"^(?:\[pid\s+(?P<process>\d+)\] |(?P<pid>\d{1,7})\s+)?(?:(?P<time>\d{10}\.\d{3,9})|(?P<clock>\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)) "
        rf"(?P<body>{_BEGINS}.*)"
    ),
    joins=False,
    service="strace",
)
