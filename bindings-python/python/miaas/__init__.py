"""MIaaS: deploys and runs AI/ML infrastructure over your own machines.

An orchestrator inside your program, or a client of one elsewhere:

* ``Orchestrator`` and ``AsyncOrchestrator``: in this process, with a store and an executor of your choice
* ``Client`` and ``AsyncClient``: of a server, with the same methods
* ``Stack`` of ``Service`` objects: several deployments that belong together

>>> import miaas
>>> with miaas.Orchestrator() as orchestrator:
...     asked = orchestrator.deploy("redis", "cache")
...     print(orchestrator.wait("cache").status)
ready

Placement over plain data, without any server:

* ``Cluster`` of ``Node`` objects, ``Demand`` objects; ``place``, ``explain``, ``what_if``
* ``simulate``: policies, also your own, measured on a trace

>>> cluster = miaas.Cluster([miaas.Node("a", cpu_milli=4_000), miaas.Node("b", cpu_milli=8_000)])
>>> placed = miaas.place(cluster, miaas.Demand("train", cpu_milli=6_000))
>>> placed[0].node, placed[0].why.rejected[0].node
('b', 'a')

Templates:

* ``Catalog``, its ``Template`` objects, ``validate``

Every error is below ``miaas.Error`` and says what happened, where, and what to do next.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from miaas import errors as errors
    from miaas._asyncio import AsyncClient as AsyncClient
    from miaas._asyncio import AsyncOrchestrator as AsyncOrchestrator
    from miaas._blocking import Client as Client
    from miaas._blocking import Orchestrator as Orchestrator
    from miaas._callables import Filter as Filter
    from miaas._callables import Score as Score
    from miaas._catalog import Catalog as Catalog
    from miaas._catalog import Kubernetes as Kubernetes
    from miaas._catalog import Template as Template
    from miaas._catalog import advise as advise
    from miaas._catalog import validate as validate
    from miaas._demands import Demand as Demand
    from miaas._demands import GpuRequest as GpuRequest
    from miaas._demands import Policy as Policy
    from miaas._demands import Port as Port
    from miaas._frames import demands_from as demands_from
    from miaas._models import Deployment as Deployment
    from miaas._models import Difference as Difference
    from miaas._models import Event as Event
    from miaas._models import LogLine as LogLine
    from miaas._models import NodeInfo as NodeInfo
    from miaas._models import Plan as Plan
    from miaas._models import PlanChange as PlanChange
    from miaas._models import Problem as Problem
    from miaas._models import Revision as Revision
    from miaas._models import Rollout as Rollout
    from miaas._models import StackChanges as StackChanges
    from miaas._models import StackInfo as StackInfo
    from miaas._models import Status as Status
    from miaas._models import Workload as Workload
    from miaas._native import DemandState as DemandState
    from miaas._native import FleetState as FleetState
    from miaas._native import GpuState as GpuState
    from miaas._native import NodeState as NodeState
    from miaas._native import PodState as PodState
    from miaas._native import VERSION as __version__
    from miaas._nodes import Gpu as Gpu
    from miaas._nodes import Node as Node
    from miaas._placement import AddNodes as AddNodes
    from miaas._placement import Cluster as Cluster
    from miaas._placement import Cordon as Cordon
    from miaas._placement import Diff as Diff
    from miaas._placement import Lost as Lost
    from miaas._placement import Moved as Moved
    from miaas._placement import Preemption as Preemption
    from miaas._placement import RemoveNode as RemoveNode
    from miaas._placement import Room as Room
    from miaas._placement import SetResources as SetResources
    from miaas._placement import explain as explain
    from miaas._placement import place as place
    from miaas._placement import preempt as preempt
    from miaas._placement import strategies as strategies
    from miaas._placement import what_if as what_if
    from miaas._results import Candidate as Candidate
    from miaas._results import Decision as Decision
    from miaas._results import Device as Device
    from miaas._results import Explanation as Explanation
    from miaas._results import Placements as Placements
    from miaas._results import PortBinding as PortBinding
    from miaas._results import Refusal as Refusal
    from miaas._results import Rejected as Rejected
    from miaas._simulate import Simulation as Simulation
    from miaas._simulate import Trace as Trace
    from miaas._simulate import policies as policies
    from miaas._simulate import simulate as simulate
    from miaas._stacks import Service as Service
    from miaas._stacks import Stack as Stack
    from miaas._table import Table as Table
    from miaas._updates import Canary as Canary
    from miaas._updates import UpdatePolicy as UpdatePolicy
    from miaas.errors import AlreadyExistsError as AlreadyExistsError
    from miaas.errors import CallbackError as CallbackError
    from miaas.errors import ClosedError as ClosedError
    from miaas.errors import CompactedError as CompactedError
    from miaas.errors import ConflictError as ConflictError
    from miaas.errors import Error as Error
    from miaas.errors import ForbiddenError as ForbiddenError
    from miaas.errors import InternalError as InternalError
    from miaas.errors import InvalidError as InvalidError
    from miaas.errors import Issue as Issue
    from miaas.errors import NotFoundError as NotFoundError
    from miaas.errors import TimeoutError as TimeoutError
    from miaas.errors import UnauthenticatedError as UnauthenticatedError
    from miaas.errors import UnavailableError as UnavailableError
    from miaas.errors import UnplaceableError as UnplaceableError
    from miaas.errors import UnsupportedError as UnsupportedError

#: In which module each public name is. Modules are loaded when the first of their names is used: importing the package costs next
#: to nothing, and who only places never loads a client.
_MODULES = {
    "miaas._asyncio": "AsyncClient AsyncOrchestrator",
    "miaas._blocking": "Client Orchestrator",
    "miaas._callables": "Filter Score",
    "miaas._catalog": "Catalog Kubernetes Template advise validate",
    "miaas._demands": "Demand GpuRequest Policy Port",
    "miaas._frames": "demands_from",
    "miaas._models": (
        "Deployment Difference Event LogLine NodeInfo Plan PlanChange Problem Revision Rollout StackChanges StackInfo "
        "Status Workload"
    ),
    "miaas._native": "DemandState FleetState GpuState NodeState PodState __version__",
    "miaas._nodes": "Gpu Node",
    "miaas._placement": (
        "AddNodes Cluster Cordon Diff Lost Moved Preemption RemoveNode Room SetResources explain place preempt "
        "strategies what_if"
    ),
    "miaas._results": "Candidate Decision Device Explanation Placements PortBinding Refusal Rejected",
    "miaas._simulate": "Simulation Trace policies simulate",
    "miaas._stacks": "Service Stack",
    "miaas._table": "Table",
    "miaas._updates": "Canary UpdatePolicy",
    "miaas.errors": (
        "AlreadyExistsError CallbackError ClosedError CompactedError ConflictError Error ForbiddenError "
        "InternalError InvalidError Issue NotFoundError TimeoutError UnauthenticatedError UnavailableError "
        "UnplaceableError UnsupportedError"
    ),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    import importlib

    if name == "errors":
        return importlib.import_module("miaas.errors")
    module = _WHERE.get(name)
    if module is None:
        raise AttributeError(f"module 'miaas' has no attribute {name!r}")
    found: object = getattr(importlib.import_module(module), "VERSION" if name == "__version__" else name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*globals(), *__all__]


__all__ = [
    "AddNodes",
    "AlreadyExistsError",
    "AsyncClient",
    "AsyncOrchestrator",
    "CallbackError",
    "Canary",
    "Candidate",
    "Catalog",
    "Client",
    "ClosedError",
    "Cluster",
    "CompactedError",
    "ConflictError",
    "Cordon",
    "Decision",
    "Demand",
    "DemandState",
    "Deployment",
    "Device",
    "Difference",
    "Diff",
    "Error",
    "Event",
    "Explanation",
    "Filter",
    "FleetState",
    "ForbiddenError",
    "Gpu",
    "GpuRequest",
    "GpuState",
    "InternalError",
    "InvalidError",
    "Issue",
    "Kubernetes",
    "LogLine",
    "Lost",
    "Moved",
    "Node",
    "NodeInfo",
    "NodeState",
    "NotFoundError",
    "Orchestrator",
    "Placements",
    "Plan",
    "PlanChange",
    "PodState",
    "Policy",
    "Port",
    "PortBinding",
    "Preemption",
    "Problem",
    "Refusal",
    "Rejected",
    "RemoveNode",
    "Revision",
    "Rollout",
    "Room",
    "Score",
    "Service",
    "SetResources",
    "Simulation",
    "Stack",
    "StackChanges",
    "StackInfo",
    "Status",
    "Table",
    "Template",
    "TimeoutError",
    "Trace",
    "UnauthenticatedError",
    "UnavailableError",
    "UnplaceableError",
    "UnsupportedError",
    "UpdatePolicy",
    "Workload",
    "__version__",
    "advise",
    "demands_from",
    "errors",
    "explain",
    "place",
    "policies",
    "preempt",
    "simulate",
    "strategies",
    "validate",
    "what_if",
]
