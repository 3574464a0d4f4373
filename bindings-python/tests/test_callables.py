"""Filters and scorers in Python."""

from __future__ import annotations

from typing import Any

import pytest

import miaas
from miaas import Cluster, Demand, DemandState, Filter, GpuRequest, Node, NodeState, Score


def test_they_see_the_demand_and_the_node(cluster: Cluster) -> None:
    seen: list[tuple[DemandState, NodeState]] = []

    def look(demand: DemandState, node: NodeState) -> bool:
        seen.append((demand, node))
        return True

    demand = Demand("t", cpu_milli=1000, gpu=GpuRequest(1, memory_mib=2048, model="A100"), priority=3, deployment="web")
    miaas.place(cluster, [demand], filters=[look])
    asked, node = seen[0]
    assert (asked.name, asked.deployment, asked.cpu_milli, asked.priority) == ("t", "web", 1000, 3)
    assert (asked.gpu_count, asked.gpu_memory_mib, asked.gpu_model) == (1, 2048, "A100")
    assert (node.name, node.labels, node.free_cpu_milli, node.cpu_milli) == ("a", {"rack": "1"}, 16_000, 16_000)
    assert node.gpus[0].model == "A100" and node.gpus[0].is_idle and node.gpus[0].free_milli == 1000
    assert "NodeState(name=\"a\"" in repr(node)


def test_a_filter_refuses_with_its_reason(cluster: Cluster) -> None:
    def rack(_: DemandState, node: NodeState) -> bool | str:
        return node.labels["rack"] == "2" or f"rack {node.labels['rack']} is being moved"

    placed = miaas.place(cluster, [Demand("t")], filters=[rack])
    assert placed.nodes == ["b"]
    decision = placed[0]
    assert isinstance(decision, miaas.Decision)
    reasons = {r.node: r.reasons for r in decision.why.rejected}
    assert reasons["a"] == ({"reason": "other", "filter": "rack", "message": "rack 1 is being moved"},)
    refusal = miaas.explain(cluster, Demand("t"), filters=[Filter(lambda d, n: False, "never")])
    assert isinstance(refusal, miaas.Refusal) and "never" in str(refusal.by_node)


def test_scores_decide_alone_or_with_a_strategy(cluster: Cluster) -> None:
    def late(_: DemandState, node: NodeState) -> float:
        return {"a": 0.25, "b": 0.5, "c": 1}[node.name]

    placed = miaas.place(cluster, [Demand(f"t{i}") for i in range(3)], scores=[late])
    assert placed.nodes == ["b", "b", "b"]
    decision = placed[0]
    assert isinstance(decision, miaas.Decision)
    assert decision.why.candidates[0].parts == {"late": 500}
    assert decision.why.summary == "b: best by late of 2 candidates; 1 excluded"
    both = miaas.place(cluster, [Demand("t")], strategy="spread", scores=[Score(late, weight=10**12)])[0]
    assert isinstance(both, miaas.Decision)
    assert both.node == "b" and set(both.why.candidates[0].parts) > {"late"}


def test_local_callables_are_asked_less() -> None:
    cluster = Cluster([Node(f"n{i}", cpu_milli=1000) for i in range(100)])

    def count(local: bool) -> int:
        asked = 0

        def same(_: DemandState, node: NodeState) -> float:
            nonlocal asked
            asked += 1
            return 1

        demands = [Demand(f"t{i}", cpu_milli=1) for i in range(50)]
        assert miaas.place(cluster, demands, scores=[Score(same, local=local)], explain=False).placed == 50
        return asked

    assert count(local=False) == 100 * 50
    assert count(local=True) < 300


def boom(_: DemandState, __: NodeState) -> Any:
    raise RuntimeError("boom")


@pytest.mark.parametrize(
    ("arguments", "cause", "message"),
    [
        ({"filters": [boom]}, RuntimeError, 'filter "boom" failed: boom'),
        ({"scores": [boom]}, RuntimeError, 'score "boom" failed: boom'),
        ({"scores": [Score(lambda d, n: float("nan"), "bad")]}, ValueError, "it returned NaN; a score is a finite number"),
        ({"scores": [Score(lambda d, n: "much", "bad")]}, TypeError, "it returned str; a scorer returns a number"),  # type: ignore[arg-type,return-value]
        ({"scores": [Score(lambda d, n: None, "bad")]}, TypeError, "it returned NoneType"),  # type: ignore[arg-type,return-value]
        ({"filters": [Filter(lambda d, n: None, "bad")]}, TypeError, "it returned NoneType; a filter returns True"),  # type: ignore[arg-type,return-value]
        ({"filters": [Filter(lambda: True, "bad")]}, TypeError, "positional arguments"),  # type: ignore[arg-type,misc]
    ],
)
@pytest.mark.parametrize("together", [False, True])
def test_a_failing_callable_fails_the_decision(
    cluster: Cluster, arguments: dict[str, Any], cause: type[Exception], message: str, together: bool
) -> None:
    with pytest.raises(miaas.CallbackError, match=message) as caught:
        miaas.place(cluster, [Demand("t"), Demand("u")], together=together, **arguments)
    assert isinstance(caught.value.__cause__, cause)
    assert miaas.place(cluster, [Demand("t")]).placed == 1, "the cluster lives on"


def test_a_callable_may_use_the_cluster_that_asks_it(cluster: Cluster) -> None:
    asked: list[str] = []

    def nosy(demand: DemandState, node: NodeState) -> float:
        if node.name not in asked:
            asked.append(node.name)
            cluster.commit(miaas.place(cluster, Demand(f"other-{node.name}", cpu_milli=1000)))
            cluster.put(Node(f"new-{node.name}", cpu_milli=1))
        return node.free_cpu_milli

    placed = miaas.place(cluster, [Demand("t", cpu_milli=1000)], scores=[nosy])
    assert placed.nodes == ["a"], "it decides on the cluster as it was"
    assert asked == ["a", "b"] and len(cluster) == 5
    assert cluster.location("other-a") and cluster.location("other-b")
    cluster.commit(placed)


class Unfloatable:
    def __float__(self) -> float:
        raise ArithmeticError("no float")


class Half:
    def __float__(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    ("score", "cause"),
    [
        (Unfloatable(), ArithmeticError),
        (True, TypeError),
        (10**400, OverflowError),
        (float("-inf"), ValueError),
        ([1], TypeError),
        (1j, TypeError),
    ],
)
def test_nonsense_of_a_scorer_is_the_cause(cluster: Cluster, score: Any, cause: type[Exception]) -> None:
    with pytest.raises(miaas.CallbackError) as caught:
        miaas.place(cluster, [Demand("t")], scores=[lambda d, n: score])
    assert isinstance(caught.value.__cause__, cause)


@pytest.mark.parametrize("score", [1e308, -1e308, 10**300, Half()])
def test_what_is_a_number_is_a_score(cluster: Cluster, score: Any) -> None:
    assert miaas.place(cluster, [Demand("t")], scores=[lambda d, n: score]).placed == 1


@pytest.mark.parametrize("error", [SystemExit, GeneratorExit, KeyboardInterrupt])
@pytest.mark.parametrize("together", [False, True])
def test_what_is_meant_for_the_program_is_passed_on(
    cluster: Cluster, error: type[BaseException], together: bool
) -> None:
    def leave(_: DemandState, __: NodeState) -> bool:
        raise error

    with pytest.raises(error):
        miaas.place(cluster, [Demand("t"), Demand("u")], filters=[leave], together=together)


wrong: Any = miaas


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"scores": [wrong.Score(len, weight=1.5)]}, TypeError, r"Score\(\): weight must be a whole number, not float"),
        ({"scores": [wrong.Score(len, weight=2**63)]}, miaas.InvalidError, r"Score\(\): weight is 9223372036854775808; it must be at most"),
        ({"scores": [wrong.Score(len, name=3)]}, TypeError, r"Score\(\): name must be text, not int"),
        ({"filters": [wrong.Filter(len, local=1)]}, TypeError, r"Filter\(\): local must be True or False, not int"),
        ({"filters": [None]}, TypeError, r"place\(\): filters must be callables, not NoneType"),
        ({"explain": "no"}, TypeError, r"place\(\): explain must be True or False, not str"),
        ({"together": None}, TypeError, r"place\(\): together must be True or False, not NoneType"),
    ],
)
def test_wrong_options_name_the_argument(
    cluster: Cluster, options: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        miaas.place(cluster, [Demand("t")], **options)


def test_two_of_one_name_are_refused(cluster: Cluster) -> None:
    with pytest.raises(miaas.InvalidError, match="'x' is there twice"):
        miaas.place(cluster, [], filters=[Filter(boom, "x"), Filter(boom, "x")])


def test_they_count_in_a_what_if(cluster: Cluster) -> None:
    cluster.commit(miaas.place(cluster, [Demand("t")], strategy="binpack"))
    node = cluster.location("t")
    assert node
    diff = miaas.what_if(cluster, miaas.RemoveNode(node), filters=[Filter(lambda d, n: False, "never")])
    assert [lost.workload for lost in diff.lost] == ["t"]
    with pytest.raises(miaas.CallbackError):
        miaas.what_if(cluster, miaas.RemoveNode(node), filters=[boom])
