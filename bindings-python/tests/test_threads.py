"""Many threads at a time, and the interpreter is free while something waits or computes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import miaas
from miaas import Cluster, Demand, DemandState, Node, NodeState, Orchestrator
from twins import until


def test_threads_share_a_cluster(cluster: Cluster) -> None:
    def work(number: int) -> int:
        demand = Demand(f"t{number}", cpu_milli=10)
        while True:
            try:
                cluster.commit(miaas.place(cluster, demand))
                break
            except miaas.ConflictError:
                continue
        return miaas.place(cluster, [Demand(f"u{number}")]).placed

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(64))) == [1] * 64
    assert sum(cluster.table["workloads"]) == 64


def test_threads_share_callables(cluster: Cluster) -> None:
    def score(demand: DemandState, node: NodeState) -> float:
        return len(node.name) + demand.cpu_milli

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda i: miaas.place(cluster, [Demand(f"t{i}")], scores=[score]).nodes, range(64)))
    assert results == [["a"]] * 64


def test_threads_share_an_orchestrator() -> None:
    with Orchestrator() as orchestrator:

        def work(number: int) -> str:
            name = f"cache-{number}"
            orchestrator.deploy("redis", name)
            ready = orchestrator.wait(name, timeout=60)
            assert ready
            orchestrator.remove(name)
            orchestrator.wait(name, "gone", timeout=60)
            return ready.status

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(16))) == ["ready"] * 16


def test_closing_ends_what_other_threads_wait_for() -> None:
    orchestrator = Orchestrator()
    orchestrator.deploy("redis", "cache", replicas=0)
    until(lambda: orchestrator.events()[-1].reason == "rollout.complete")
    at = orchestrator.events()[-1].cursor
    watched = orchestrator.watch(at)
    waits = [
        lambda: orchestrator.wait("cache", "gone", timeout=None),
        lambda: orchestrator.wait("cache", "gone", timeout=None),
        lambda: next(orchestrator.watch(at)),
        lambda: next(watched),
    ]
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(wait) for wait in waits]
        time.sleep(0.3)
        assert not any(wait.done() for wait in waiting)
        orchestrator.close()
        for wait in waiting:
            assert isinstance(wait.exception(timeout=10), miaas.ClosedError)
    with pytest.raises(StopIteration):
        next(watched)


def test_threads_close_it_together() -> None:
    for _ in range(10):
        orchestrator = Orchestrator()
        with ThreadPoolExecutor(8) as pool:
            calls = [pool.submit(orchestrator.close if i % 2 else orchestrator.deployments) for i in range(16)]
            errors = [call.exception(timeout=10) for call in calls]
        assert {type(error) for error in errors} <= {type(None), miaas.ClosedError}


def turns_of_others(work: Any) -> int:
    """How many turns another thread of Python gets while the work goes on. Held throughout, the interpreter gives it one."""
    turns, stop = 0, threading.Event()

    def take_turns() -> None:
        nonlocal turns
        while not stop.is_set():
            turns += 1
            time.sleep(0.002)

    thread = threading.Thread(target=take_turns)
    thread.start()
    work()
    stop.set()
    thread.join()
    return turns


def test_the_interpreter_is_free_while_placing() -> None:
    cluster = Cluster([Node(f"n{i}", cpu_milli=100_000) for i in range(300)])
    demands = [Demand(f"t{i}", cpu_milli=1 + i) for i in range(600)]
    assert turns_of_others(lambda: miaas.place(cluster, demands, strategy="spread")) > 5


def test_the_interpreter_is_free_while_waiting() -> None:
    with Orchestrator(nodes=[]) as orchestrator:
        orchestrator.deploy("redis", "cache")

        def wait() -> None:
            try:
                orchestrator.wait("cache", timeout=0.5)
            except (miaas.TimeoutError, miaas.UnplaceableError):
                pass

        assert turns_of_others(wait) > 20


@pytest.mark.parametrize("closed", [True, False])
def test_the_end_of_the_program_tears_nothing(closed: bool) -> None:
    program = """
import asyncio, miaas
orchestrators = [miaas.AsyncOrchestrator(nodes=[miaas.Node("a", cpu_milli=1000)]) for _ in range(2)]
async def watch(o):
    async for _ in o.watch():
        pass
async def main():
    tasks = [asyncio.create_task(watch(o)) for o in orchestrators]
    await asyncio.sleep(0.05)
    waits = [o.wait("nosuch") for o in orchestrators]
    print(await asyncio.gather(*waits, return_exceptions=True))
    [task.cancel() for task in tasks]
    [await o.close() for o in orchestrators if CLOSED]
asyncio.run(main())
"""
    for _ in range(5):
        subprocess.run([sys.executable, "-c", program.replace("CLOSED", str(closed))], check=True, capture_output=True)


def test_another_interpreter_of_the_process_cannot_have_it() -> None:
    program = """
import importlib, sys
try:
    interpreters = importlib.import_module("_xxsubinterpreters")
    run = interpreters.run_string
except ImportError:
    interpreters = importlib.import_module("_interpreters")
    run = interpreters.exec
import miaas
miaas.strategies()
other = interpreters.create()
said = None
try:
    said = run(other, "import miaas; miaas.strategies()")
except Exception as error:
    said = error
interpreters.destroy(other)
assert "ImportError" in repr(said), said
placed = miaas.place(miaas.Cluster([miaas.Node("a")]), [miaas.Demand("t")], scores=[lambda demand, node: 1])
assert placed.nodes == ["a"], "its end is not the end of this one"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
