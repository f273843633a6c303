"""Linux audit log: one line a record, records of one event share a serial number."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
type=SYSCALL msg=audit(1781680447.120:7507): arch=c000003e syscall=87 success=no exit=-13 ppid=1 pid=4711 auid=1000 uid=33 comm="indexer" exe="/usr/bin/indexer" key="delete"
type=PATH msg=audit(1781680447.120:7507): item=0 name="/srv/objects/DOC-1" inode=351025 mode=0100644 nametype=DELETE
node=node-3 type=USER_LOGIN msg=audit(1781680448.002:7508): pid=4712 uid=0 auid=4294967295 msg='op=login acct="root" exe="/usr/sbin/sshd" addr=10.0.0.7 res=failed'
"""
EXPECT = {
    "events": 3,
    "kind": "audit",
    "time": "2026-06-17T07:14:07.12",
    "service": "auditd",
    "body": 'arch=c000003e syscall=87 success=no exit=-13 ppid=1 pid=4711 auid=1000 uid=33 comm="indexer" exe="/usr/bin/indexer" key="delete"',
}

FORMAT = Lines(
    pattern=(
        r"^(?:node=(?P<host>\S+) )?type=(?P<type>[A-Z0-9_\[\]]+) msg=audit\((?P<time>\d{9,11}\.\d{1,3}):(?P<serial>\d+)\): ?"
        r"(?P<body>.*)"
    ),
    kind="audit",
    joins=False,
    service="auditd",
)
