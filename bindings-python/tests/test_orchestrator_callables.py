"""Filters and scorers of the caller in an orchestrator: what they raise fails the decision, and the orchestrator lives on."""

from __future__ import annotations

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


def test_they_cannot_call_who_asks_them() -> None:
    answers: list[BaseException] = []

    def nosy(demand: DemandState, node: NodeState) -> float:
        try:
            orchestrator.deployments()
        except miaas.Error as error:
            answers.append(error)
        return 1

    with Orchestrator(nodes=NODES, scores=[nosy]) as orchestrator:
        orchestrator.deploy("redis", "cache")
        assert orchestrator.wait("cache", timeout=20)
    assert answers and "cannot call the orchestrator that asks it" in str(answers[0])
