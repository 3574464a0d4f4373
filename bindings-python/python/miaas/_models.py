"""What an orchestrator tells. Times are text in the form of RFC 3339, in UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from miaas._results import Device, Explanation, PortBinding, Refusal, explanation, refusal

Raw = Mapping[str, Any]
"""As the API has it: everything, also what has no attribute here."""


@dataclass(frozen=True)
class Problem:
    """Something that stands in the way of a deployment."""

    kind: str
    """``unplaceable``, ``render``, ``workload``, ``node``, ``drain``, ``update`` or ``waiting``."""
    message: str
    hint: str | None = None
    """What to do."""
    refusal: Refusal | None = None
    """Every node with its reasons, when nothing fits."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


@dataclass(frozen=True)
class Workload:
    """One instance of a deployment on a node."""

    id: str
    slot: int
    node: str
    """Name of the node, or its id when it is not there any more."""
    ready: bool
    """Whether it is ready in the wanted version."""
    phase: str
    ports: tuple[PortBinding, ...]
    devices: tuple[Device, ...]
    why: Explanation
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class Deployment:
    """What somebody wants to run, and how it is."""

    id: str
    name: str
    template: str
    """Its template, or ``compose``."""
    replicas: int
    """How many are wanted."""
    ready: int
    """How many are ready in the wanted version."""
    status: str
    """``progressing``, ``ready``, ``degraded``, ``stopped`` or ``removing``."""
    generation: int
    """Counts the changes of what is wanted."""
    workloads: tuple[Workload, ...]
    problems: tuple[Problem, ...]
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class PlanChange:
    """One change of a plan."""

    action: str
    """``create``, ``update``, ``move``, ``leave`` or ``remove``."""
    workload: str
    deployment: str
    node: str
    why: Explanation | None
    compose: str | None = field(repr=False)
    """The Compose document as it would be rendered."""


@dataclass(frozen=True)
class Plan:
    """What a change would do. Nothing was changed."""

    changes: tuple[PlanChange, ...]
    problems: tuple[Problem, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)


@dataclass(frozen=True)
class Difference:
    """A value that a change changes."""

    path: str
    """JSON pointer into the request, for example ``/params/port``."""
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class StackChanges:
    """What applying a stack does, or would do, to each service. False when everything is as wanted already."""

    services: Mapping[str, str]
    """By service: ``create``, ``update``, ``unchanged`` or ``remove``."""
    differences: Mapping[str, tuple[Difference, ...]]
    """By service: what changes, of those that are updated."""
    changes: tuple[PlanChange, ...]
    """Of a plan: what would change on the nodes."""
    problems: Mapping[str, tuple[Problem, ...]]
    """Of a plan, by service: what would stand in the way."""

    def __bool__(self) -> bool:
        return any(action != "unchanged" for action in self.services.values())


@dataclass(frozen=True)
class StackInfo:
    """A stack of an orchestrator."""

    name: str
    status: str
    """That of the service that is worst off, as a deployment's."""
    services: Mapping[str, Deployment]
    """By service."""
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class Event:
    """Something that happened."""

    cursor: int
    """Hand it back as ``after`` to go on behind this event."""
    at: str
    severity: str
    """``info``, ``warning`` or ``error``."""
    reason: str
    """For example ``deployment.created``."""
    subject: str
    """Name of what it is about."""
    message: str
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class NodeInfo:
    """A node of an orchestrator."""

    id: str
    name: str
    status: str
    labels: Mapping[str, str]
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class Revision:
    """One version of what a deployment runs."""

    number: int
    created_at: str
    wanted: bool
    replicas: int
    """How many replicas have it."""
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class LogLine:
    """One line of output."""

    workload: str
    service: str
    text: str
    stderr: bool = False
    at: str | None = None


def deployment(raw: Raw) -> Deployment:
    names = ("id", "name", "template", "replicas", "ready", "status", "generation")
    return Deployment(
        **{name: raw[name] for name in names},
        workloads=tuple(map(_workload, raw["workloads"])),
        problems=_problems(raw["problems"]),
        raw=raw,
    )


def _workload(raw: Raw) -> Workload:
    return Workload(
        id=raw["id"],
        slot=raw["slot"],
        node=raw["node_name"] or raw["node"],
        ready=raw["ready"],
        phase=raw["state"]["phase"],
        ports=tuple(PortBinding(**p) for p in raw["ports"]),
        devices=tuple(Device(**d) for d in raw["devices"]),
        why=explanation(raw["why"]),
        raw=raw,
    )


def _problems(raw: Sequence[Raw]) -> tuple[Problem, ...]:
    def one(p: Raw) -> Problem:
        why = p.get("unplaceable")
        return Problem(p["kind"], p["message"], p.get("hint"), refusal(why) if why else None)

    return tuple(map(one, raw))


def plan(raw: Raw) -> Plan:
    return Plan(tuple(map(_change, raw["changes"])), _problems(raw["problems"]))


def _change(raw: Raw) -> PlanChange:
    why = explanation(raw["why"]) if raw["why"] else None
    return PlanChange(raw["action"], raw["workload"], raw["deployment"], raw["node_name"], why, raw["compose"])


def stack(raw: Raw) -> StackInfo:
    services = {name: deployment(found) for name, found in raw["services"].items()}
    return StackInfo(raw["name"], raw["status"], services, raw)


def stack_changes(raw: Raw) -> StackChanges:
    def differences(found: Sequence[Raw]) -> tuple[Difference, ...]:
        return tuple(Difference(d["path"], d.get("before"), d.get("after")) for d in found)

    return StackChanges(
        services=raw["services"],
        differences={name: differences(found) for name, found in raw.get("differences", {}).items()},
        changes=tuple(map(_change, raw.get("changes", ()))),
        problems={name: _problems(found) for name, found in raw.get("problems", {}).items()},
    )


def event(raw: Raw) -> Event:
    names = ("cursor", "at", "severity", "reason", "message")
    return Event(**{name: raw[name] for name in names}, subject=raw["subject"]["name"], raw=raw)


def node(raw: Raw) -> NodeInfo:
    return NodeInfo(raw["id"], raw["name"], raw["status"], raw["labels"], raw)


def revision(raw: Raw) -> Revision:
    return Revision(raw["number"], raw["created_at"], raw["wanted"], raw["replicas"], raw)


def log_line(raw: Raw) -> LogLine:
    return LogLine(raw["workload"], raw["service"], raw["text"], raw["stderr"], raw["at"])
