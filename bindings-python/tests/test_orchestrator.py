"""The orchestrator in this process, for threads and for asyncio side by side."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import miaas
from miaas import AsyncOrchestrator, Gpu, Node, Orchestrator, Policy
from twins import Async, Blocking, drive, until

TWINS = [(Blocking, Orchestrator), (Async, AsyncOrchestrator)]
IDS = ["blocking", "asyncio"]


@pytest.fixture(params=TWINS, ids=IDS)
def fleet(request: Any) -> Iterator[Any]:
    kind, orchestrator = request.param
    nodes = [Node(f"n{i}", cpu_milli=8_000, mem_mib=32_768, disk_mib=500_000, gpus=[Gpu("T4", 15_360)]) for i in range(3)]
    yield from drive(kind, lambda: orchestrator(nodes=nodes))


#: It keeps nothing, and two of it do not fit on one node.
GREEDY = "services:\n  app:\n    image: busybox:1.36\n    cpus: 6\n"
RING: list[Any] = []
RING.append(RING)


def test_the_twins_have_the_same_methods() -> None:
    for one, other in ((Orchestrator, AsyncOrchestrator), (miaas.Client, miaas.AsyncClient)):
        rename = {"__enter__": "__aenter__", "__exit__": "__aexit__"}
        for name, method in inspect.getmembers(one, inspect.isfunction):
            twin = getattr(other, rename.get(name, name))
            assert inspect.signature(method).parameters == inspect.signature(twin).parameters, name
            if name[0] != "_":
                assert inspect.getdoc(method) == inspect.getdoc(twin), name
    assert {n for n in dir(miaas.Client) if n[0] != "_"} == {n for n in dir(Orchestrator) if n[0] != "_"}


def test_a_deployment_lives_and_goes(fleet: Any) -> None:
    plan = fleet("plan", "redis", "cache")
    assert [(c.action, c.deployment) for c in plan.changes] == [("create", "cache")] and "redis" in plan.changes[0].compose
    assert fleet("deployments") == [], "a plan changes nothing"
    asked = fleet("deploy", "redis", "cache", params={"port": 6400}, labels={"team": "a"})
    assert asked.name == "cache" and asked.replicas == 1
    ready = fleet("wait", "cache", timeout=20)
    assert ready.status == "ready" and ready.ready == 1 and ready.raw["labels"] == {"team": "a"}
    workload = ready.workloads[0]
    assert workload.phase == "running" and workload.ready and workload.node in ("n0", "n1", "n2")
    assert workload.ports[0].host == 6400 and workload.why.considered == 3
    assert fleet("deployment", "cache") == ready and fleet("deployments") == [ready]
    assert not fleet("plan", "redis", "cache", params={"port": 6400}, labels={"team": "a"})
    assert "6400" in str(fleet("outputs", "cache"))
    fleet("remove", "cache")
    assert fleet("wait", "cache", "gone", timeout=20) is None
    assert fleet("deployments") == []
    with pytest.raises(miaas.NotFoundError):
        fleet("deployment", "cache")


def test_scale_update_stop_and_roll_back(fleet: Any) -> None:
    fleet("deploy", "redis", "cache")
    assert fleet("scale", "cache", 3).replicas == 3
    assert len(fleet("wait", "cache", timeout=20).workloads) == 3
    plan = fleet("plan_update", "cache", replicas=1)
    assert len(plan.changes) == 2
    fleet("scale", "cache", 1)
    # It is ready all the while; what goes takes its time.
    until(lambda: len(fleet("deployment", "cache").workloads) == 1)
    fleet("update", "cache", params={"port": 6401})
    fleet("wait", "cache", timeout=20)
    assert [r.number for r in fleet("revisions", "cache")][:2] == [2, 1]
    fleet("rollback", "cache", 1)
    fleet("update", "cache", state="stopped")
    assert fleet("wait", "cache", "stopped", timeout=20).status == "stopped"
    assert [c.action for c in fleet("plan_remove", "cache").changes] == ["remove"]


def test_a_compose_document(fleet: Any) -> None:
    document = "services:\n  web:\n    image: nginx:1.27\n    ports: ['${PORT}:80']\n"
    fleet("deploy", name="web", compose=document, env={"PORT": "8088"})
    assert fleet("wait", "web", timeout=20).workloads[0].ports[0].host == 8088


def test_passwords_are_generated_once(fleet: Any) -> None:
    fleet("deploy", "postgres", "db")
    assert fleet("wait", "db", timeout=20).ready == 1
    assert not fleet("plan", "postgres", "db"), "deploying it again would keep them"
    before = fleet("deployment", "db").generation
    fleet("update", "db", params={"password": None})
    assert fleet("deployment", "db").generation == before + 1


def test_events_come_and_are_watched(fleet: Any) -> None:
    fleet("deploy", "redis", "cache")
    fleet("wait", "cache", timeout=20)
    events = fleet("events")
    assert [e.subject for e in events if e.reason == "node.registered"] == ["n0", "n1", "n2"]
    created = next(e for e in events if e.reason == "deployment.created")
    assert (created.subject, created.severity) == ("cache", "info")
    assert all(e.cursor > created.cursor for e in fleet("events", created.cursor))
    assert len(fleet("events", limit=1)) == 1
    watched = fleet.take(len(events), "watch")
    assert [e.reason for e in watched] == [e.reason for e in events]
    fleet("remove", "cache")
    assert fleet.take(1, "watch", events[-1].cursor)[0].reason == "deployment.deleted"


def test_nodes_are_cordoned_and_drained(fleet: Any) -> None:
    fleet("deploy", "redis", "cache", policy=Policy(node_selector={}))
    node = fleet("wait", "cache", timeout=20).workloads[0].node
    assert fleet("cordon", node).status == "cordoned"
    assert fleet("uncordon", node).status == "online"
    fleet("drain", node)
    assert {n.name: n.status for n in fleet("nodes")}[node] == "draining"


def test_what_draining_would_do_is_said_first(fleet: Any) -> None:
    fleet("deploy", name="app", compose=GREEDY)
    node = fleet("wait", "app", timeout=20).workloads[0].node
    plan = fleet("plan_drain", node, deadline_seconds=60)
    assert [(c.action, c.node == node) for c in plan.changes] == [("leave", True), ("create", False)]
    assert not fleet("plan_cordon", node) and fleet("node", node).status == "online", "a plan changes nothing"
    for name in ("n0", "n1", "n2"):
        fleet("cordon", name)
    fleet("deploy", "redis", "late")
    until(lambda: [p.kind for p in fleet("deployment", "late").problems] == ["unplaceable"])
    assert [(c.action, c.deployment, c.node) for c in fleet("plan_uncordon", "n1").changes] == [("create", "late", "n1")]
    with pytest.raises(miaas.NotFoundError, match='node "n7" does not exist'):
        fleet("plan_drain", "n7")


def test_labels_of_nodes_are_set_and_removed(fleet: Any) -> None:
    fleet("deploy", "redis", "far", policy=Policy(node_selector={"zone": "moon"}))
    assert [(c.action, c.node) for c in fleet("plan_label", "n1", {"zone": "moon"}).changes] == [("create", "n1")]
    assert fleet("node", "n1").labels == {}, "a plan changes nothing"
    assert fleet("label", "n1", {"zone": "moon", "rack": "7"}).labels == {"zone": "moon", "rack": "7"}
    assert fleet("wait", "far", timeout=20).workloads[0].node == "n1"
    assert fleet("label", "n1", {"rack": "8"}, remove=["zone", "nosuch"]).labels == {"rack": "8"}
    assert fleet("node", "n1") == next(n for n in fleet("nodes") if n.name == "n1")
    with pytest.raises(miaas.InvalidError) as caught:
        fleet("label", "n1", {"no key": "1", "miaas.io/gpu-sharing": "perhaps"})
    assert [i.path for i in caught.value.issues][0] == "/set/no key"
    with pytest.raises(miaas.NotFoundError, match='node "n7" does not exist'):
        fleet("node", "n7")


def test_how_it_all_is(fleet: Any) -> None:
    fleet("deploy", "redis", "cache")
    fleet("wait", "cache", timeout=20)
    fleet("cordon", "n0")
    status = fleet("status")
    assert (status.version, status.guard) == (miaas.__version__, None)
    assert {name: n for name, n in status.nodes.items() if n} == {"cordoned": 1, "online": 2}
    assert {name: n for name, n in status.deployments.items() if n} == {"ready": 1}


def test_what_matters_more_takes_the_place_of_what_matters_less(fleet: Any) -> None:
    fleet("deploy", name="batch", compose=GREEDY, replicas=3)
    fleet("wait", "batch", timeout=20)
    fleet("deploy", name="serve", compose=GREEDY, priority=10)
    until(lambda: [p.kind for p in fleet("deployment", "serve").problems] == ["unplaceable"])
    fleet("update", "serve", policy=Policy(preempt=True))
    assert fleet("wait", "serve", timeout=20).raw["placement"]["preempt"] is True
    until(lambda: [p.kind for p in fleet("deployment", "batch").problems] == ["unplaceable"])
    assert fleet("deployment", "batch").ready == 2


def test_what_is_to_stay_is_not_moved(fleet: Any) -> None:
    fleet("deploy", "redis", "cache", policy=Policy(on_node_loss="stay", exclusive=True))
    ready = fleet("wait", "cache", timeout=20)
    assert (ready.raw["placement"]["on_node_loss"], ready.raw["placement"]["exclusive"]) == ("stay", True)
    node = ready.workloads[0].node
    fleet("drain", node)
    until(lambda: any("its policy on_node_loss" in p.message for p in fleet("deployment", "cache").problems))
    assert [w.node for w in fleet("deployment", "cache").workloads] == [node]


def test_secrets_are_stored_and_not_shown(fleet: Any) -> None:
    fleet("put_secret", "token", "hush-hush")
    assert fleet("secrets") == ["token"]
    assert "hush" not in str([e.raw for e in fleet("events")])
    fleet("remove_secret", "token")
    assert fleet("secrets") == []


def test_logs_are_read(fleet: Any) -> None:
    fleet("deploy", "redis", "cache")
    fleet("wait", "cache", timeout=20)
    assert fleet.take(5, "logs", "cache", tail=5, since=fleet("events")[0].at) == [], "the fake executor writes nothing"
    with pytest.raises(miaas.NotFoundError, match="nosuch"):
        fleet.take(1, "logs", "nosuch")


def test_what_cannot_be_fails_with_all_its_issues(fleet: Any) -> None:
    with pytest.raises(miaas.InvalidError) as caught:
        fleet("deploy", "redis", "cache", params={"port": 99_999, "colour": "red"})
    paths = [issue.path for issue in caught.value.issues]
    assert "/params/port" in paths and "/params/colour" in paths
    with pytest.raises(miaas.NotFoundError, match='template "redsi" does not exist') as unknown:
        fleet("deploy", "redsi")
    assert unknown.value.hint == 'did you mean "redis"?'
    fleet("deploy", "redis", "cache")
    with pytest.raises(miaas.AlreadyExistsError):
        fleet("deploy", "redis", "cache")


def test_a_wait_says_what_stands_in_the_way(fleet: Any) -> None:
    fleet("deploy", "redis", "far", policy=Policy(node_selector={"zone": "moon"}))
    with pytest.raises(miaas.TimeoutError, match="far is not ready within the time allowed") as late:
        fleet("wait", "far", timeout=0.3)
    assert late.value.issues[0].path == "unplaceable"
    with pytest.raises(miaas.UnplaceableError, match="far: no node"):
        fleet("wait", "far", timeout=30)
    problem = fleet("deployment", "far").problems[0]
    assert problem.kind == "unplaceable" and {r.node for r in problem.refusal.by_node} == {"n0", "n1", "n2"}


@pytest.mark.parametrize(
    ("method", "arguments", "options", "error", "message"),
    [
        ("deploy", [3], {}, TypeError, r"deploy\(\): template must be text, not int"),
        ("deploy", ["redis"], {"params": [1]}, TypeError, r"deploy\(\): params must be a dict, not list"),
        ("deploy", ["redis"], {"params": {"x": float("nan")}}, miaas.InvalidError, r"deploy\(\): params\['x'\] is nan"),
        ("deploy", ["redis"], {"params": {"x": object()}}, TypeError, r"deploy\(\): "),
        ("deploy", ["redis"], {"replicas": -1}, miaas.InvalidError, r"deploy\(\): replicas is -1"),
        ("deploy", ["redis"], {"replicas": 2**40}, miaas.InvalidError, r"deploy\(\): replicas is 1099511627776; it must be at most"),
        ("deploy", ["redis"], {"replicas": 10**5000}, miaas.InvalidError, r"deploy\(\): replicas is a number of 16610 bits"),
        ("deploy", ["redis"], {"priority": 2**31}, miaas.InvalidError, r"deploy\(\): priority is 2147483648; it must be at most"),
        ("deploy", ["redis"], {"params": {"x": 10**30}}, miaas.InvalidError, r"deploy\(\): params\['x'\] is 1000+; it must be at most"),
        ("deploy", ["redis"], {"params": {"x": [{"y": float("inf")}]}}, miaas.InvalidError, r"params\['x'\]\[0\]\['y'\] is inf"),
        ("deploy", ["redis"], {"params": {"x": {3: 4}}}, TypeError, r"a key of params\['x'\] must be text, not int"),
        ("deploy", ["redis"], {"params": {"x": b"y"}}, TypeError, r"params\['x'\] must be plain data, not bytes"),
        ("deploy", ["redis"], {"params": {"x": RING}}, miaas.InvalidError, r"params\['x'\].* is nested too deeply"),
        ("deploy", ["redis"], {"params": {"x": "\ud800"}}, miaas.InvalidError, r"params\['x'\] is no text: it holds half a character"),
        ("deploy", ["\ud800"], {}, miaas.InvalidError, r"deploy\(\): template is no text"),
        ("deploy", ["redis"], {"env": ["A=1"]}, TypeError, r"deploy\(\): env must be a dict, not list"),
        ("deploy", ["redis"], {"labels": {"a": 1}}, TypeError, r"deploy\(\): labels\['a'\] must be text, not int"),
        ("deploy", ["redis", "No Name"], {}, miaas.InvalidError, "name"),
        ("deploy", ["redis"], {"policy": "a"}, TypeError, r"deploy\(\): policy must be Policy, not str"),
        ("scale", ["x", True], {}, TypeError, r"scale\(\): replicas must be a whole number, not bool"),
        ("scale", ["x", -1], {}, miaas.InvalidError, r"scale\(\): replicas is -1"),
        ("wait", ["x"], {"timeout": float("nan")}, miaas.InvalidError, r"wait\(\): timeout is nan"),
        ("wait", ["x"], {"timeout": float("inf")}, miaas.InvalidError, r"wait\(\): timeout is inf"),
        ("wait", ["x"], {"timeout": -1}, miaas.InvalidError, r"wait\(\): timeout is -1"),
        ("wait", ["x"], {"timeout": 10**5000}, miaas.InvalidError, r"wait\(\): timeout is a number of 16610 bits"),
        ("wait", ["x"], {"timeout": "1"}, TypeError, r"wait\(\): timeout must be a number of seconds, not str"),
        ("wait", ["x", "done"], {}, miaas.InvalidError, r"wait\(\): until 'done' is unknown"),
        ("update", ["x"], {"state": "paused"}, miaas.InvalidError, r"update\(\): state 'paused' is unknown"),
        ("rollback", ["x", 2**70], {}, miaas.InvalidError, r"rollback\(\): revision is 1180591620717411303424; it must be at most"),
        ("drain", ["x"], {"deadline_seconds": 2**70}, miaas.InvalidError, r"drain\(\): deadline_seconds is"),
        ("plan_drain", ["x"], {"deadline_seconds": -1}, miaas.InvalidError, r"plan_drain\(\): deadline_seconds is -1"),
        ("plan_cordon", [3], {}, TypeError, r"plan_cordon\(\): node must be text, not int"),
        ("plan_uncordon", [3], {}, TypeError, r"plan_uncordon\(\): node must be text, not int"),
        ("node", [b"n0"], {}, TypeError, r"node\(\): node must be text, not bytes"),
        ("label", [3], {}, TypeError, r"label\(\): node must be text, not int"),
        ("label", ["n0", ["a=1"]], {}, TypeError, r"label\(\): labels must be a dict, not list"),
        ("label", ["n0", {"a": 1}], {}, TypeError, r"label\(\): labels\['a'\] must be text, not int"),
        ("label", ["n0"], {"remove": "zone"}, TypeError, r"label\(\): remove must be a list of text, not str"),
        ("plan_label", ["n0"], {"remove": [3]}, TypeError, r"plan_label\(\): remove\[0\] must be text, not int"),
        ("cordon", [None], {}, TypeError, r"cordon\(\): node must be text, not NoneType"),
        ("outputs", [3], {}, TypeError, r"outputs\(\): deployment must be text, not int"),
        ("events", [2**70], {}, miaas.InvalidError, r"events\(\): after is"),
        ("events", [0], {"limit": 0}, miaas.InvalidError, r"events\(\): limit is 0"),
        ("events", [-1], {}, miaas.InvalidError, r"events\(\): after is -1"),
        ("put_secret", ["a", b"x"], {}, TypeError, r"put_secret\(\): value must be text, not bytes"),
    ],
)
def test_wrong_input_names_the_argument(
    fleet: Any, method: str, arguments: list[Any], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fleet(method, *arguments, **options)


@pytest.mark.parametrize(
    ("method", "options", "error", "message"),
    [
        ("logs", {"tail": 2**70}, miaas.InvalidError, r"logs\(\): tail is"),
        ("logs", {"tail": "5"}, TypeError, r"logs\(\): tail must be a whole number, not str"),
        ("logs", {"since": 3}, TypeError, r"logs\(\): since must be text, not int"),
        ("logs", {"since": "noon"}, miaas.InvalidError, r'logs\(\): since "noon" is no time: .*\nhint: write it as 2026-01-02T03:04:05Z'),
        ("logs", {"service": 3}, TypeError, r"logs\(\): service must be text, not int"),
    ],
)
def test_wrong_input_of_streams(
    fleet: Any, method: str, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fleet.take(1, method, "x", **options)


def test_it_is_no_use_once_closed() -> None:
    with Orchestrator() as orchestrator:
        events = orchestrator.watch()
        assert next(events).reason == "node.registered" and not orchestrator.closed
    assert orchestrator.closed and repr(orchestrator) == "<Orchestrator closed>"
    with pytest.raises(miaas.ClosedError, match="this is closed"):
        orchestrator.deployments()
    orchestrator.close()


def test_two_live_in_one_process() -> None:
    with Orchestrator() as one, Orchestrator() as other:
        one.deploy("redis", "cache")
        one.wait("cache", timeout=20)
        assert other.deployments() == []


@pytest.mark.parametrize(("kind", "orchestrator"), TWINS, ids=IDS)
def test_its_state_outlives_it(tmp_path: Path, kind: Any, orchestrator: Any) -> None:
    for driver in drive(kind, lambda: orchestrator(tmp_path)):
        driver("deploy", "redis", "cache")
        before = driver("wait", "cache", timeout=20)
        with pytest.raises(miaas.Error, match="miaas.db|in use|another"):
            orchestrator(tmp_path)
    for driver in drive(kind, lambda: orchestrator(tmp_path)):
        after = driver("wait", "cache", timeout=20)
        assert (after.id, after.workloads[0].id) == (before.id, before.workloads[0].id)
        assert [n.name for n in driver("nodes")] == ["node-1"]
    assert (tmp_path / "master.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"executor": "dokcer"}, miaas.InvalidError, "executor 'dokcer' is unknown"),
        ({"executor": "process", "nodes": []}, miaas.InvalidError, "nodes are only for the fake executor"),
        ({"nodes": [3]}, TypeError, r"Orchestrator\(\): nodes must be Node objects, not int"),
        ({"nodes": [Node("a", cpu_milli=-1)]}, miaas.InvalidError, "cpu_milli is -1"),
        ({"nodes": 3}, TypeError, r"Orchestrator\(\): nodes must be a list, not int"),
        ({"nodes": {"a": 1}}, TypeError, r"Orchestrator\(\): nodes must be a list, not dict"),
        ({"executor": 3}, TypeError, r"Orchestrator\(\): executor must be text, not int"),
        ({"state_dir": 3}, TypeError, r"Orchestrator\(\): state_dir must be a path, not int"),
        ({"state_dir": "a\0b"}, miaas.InvalidError, "cannot make the folder"),
        ({"executor": "process", "node_name": "No Name"}, miaas.InvalidError, r"Orchestrator\(\): "),
        ({"executor": "docker", "docker_socket": 3}, TypeError, r"Orchestrator\(\): docker_socket must be text, not int"),
        ({"filters": 3}, TypeError, r"Orchestrator\(\): filters must be a list of callables"),
        ({"catalog": "folder"}, TypeError, "catalog must be Catalog, not str"),
        ({"strategy": "binpak"}, miaas.InvalidError, "there is no placement strategy"),
        ({"state_dir": "/dev/null/x"}, miaas.InvalidError, "cannot make the folder"),
    ],
)
def test_wrong_ways_to_open_one(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Orchestrator(**options)
