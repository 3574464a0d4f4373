"""Stacks: several deployments that are wanted, placed and wired together, for threads and for asyncio (T8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import miaas
from miaas import AsyncOrchestrator, DemandState, Node, NodeState, Orchestrator, Policy, Service, Stack
from twins import Async, Blocking, drive

STACKS = Path(__file__).parents[2] / "examples" / "stacks"
NODES = [Node("n0", cpu_milli=64_000, mem_mib=262_144, disk_mib=2_000_000)]
TWINS = [(Blocking, Orchestrator), (Async, AsyncOrchestrator)]


@pytest.fixture(params=TWINS, ids=["blocking", "asyncio"])
def fleet(request: Any) -> Iterator[Any]:
    kind, orchestrator = request.param
    yield from drive(kind, lambda: orchestrator(nodes=NODES))


def wired(**db: Any) -> Stack:
    document = "services:\n  app:\n    image: busybox:1.36\n    environment: {DB: '${DB}'}\n"
    return Stack(
        "rag",
        {
            "db": Service("postgres", params=db),
            "app": Service(compose=document, env={"DB": "${services.db.url}"}, labels={"team": "a"}),
        },
    )


def test_a_stack_lives_and_goes(fleet: Any) -> None:
    plan = fleet("plan_stack", wired())
    assert plan and plan.services == {"app": "create", "db": "create"}
    assert sorted(c.deployment for c in plan.changes) == ["rag-app", "rag-db"]
    assert fleet("stacks") == [], "a plan changes nothing"
    assert fleet("apply_stack", wired()).services == {"app": "create", "db": "create"}
    ready = fleet("wait_stack", "rag", timeout=30)
    assert ready.status == "ready" and {name: d.name for name, d in ready.services.items()} == {"app": "rag-app", "db": "rag-db"}
    assert fleet("stack", "rag") == ready and fleet("stacks") == [ready]
    assert fleet("deployment", "rag-app").raw["labels"] == {"team": "a"}
    assert not fleet("plan_stack", wired()), "the generated password is kept"
    assert not fleet("apply_stack", wired())
    changed = fleet("apply_stack", wired(database="app"))
    assert changed.services == {"app": "unchanged", "db": "update"}
    assert [(d.path, d.after) for d in changed.differences["db"]] == [("/params/database", "app")]
    fleet("wait_stack", "rag", timeout=30)
    fewer = fleet("apply_stack", Stack("rag", {"db": Service("postgres", params={"database": "app"})}))
    assert fewer.services == {"app": "remove", "db": "unchanged"}
    assert set(fleet("wait_stack", "rag", timeout=30).services) == {"db"}
    assert fleet("remove_stack", "rag").services == {"db": "remove"}
    assert fleet("wait_stack", "rag", "gone", timeout=30) is None
    with pytest.raises(miaas.NotFoundError, match="rag"):
        fleet("stack", "rag")
    with pytest.raises(miaas.NotFoundError):
        fleet("remove_stack", "rag")


def test_everything_that_is_wrong_comes_at_once(fleet: Any) -> None:
    stack = Stack(
        "rag",
        {
            "a": Service("redsi"),
            "b": Service("redis", params={"port": 99_999}),
            "c": Service("redis", params={"password": "${secrets.none}"}),
            "d": Service("redis", depends_on=["nobody"]),
        },
    )
    for method in ("plan_stack", "apply_stack"):
        with pytest.raises(miaas.InvalidError) as caught:
            fleet(method, stack)
        paths = [issue.path for issue in caught.value.issues]
        assert paths == ["/services/a/name", "/services/b/params/port", "/services/c/params/password", "/services/d/depends_on"]
    assert fleet("stacks") == []
    fleet("deploy", "redis", "rag-db")
    with pytest.raises(miaas.AlreadyExistsError, match="not part of stack rag"):
        fleet("apply_stack", wired())


def test_a_wait_says_what_stands_in_the_way(fleet: Any) -> None:
    moon = Policy(node_selector={"zone": "moon"})
    fleet("apply_stack", Stack("far", {"a": Service("redis", policy=moon), "b": Service("redis", replicas=0)}))
    with pytest.raises(miaas.TimeoutError, match="far is not ready within the time allowed") as late:
        fleet("wait_stack", "far", timeout=0.3)
    assert "unplaceable" in [issue.path for issue in late.value.issues]
    with pytest.raises(miaas.UnplaceableError, match="far-a: no node"):
        fleet("wait_stack", "far", timeout=30)


@pytest.mark.parametrize(("kind", "orchestrator"), TWINS, ids=["blocking", "asyncio"])
def test_a_failing_callable_is_the_answer(kind: Any, orchestrator: Any) -> None:
    def broken(_: DemandState, __: NodeState) -> bool:
        raise LookupError("no rack is known")

    for driver in drive(kind, lambda: orchestrator(nodes=NODES, filters=[broken])):
        with pytest.raises(miaas.CallbackError, match="no rack is known"):
            driver("plan_stack", wired())
        driver("apply_stack", wired())
        with pytest.raises(miaas.CallbackError, match="no rack is known"):
            driver("wait_stack", "rag", timeout=20)


@pytest.mark.parametrize("file", sorted(STACKS.glob("*.yaml")), ids=lambda f: f.stem)
def test_the_ready_made_stacks_are_read(file: Path) -> None:
    stack = Stack.read(file)
    assert stack.name in file.read_text() and len(stack.services) > 1
    with Orchestrator() as orchestrator:
        assert set(orchestrator.plan_stack(stack).services) == set(stack.services)


def test_a_file_brings_its_documents(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "compose.yaml").write_text("services: {a: {image: 'busybox:1.36', env_file: a.env}}\n")
    (tmp_path / "app" / "a.env").write_text("A=1\n")
    file = tmp_path / "miaas.yaml"
    file.write_text("name: one\nservices:\n  a: {compose: app/compose.yaml}\n")
    with Orchestrator(nodes=NODES) as orchestrator:
        orchestrator.apply_stack(Stack.read(file))
        assert orchestrator.wait_stack("one", timeout=20)
    for text, error, message in (
        ("name: one\nservices: {a: {tempate: redis}}\n", miaas.InvalidError, r"miaas.yaml is no stack: .*miaas.yaml:2"),
        ("name: one\nservices: {a: {compose: none.yaml}}\n", miaas.NotFoundError, "none.yaml"),
        ("name: one\nservices: {a: {compose: /etc/hostname}}\n", miaas.InvalidError, "not below its own folder"),
    ):
        file.write_text(text)
        with pytest.raises(error, match=message):
            Stack.read(file)
    with pytest.raises(miaas.NotFoundError, match="cannot read"):
        Stack.read(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Stack(3, {}), TypeError, r"Stack\(\): name must be text, not int"),  # type: ignore[arg-type]
        (lambda: Stack("a", []), TypeError, r"Stack\(\): services must be a dict, not list"),  # type: ignore[arg-type]
        (lambda: Stack("a", {3: Service("redis")}), TypeError, r"Stack\(\): a key of services must be text, not int"),  # type: ignore[dict-item]
        (lambda: Stack("a", {"b": "redis"}), TypeError, r"Stack\(\): services\['b'\] must be Service, not str"),  # type: ignore[dict-item]
        (lambda: Stack("a", {"b": Service("redis", replicas=-1)}), miaas.InvalidError, r"services\['b'\]: replicas is -1"),
        (lambda: Stack("a", {"b": Service("redis", depends_on="c")}), TypeError, "depends_on must be a list of text, not str"),
        (lambda: Stack("a", {"b": Service("redis", depends_on=[3])}), TypeError, r"depends_on\[0\] must be text, not int"),  # type: ignore[list-item]
        (lambda: Stack("a", {"b": Service("redis", params={"x": [float("inf")]})}), miaas.InvalidError, r"params\['x'\]\[0\] is inf"),
        (lambda: Stack.read(3), TypeError, r"Stack.read\(\): path must be a path, not int"),  # type: ignore[arg-type]
        (lambda: Stack.read(b"x"), TypeError, r"Stack.read\(\): path must be a path, not bytes"),  # type: ignore[arg-type]
    ],
)
def test_wrong_input_names_the_argument(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("method", "argument", "error", "message"),
    [
        ("apply_stack", "rag", TypeError, r"apply_stack\(\): stack must be Stack, not str"),
        ("plan_stack", {}, TypeError, r"plan_stack\(\): stack must be Stack, not dict"),
        ("apply_stack", Stack("No Name", {}), miaas.InvalidError, "name"),
        ("apply_stack", Stack("a", {"No Name": Service("redis")}), miaas.InvalidError, "/services/No Name"),
        ("stack", 3, TypeError, r"stack\(\): stack must be text, not int"),
        ("remove_stack", None, TypeError, r"remove_stack\(\): stack must be text, not NoneType"),
        ("wait_stack", 3, TypeError, r"wait_stack\(\): stack must be text, not int"),
    ],
)
def test_wrong_arguments_of_an_orchestrator(
    fleet: Any, method: str, argument: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fleet(method, argument)
