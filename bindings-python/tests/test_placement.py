"""Placement over plain data."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import miaas
from miaas import Cluster, Demand, Gpu, GpuRequest, Node, Policy, Port


def test_decisions_say_what_was_got_and_why(cluster: Cluster) -> None:
    demand = Demand("train", cpu_milli=4000, mem_mib=1024, gpu=GpuRequest(2), ports=[Port(8080, name="http")])
    decision = miaas.place(cluster, demand)[0]
    assert isinstance(decision, miaas.Decision)
    assert (decision.workload, decision.deployment, decision.node in "ab") == ("train", "train", True)
    assert len(decision.devices) == 2 and all(d.exclusive for d in decision.devices)
    assert decision.ports[0].container == 8080 and decision.ports[0].host >= 20_000
    assert decision.why.considered == 3 and decision.why.candidates[0].node == decision.node
    assert [r.node for r in decision.why.rejected] == ["c"]


def test_what_one_got_the_next_does_not_get(cluster: Cluster) -> None:
    demands = [Demand(f"t{i}", gpu=GpuRequest(4)) for i in range(3)]
    placed = miaas.place(cluster, demands)
    assert sorted(n for n in placed.nodes if n) == ["a", "b"] and placed.placed == 2
    assert placed.table["placed"] == [True, True, False]
    assert repr(placed) == "<Placements: 2 of 3 placed>"
    assert cluster.table["free_gpu_mib"] == cluster.copy().table["free_gpu_mib"], "the cluster is as it was"


def test_together_means_all_or_none(cluster: Cluster) -> None:
    demands = [Demand(f"t{i}", gpu=GpuRequest(4)) for i in range(3)]
    placed = miaas.place(cluster, demands, together=True)
    assert placed.nodes == [None, None, None]
    assert "together" in placed.refused[0].summary
    assert miaas.place(cluster, demands[:2], together=True).placed == 2


def test_a_refusal_says_what_would_help(cluster: Cluster) -> None:
    refusal = miaas.explain(cluster, Demand("big", cpu_milli=20_000))
    assert isinstance(refusal, miaas.Refusal) and not refusal.placed
    assert {r.node for r in refusal.by_node} == {"a", "b", "c"}
    assert refusal.hints and refusal.counterfactuals
    with pytest.raises(miaas.UnplaceableError) as caught:
        miaas.place(cluster, Demand("big", cpu_milli=20_000)).raise_for_refused()
    assert caught.value.refusal == refusal


def test_policies_bind(cluster: Cluster) -> None:
    def node(policy: Policy) -> str | None:
        return miaas.place(cluster, Demand("x", policy=policy)).nodes[0]

    assert node(Policy(node="b")) == "b"
    assert node(Policy(node_selector={"rack": "1"})) == "a"
    assert node(Policy(node_selector={"rack": "3"})) is None
    assert node(Policy(node="c")) is None
    assert node(Policy(node="c", tolerations=["pool=reserved"])) == "c"


def test_neighbours_bind_both(cluster: Cluster) -> None:
    first = miaas.place(cluster, Demand("db", policy=Policy(anti_affinity=[("web", "rack")])))
    cluster.commit(first)
    away = miaas.place(cluster, Demand("web"))
    assert {first.nodes[0], away.nodes[0]} == {"a", "b"}, "it keeps away from what wants it away"
    near = miaas.place(cluster, Demand("cache", policy=Policy(affinity=["db"])))
    assert near.nodes == first.nodes


def test_what_matters_less_would_have_to_go() -> None:
    cluster = Cluster([Node("a", cpu_milli=4_000), Node("b", cpu_milli=4_000)])
    held = [Demand("low", cpu_milli=4_000, priority=1), Demand("kept", cpu_milli=4_000, stateful=True)]
    cluster.commit(miaas.place(cluster, held))
    serve = Demand("serve", cpu_milli=3_000, priority=5)
    assert miaas.place(cluster, serve).placed == 0
    found = miaas.preempt(cluster, serve)
    assert found and found.victims == ("low",) and found.placements.nodes == [cluster.location("low")]
    assert cluster.location("low"), "nothing was changed"
    assert miaas.preempt(cluster, Demand("same", cpu_milli=3_000, priority=1)) is None, "only for what matters more"
    assert miaas.preempt(cluster, [serve, Demand("more", cpu_milli=3_000, priority=5)]) is None, "data is kept"
    for victim in found.victims:
        cluster.release(victim)
    cluster.commit(found.placements)
    again = miaas.preempt(cluster, Demand("small", cpu_milli=500))
    assert again and again.victims == () and again.placements.nodes == [cluster.location("serve")], "there is room"

    def never(demand: miaas.DemandState, node: miaas.NodeState) -> bool:
        raise LookupError("no such rack")

    with pytest.raises(miaas.CallbackError, match="no such rack"):
        miaas.preempt(cluster, Demand("t"), filters=[never])


def test_commit_and_release(cluster: Cluster) -> None:
    placed = miaas.place(cluster, [Demand("t", cpu_milli=1000)])
    cluster.commit(placed)
    node = cluster.location("t")
    assert node == placed.nodes[0]
    with pytest.raises(miaas.ConflictError, match="cannot be put"):
        cluster.commit(placed)
    cluster.release("t")
    assert cluster.location("t") is None
    with pytest.raises(miaas.NotFoundError):
        cluster.release("t")


def test_a_commit_is_all_or_none(cluster: Cluster) -> None:
    placed = miaas.place(cluster, [Demand("one"), Demand("two")])
    cluster.commit(miaas.place(cluster, [Demand("two")]))
    with pytest.raises(miaas.ConflictError):
        cluster.commit(placed)
    assert cluster.location("one") is None


def test_nodes_come_and_go(cluster: Cluster) -> None:
    cluster.put(Node("d", cpu_milli=1))
    assert len(cluster) == 4
    cluster.remove("d")
    assert cluster.table["node"] == ["a", "b", "c"]
    with pytest.raises(miaas.NotFoundError, match="node d"):
        cluster.remove("d")


def test_what_if(cluster: Cluster) -> None:
    cluster.commit(miaas.place(cluster, [Demand(f"t{i}", gpu=GpuRequest(2)) for i in range(4)]))
    diff = miaas.what_if(cluster, miaas.RemoveNode("a"), waiting=[Demand("small", cpu_milli=10)])
    assert {lost.origin for lost in diff.lost} == {"a"} and all(lost.why for lost in diff.lost)
    assert [d.workload for d in diff.placed] == ["small"]
    assert (diff.before.nodes, diff.after.nodes) == (3, 2)
    more = miaas.what_if(cluster, [miaas.AddNodes("a", 2), miaas.RemoveNode("a"), miaas.Cordon("b")])
    assert len(more.added) == 2 and len(more.moved) == 2 and not more.lost
    assert {m.origin for m in more.moved} == {"a"} and {m.to.node for m in more.moved} <= set(more.added)
    grown = miaas.what_if(cluster, miaas.SetResources("t0", Demand("t0", cpu_milli=17_000, gpu=GpuRequest(2))))
    assert [lost.workload for lost in grown.lost] == ["t0"]
    with pytest.raises(miaas.NotFoundError):
        miaas.what_if(cluster, miaas.Cordon("nowhere"))


def test_demands_survive_a_pickle() -> None:
    demand = Demand("t", gpu=GpuRequest(2, model="A100"), policy=Policy(node="a"))
    again = pickle.loads(pickle.dumps(demand))
    assert again == demand
    assert miaas.place(Cluster([Node("a", gpus=[Gpu("A100", 1)] * 2)]), again).nodes == ["a"]


# What is wrong on purpose is not for the type checker.
any_: Any = miaas

class Broken:
    def __index__(self) -> int:
        raise ZeroDivisionError("its own")


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda: any_.Demand("t", cpu_milli="1"), TypeError, r"Demand\(\): cpu_milli must be a whole number, not str"),
    (lambda: any_.Demand("t", mem_mib=1.5), TypeError, r"Demand\(\): mem_mib must be a whole number, not float"),
    (lambda: any_.Demand("t", mem_mib=float("nan")), TypeError, r"Demand\(\): mem_mib must be a whole number, not float"),
    (lambda: any_.Demand("t", cpu_milli=True), TypeError, r"Demand\(\): cpu_milli must be a whole number, not bool"),
    (lambda: any_.Demand("t", disk_mib=-1), miaas.InvalidError, r"Demand\(\): disk_mib is -1; it must be at least 0"),
    (lambda: any_.Demand("t", cpu_milli=2**64), miaas.InvalidError, r"Demand\(\): cpu_milli is \d+, which is too large"),
    (lambda: any_.Demand("t", cpu_milli=2**200), miaas.InvalidError, r"Demand\(\): cpu_milli is too large"),
    (lambda: any_.Demand(7), TypeError, r"Demand\(\): name must be text, not int"),
    (lambda: any_.Demand("No good"), miaas.InvalidError, r"Demand\(\): name"),
    (lambda: any_.Demand("t", gpu=3), TypeError, r"Demand\(\): gpu must be GpuRequest, not int"),
    (lambda: any_.Demand("t", gpu=any_.GpuRequest(-1)), miaas.InvalidError, r"GpuRequest\(\): count is -1"),
    (lambda: any_.Demand("t", gpu=any_.GpuRequest(2, share_milli=500)), miaas.InvalidError, "/gpu/share_milli"),
    (lambda: any_.Demand("t", ports="80"), TypeError, r"Demand\(\): ports must be a list, not str"),
    (lambda: any_.Demand("t", ports=[any_.Port(99_999)]), miaas.InvalidError, r"Port\(\): container is 99999"),
    (lambda: any_.Demand("t", executors=["dokcer"]), miaas.InvalidError, r"executors\[0\] \"dokcer\" is unknown"),
    (lambda: any_.Demand("t", policy={"node": "a"}), TypeError, r"Demand\(\): policy must be Policy, not dict"),
    (lambda: any_.Demand("t", priority=2**40), miaas.InvalidError, r"Demand\(\): priority is out of range"),
    (lambda: any_.Demand("t", stateful=1), TypeError, r"Demand\(\): stateful must be True or False, not int"),
    (lambda: any_.Policy(node_selector={"a": 1}), TypeError, r"Policy\(\): node_selector\[\"a\"\] must be text, not int"),
    (lambda: any_.preempt([], []), TypeError, r"preempt\(\): cluster must be Cluster, not list"),
    (lambda: any_.preempt(any_.Cluster(), 3), TypeError, r"preempt\(\): demands must be Demand objects, not int"),
    (lambda: any_.preempt(any_.Cluster(), [], strategy="binpak"), miaas.InvalidError, "there is no placement strategy"),
    (lambda: any_.Policy(preempt=1), TypeError, r"Policy\(\): preempt must be True or False, not int"),
    (lambda: any_.Policy(exclusive=None), TypeError, r"Policy\(\): exclusive must be True or False, not NoneType"),
    (lambda: any_.Policy(on_node_loss=True), TypeError, r"Policy\(\): on_node_loss must be text, not bool"),
    (lambda: any_.Policy(on_node_loss="run"), miaas.InvalidError, r'on_node_loss "run" is unknown\nhint: use one of auto, move, stay'),
    (lambda: any_.Policy(affinity=[3]), TypeError, r"Policy\(\): affinity\[0\] must be a deployment's name"),
    (lambda: any_.Cluster([any_.Node("a", mem_mib=-5)]), miaas.InvalidError, r"Node\(\): mem_mib is -5"),
    (lambda: any_.Cluster([any_.Node("a", gpus=[any_.Gpu("T4", None)])]), TypeError, r"Gpu\(\): memory_mib must be a whole number, not None"),
    (lambda: any_.Cluster([any_.Node("a"), Node("a")]), miaas.InvalidError, r"nodes\[1\] has the name \"a\" of another"),
    (lambda: any_.Cluster([any_.Node("a", status="asleep")]), miaas.InvalidError, r"Node\(\): status \"asleep\" is unknown"),
    (lambda: any_.Cluster([1]), TypeError, r"Cluster\(\): nodes must be Node, not int"),
    (lambda: any_.Cluster(5), TypeError, r"Cluster\(\): nodes must be a list, not int"),
    (lambda: any_.place([], []), TypeError, r"place\(\): cluster must be Cluster, not list"),
    (lambda: any_.place(any_.Cluster(), ["x"]), TypeError, r"place\(\): demands must be Demand objects"),
    (lambda: any_.place(any_.Cluster(), 3), TypeError, r"place\(\): demands must be Demand objects"),
    (lambda: any_.place(any_.Cluster(), [], strategy=3), TypeError, r"place\(\): strategy must be text, not int"),
    (lambda: any_.place(any_.Cluster(), [], filters=len), TypeError, r"place\(\): filters must be a list of callables"),
    (lambda: any_.place(any_.Cluster(), [], scores=[3]), TypeError, r"place\(\): scores must be callables, not int"),
    (lambda: any_.Cluster().commit([]), TypeError, r"commit\(\): placements must be Placements, not list"),
    (lambda: any_.what_if(any_.Cluster(), ["x"]), TypeError, r"what_if\(\): changes must be changes"),
    (lambda: any_.what_if(any_.Cluster(), any_.AddNodes("a", -1)), miaas.InvalidError, r"AddNodes\(\): count is -1"),
    (lambda: any_.what_if(any_.Cluster(), any_.AddNodes("a", 2**40)), miaas.InvalidError, r"AddNodes\(\): count is 1099511627776"),
    (lambda: any_.what_if(any_.Cluster(), any_.AddNodes(3)), TypeError, r"AddNodes\(\): like must be text, not int"),
    (lambda: any_.what_if(any_.Cluster(), any_.Cordon(None)), TypeError, r"Cordon\(\): node must be text, not NoneType"),
    (lambda: any_.what_if(any_.Cluster(), any_.Cordon("No Name")), miaas.InvalidError, "No Name"),
    (lambda: any_.what_if(any_.Cluster(), any_.SetResources(3, any_.Demand("t"))), TypeError, r"SetResources\(\): deployment must be text"),
    (lambda: any_.what_if(any_.Cluster(), 3), TypeError, r"what_if\(\): changes must be changes such as RemoveNode, not int"),
    (lambda: any_.what_if(any_.Cluster(), any_.Cordon("a"), waiting=3), TypeError, r"what_if\(\): demands must be Demand objects, not int"),
    (lambda: any_.place(any_.Cluster(), "demands"), TypeError, r"place\(\): demands must be Demand objects, not str"),
    (lambda: any_.place(any_.Cluster(), [any_.Demand("t"), any_.Policy()]), TypeError, r"demands\[1\] is Policy"),
    (lambda: any_.place(any_.Cluster(), [any_.Cluster()]), TypeError, r"demands\[0\] is Cluster"),
    (lambda: any_.explain(any_.Cluster(), [any_.Demand("a"), any_.Demand("b")]), TypeError, r"explain\(\): demand must be Demand, not list"),
    (lambda: any_.Demand("t", cpu_milli=Broken()), ZeroDivisionError, "its own"),
    (lambda: any_.Cluster(any_.Cluster()), TypeError, r"Cluster\(\): nodes must be a list, not Cluster"),
    (lambda: any_.Demand("\ud800"), miaas.InvalidError, r"Demand\(\): name is no text: it holds half a character"),
    (lambda: any_.Demand("a\0b"), miaas.InvalidError, r"Demand\(\): name"),
    (lambda: any_.Demand(""), miaas.InvalidError, r"Demand\(\): name"),
    (lambda: any_.Demand("x" * 10**6), miaas.InvalidError, r"Demand\(\): name"),
    (lambda: any_.Demand("t", cpu_milli=float("inf")), TypeError, r"Demand\(\): cpu_milli must be a whole number, not float"),
    (lambda: any_.Demand("t", cpu_milli=10**5000), miaas.InvalidError, r"Demand\(\): cpu_milli is too large"),
    (lambda: any_.Node("a", cpu_milli=None) and any_.Cluster([any_.Node("a", cpu_milli=None)]), TypeError, r"Node\(\): cpu_milli must be a whole number, not NoneType"),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG)
def test_wrong_input_names_the_argument(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
