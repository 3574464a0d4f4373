"""MIaaS: deploys and runs AI/ML infrastructure over your own machines.

An orchestrator inside your program, or a client of one elsewhere:

* :class:`Orchestrator` and :class:`AsyncOrchestrator`: in this process, with a store and an executor of your choice
* :class:`Client` and :class:`AsyncClient`: of a server, with the same methods

Placement over plain data, without any server:

* :class:`Cluster` of :class:`Node` s, :class:`Demand` s; :func:`place`, :func:`explain`, :func:`what_if`
* :func:`simulate`: policies, also your own, measured on a trace

Templates:

* :class:`Catalog`, its :class:`Template` s, :func:`validate`

Every error is below :class:`miaas.Error` and says what happened, where, and what to do next.
"""

from __future__ import annotations

from miaas import errors as errors
from miaas._asyncio import AsyncClient, AsyncOrchestrator
from miaas._blocking import Client, Orchestrator
from miaas._callables import Filter, Score
from miaas._catalog import Catalog, Kubernetes, Template, advise, validate
from miaas._demands import Demand, GpuRequest, Policy, Port
from miaas._frames import demands_from
from miaas._models import Deployment, Event, LogLine, NodeInfo, Plan, PlanChange, Problem, Revision, Workload
from miaas._native import VERSION as __version__
from miaas._native import DemandState, FleetState, GpuState, NodeState, PodState
from miaas._nodes import Gpu, Node
from miaas._placement import (
    AddNodes,
    Cluster,
    Cordon,
    Diff,
    Lost,
    Moved,
    RemoveNode,
    Room,
    SetResources,
    explain,
    place,
    strategies,
    what_if,
)
from miaas._results import (
    Candidate,
    Decision,
    Device,
    Explanation,
    Placements,
    PortBinding,
    Refusal,
    Rejected,
)
from miaas._simulate import Simulation, Trace, policies, simulate
from miaas._table import Table
from miaas.errors import *  # noqa: F403
from miaas.errors import __all__ as _errors

__all__ = [
    "AddNodes",
    "AsyncClient",
    "AsyncOrchestrator",
    "Candidate",
    "Catalog",
    "Client",
    "Cluster",
    "Cordon",
    "Decision",
    "Demand",
    "DemandState",
    "Deployment",
    "Device",
    "Diff",
    "Event",
    "Explanation",
    "Filter",
    "FleetState",
    "Gpu",
    "GpuRequest",
    "GpuState",
    "Kubernetes",
    "LogLine",
    "Lost",
    "Moved",
    "Node",
    "NodeInfo",
    "NodeState",
    "Orchestrator",
    "Placements",
    "Plan",
    "PlanChange",
    "PodState",
    "Policy",
    "Port",
    "PortBinding",
    "Problem",
    "Refusal",
    "Rejected",
    "RemoveNode",
    "Revision",
    "Room",
    "Score",
    "SetResources",
    "Simulation",
    "Table",
    "Template",
    "Trace",
    "Workload",
    "__version__",
    "advise",
    "demands_from",
    "errors",
    "explain",
    "place",
    "policies",
    "simulate",
    "strategies",
    "validate",
    "what_if",
]
__all__ += _errors
