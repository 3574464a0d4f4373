"""The client against a real server, for threads and for asyncio side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import miaas
from miaas import AsyncClient, Canary, Client, Policy, Service, Stack, UpdatePolicy
from twins import Async, Blocking, drive, until

IDS = ["blocking", "asyncio"]


@pytest.fixture(params=[(Blocking, Client), (Async, AsyncClient)], ids=IDS)
def client(request: Any, server: tuple[str, str]) -> Iterator[Any]:
    kind, client = request.param
    yield from drive(kind, lambda: client(*server))


def test_a_deployment_lives_and_goes(client: Any) -> None:
    assert [c.action for c in client("plan", "hello-world", "hello").changes] == ["create"]
    after = client("events")[-1].cursor
    client("deploy", "hello-world", "hello", params={"message": "over the wire"})
    ready = client("wait", "hello", timeout=60)
    assert ready.status == "ready" and ready.workloads[0].phase == "running"
    assert client("outputs", "hello")["url"].startswith("http://")
    assert client.take(1, "watch", after)[0].reason == "deployment.created"
    assert client("nodes")[0].status == "online"
    with pytest.raises(miaas.AlreadyExistsError):
        client("deploy", "hello-world", "hello")
    client("scale", "hello", 2)
    assert client("wait", "hello", timeout=60).ready == 2
    client("remove", "hello")
    assert client("wait", "hello", "gone", timeout=60) is None
    with pytest.raises(miaas.NotFoundError):
        client("deployment", "hello")


def test_an_update_is_led_from_afar(client: Any) -> None:
    policy = UpdatePolicy(strategy="canary", canary=Canary(manual=True))
    client("deploy", "hello-world", "led", replicas=2, policy=Policy(on_node_loss="stay"), update=policy)
    ready = client("wait", "led", timeout=60)
    assert ready.update == policy and ready.raw["placement"]["on_node_loss"] == "stay"
    assert client("pause", "led").update.paused
    client("update", "led", params={"message": "again"}, priority=3)
    until(lambda: [p.kind for p in client("deployment", "led").problems] == ["waiting"])
    assert not client("resume", "led").update.paused
    until(lambda: sorted(w.revision for w in client("deployment", "led").workloads) == [1, 2])
    assert client("promote", "led").update.canary.promoted == 2
    led = client("wait", "led", timeout=60)
    assert (led.revision, led.raw["priority"]) == (2, 3)
    until(lambda: client("deployment", "led").rollout.phase == "complete")
    assert [[d.path for d in r.differences] for r in client("revisions", "led")] == [["/params/message"], []]
    assert {c.action for c in client("plan_rollback", "led", 1).changes} == {"update"}
    assert client("rollback", "led").revision == 3
    client("remove", "led")
    assert client("wait", "led", "gone", timeout=60) is None


def test_nodes_are_led_from_afar(client: Any) -> None:
    node = client("nodes")[0].name
    assert not client("plan_label", node, {"rack": "1"})
    assert client("label", node, {"rack": "1"}).labels["rack"] == "1"
    assert "rack" not in client("label", node, remove=["rack"]).labels
    for method in ("plan_cordon", "plan_uncordon", "plan_drain"):
        assert client(method, node).problems == ()
    assert client("node", node).status == "online"
    assert client("status").nodes["online"] == 1


def test_a_stack_lives_and_goes(client: Any) -> None:
    stack = Stack("pages", {"a": Service("hello-world"), "b": Service("hello-world", depends_on=["a"])})
    assert client("plan_stack", stack).services == {"a": "create", "b": "create"}
    client("apply_stack", stack)
    assert client("wait_stack", "pages", timeout=60).status == "ready"
    assert [s.name for s in client("stacks")] == ["pages"] and not client("apply_stack", stack)
    assert set(client("stack", "pages").services) == {"a", "b"}
    assert client("remove_stack", "pages").services == {"a": "remove", "b": "remove"}
    assert client("wait_stack", "pages", "gone", timeout=60) is None
    with pytest.raises(miaas.InvalidError) as caught:
        client("apply_stack", Stack("pages", {"a": Service("hello-world", params={"port": 99_999})}))
    assert [i.path for i in caught.value.issues] == ["/services/a/params/port"]


def test_what_the_server_refuses_comes_with_its_issues(client: Any) -> None:
    with pytest.raises(miaas.InvalidError) as caught:
        client("deploy", "hello-world", "hello", params={"port": 99_999})
    assert [i.path for i in caught.value.issues] == ["/params/port"]
    client("put_secret", "token", "hush")
    assert "token" in client("secrets")
    client("remove_secret", "token")


def test_a_wrong_key_is_refused(server: tuple[str, str]) -> None:
    with Client(server[0], "mia_wrong") as client, pytest.raises(miaas.UnauthenticatedError):
        client.deployments()


def test_no_server() -> None:
    with Client("http://127.0.0.1:1", "key") as client:
        with pytest.raises(miaas.UnavailableError, match="no server answers at http://127.0.0.1:1") as caught:
            client.deployments()
        assert caught.value.retryable and caught.value.hint
    with pytest.raises(miaas.ClosedError):
        client.deployments()


@pytest.mark.parametrize("kind", [Client, AsyncClient], ids=IDS)
@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ([3], {}, TypeError, r"Client\(\): url must be text, not int"),
        (["127.0.0.1:7070"], {}, miaas.InvalidError, "is no address of a server"),
        (["http://h", 3], {}, TypeError, r"Client\(\): key must be text, not int"),
        (["http://h"], {"timeout": float("nan")}, miaas.InvalidError, "timeout is nan"),
        (["http://h", "mia_x\n"], {}, miaas.InvalidError, r"Client\(\): key has characters that no key has"),
        (["http://h"], {"timeout": None}, TypeError, r"Client\(\): timeout must be a number of seconds, not NoneType"),
        (["http://h"], {"timeout": 10**5000}, miaas.InvalidError, "timeout is a number of 16610 bits"),
        (["http://h"], {"timeout": -1}, miaas.InvalidError, "timeout is -1"),
        (["https://h"], {"ca_pin": "sha256:x"}, miaas.InvalidError, "pin"),
        (["http://h"], {"ca_pin": "sha256:" + "0" * 64}, miaas.InvalidError, "without TLS"),
    ],
)
def test_wrong_addresses(kind: Any, arguments: list[Any], options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        kind(*arguments, **options)


def test_a_key_is_not_shown() -> None:
    client = Client("http://h:1", "mia_secret")
    assert "secret" not in repr(client) + str(vars(client))
