"""Demands: what is to be placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from miaas import _native

Affinity = str | tuple[str, str]
"""A deployment's name (on the same node), or a pair of it and a label (on a node with the same value of the label)."""

OnNodeLoss = Literal["auto", "move", "stay"]


@dataclass(frozen=True)
class GpuRequest:
    """GPUs that a workload needs: whole devices, memory of each, or a share of one.

    Attributes:
        memory_mib: memory on each in MiB; zero takes the whole device.
        share_milli: thousandths of the compute of one device; zero does not ask for a share.
        model: only models that contain one of these texts, which ``|`` separates: ``V100|A100``.
        compute: only devices with at least this compute capability, for example ``8.0``.
    """

    count: int = 1
    memory_mib: int = field(default=0, kw_only=True)
    share_milli: int = field(default=0, kw_only=True)
    vendor: str | None = field(default=None, kw_only=True)
    model: str | None = field(default=None, kw_only=True)
    compute: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Port:
    """A port to publish.

    Attributes:
        container: port inside.
        host: port of the host; none takes a free one.
    """

    container: int
    host: int | None = None
    name: str = field(default="", kw_only=True)
    protocol: Literal["tcp", "udp"] = field(default="tcp", kw_only=True)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Where somebody wants a workload.

    Attributes:
        strategy: name of the strategy; none takes that of the call.
        node: only on this node.
        node_selector: only on nodes with these labels.
        tolerations: taints (``KEY=VALUE``) that it tolerates.
        max_per_node: at most so many workloads of its deployment on one node.
        spread_by: spread over the values of this label.
        max_skew: with ``spread_by``: no value may have more than so many above the value that has the fewest.
        affinity: only where workloads of all these deployments are.
        anti_affinity: only where no workload of these deployments is; it binds them as well.
        on_node_loss: when its node is lost or drained: ``auto`` moves unless it keeps data there, ``move`` always moves and gives
            the data up, ``stay`` never moves.
        exclusive: never two live instances of one replica: a node that is cut off stops it before another one starts.
        preempt: workloads of a lower ``priority`` have to go when there is no place otherwise, unless they keep data on their
            node.

    The last three are about what runs: an orchestrator heeds them, ``place`` and ``what_if`` do not. ``miaas.preempt`` says who
    would have to go.
    """

    strategy: str | None = None
    node: str | None = None
    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: Sequence[str] = ()
    max_per_node: int | None = None
    spread_by: str | None = None
    max_skew: int | None = None
    affinity: Sequence[Affinity] = ()
    anti_affinity: Sequence[Affinity] = ()
    on_node_loss: OnNodeLoss = "auto"
    exclusive: bool = False
    preempt: bool = False
    _native: _native.Policy = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_native", _native.read_policy(self))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (Policy, _fields(self))


ANYWHERE = Policy()


@dataclass(frozen=True)
class Demand:
    """What one workload needs of a node. Checked when it is made.

    >>> Demand("train-0", cpu_milli=8000, mem_mib=65536, gpu=GpuRequest(2, model="A100")).deployment is None
    True

    Attributes:
        name: the workload, unique on a cluster.
        cpu_milli: thousandths of a processor.
        mem_mib: memory in MiB.
        disk_mib: disk in MiB.
        deployment: to which deployment it belongs, for spreading and limits; none makes it one of its own.
        priority: a higher one is placed first where several are placed anew.
        executors: what can run it, the preferred first.
        architectures: instruction sets that it runs on; empty for any.
        stateful: whether it will keep data on its node.
        volume_node: the node that has its data already: it can only go there.
        images: images that it runs; where they are already, it starts sooner.
        avoid: nodes that it must not go to, each with the reason.
    """

    name: str
    cpu_milli: int = field(default=0, kw_only=True)
    mem_mib: int = field(default=0, kw_only=True)
    disk_mib: int = field(default=0, kw_only=True)
    gpu: GpuRequest | None = field(default=None, kw_only=True)
    deployment: str | None = field(default=None, kw_only=True)
    ports: Sequence[Port] = field(default=(), kw_only=True)
    policy: Policy = field(default=ANYWHERE, kw_only=True)
    priority: int = field(default=0, kw_only=True)
    executors: Sequence[str] = field(default=("docker",), kw_only=True)
    architectures: Sequence[str] = field(default=(), kw_only=True)
    stateful: bool = field(default=False, kw_only=True)
    volume_node: str | None = field(default=None, kw_only=True)
    images: Sequence[str] = field(default=(), kw_only=True)
    avoid: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    _native: _native.Demand = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_native", _native.read_demand(self))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (Demand, _fields(self))


def _fields(value: Policy | Demand) -> dict[str, object]:
    """What it was made from: the native half is made anew in another process."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__ if name != "_native"}


def _rebuild(kind: type[Policy] | type[Demand], fields: dict[str, object]) -> Policy | Demand:
    return kind(**fields)  # type: ignore[arg-type]
