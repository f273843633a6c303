"""Traces, requests and exceptions of Azure's Application Insights as JSON: severityLevel from 0 to 4, cloud_RoleName."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
[{"timestamp":"2026-06-17T07:14:07.120Z","itemType":"trace","message":"could not index DOC-1","severityLevel":3,"operation_Id":"5b8efff798038103d269b633813fc60c","operation_ParentId":"eee19b7ec3c1b174","cloud_RoleName":"indexer","cloud_RoleInstance":"node-3"},
 {"timestamp":"2026-06-17T07:14:08.002Z","itemType":"trace","message":"14 waiting","severityLevel":1,"cloud_RoleName":"indexer"}]
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

FORMAT = JsonLines(
    kind="log",
    roles={
        "timestamp": "time",
        "TimeGenerated": "time",
        "severityLevel": "severity_text",
        "SeverityLevel": "severity_text",
        "outerMessage": "body",
        "message": "body",
        "Message": "body",
        "cloud_RoleName": "service",
        "AppRoleName": "service",
        "cloud_RoleInstance": "host",
        "AppRoleInstance": "host",
        "operation_Id": "trace_id",
        "OperationId": "trace_id",
    },
    levels={"0": 1, "1": 9, "2": 13, "3": 17, "4": 21},
)


def sure(head: Head) -> Sure:
    """Objects with a severityLevel and the name of a role in the cloud."""
    share = max(head.having("severityLevel", "cloud_RoleName"), head.having("SeverityLevel", "AppRoleName"))
    return Sure(0.97 * share, "severityLevel and a role's name")
