"""Many threads at a time, and the interpreter is free while something waits or computes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import miaas
from miaas import Cluster, Demand, DemandState, Node, NodeState, Orchestrator


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

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(work, range(12))) == ["ready"] * 12


def free_share(work: Any) -> float:
    """How often a thread of Python gets its turn while the work goes on, of what it gets alone."""
    ticks, stop = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0.002)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    work()
    elapsed = time.monotonic() - start
    stop.set()
    thread.join()
    return ticks * 0.002 / elapsed


def test_the_interpreter_is_free_while_placing() -> None:
    cluster = Cluster([Node(f"n{i}", cpu_milli=100_000) for i in range(300)])
    demands = [Demand(f"t{i}", cpu_milli=1 + i) for i in range(600)]
    # Held throughout, the other thread would get one turn.
    assert free_share(lambda: miaas.place(cluster, demands, strategy="spread")) > 0.1


def test_the_interpreter_is_free_while_waiting() -> None:
    with Orchestrator(nodes=[]) as orchestrator:
        orchestrator.deploy("redis", "cache")

        def wait() -> None:
            try:
                orchestrator.wait("cache", timeout=0.5)
            except (miaas.TimeoutError, miaas.UnplaceableError):
                pass

        assert free_share(wait) > 0.3
