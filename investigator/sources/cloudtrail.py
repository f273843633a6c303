"""AWS CloudTrail: who called which API, with its errors; files with Records, look-ups with Events, or lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import (
    Head,
    Readable,
    Record,
    Records,
    Sure,
    as_text,
    at,
    flat,
    own,
    value_of,
)
from investigator.sources._values import read_values

EXAMPLE = """\
{"Records":[
{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/deploy/dana","accountId":"123456789012"},"eventTime":"2026-06-17T07:14:07Z","eventSource":"s3.amazonaws.com","eventName":"DeleteObject","awsRegion":"eu-central-1","sourceIPAddress":"10.0.0.7","userAgent":"aws-cli/2.15","requestParameters":{"bucketName":"objects-prod","key":"objects/DOC-1/v1"},"responseElements":null,"requestID":"3E57427F3EXAMPLE","eventID":"b4d4fe3d-0a51-4a3c-9a27-1f6d2a7b3c4d","readOnly":false},
{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","userName":"ivo","arn":"arn:aws:iam::123456789012:user/ivo"},"eventTime":"2026-06-17T07:14:08Z","eventSource":"sqs.amazonaws.com","eventName":"PurgeQueue","awsRegion":"eu-central-1","errorCode":"AccessDenied","errorMessage":"not authorized to perform sqs:purgequeue"}
]}
"""
EXPECT = {
    "events": 2,
    "kind": "audit",
    "time": "2026-06-17T07:14:07",
    "severity": 9,
    "service": "s3",
    "body": "DeleteObject by arn:aws:sts::123456789012:assumed-role/deploy/dana",
}


def sure(head: Head) -> Sure:
    """Objects with eventSource, eventName and awsRegion."""
    found = head.opens("eventSource", "eventName", "awsRegion") or head.opens("CloudTrailEvent", "EventName")
    return Sure(0.97 if found else 0.0, "CloudTrail's eventSource and eventName")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a call."""
    yield from read_values(content, _items, _event, "call")


def _items(value: Any) -> Iterator[Any]:
    found = value if isinstance(value, list) else value.get("Records") or value.get("Events") or [value]
    for item in found:
        inner = item.get("CloudTrailEvent") if isinstance(item, dict) else None
        yield value_of(inner) if isinstance(inner, str) else item


def _event(event: dict) -> dict[str, str | None]:
    who = event.get("userIdentity") or {}
    issuer = at(who, "sessionContext", "sessionIssuer", "userName")
    user = as_text(who.get("userName") or who.get("arn") or issuer or who.get("invokedBy") or who.get("type"))
    service = str(event["eventSource"]).removesuffix(".amazonaws.com")
    failed = (
        f": {event['errorCode']} {event.get('errorMessage') or ''}".rstrip() if event.get("errorCode") else ""
    )
    gone = ("eventTime", "eventVersion", "requestID")
    return {
        **flat({key: value for key, value in event.items() if key not in gone and value is not None}),
        "time": as_text(event["eventTime"]),
        "service": service,
        "severity": "error" if failed else "info",
        "body": f"{event['eventName']} by {user}{failed}",
        "user": user,
        "action": as_text(event["eventName"]),
        "aws_request_id": as_text(event.get("requestID")),
    }


FORMAT = Records(
    read,
    kind="audit",
    line_based=True,
    roles={
        **own("time", "service", "severity", "body"),
        "errorMessage": "",
        "requestParameters.instance": "",
    },
)
