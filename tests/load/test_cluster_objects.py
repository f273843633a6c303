"""Objects of a cluster in YAML: several documents, a List, each with its state and the times that its state names."""

from __future__ import annotations

from investigator.events.events import Events
from investigator.load import adding

POD = """apiVersion: v1
kind: Pod
metadata: {name: gate-6c8f7d9b5-x2x7p, namespace: depot}
spec: {nodeName: node-2}
status:
  phase: Running
  conditions:
  - {type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: "2026-06-17T07:14:09Z"}
  containerStatuses:
  - name: gate
    state: {waiting: {reason: CrashLoopBackOff}}
    lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: "2026-06-17T07:14:07Z"}}
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: search}
spec: {replicas: 3}
status: {readyReplicas: 1}
"""


def _read(text, tmp_path):
    (tmp_path / "all.yaml").write_text(text)
    store, report = adding.read(tmp_path / "all.yaml")
    events = Events.open(store.folder)
    rows = [
        (dict(r.attributes or {}), r.body, str(r.time)[:19]) for r in events.fetch(events.table).itertuples()
    ]
    return (
        [held["state"] for held, *_ in rows if held.get("state")],
        [(b, t) for _, b, t in rows if t != "NaT"],
        report,
    )


def test_documents_between_dashes_and_a_list_give_the_same_objects_with_their_states(tmp_path):
    items = "".join(f"- {one.strip().replace(chr(10), chr(10) + '  ')}\n" for one in (POD, DEPLOYMENT))
    wanted = ["gate CrashLoopBackOff, Running, not Ready (ContainersNotReady)", "1 of 3 ready"]
    for text in (f"---\n{POD}---\n{DEPLOYMENT}", f"apiVersion: v1\nkind: List\nitems:\n{items}"):
        states, times, report = _read(text, tmp_path)
        assert sorted(states) == sorted(wanted) and not report.units.unexplained and not report.units.rejected
        assert [what for what, _ in times] == [
            "Pod gate-6c8f7d9b5-x2x7p: gate lastState terminated finishedAt: OOMKilled, exit code 137",
            "Pod gate-6c8f7d9b5-x2x7p: Ready lastTransitionTime: False, ContainersNotReady",
        ]


def test_a_broken_document_costs_itself_and_one_that_refers_to_itself_ends(tmp_path):
    bomb = "apiVersion: v1\nkind: Pod\nmetadata: {name: bomb}\nspec:\n  a: &a [x, x, x, x, x, x, x, x]\n"
    for number in range(1, 12):
        before, this = chr(96 + number), chr(97 + number)
        bomb += f"  {this}: &{this} [{', '.join([f'*{before}'] * 8)}]\n"
    states, _, report = _read(f"{POD}---\napiVersion: v1\nkind: [\n---\n{bomb}---\n{DEPLOYMENT}", tmp_path)
    assert len(states) == 2 and report.units.rejected == 3 - 1 and "no YAML" in str(report)
