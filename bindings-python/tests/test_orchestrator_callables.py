"""Filters and scorers of the caller in an orchestrator: what they raise fails the decision, and the orchestrator lives on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

import miaas
from miaas import AsyncOrchestrator, DemandState, Node, NodeState, Orchestrator
from twins import Async, Blocking, drive

NODES = [Node(f"n{i}", cpu_milli=8_000, mem_mib=32_768, disk_mib=500_000, labels={"rack": str(i)}) for i in range(3)]


class Rack:
    """A filter that can be broken and repaired."""

    def __init__(self) -> None:
        self.broken = False
        self.asked = 0

    def __call__(self, demand: DemandState, node: NodeState) -> bool | str:
        self.asked += 1
        if self.broken:
            raise LookupError(f"no rack is known for {demand.deployment}")
        return node.labels["rack"] == "2" or "another rack"


@pytest.fixture(params=[(Blocking, Orchestrator), (Async, AsyncOrchestrator)], ids=["blocking", "asyncio"])
def fleet(request: Any) -> Iterator[Any]:
    kind, orchestrator = request.param
    rack = Rack()
    for driver in drive(kind, lambda: orchestrator(nodes=NODES, filters=[miaas.Filter(rack, "rack")])):
        driver.rack = rack
        yield driver


def test_they_decide(fleet: Any) -> None:
    fleet("deploy", "redis", "cache")
    assert fleet("wait", "cache", timeout=20).workloads[0].node == "n2"
    assert fleet.rack.asked > 0


def test_what_they_raise_is_the_cause(fleet: Any) -> None:
    fleet.rack.broken = True
    with pytest.raises(miaas.CallbackError, match='filter "rack" failed: .*no rack is known for cache') as caught:
        fleet("plan", "redis", "cache")
    assert isinstance(caught.value.__cause__, LookupError)
    fleet("deploy", "redis", "cache")
    with pytest.raises(miaas.CallbackError, match="no rack is known") as caught:
        fleet("wait", "cache", timeout=20)
    assert isinstance(caught.value.__cause__, LookupError)
    problem = fleet("deployment", "cache").problems[0]
    assert problem.kind == "unplaceable" and "no rack is known" in problem.message
    fleet.rack.broken = False
    fleet("update", "cache", labels={"try": "again"})
    assert fleet("wait", "cache", timeout=20).workloads[0].node == "n2", "the orchestrator lives on"


@pytest.mark.parametrize(
    "call",
    [
        lambda orchestrator: orchestrator.deployments(),
        lambda orchestrator: orchestrator.deploy("redis", "other"),
        lambda orchestrator: next(orchestrator.watch()),
        lambda orchestrator: orchestrator.close(),
        lambda _: Orchestrator(),
    ],
    ids=["deployments", "deploy", "watch", "close", "open"],
)
def test_they_cannot_call_who_asks_them(call: Any) -> None:
    answers: list[BaseException] = []

    def nosy(demand: DemandState, node: NodeState) -> float:
        try:
            call(orchestrator)
        except miaas.Error as error:
            answers.append(error)
        return 1

    with Orchestrator(nodes=NODES, scores=[nosy]) as orchestrator:
        orchestrator.deploy("redis", "cache")
        assert orchestrator.wait("cache", timeout=20)
        assert not orchestrator.closed
    assert answers and "a filter or scorer cannot call" in str(answers[0])


def test_they_may_place_over_plain_data() -> None:
    def nested(demand: DemandState, node: NodeState) -> float:
        return miaas.place(miaas.Cluster([Node(node.name, cpu_milli=1000)]), miaas.Demand("t")).placed

    with Orchestrator(nodes=NODES, scores=[nested]) as orchestrator:
        orchestrator.deploy("redis", "cache")
        assert orchestrator.wait("cache", timeout=20)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_what_is_meant_for_the_program_ends_no_thread_of_the_orchestrator(error: type[BaseException]) -> None:
    leaving = [True]

    def leave(demand: DemandState, node: NodeState) -> float:
        if leaving:
            raise error
        return 1

    with Orchestrator(nodes=NODES, scores=[leave]) as orchestrator:
        orchestrator.deploy("redis", "cache")
        with pytest.raises(error):
            orchestrator.wait("cache", timeout=20)
        leaving.clear()
        orchestrator.update("cache", labels={"try": "again"})
        assert orchestrator.wait("cache", timeout=20)


def test_one_that_breaks_its_promise_hangs_nobody() -> None:
    draw = random.Random(7)

    def moody(demand: DemandState, node: NodeState) -> float:
        return draw.random()

    with Orchestrator(nodes=NODES, scores=[moody]) as orchestrator:
        orchestrator.deploy("redis", "cache", replicas=3)
        try:
            assert orchestrator.wait("cache", timeout=20)
        except miaas.InternalError as error:
            # A build for tests compares each plan with another, which was made with other answers.
            assert "the loop of the orchestrator ended" in str(error)
