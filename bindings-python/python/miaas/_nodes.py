"""Nodes: what placement decides over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Sharing = Literal["shared", "exclusive", "mig"]
Status = Literal["pending", "online", "unreachable", "offline", "draining", "cordoned"]


@dataclass(frozen=True)
class Gpu:
    """One GPU of a node."""

    model: str
    """Its model, for example ``A100``."""
    memory_mib: int
    """Its memory in MiB; zero when it is not known."""
    uuid: str = field(default="", kw_only=True)
    """Its identity; empty makes one up from the node's name and its place."""
    vendor: str = field(default="nvidia", kw_only=True)
    compute: str | None = field(default=None, kw_only=True)
    """Compute capability, for example ``8.0``."""
    sharing: Sharing = field(default="shared", kw_only=True)
    """``exclusive``: one workload at a time; ``mig``: a slice of a split card."""
    foreign_mib: int = field(default=0, kw_only=True)
    """Memory in MiB used by processes that nobody here placed."""
    margin_mib: int | None = field(default=None, kw_only=True)
    """Memory in MiB that shared claims leave alone; none takes a fiftieth, at least 64."""


@dataclass(frozen=True)
class Node:
    """A machine. Its name is its identity."""

    name: str
    cpu_milli: int = field(default=0, kw_only=True)
    """Thousandths of a processor that can be reserved."""
    mem_mib: int = field(default=0, kw_only=True)
    """Memory in MiB that can be reserved."""
    disk_mib: int = field(default=0, kw_only=True)
    """Disk in MiB that can be reserved."""
    gpus: Sequence[Gpu] = field(default=(), kw_only=True)
    labels: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    taints: Sequence[str] = field(default=(), kw_only=True)
    """``KEY=VALUE`` each: only demands that tolerate it come here."""
    arch: str = field(default="x86_64", kw_only=True)
    executors: Sequence[str] = field(default=("docker",), kw_only=True)
    """What can run work on it: ``docker``, ``process``, ``kubernetes``, ``fake``."""
    status: Status = field(default="online", kw_only=True)
    """Only ``online`` nodes take new work."""
    foreign_ports: Sequence[int] = field(default=(), kw_only=True)
    """TCP ports on which processes listen that nobody here placed."""
    images: Sequence[str] = field(default=(), kw_only=True)
    """Images that are on it already."""
    cost_milli: int | None = field(default=None, kw_only=True)
    """What an hour of it costs, in thousandths of a currency."""
