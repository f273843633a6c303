"""Log of glog and klog, as C++ and Kubernetes' own parts write it: a letter, month and day, no year."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
I0617 09:14:07.120412       1 controller.go:88] Starting workers
E0617 09:14:07.391001       1 reflector.go:125] could not list documents: connection refused
goroutine 1 [running]:
main.main()
W0617 09:14:08.002000       1 queue.go:14] 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07.120412",
    "severity": 9,
    "body": "Starting workers",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<level>[IWEFD])(?P<time>\d{4} \d{2}:\d{2}:\d{2}\.\d{6})\s+(?P<thread>\d+) "
        r"(?P<file>[^:\]\s]+):(?P<line>\d+)\] ?(?P<body>.*)"
    ),
    time=("%Y %m%d %H:%M:%S.%f",),
    year_missing=True,
)
