"""Updates: how deployments go from one revision to the next, and who says so, for threads and for asyncio (D2)."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import miaas
from miaas import AsyncOrchestrator, Canary, Node, Orchestrator, UpdatePolicy
from twins import Async, Blocking, drive, until

NODES = [Node(f"n{i}", cpu_milli=8_000, mem_mib=32_768, disk_mib=500_000) for i in range(2)]
DOCUMENT = "services:\n  app:\n    image: busybox:${TAG}\n    env_file: app.env\n"
MORE = "services:\n  app:\n    environment: {MODE: calm}\n"


@pytest.fixture(params=[(Blocking, Orchestrator), (Async, AsyncOrchestrator)], ids=["blocking", "asyncio"])
def fleet(request: Any) -> Iterator[Any]:
    kind, orchestrator = request.param
    yield from drive(kind, lambda: orchestrator(nodes=NODES))


def deployed(fleet: Any, replicas: int, policy: UpdatePolicy) -> None:
    fleet("deploy", name="web", compose=DOCUMENT, env={"TAG": "1"}, files={"app.env": "A=1\n"}, replicas=replicas, update=policy)
    assert fleet("wait", "web", timeout=20).update == policy


def revisions(fleet: Any) -> list[int]:
    return sorted(w.revision for w in fleet("deployment", "web").workloads)


def test_without_one_it_has_the_default(fleet: Any) -> None:
    assert fleet("deploy", "redis", "cache").update == UpdatePolicy()
    fleet("wait", "cache", timeout=20)
    assert not fleet("plan", "redis", "cache", update=UpdatePolicy())


def test_a_canary_waits_until_it_is_promoted(fleet: Any) -> None:
    policy = UpdatePolicy(strategy="canary", canary=Canary(manual=True), max_unavailable=3)
    deployed(fleet, 3, policy)
    fleet("update", "web", env={"TAG": "2"})
    until(lambda: revisions(fleet) == [1, 1, 2])
    until(lambda: fleet("deployment", "web").rollout.updated == 1)
    rollout = fleet("deployment", "web").rollout
    assert (rollout.phase, rollout.origin, rollout.to) == ("progressing", 1, 2) and rollout.progressed_at >= rollout.started_at
    assert fleet("promote", "web").update == replace(policy, canary=Canary(manual=True, promoted=2))
    assert fleet("wait", "web", timeout=20).revision == 2 and revisions(fleet) == [2, 2, 2]
    until(lambda: fleet("deployment", "web").rollout.phase == "complete")


def test_an_update_is_paused_and_goes_on(fleet: Any) -> None:
    policy = UpdatePolicy(max_surge=1, max_unavailable=0)
    deployed(fleet, 2, policy)
    assert fleet("pause", "web").update == replace(policy, paused=True)
    fleet("update", "web", env={"TAG": "2"})
    until(lambda: [p.kind for p in fleet("deployment", "web").problems] == ["waiting"])
    assert revisions(fleet) == [1, 1] and "paused" in fleet("deployment", "web").problems[0].message
    assert fleet("resume", "web").update == policy
    until(lambda: revisions(fleet) == [2, 2])


def test_how_it_goes_on_can_be_changed_on_the_way(fleet: Any) -> None:
    deployed(fleet, 2, UpdatePolicy(paused=True))
    fleet("update", "web", env={"TAG": "2"})
    known = fleet("deployment", "web").update
    fleet("update", "web", update=replace(known, strategy="recreate", paused=False))
    until(lambda: revisions(fleet) == [2, 2])
    assert fleet("deployment", "web").update == UpdatePolicy(strategy="recreate")


def test_the_history_says_what_is_different_and_leads_back(fleet: Any) -> None:
    fleet("deploy", "redis", "cache")
    fleet("wait", "cache", timeout=20)
    fleet("update", "cache", params={"maxmemory": "128MiB"})
    fleet("wait", "cache", timeout=20)
    newest, first = fleet("revisions", "cache")
    assert [(d.path, d.after) for d in newest.differences] == [("/params/maxmemory", "128MiB")] and newest.wanted
    assert first.differences == () and not first.wanted
    assert [c.action for c in fleet("plan_rollback", "cache", 1).changes] == ["update"]
    assert fleet("deployment", "cache").revision == 2, "a plan changes nothing"
    assert fleet("rollback", "cache").revision == 3
    assert fleet("wait", "cache", timeout=20).rollout.to == 3
    for method in ("rollback", "plan_rollback"):
        with pytest.raises(miaas.InvalidError, match="revision 9 is not kept") as caught:
            fleet(method, "cache", 9)
        assert caught.value.hint == "one of 1, 2, 3" and caught.value.issues[0].path == "/revision"


def test_a_document_is_changed_with_what_belongs_to_it(fleet: Any) -> None:
    deployed(fleet, 1, UpdatePolicy())
    changed = {"env": {"TAG": "7"}, "files": {"app.env": "A=2\n", "more.yaml": MORE}, "overrides": ["more.yaml"]}
    assert [c.action for c in fleet("plan_update", "web", **changed).changes] == ["update"]
    assert fleet("deployment", "web").revision == 1, "a plan changes nothing"
    assert fleet("update", "web", **changed, priority=7).revision == 2
    assert fleet("wait", "web", timeout=20).raw["priority"] == 7
    paths = {d.path for d in fleet("revisions", "web")[0].differences}
    assert {"/env/TAG", "/files/app.env", "/files/more.yaml", "/overrides"} <= {p.replace("~1", "/") for p in paths}, paths
    assert not fleet("plan", name="web", compose=DOCUMENT, **changed, priority=7), "that is what is wanted already"


@pytest.mark.parametrize("method", ["pause", "resume", "promote", "plan_rollback"])
def test_what_is_not_there_has_no_update(fleet: Any, method: str) -> None:
    fleet("deploy", "redis", "cache")
    with pytest.raises(miaas.NotFoundError, match='"cahce" does not exist') as caught:
        fleet(method, "cahce")
    assert caught.value.hint == 'did you mean cache?'
    with pytest.raises(TypeError, match=rf"{method}\(\): deployment must be text, not int"):
        fleet(method, 3)


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        ("deploy", {"update": "rolling"}, r"deploy\(\): update must be UpdatePolicy, not str"),
        ("plan", {"update": {}}, r"plan\(\): update must be UpdatePolicy, not dict"),
        ("update", {"update": Canary()}, r"update\(\): update must be UpdatePolicy, not Canary"),
        ("plan_update", {"update": 3}, r"plan_update\(\): update must be UpdatePolicy, not int"),
        ("deploy", {"overrides": "more.yaml"}, r"deploy\(\): overrides must be a list of text, not str"),
        ("update", {"overrides": [3]}, r"update\(\): overrides\[0\] must be text, not int"),
        ("update", {"env": ["A=1"]}, r"update\(\): env must be a dict, not list"),
        ("update", {"files": {"a": b"x"}}, r"update\(\): files\['a'\] must be text, not bytes"),
        ("plan_update", {"priority": "high"}, r"plan_update\(\): priority must be a whole number, not str"),
        ("update", {"restart": 1}, r"update\(\): restart must be True or False, not int"),
        ("rollback", {"revision": "1"}, r"rollback\(\): revision must be a whole number, not str"),
        ("plan_rollback", {"revision": True}, r"plan_rollback\(\): revision must be a whole number, not bool"),
    ],
)
def test_a_wrong_type_names_the_argument(fleet: Any, method: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        fleet(method, "redis", **options)


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        ("update", {"priority": -(2**31) - 1}, r"update\(\): priority is -2147483649; it must be at least"),
        ("update", {"replicas": -1}, r"update\(\): replicas is -1; it must be at least 0"),
        ("plan_rollback", {"revision": -1}, r"plan_rollback\(\): revision is -1"),
        ("deploy", {"overrides": ["\ud800"]}, r"overrides\[0\] is no text"),
    ],
)
def test_a_wrong_value_names_the_argument(fleet: Any, method: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(miaas.InvalidError, match=message):
        fleet(method, "redis", **options)


def test_what_belongs_to_the_other_kind_of_deployment_is_refused(fleet: Any) -> None:
    fleet("deploy", "redis", "cache")
    others: list[dict[str, Any]] = [{"env": {}}, {"files": {}}, {"overrides": []}]
    for options in others:
        with pytest.raises(miaas.InvalidError, match="made from a template"):
            fleet("update", "cache", **options)
    deployed(fleet, 1, UpdatePolicy())
    with pytest.raises(miaas.InvalidError, match="it has no params"):
        fleet("update", "web", params={"port": 1})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"strategy": 3}, r"UpdatePolicy\(\): strategy must be text, not int"),
        ({"max_unavailable": "1"}, r"UpdatePolicy\(\): max_unavailable must be a whole number, not str"),
        ({"max_surge": 1.0}, r"UpdatePolicy\(\): max_surge must be a whole number, not float"),
        ({"canary": 1}, r"UpdatePolicy\(\): canary must be Canary, not int"),
        ({"min_ready_seconds": None}, r"UpdatePolicy\(\): min_ready_seconds must be a whole number, not NoneType"),
        ({"progress_deadline_seconds": True}, r"UpdatePolicy\(\): progress_deadline_seconds must be a whole number, not bool"),
        ({"rollback": 1}, r"UpdatePolicy\(\): rollback must be True or False, not int"),
        ({"paused": "no"}, r"UpdatePolicy\(\): paused must be True or False, not str"),
        ({"canary": Canary(replicas="1")}, r"Canary\(\): replicas must be a whole number, not str"),  # type: ignore[arg-type]
        ({"canary": Canary(hold_seconds=0.5)}, r"Canary\(\): hold_seconds must be a whole number, not float"),  # type: ignore[arg-type]
        ({"canary": Canary(manual=1)}, r"Canary\(\): manual must be True or False, not int"),  # type: ignore[arg-type]
        ({"canary": Canary(promoted="2")}, r"Canary\(\): promoted must be a whole number, not str"),  # type: ignore[arg-type]
    ],
)
def test_a_policy_of_wrong_types_is_not_made(values: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        UpdatePolicy(**values)


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        ({"strategy": "roling"}, r'UpdatePolicy\(\): strategy "roling" is unknown', "use one of rolling, recreate, canary"),
        ({"max_unavailable": 0}, "max_unavailable.*nothing could ever be replaced", "at least one of them must be 1 or more"),
        ({"progress_deadline_seconds": 0}, "progress_deadline_seconds.*failed at once", "at least 1; 600 is the default"),
        ({"strategy": "canary", "canary": Canary(replicas=0)}, "canary/replicas: 0 replicas prove nothing", "at least 1"),
        ({"max_surge": -1}, r"UpdatePolicy\(\): max_surge is -1; it must be at least 0", None),
        ({"max_surge": 2**32}, r"UpdatePolicy\(\): max_surge is 4294967296, which is too large", None),
        ({"min_ready_seconds": 10**5000}, r"UpdatePolicy\(\): min_ready_seconds is too large", None),
    ],
)
def test_a_policy_that_makes_no_sense_is_not_made(values: dict[str, Any], message: str, hint: str | None) -> None:
    with pytest.raises(miaas.InvalidError, match=message) as caught:
        UpdatePolicy(**values)
    assert caught.value.hint == hint


def test_policies_are_values() -> None:
    policy = UpdatePolicy(strategy="canary", canary=Canary(replicas=2), max_surge=3)
    assert policy == replace(policy) == copy.deepcopy(policy) == pickle.loads(pickle.dumps(policy))
    assert len({policy, replace(policy), UpdatePolicy()}) == 2
    with pytest.raises(AttributeError):
        policy.max_surge = 1  # type: ignore[misc]
