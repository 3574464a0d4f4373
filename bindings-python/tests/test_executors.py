"""The same life of a deployment on every executor and store, for threads and for asyncio: what really runs is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

import miaas
from engine import REGISTRY, containers, docker, fetch, needs_docker, ping_redis
from miaas import AsyncOrchestrator, Orchestrator, Service, Stack
from twins import Async, Blocking, drive, until

TWINS = [pytest.param(Blocking, Orchestrator, id="blocking"), pytest.param(Async, AsyncOrchestrator, id="asyncio")]


class World(NamedTuple):
    """An executor on a store."""

    executor: str
    stored: bool

    @property
    def is_real(self) -> bool:
        return self.executor != "fake"

    @property
    def params(self) -> dict[str, str]:
        return {"registry": REGISTRY or ""} if self.executor == "docker" else {}

    def options(self, folder: Path) -> dict[str, Any]:
        name = {"node_name": "here"} if self.is_real else {}
        return {"state_dir": folder / "state" if self.stored else None, "executor": self.executor, **name}


WORLDS = [
    pytest.param(World("fake", stored=False), id="fake-memory"),
    pytest.param(World("fake", stored=True), id="fake-sqlite"),
    pytest.param(World("process", stored=True), id="process-sqlite"),
    pytest.param(World("docker", stored=True), id="docker-sqlite", marks=needs_docker),
]


@pytest.mark.parametrize(("kind", "orchestrator"), TWINS)
@pytest.mark.parametrize("world", WORLDS)
def test_a_deployment_on_every_executor_and_store(tmp_path: Path, world: World, kind: Any, orchestrator: Any) -> None:
    options = world.options(tmp_path)
    for driver in drive(kind, lambda: orchestrator(**options)):
        driver("deploy", "hello-world", "hello", params={"message": "one", **world.params})
        try:
            first = driver("wait", "hello", timeout=60)
            assert first.status == "ready" and first.workloads[0].node == ("here" if world.is_real else "node-1")
            url = driver("outputs", "hello")["url"]
            if world.is_real:
                assert "one" in fetch(url)
            driver("update", "hello", params={"message": "two"})
            driver("wait", "hello", timeout=60)
            if world.is_real:
                assert "two" in fetch(driver("outputs", "hello")["url"])
            if world.stored:
                driver.close()
                if world.is_real:
                    assert "two" in fetch(url), "it goes on without the orchestrator"
                driver.open()
                again = driver("wait", "hello", timeout=60)
                assert (again.id, again.workloads[0].id) == (first.id, first.workloads[0].id)
        finally:
            # What really runs would go on when the test ends.
            driver("remove", "hello")
            driver("wait", "hello", "gone", timeout=60)
        if world.is_real:
            with pytest.raises(OSError):
                fetch(url)
        if world.executor == "docker":
            # The engine tells of it a moment longer.
            until(lambda: containers(first.id) == [])


@pytest.mark.parametrize("executor", ["process", "docker"])
@pytest.mark.parametrize("orchestrator", [Orchestrator, AsyncOrchestrator])
def test_what_really_runs_needs_a_folder(executor: Any, orchestrator: Any) -> None:
    with pytest.raises(miaas.InvalidError, match="there is no state_dir") as caught:
        orchestrator(executor=executor)
    assert caught.value.hint == 'give state_dir=, or use executor="fake"'


def test_no_engine(tmp_path: Path) -> None:
    with pytest.raises(miaas.UnavailableError, match="/nowhere.sock"):
        Orchestrator(tmp_path, executor="docker", docker_socket="/nowhere.sock")
    # Nothing of it is left behind.
    with Orchestrator(tmp_path) as orchestrator:
        assert orchestrator.deployments() == []


@needs_docker
def test_containers_are_kept_running_and_can_be_read(tmp_path: Path) -> None:
    with Orchestrator(tmp_path, executor="docker") as orchestrator:
        cache = orchestrator.deploy("redis", "cache", params={"registry": REGISTRY})
        document = f"services:\n  say:\n    image: {REGISTRY}/busybox:1.36\n    command: [sh, -c, 'echo $$WORDS; sleep 600']\n    environment: {{WORDS: '${{WORDS}}'}}\n"
        orchestrator.deploy(name="say", compose=document, env={"WORDS": "plainly said"})
        try:
            ready = orchestrator.wait("cache", timeout=60)
            assert ready
            port = ready.workloads[0].ports[0].host
            assert ping_redis(port) == "+PONG\r\n"
            orchestrator.wait("say", timeout=60)
            until(lambda: [line.text for line in orchestrator.logs("say")] == ["plainly said"])
            assert list(orchestrator.logs("say", since="2999-01-01T00:00:00Z")) == []
            killed = containers(cache.id)
            docker("kill", *killed)
            until(lambda: _pongs(port))
            assert orchestrator.wait("cache", timeout=60)
            with pytest.raises(miaas.TimeoutError) as late:
                orchestrator.update("cache", params={"registry": f"{REGISTRY}/nowhere"})
                orchestrator.wait("cache", timeout=10)
            assert "nowhere" in str(late.value.issues), "the engine's answer is told"
            assert ping_redis(port) == "+PONG\r\n", "the old version runs"
        finally:
            for name in ("cache", "say"):
                orchestrator.remove(name)
            for name in ("cache", "say"):
                orchestrator.wait(name, "gone", timeout=60)
        until(lambda: containers(cache.id) == [])


def _pongs(port: int) -> bool:
    try:
        return ping_redis(port) == "+PONG\r\n"
    except OSError:
        return False


@needs_docker
def test_a_stack_of_containers_is_wired(tmp_path: Path) -> None:
    document = f"services:\n  app:\n    image: {REGISTRY}/busybox:1.36\n    command: [sh, -c, 'printf \"PING\\r\\n\" | nc $${{DB%:*}} $${{DB#*:}}; sleep 600']\n    environment: {{DB: '${{DB}}'}}\n"
    def networks() -> str:
        return docker("network", "ls", "-q", "--filter", "name=miaas-stack-py-wired")

    with Orchestrator(tmp_path, executor="docker") as orchestrator:
        stack = Stack(
            "py-wired",
            {
                "db": Service("redis", params={"registry": REGISTRY}),
                "app": Service(compose=document, env={"DB": "${services.db.address}"}),
            },
        )
        try:
            orchestrator.apply_stack(stack)
            assert orchestrator.wait_stack("py-wired", timeout=60)
            assert networks() != ""
            until(lambda: [line.text for line in orchestrator.logs("py-wired-app")] == ["+PONG"])
        finally:
            orchestrator.remove_stack("py-wired")
            orchestrator.wait_stack("py-wired", "gone", timeout=60)
        # The network that they shared goes after the last of them.
        until(lambda: networks() == "")
