"""Placement: where work goes, why, why not, and what if."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from miaas import _native
from miaas._callables import Filter, FilterFunction, Score, ScoreFunction, _how
from miaas._demands import Demand
from miaas._nodes import Node
from miaas._requests import REPLICAS, flag, text, whole
from miaas._results import Decision, Explanation, Placements, Refusal, decision, refusal
from miaas._table import Table

Demands: TypeAlias = "Iterable[Demand] | Sequence[_native.Demand]"
"""Demands, or what ``miaas.demands_from`` gives."""


class Cluster:
    """Nodes, and what is on them.

    >>> from miaas import Cluster, Demand, Gpu, GpuRequest, Node, place
    >>> cluster = Cluster([Node("a", cpu_milli=8000, mem_mib=16384, gpus=[Gpu("T4", 15360)]), Node("b", cpu_milli=8000)])
    >>> placed = place(cluster, [Demand("train", cpu_milli=1000, gpu=GpuRequest(memory_mib=4096))])
    >>> placed.nodes
    ['a']
    >>> cluster.commit(placed)
    >>> cluster.location("train")
    'a'

    May be used from several threads at a time.
    """

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self._native = _native.Cluster(nodes)

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<Cluster of {len(self)} nodes>"

    @property
    def table(self) -> Table:
        """A row for each node: what it has, and what of it is free."""
        return Table(self._native.table())

    def copy(self) -> Cluster:
        """One like it, to try something out. Nodes are shared until one is changed."""
        copy = Cluster.__new__(Cluster)
        copy._native = self._native.copy()
        return copy

    def commit(self, placements: Placements) -> None:
        """Takes decisions into account, all or none.

        Raises:
            ConflictError: one of them has no place any more.
        """
        if not isinstance(placements, Placements):
            raise TypeError(f"commit(): placements must be Placements, not {type(placements).__name__}")
        self._native.commit(placements._native)

    def release(self, workload: str) -> None:
        """Gives back what a workload has.

        Raises:
            NotFoundError: it is not on the cluster.
        """
        self._native.release(workload)

    def location(self, workload: str) -> str | None:
        """The node that a workload is on."""
        return self._native.location(workload)

    def put(self, node: Node) -> None:
        """Adds a node, or replaces the one of its name together with what is on it."""
        self._native.upsert(node)

    def remove(self, node: str) -> None:
        """Takes a node out, with what is on it.

        Raises:
            NotFoundError: there is no such node.
        """
        self._native.remove(node)


def place(
    cluster: Cluster,
    demands: Demands | Demand,
    *,
    strategy: str | None = None,
    filters: Iterable[Filter | FilterFunction] = (),
    scores: Iterable[Score | ScoreFunction] = (),
    together: bool = False,
    explain: bool = True,
) -> Placements:
    """Decides where each demand goes; the cluster stays as it is.

    Demands are placed one after the other: what one got, the next does not get.

    Args:
        strategy: one of ``strategies``; none takes the default, or with ``scores`` those alone.
        filters: what a node has to pass as well.
        scores: what decides which node is best. With a named strategy they are added to it.
        together: all demands or none.
        explain: whether decisions and refusals are explained; the decisions are the same.

    Raises:
        CallbackError: a filter or scorer raised, or gave back what it must not.
    """
    _is_cluster("place()", cluster)
    native = _natives("place()", demands)
    how = _how("place()", strategy, filters, scores, explain)
    return Placements(cluster._native.place(native, how, flag("place()", "together", together)))


def explain(
    cluster: Cluster,
    demand: Demand,
    *,
    strategy: str | None = None,
    filters: Iterable[Filter | FilterFunction] = (),
    scores: Iterable[Score | ScoreFunction] = (),
) -> Explanation | Refusal:
    """Why a demand would go where it would, or why nowhere and what would help.

    >>> explain(Cluster([Node("a", cpu_milli=1_000)]), Demand("t", cpu_milli=2_000)).hints[0]
    'fits on a if it asks for 1 cpu (asks 2)'
    """
    if not isinstance(demand, Demand):
        raise TypeError(f"explain(): demand must be Demand, not {type(demand).__name__}")
    row = place(cluster, demand, strategy=strategy, filters=filters, scores=scores)[0]
    return row.why if isinstance(row, Decision) else row


@dataclass(frozen=True)
class Preemption:
    """Who would have to go, and what is placed then. Nothing was changed.

    Attributes:
        victims: the workloads that have to go, to be given back with ``release``; empty when there is room as it is.
        placements: where the demands go once they are gone, for ``commit``. Without explanations.
    """

    victims: tuple[str, ...]
    placements: Placements


def preempt(
    cluster: Cluster,
    demands: Demands | Demand,
    *,
    strategy: str | None = None,
    filters: Iterable[Filter | FilterFunction] = (),
    scores: Iterable[Score | ScoreFunction] = (),
) -> Preemption | None:
    """Who would have to go so that all of the demands have a place; none when nobody can make room. The cluster stays as it is.

    Only workloads of a lower priority than each of the demands, and never those that keep data on their node (``stateful``). Of
    those that would do: least priority in all, then fewest, then least memory. Whether a ``Policy`` says ``preempt`` does not
    count here.

    >>> cluster = Cluster([Node("a", cpu_milli=1_000)])
    >>> cluster.commit(place(cluster, Demand("batch", cpu_milli=1_000)))
    >>> found = preempt(cluster, Demand("serve", cpu_milli=800, priority=10))
    >>> found.victims, found.placements.nodes
    (('batch',), ['a'])

    Raises:
        CallbackError: a filter or scorer raised, or gave back what it must not.
    """
    _is_cluster("preempt()", cluster)
    native = _natives("preempt()", demands)
    found = cluster._native.preempt(native, _how("preempt()", strategy, filters, scores, False))
    return None if found is None else Preemption(tuple(found[0]), Placements(found[1]))


@dataclass(frozen=True)
class RemoveNode:
    """The node is gone, with what runs on it."""

    node: str


@dataclass(frozen=True)
class AddNodes:
    """So many nodes come that are like this one, with nothing on them."""

    like: str
    count: int = 1


@dataclass(frozen=True)
class Cordon:
    """The node takes no new work; what runs stays."""

    node: str


@dataclass(frozen=True)
class SetResources:
    """Each workload of a deployment asks for this.

    Attributes:
        demand: what it asks for; only its amounts and GPUs count.
    """

    deployment: str
    demand: Demand


Change: TypeAlias = RemoveNode | AddNodes | Cordon | SetResources


@dataclass(frozen=True)
class Room:
    """How much the nodes that take work have, and how much of it is free."""

    nodes: int
    cpu_milli: int
    free_cpu_milli: int
    mem_mib: int
    free_mem_mib: int
    disk_mib: int
    free_disk_mib: int
    gpu_mib: int
    free_gpu_mib: int


@dataclass(frozen=True)
class Moved:
    """A workload that would run elsewhere."""

    origin: str
    to: Decision


@dataclass(frozen=True)
class Lost:
    """A workload that would have no place.

    Attributes:
        origin: where it is now; none when it waits already.
        why: none when nobody knows what it asks for.
    """

    workload: str
    origin: str | None
    why: Refusal | None


@dataclass(frozen=True)
class Diff:
    """What a change would do.

    Attributes:
        placed: what waits now and would have a place.
        added: the nodes that were added.
    """

    moved: tuple[Moved, ...]
    placed: tuple[Decision, ...]
    lost: tuple[Lost, ...]
    added: tuple[str, ...]
    before: Room
    after: Room


def what_if(
    cluster: Cluster,
    changes: Iterable[Change] | Change,
    *,
    waiting: Demands = (),
    strategy: str | None = None,
    filters: Iterable[Filter | FilterFunction] = (),
    scores: Iterable[Score | ScoreFunction] = (),
) -> Diff:
    """The fleet after changes that nobody made yet, one after the other.

    >>> cluster = Cluster([Node("a", cpu_milli=1_000), Node("b", cpu_milli=1_000)])
    >>> cluster.commit(place(cluster, Demand("t", cpu_milli=500)))
    >>> diff = what_if(cluster, RemoveNode(cluster.location("t")))
    >>> len(diff.moved), len(diff.lost)
    (1, 0)

    Args:
        waiting: demands that have no place now; they are tried last.

    Raises:
        NotFoundError: a change names a node or deployment that is not there.
    """
    _is_cluster("what_if()", cluster)
    several = [changes] if isinstance(changes, (RemoveNode, AddNodes, Cordon, SetResources)) else changes
    if isinstance(several, (str, Mapping)) or not isinstance(several, Iterable):
        raise TypeError(f"what_if(): changes must be changes such as RemoveNode, not {type(several).__name__}")
    how = _how("what_if()", strategy, filters, scores, True)
    native = cluster._native.what_if([_written(c) for c in several], _natives("what_if()", waiting), how)
    return Diff(
        moved=tuple(Moved(row["from"], decision(row)) for row in native["moved"]),
        placed=tuple(map(decision, native["placed"])),
        lost=tuple(Lost(r["workload"], r["from"], refusal(r["why"]) if r["why"] else None) for r in native["lost"]),
        added=tuple(native["added"]),
        before=Room(**native["before"]),
        after=Room(**native["after"]),
    )


def strategies() -> list[str]:
    """The names of all strategies, the default first."""
    return _native.strategies()


def _written(change: Change) -> Mapping[str, Any]:
    if isinstance(change, SetResources):
        demand = change.demand
        if not isinstance(demand, Demand):
            raise TypeError(f"SetResources(): demand must be Demand, not {type(demand).__name__}")
        gpu = asdict(demand.gpu) if demand.gpu else None
        amounts = {"cpu_milli": demand.cpu_milli, "mem_mib": demand.mem_mib, "disk_mib": demand.disk_mib, "gpu": gpu}
        return {"change": "set_resources", "deployment": text("SetResources()", "deployment", change.deployment), "resources": amounts}
    names = {RemoveNode: "remove_node", AddNodes: "add_nodes", Cordon: "cordon"}
    name = names.get(type(change))
    if name is None:
        raise TypeError(f"what_if(): changes must be changes such as RemoveNode, not {type(change).__name__}")
    of = f"{type(change).__name__}()"
    written = {key: text(of, key, value) for key, value in vars(change).items() if key != "count"}
    if isinstance(change, AddNodes):
        return {"change": name, **written, "count": whole(of, "count", change.count, most=REPLICAS)}
    return {"change": name, **written}


def _is_cluster(of: str, cluster: Cluster) -> None:
    if not isinstance(cluster, Cluster):
        raise TypeError(f"{of}: cluster must be Cluster, not {type(cluster).__name__}")


def _natives(of: str, demands: Demands | Demand) -> list[_native.Demand]:
    if isinstance(demands, Demand):
        return [demands._native]
    if isinstance(demands, (str, Mapping)) or not isinstance(demands, Iterable):
        raise TypeError(f"{of}: demands must be Demand objects, not {type(demands).__name__}")
    return [d._native if type(d) is Demand else _one(of, i, d) for i, d in enumerate(demands)]


def _one(of: str, index: int, demand: Any) -> _native.Demand:
    if isinstance(demand, Demand):
        return demand._native
    if type(demand) is _native.Demand:
        return demand
    raise TypeError(f"{of}: demands must be Demand objects, and demands[{index}] is {type(demand).__name__}")
