"""How each service writes a line: six dialects of JSON, an access log, a database's audit export."""

from __future__ import annotations

import json
from bisect import bisect
from typing import Any

from investigator.samples.clock import access, database, iso, milliseconds
from investigator.samples.documents import Document

FILES = {
    "upload": "logs/upload.jsonl",
    "storage": "logs/storage.jsonl",
    "scan": "logs/scan.jsonl",
    "indexer": "logs/indexer.jsonl",
    "search": "logs/search.jsonl",
    "filing": "logs/filing.jsonl.gz",
    "nginx": "nginx/access.log",
    "audit": "db/audit.csv",
}
HEADERS = {"audit": "ts,user,action,table,row_id,customer,detail\n"}
PINO = {"debug": 20, "info": 30, "warn": 40, "error": 50}
OTEL = {"debug": 5, "info": 9, "warn": 13, "error": 17}
STACK = (
    "java.net.SocketTimeoutException: authority did not answer within 20000 ms\\n"
    "\\tat example.paperbridge.filing.AuthorityClient.submit(AuthorityClient.java:117)\\n"
    "\\tat example.paperbridge.filing.Submitter.run(Submitter.java:54)\\n"
    "\\tat java.base/java.lang.Thread.run(Thread.java:1583)"
)


class Versions:
    """Which build of a service ran at a moment, from the list of deploys."""

    def __init__(self, services: dict[str, Any], deploys: list[dict[str, Any]]) -> None:
        self._times: dict[str, list[int]] = {name: [] for name in services}
        self._builds: dict[str, list[str]] = {name: [entry["version"]] for name, entry in services.items()}
        for deploy in sorted(deploys, key=lambda deploy: deploy["at"]):
            self._times[deploy["service"]].append(milliseconds(deploy["at"]))
            self._builds[deploy["service"]].append(deploy["version"])

    def at(self, service: str, time: int) -> str:
        """The build that ran then."""
        return self._builds[service][bisect(self._times[service], time)]


class Services:
    """One method a dialect: a moment and what happened in, one line with its newline out."""

    def __init__(self, versions: Versions) -> None:
        self.versions = versions

    def upload(self, time: int, message: str, document: Document | None = None, level: str = "info") -> str:
        """Elastic's common schema: a document's number stands in its labels."""
        about = ""
        if document:
            about = (
                f',"trace":{{"id":"{document.trace}"}},"http":{{"request":{{"body":{{"bytes":{document.size}}}}}}}'
                f',"labels":{{"document_id":"{document.id}","customer":"{document.customer}"'
                f',"client":"{document.client}","schema":"{document.schema}"}}'
            )
        return (
            f'{{"@timestamp":"{iso(time)}","log":{{"level":"{level}"}},"message":"{message}"'
            f',"ecs":{{"version":"8.11.0"}}'
            f',"service":{{"name":"upload","version":"{self.versions.at("upload", time)}"}}'
            f',"host":{{"name":"upload-{1 + time % 2}"}}{about}}}\n'
        )

    def storage(
        self, time: int, message: str, document: Document | None = None, level: str = "info", more: str = ""
    ) -> str:
        """Pino: milliseconds, numbers for levels; a document's number hides in the object's key."""
        if document:
            more = (
                f',"object":{{"key":"{document.key}","bytes":{document.size}'
                f',"sha256":"{document.sha256}"}}'
                f',"reqId":"{document.trace}"'
            )
        return (
            f'{{"level":{PINO[level]},"time":{time},"pid":17,"hostname":"storage-{1 + time % 2}"'
            f',"name":"storage","version":"{self.versions.at("storage", time)}"{more},"msg":"{message}"}}\n'
        )

    def scan(self, time: int, message: str, document: Document | None = None, level: str = "info") -> str:
        """Python's JSON formatter: a document's number stands only inside the message."""
        about = f',"trace_id":"{document.trace}"' if document else ""
        return (
            f'{{"asctime":"{iso(time)}","levelname":"{"WARNING" if level == "warn" else level.upper()}"'
            f',"name":"scan.worker","process":{4_000 + time % 3},"message":"{message}"'
            f',"engine":{{"name":"heron","version":"{self.versions.at("scan", time)}"}}{about}}}\n'
        )

    def indexer(self, time: int, message: str, document: Document | None = None, level: str = "info") -> str:
        """Zap: seconds with a fraction, and the build on every line."""
        about = f',"document":{{"schema":{document.schema}}},"traceId":"{document.trace}"' if document else ""
        return (
            f'{{"level":"{level}","ts":{time // 1000}.{time % 1000:03d}{time * 7919 % 1000:03d}'
            f',"logger":"indexer.worker","caller":"worker/index.go:88"'
            f',"msg":"{message}"'
            f',"build":"{self.versions.at("indexer", time)}"'
            f',"worker":{{"host":"indexer-{1 + time % 2}","number":{time // 7 % 4}}}{about}}}\n'
        )

    def search(self, time: int, body: str, attributes: str, trace: str, level: str = "info") -> str:
        """OpenTelemetry's log record, attributes with dots in their names."""
        return (
            f'{{"timestamp":"{iso(time)}","severity_text":"{level.upper()}","severity_number":{OTEL[level]}'
            f',"body":"{body}","attributes":{{{attributes}}},"trace_id":"{trace}"'
            f',"resource":{{"service.name":"search","service.version":"{self.versions.at("search", time)}"'
            f',"host.name":"search-{1 + time % 2}"}}}}\n'
        )

    def query(self, time: int, query: str, customer: str, hits: int, trace: str) -> str:
        """One search that somebody made, and how much it found."""
        return self.search(
            time,
            f"query returned {hits} hits",
            f'"query":"{query}","customer.id":"{customer}","hits":{hits},"took_ms":{3 + time % 60}',
            trace,
        )

    def filing(self, time: int, message: str, document: Document | None = None, level: str = "info") -> str:
        """Logback: logger and thread, and a stack trace in one field on errors."""
        about = ""
        if document:
            about = f',"mdc":{{"document":"{document.id}","customer":"{document.customer}"}}'
        stack = f',"stack_trace":"{STACK}"' if level == "error" else ""
        return (
            f'{{"@timestamp":"{iso(time)}","level":"{level.upper()}"'
            f',"logger_name":"example.paperbridge.filing.Submitter"'
            f',"thread_name":"submit-{1 + time % 4}","message":"{message}"'
            f',"app":{{"name":"filing","version":"{self.versions.at("filing", time)}"}}{about}{stack}}}\n'
        )

    def nginx(self, time: int, request: str, status: int, size: int, agent: str, who: str = "-") -> str:
        """The combined log format, in Berlin's local time, whole seconds."""
        address = f"10.{40 + size % 3}.{time // 1000 % 251}.{1 + time % 250}"
        return f'{address} - {who} [{access(time)}] "{request} HTTP/1.1" {status} {size} "-" "{agent}"\n'

    def audit(
        self, time: int, user: str, action: str, table: str, row: str, customer: str, detail: str
    ) -> str:
        """One row of the database's audit export."""
        return f'{database(time)},{user},{action},{table},{row},{customer},"{detail}"\n'

    def fault(self, time: int, document: Document, cause: dict[str, Any]) -> str:
        """What the broken step writes about a document, in the dialect of its service."""
        fault = cause["fault"]
        text = fault["message"].format(
            document=document.id, schema=document.schema, customer=document.customer
        )
        message = json.dumps(text, ensure_ascii=False)[1:-1]
        if fault["stage"] == "search":
            return self.search(
                time, message, f'"document.id":"{document.id}"', document.trace, fault["level"]
            )
        write = self.scan if fault["stage"] == "scan" else self.indexer
        return write(time, message, document, fault["level"])
