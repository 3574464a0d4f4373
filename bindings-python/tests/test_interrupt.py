"""Ctrl-C ends waits and computations, and cancelling ends what asyncio awaits."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import miaas
from miaas import AsyncOrchestrator, Client, Cluster, Demand, DemandState, Node, NodeState, Orchestrator
from traces import NODES, PODS


def interrupted(work: Callable[[], Any], after: float = 0.3) -> float:
    """How long it takes from Ctrl-C to the end of the work."""
    sent = [0.0]

    def send() -> None:
        sent[0] = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(after, send)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            work()
        return time.monotonic() - sent[0]
    finally:
        timer.join()


@pytest.fixture
def orchestrator() -> Iterator[Orchestrator]:
    with Orchestrator() as made:
        yield made


def test_a_wait_is_interrupted(orchestrator: Orchestrator) -> None:
    orchestrator.deploy("redis", "cache", replicas=0)
    assert interrupted(lambda: orchestrator.wait("cache", "gone", timeout=None)) < 5
    assert orchestrator.deployment("cache").name == "cache", "the orchestrator lives on"


def test_a_wait_for_a_stack_is_interrupted(orchestrator: Orchestrator) -> None:
    orchestrator.apply_stack(miaas.Stack("far", {"a": miaas.Service("redis", replicas=0)}))
    assert interrupted(lambda: orchestrator.wait_stack("far", "gone", timeout=None)) < 5


def test_following_output_is_interrupted(tmp_path: Path) -> None:
    with Orchestrator(tmp_path, executor="process") as orchestrator:
        orchestrator.deploy("hello-world", "hello")
        try:
            assert orchestrator.wait("hello", timeout=60)
            assert interrupted(lambda: list(orchestrator.logs("hello", follow=True))) < 5
        finally:
            orchestrator.remove("hello")
            orchestrator.wait("hello", "gone", timeout=60)


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Somebody who takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


def test_a_server_that_does_not_answer_is_interrupted(silent: socket.socket) -> None:
    with Client(f"http://127.0.0.1:{silent.getsockname()[1]}", "key") as client:
        assert interrupted(client.deployments) < 5
    with Client(f"http://127.0.0.1:{silent.getsockname()[1]}", "key", timeout=0.2) as client:
        with pytest.raises(miaas.Error) as caught:
            client.deployments()
        assert caught.value.retryable


def test_an_engine_that_does_not_answer_is_interrupted(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "engine.sock"))
        listener.listen()
        options: Any = {"executor": "docker", "docker_socket": str(tmp_path / "engine.sock")}
        assert interrupted(lambda: Orchestrator(tmp_path / "state", **options)) < 5
    with Orchestrator(tmp_path / "state") as orchestrator:
        assert orchestrator.deployments() == [], "nothing holds the folder"


def test_a_watch_is_interrupted_and_goes_on(orchestrator: Orchestrator) -> None:
    watch = orchestrator.watch(orchestrator.events()[-1].cursor)
    assert interrupted(lambda: next(watch)) < 5
    orchestrator.deploy("redis", "cache")
    again = orchestrator.watch(0)
    assert next(again).reason == "node.registered"


def test_a_placement_is_interrupted() -> None:
    cluster = Cluster([Node(f"n{i}", cpu_milli=10**9) for i in range(100)])
    demands = [Demand(f"t{i}", cpu_milli=1) for i in range(2000)]

    def slow(demand: DemandState, node: NodeState) -> float:
        time.sleep(0.001)
        return 0

    assert interrupted(lambda: miaas.place(cluster, demands, scores=[slow], explain=False)) < 5


def test_a_simulation_is_interrupted() -> None:
    big = "".join(line.replace("n", f"m{i}-", 1) for i in range(200) for line in NODES.splitlines(True)[1:])
    trace = miaas.Trace(NODES.splitlines(True)[0] + big, PODS)
    assert interrupted(lambda: miaas.simulate(trace, "fgd", seeds=range(500))) < 20


def test_a_call_is_cancelled() -> None:
    async def main() -> None:
        async with AsyncOrchestrator() as orchestrator:
            waiting = asyncio.ensure_future(orchestrator.wait("nosuch", "ready", timeout=None))
            with pytest.raises(miaas.NotFoundError):
                await waiting
            await orchestrator.deploy("redis", "cache", replicas=0)
            waiting = asyncio.ensure_future(orchestrator.wait("cache", "gone", timeout=None))
            await asyncio.sleep(0.1)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(orchestrator.wait("cache", "gone", timeout=None), 0.1)
            assert (await orchestrator.deployment("cache")).name == "cache"

    asyncio.run(main())


def test_closing_ends_what_is_awaited() -> None:
    async def main() -> None:
        orchestrator = AsyncOrchestrator()
        await orchestrator.deploy("redis", "cache", replicas=0)
        while (await orchestrator.events())[-1].reason != "rollout.complete":
            await asyncio.sleep(0.05)
        at = (await orchestrator.events())[-1].cursor
        waiting = [
            asyncio.ensure_future(orchestrator.wait("cache", "gone", timeout=None)),
            asyncio.ensure_future(orchestrator.watch(at).__anext__()),
        ]
        await asyncio.sleep(0.2)
        await orchestrator.close()
        for answer in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(answer, miaas.ClosedError), answer

    asyncio.run(main())


def test_calls_run_side_by_side() -> None:
    async def main() -> None:
        async with AsyncOrchestrator() as orchestrator:
            names = [f"cache-{i}" for i in range(10)]
            await asyncio.gather(*(orchestrator.deploy("redis", name) for name in names))
            ready = await asyncio.gather(*(orchestrator.wait(name, timeout=60) for name in names))
            assert all(d and d.status == "ready" for d in ready)

    asyncio.run(main())


def test_a_loop_closed_early_ends_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    orchestrator = AsyncOrchestrator()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(orchestrator.deploy("redis", "cache", replicas=0))

    async def begin() -> Any:
        return orchestrator._native.wait("cache", "gone", 0.3).future()

    future = loop.run_until_complete(begin())
    loop.close()
    time.sleep(0.6)
    del future
    gc.collect()
    assert asyncio.run(orchestrator.deployment("cache")).name == "cache", "another loop may use it"
    asyncio.run(orchestrator.close())
    assert "Traceback" not in capfd.readouterr().err


def test_outside_a_loop_it_says_so() -> None:
    orchestrator = AsyncOrchestrator()
    with pytest.raises(RuntimeError, match="no running event loop"):
        orchestrator._native.deployments().future()
    asyncio.run(orchestrator.close())
    with pytest.raises(miaas.ClosedError):
        asyncio.run(orchestrator.deployments())
