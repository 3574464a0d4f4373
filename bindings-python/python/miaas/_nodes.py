"""Nodes: what placement decides over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Sharing = Literal["shared", "exclusive", "mig"]
Status = Literal["pending", "online", "unreachable", "offline", "draining", "cordoned"]


@dataclass(frozen=True)
class Gpu:
    """One GPU of a node.

    Attributes:
        model: its model, for example ``A100``.
        memory_mib: its memory in MiB; zero when it is not known.
        uuid: its identity; empty makes one up from the node's name and its place.
        compute: compute capability, for example ``8.0``.
        sharing: ``exclusive``: one workload at a time; ``mig``: a slice of a split card.
        foreign_mib: memory in MiB used by processes that nobody here placed.
        margin_mib: memory in MiB that shared claims leave alone; none takes a fiftieth, at least 64.
    """

    model: str
    memory_mib: int
    uuid: str = field(default="", kw_only=True)
    vendor: str = field(default="nvidia", kw_only=True)
    compute: str | None = field(default=None, kw_only=True)
    sharing: Sharing = field(default="shared", kw_only=True)
    foreign_mib: int = field(default=0, kw_only=True)
    margin_mib: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Node:
    """A machine. Its name is its identity.

    Attributes:
        cpu_milli: thousandths of a processor that can be reserved.
        mem_mib: memory in MiB that can be reserved.
        disk_mib: disk in MiB that can be reserved.
        taints: ``KEY=VALUE`` each: only demands that tolerate it come here.
        executors: what can run work on it: ``docker``, ``process``, ``kubernetes``, ``fake``.
        status: only ``online`` nodes take new work.
        foreign_ports: TCP ports on which processes listen that nobody here placed.
        images: images that are on it already.
        cost_milli: what an hour of it costs, in thousandths of a currency.
    """

    name: str
    cpu_milli: int = field(default=0, kw_only=True)
    mem_mib: int = field(default=0, kw_only=True)
    disk_mib: int = field(default=0, kw_only=True)
    gpus: Sequence[Gpu] = field(default=(), kw_only=True)
    labels: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    taints: Sequence[str] = field(default=(), kw_only=True)
    arch: str = field(default="x86_64", kw_only=True)
    executors: Sequence[str] = field(default=("docker",), kw_only=True)
    status: Status = field(default="online", kw_only=True)
    foreign_ports: Sequence[int] = field(default=(), kw_only=True)
    images: Sequence[str] = field(default=(), kw_only=True)
    cost_milli: int | None = field(default=None, kw_only=True)
