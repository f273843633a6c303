"""Which of a source's own keys is the time, the level, the message: by the words that log dialects use.

Keys are compared without case and separators, so `log.level`, `LogLevel` and `log_level` are one. A mapping that
people give comes first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from investigator.errors import ParameterError
from investigator.events import schema
from investigator.load import instants, times
from investigator.load.happening import PATH, STATUS, happening, requests
from investigator.sources import _said, _thread

#: role -> the dialects' words for it, best first. ECS, OpenTelemetry, pino, zap, structlog, logback, journald, Docker,
#: Kubernetes, Zipkin, Prometheus and what people write in spreadsheets.
WORDS: dict[str, list[str] | tuple[str, ...]] = {
    "time": (
        "timestamp time ts datetime eventtime asctime starttimeunixnano timeunixnano starttime realtimetimestamp "
        "sourcerealtimetimestamp date at when logtime eventtimestamp timegenerated createdat loggedat occurredat "
        "datetimeutc timestamputc timeutc starttimeutc timestampns timestampms timems tsms timenano unixtime unixtimestamp timeiso8601 dateandtime datumunduhrzeit committedat mergedat deployedat releasedat "
        "zeitstempel zeit datum zeitpunkt horodatage heure fechahora fecha dataora data "
        "calendartime requesttime eventdate createtime startedat timelocal instantepochsecond instant epochmillis epoch t"
    ).split(),
    "observed_time": "observedtimestamp observedtimeunixnano ingestedat eventingested receivedat".split(),
    "severity_text": (
        "loglevel levelname level severitytext severity lvl levelstr logseverity detectedlevel priority syslogseverity "
        "leveldisplayname schweregrad stufe niveau gravite nivel gravedad l status"
    ).split(),
    "severity_number": ("severitynumber",),
    "body": (
        "message msg body bodystringvalue fieldsmessage jsonpayloadmessage textpayload line log text logmessage "
        "shortmessage content event what whathappened raw detail "
        "meldung nachricht messaggio mensaje renderedmessage formattedmessage eventmessage logline errormessage resultdescription output "
        "operationname operation description summary title note beschreibung ereignis m mt"
    ).split(),
    "service": (
        "servicename service svc resourceservicename resourceattributesservicename localendpointservicename app appname "
        "application component program syslogidentifier podname pod kubernetespodname kubernetescontainername job "
        "container entityname projectslug project"
    ).split(),
    "host": "hostname host resourcehostname resourceattributeshostname node nodename instance machine server".split(),
    "trace_id": (
        "traceid trace otelpropstraceid traceparent httprequesttraceparent xb3traceid b3traceid xamzntraceid amzntraceid "
        "xraytraceid xcloudtracecontext ddtraceid tr requestid reqid correlationid xrequestid xcorrelationid "
        "awsrequestid httprequestid"
    ).split(),
    "span_id": "spanid ddspanid sp id".split(),
    "name": "metric metricname".split(),
    "value": ("value",),
}

_VERSION = {"version", "build", "release", "tag", "image", "sha"}
_DELIVERED = {"committedat", "mergedat", "deployedat", "releasedat"}
_FLAG = {"flag", "featureflag", "flagkey", "flagname", "toggle"}
#: What a version looks like: numbers with dots, a commit, an image with its tag, the number of a release.
_VERSIONED = re.compile(
    r"(?i)^(?:\S*[:@/])?(?:(?:v|r|b|rel|release|build|version|rev)?[-_ .]?\d+(?:[-+._]?[0-9a-z]+)*|[\w.]+[-_]\d+(?:\.\d+)+\S*|[0-9a-f]{7,64})$"
)
#: What ends as a file does is one.
_FILE = re.compile(r"(?i)\.(?!dev$|rc\d$)(?:[a-z]{3}|jpeg|tiff|docx|xlsx|html|webp|json)$")
_ACTOR = {"user", "actor", "principal", "username", "dbuser", "useridentity"}
_ACTION = {"action", "verb", "eventname", "operation", "command", "statement"}
_DURATION = {"duration", "endtimeunixnano", "endtime", "durationms", "durationnano"}


@lru_cache(maxsize=10_000)
def plain(key: str) -> str:
    """A key without case and separators."""
    return re.sub(r"[^a-z0-9]+", "", key.lower())


@dataclass(frozen=True)
class Roles:
    """Where each role is found (role -> key), the kind of the events, and the keys of a wide table of numbers."""

    of: dict[str, str] = field(default_factory=dict)
    kind: str = "record"
    numbers: tuple[str, ...] = ()
    pod: bool = False  # the service is a pod's name, whose random tail is cut off
    also: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # where lines of several dialects are mixed
    others: tuple[str, ...] = ()  # further keys that could have been the time
    likely: str = ""  # what may hold times, where none was found

    def listed(self) -> Roles:
        """The same where each row is a thing: its time is kept, and all else is a fact about it."""
        facts = ("body", "observed_time", "service", "span_id", "name", "value")
        of = {role: key for role, key in self.of.items() if role not in facts}
        return replace(self, of=of, kind="record", numbers=(), also={})

    @property
    def taken(self) -> set[str]:
        """The keys that went into columns; the rest are attributes."""
        return set(self.of.values())


def assign(
    keys: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    *,
    kind: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Roles:
    """The roles of these keys, told by their words and proved by some of their values.

    `mapping` is what people said: key -> role, or key -> "" for an attribute.
    """
    by_word: dict[str, str] = {}
    for key in keys:
        by_word.setdefault(plain(key), key)
        by_word.setdefault(plain(bare(key)), key)
    words = set(by_word)
    found: dict[str, str] = {}
    given = _given(keys, mapping)
    for role, names in WORDS.items():
        for word in names:
            held = by_word.get(word)
            if held is None or held in given or held in found.values():
                continue
            if role in ("time", "observed_time") and not times.is_time(samples.get(held, ()), held):
                continue
            if role == "span_id" and word == "id" and "traceid" not in words:
                continue
            if word == "status" and not _levels(samples.get(held, ())):
                continue
            found[role] = held
            break
    others: tuple[str, ...] = ()
    if "time" not in given.values() and kind not in _LISTS:
        others = _timed(keys, samples, found, given)
        if exact := instants.beside(keys, samples, found.get("time", "")):
            found["time"] = exact
    found.update({role: key for key, role in given.items() if role})
    found = {role: key for role, key in found.items() if given.get(key, role) == role}
    pod = plain(found.get("service", "")) in ("podname", "pod", "kubernetespodname")
    _inner(keys, samples, found, given)
    numbers = _numbers(keys, samples, found)
    texts = sum(
        key not in numbers and key not in found.values() and any(samples.get(key, ())) for key in keys
    )
    clocked = times.has_clock(samples.get(found.get("time", ""), ())) or _epochs(
        samples.get(found.get("time", ""), ())
    )
    told = kind or _kind(keys, samples, found, numbers, texts, clocked=clocked)
    last = {plain(key.rpartition(".")[2]): key for key in reversed(keys)}
    if not kind and told == "log" and "time" in found and requests(last, samples, found.get("body", "")):
        told = "access"  # what is said of each is the same: which request it was tells them apart
        if "body" not in given.values():
            found.pop("body", None)
    if told == "metric" and "value" in found and "name" not in found:
        numbers = (*numbers, found.pop("value"))
    if "body" not in found and not kind and _counted(samples.get(found.get("severity_text", ""), ())):
        found.pop("severity_text", None)  # a level of something else, such as a depth in a tree
    if told not in ("metric",):
        numbers = ()
        for role in ("name", "value"):
            found.pop(role, None)
    elif "value" in found and "name" in found:
        numbers = ()
    if told == "record":
        # A row of a list has no time of its own: its dates are facts about it.
        for role in ("time", "observed_time", "body", "span_id"):
            if role not in given.values():
                found.pop(role, None)
    if (
        told == "audit"
        and "body" in found
        and plain(found["body"]) in ("operation", "detail", "text", "event")
    ):
        found.pop("body")  # an action and its columns say more than one of them
    if told in ("deploy", "flag"):
        found.pop("body", None)
    if told != "span":
        if plain(found.get("body", "")) in ("operationname", "operation"):
            found.pop("body", None)
    pino = {"pid", "hostname", "level", "name"} <= words
    if "service" not in found and pino and "name" in by_word:
        found["service"] = by_word["name"]
    if told == "log" and "body" not in given.values():
        free = {key: plain(key) for key in keys if key not in given and key not in found.values()}
        if named := happening(free, samples, found.get("body", "")):
            found["body"] = named
    likely = "" if "time" in found else _likely(keys, samples, given)
    more = _also(keys, samples, found, given) if told == "log" else {}
    return Roles(found, told, numbers, pod, more, others, likely)


#: What a value is wrapped in by databases and languages that say of each what type it is.
_WRAPPED = re.compile(
    r"(?:\.(?:\$(?:date|numberLong|numberInt|numberDouble|numberDecimal|oid|uuid)|[SN]|seconds|_seconds|epochSecond))+$"
)
#: A kind of a format that lists things: their times are facts about them.
_LISTS = ("record", "metric")


@lru_cache(maxsize=10_000)
def bare(key: str) -> str:
    """A key without what says the type of its value: `created.$date` is `created`."""
    return _WRAPPED.sub("", key) or key


def _epochs(values: Sequence[str]) -> bool:
    """Whether these are numbers that stand for times."""
    found = [value for value in values if value and value.strip()]
    return (
        bool(found)
        and all(value.replace(",", ".").replace(".", "", 1).isdigit() for value in found)
        and times.is_time(found)
    )


def _timed(
    keys: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    found: dict[str, str],
    given: Mapping[str, str],
) -> tuple[str, ...]:
    """Makes the time of rows the key that holds their times whatever it is called; gives what else could have been it.

    A key whose word says so comes first, unless it is a number that lies far from a date beside it. Else the one that
    most rows have, of those that are written with a day and a clock, before those that are numbers; then the first.
    """
    free = [key for key in keys if key not in given and key not in found.values()]
    written = [key for key in free if times.has_clock(samples.get(key, ()))]
    worded = found.get("time")
    if worded is not None:
        if not _epochs(samples.get(worded, ())):
            sure = plain(bare(worded)) in EVENT_TIMES
            return () if sure else tuple(key for key in written if plain(bare(key)) in WORDS["time"])
        if not any(times.far(samples[worded], samples[key]) for key in written):
            return ()
        del found["time"]
    numbers = [
        key
        for key in free
        if not written and _epochs(samples.get(key, ())) and times.counts(samples[key], key)
    ]
    able = written or numbers
    if not able:
        return ()
    most = max(len(samples[key]) for key in able)
    able = [key for key in able if len(samples[key]) >= 0.9 * most]
    found["time"] = able[0]
    return tuple(able[1:])


def _likely(keys: Sequence[str], samples: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> str:
    """The key that may hold times, where none was found: by its word, or by values that look like some."""
    for key in keys:
        if plain(bare(key)) in WORDS["time"] and key not in given:
            return key
    return next(
        (
            key
            for key in keys
            if any(re.search(r"\d:\d\d|\d{4}-\d\d|\d[./]\d\d?[./]\d\d", v) for v in samples.get(key, ())[:5])
        ),
        "",
    )


#: What keys inside others are called that say the time, the level and the message where no key outside does.
_INNER = {
    "time": ("timestamp", "time", "ts", "datetime", "epochsecond"),
    "severity_text": ("level", "lvl", "severity", "loglevel", "levelname", "severitytext"),
    "body": ("message", "msg", "logmessage", "text"),
    "service": ("servicename", "service", "app"),
    "trace_id": ("traceid",),
    "span_id": ("spanid",),
}


def _inner(
    keys: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    found: dict[str, str],
    given: Mapping[str, str],
) -> None:
    """Adds roles that only a key inside another has, such as `@fields.msg`: the one that lies least deep."""
    nested = sorted((key for key in keys if "." in key and key not in given), key=lambda key: key.count("."))
    for role, words in _INNER.items():
        if role in found or role in given.values():
            continue
        for word in words:
            held = next(
                (
                    key
                    for key in nested
                    if plain(key.rpartition(".")[2]) == word and key not in found.values()
                ),
                None,
            )
            if held is None or (role == "time" and not times.is_time(samples.get(held, ()))):
                continue
            found[role] = held
            break


def _counted(values: Sequence[str]) -> bool:
    """Whether these values are all small numbers."""
    said = [value for value in values if value]
    return bool(said) and all(value.isdigit() and int(value) < 10 for value in said)


#: Roles that one dialect writes under one word and the next under another.
_MIXED = ("time", "severity_text", "body", "service", "host", "trace_id", "span_id")


def _also(
    keys: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    found: Mapping[str, str],
    given: Mapping[str, str],
) -> dict[str, tuple[str, ...]]:
    """Further keys that have the words of a role, best first, for rows that lack the best one."""
    out = {}
    for role in _MIXED:
        if role in given.values():
            continue
        others = [
            key
            for word in WORDS[role]
            for key in keys
            if word in (plain(key), plain(bare(key))) and key not in found.values() and key not in given
        ]
        if role == "time":
            others = [key for key in others if times.is_time(samples.get(key, ()), key)]
        elif role == "span_id":
            others = [key for key in others if plain(key) != "id"]
        elif role == "severity_text":
            others = [key for key in others if plain(key) != "status" or _levels(samples.get(key, ()))]
        if role in found and others:
            out[role] = tuple(others)
    return out


def _given(keys: Sequence[str], mapping: Mapping[str, str] | None) -> dict[str, str]:
    out: dict[str, str] = {}
    for key, role in (mapping or {}).items():
        match = [name for name in keys if name == key or plain(name) == plain(key)]
        if role and role not in WORDS:
            raise ParameterError(
                f"There is no column '{role}' to map '{key}' to.",
                f"There are: {', '.join(WORDS)}.",
                "Use one of these.",
            )
        for name in match:
            out[name] = role
    return out


def _numbers(
    keys: Sequence[str], samples: Mapping[str, Sequence[str]], found: dict[str, str]
) -> tuple[str, ...]:
    """The columns of a wide table of numbers: those whose values are numbers and that have no role."""
    out = []
    for key in keys:
        if key in found.values() or (plain(key) in WORDS["time"] and times.is_time(samples.get(key, ()))):
            continue
        values = [value for value in samples.get(key, ()) if value not in (None, "")]
        if values and all(_number(value) for value in values):
            out.append(key)
    return tuple(out)


def _levels(values: Sequence[str]) -> bool:
    """Whether these values are words for severities: a status may be one, or anything."""
    found = {value.strip().lower() for value in values if value and value.strip()}
    return bool(found & {"error", "warn", "warning", "info"}) and found <= set(schema.SEVERITY_WORDS)


def _number(text: str) -> bool:
    try:
        float(text)
        return True
    except ValueError:
        return False


#: What only the time of an event is called; `date` or `created at` may be facts about a thing.
EVENT_TIMES = frozenset(
    "timestamp time ts datetime eventtime logtime eventtimestamp timegenerated loggedat occurredat asctime unixtime "
    "calendartime dateandtime datumunduhrzeit timestampns timestampms timestamputc datetimeutc instantepochsecond timeunixnano".split()
)


def _versions(values: Sequence[str]) -> bool:
    """Whether these are versions, as far as is known: a picture, a luggage tag and the day of a discharge are none."""
    held = [value.strip() for value in values if value and value.strip()]
    return 2 * sum(bool(_VERSIONED.match(one) and not _FILE.search(one)) for one in held) >= len(held)


def _kind(
    keys: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    found: dict[str, str],
    numbers: tuple[str, ...],
    texts: int,
    *,
    clocked: bool = False,
) -> str:
    """What kind of events rows with these keys are."""
    words = {plain(key) for key in keys}
    timed = "time" in found
    if timed and "span_id" in found and words & _DURATION and "level" not in words:
        return "span"
    if timed and words & _FLAG:
        return "flag"
    if (
        timed
        and any(_versions(samples.get(key, ())) for key in keys if plain(key) in _VERSION)
        and "service" in found
        and not words & {"message", "msg", "level", "severitytext", "traceid", "trace", "culprit", "error"}
    ):
        return "deploy"
    if timed and plain(found["time"]) in _DELIVERED and words & {*_VERSION, "commit"}:
        return "deploy"
    if timed and "value" in found and "name" in found:
        return "metric"
    if timed and words & _ACTION and words & _ACTOR and not words & {"level", "loglevel", "severitytext"}:
        return "audit"
    last = {plain(key.rpartition(".")[2]) for key in keys}
    if timed and last & STATUS and last & PATH and not words & {"message", "msg"} and "body" not in found:
        return "access"
    if timed and words & STATUS and words & PATH and "message" not in words and "msg" not in words:
        return "access"
    said = plain(found.get("body", ""))
    if timed and said and _thread.columns(keys):
        return _thread.KIND
    if timed and said and _said.speaker(keys):
        return "message"
    if (
        timed
        and said
        and (said not in ("detail", "description", "summary", "title", "note") or "severity_text" in found)
    ):
        return "log"
    if timed and "body" not in found and len(numbers) + ("value" in found) > 2 * texts:
        return "metric"
    if timed and (clocked or "severity_text" in found or plain(found["time"]) in EVENT_TIMES):
        return "log"
    return "record"
