"""What an orchestrator tells. Times are text in the form of RFC 3339, in UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from miaas._results import Device, Explanation, PortBinding, Refusal, explanation, refusal
from miaas._updates import UpdatePolicy, update_policy
from miaas._words import in_python

Raw = Mapping[str, Any]
"""As the API has it: everything, also what has no attribute here."""


@dataclass(frozen=True)
class Problem:
    """Something that stands in the way of a deployment.

    Attributes:
        kind: ``unplaceable``, ``render``, ``workload``, ``node``, ``drain``, ``update`` or ``waiting``.
        hint: what to do.
        refusal: every node with its reasons, when nothing fits.
    """

    kind: str
    message: str
    hint: str | None = None
    refusal: Refusal | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


@dataclass(frozen=True)
class Workload:
    """One instance of a deployment on a node.

    Attributes:
        node: name of the node, or its id when it is not there any more.
        ready: whether it is ready in the wanted version.
        revision: what it runs.
    """

    id: str
    slot: int
    revision: int
    node: str
    ready: bool
    phase: str
    ports: tuple[PortBinding, ...]
    devices: tuple[Device, ...]
    why: Explanation
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class Rollout:
    """How far a deployment is on its way to a revision.

    Attributes:
        phase: ``progressing``, ``complete``, ``rolled_back`` (every replica goes back to ``origin``) or ``failed``.
        origin: the last revision that was ready as a whole before.
        to: the revision that was wanted.
        updated: how many replicas have been given it.
        reason: why it failed.
        progressed_at: when it last came a step further.
    """

    phase: str
    origin: int | None
    to: int
    updated: int
    reason: str | None
    started_at: str
    progressed_at: str


@dataclass(frozen=True)
class Deployment:
    """What somebody wants to run, and how it is.

    Attributes:
        template: its template, or ``compose``.
        replicas: how many are wanted.
        ready: how many are ready in the wanted version.
        status: ``progressing``, ``ready``, ``degraded``, ``stopped`` or ``removing``.
        generation: counts the changes of what is wanted.
        revision: the one that is wanted.
        rollout: how far the way to it is; none when there was no way yet.
        update: how it goes from one revision to the next.
    """

    id: str
    name: str
    template: str
    replicas: int
    ready: int
    status: str
    generation: int
    revision: int
    rollout: Rollout | None
    update: UpdatePolicy
    workloads: tuple[Workload, ...]
    problems: tuple[Problem, ...]
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class PlanChange:
    """One change of a plan.

    Attributes:
        action: ``create``, ``update``, ``move``, ``leave`` or ``remove``.
        compose: the Compose document as it would be rendered.
    """

    action: str
    workload: str
    deployment: str
    node: str
    why: Explanation | None
    compose: str | None = field(repr=False)


@dataclass(frozen=True)
class Plan:
    """What a change would do. Nothing was changed."""

    changes: tuple[PlanChange, ...]
    problems: tuple[Problem, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)


@dataclass(frozen=True)
class Difference:
    """A value that a change changes.

    Attributes:
        path: JSON pointer into the request, for example ``/params/port``.
    """

    path: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class StackChanges:
    """What applying a stack does, or would do, to each service. False when everything is as wanted already.

    Attributes:
        services: by service: ``create``, ``update``, ``unchanged`` or ``remove``.
        differences: by service: what changes, of those that are updated.
        changes: of a plan: what would change on the nodes.
        problems: of a plan, by service: what would stand in the way.
    """

    services: Mapping[str, str]
    differences: Mapping[str, tuple[Difference, ...]]
    changes: tuple[PlanChange, ...]
    problems: Mapping[str, tuple[Problem, ...]]

    def __bool__(self) -> bool:
        return any(action != "unchanged" for action in self.services.values())


@dataclass(frozen=True)
class StackInfo:
    """A stack of an orchestrator.

    Attributes:
        status: that of the service that is worst off, as a deployment's.
        services: by service.
    """

    name: str
    status: str
    services: Mapping[str, Deployment]
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        cursor: hand it back as ``after`` to go on behind this event.
        severity: ``info``, ``warning`` or ``error``.
        reason: for example ``deployment.created``.
        subject: name of what it is about.
    """

    cursor: int
    at: str
    severity: str
    reason: str
    subject: str
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
class Status:
    """How an orchestrator is.

    Attributes:
        version: of the orchestrator.
        nodes: how many, by status.
        deployments: how many, by status.
        guard: why no node is given up at present: too many fell silent at once.
    """

    version: str
    nodes: Mapping[str, int]
    deployments: Mapping[str, int]
    guard: str | None
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class Revision:
    """One version of what a deployment runs.

    Attributes:
        replicas: how many replicas have it.
        differences: what is different from the one before.
    """

    number: int
    created_at: str
    wanted: bool
    replicas: int
    differences: tuple[Difference, ...]
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
    names = ("id", "name", "template", "replicas", "ready", "status", "generation", "revision")
    return Deployment(
        **{name: raw[name] for name in names},
        rollout=_rollout(raw["rollout"]) if raw.get("rollout") else None,
        update=update_policy(raw["update"]),
        workloads=tuple(map(_workload, raw["workloads"])),
        problems=_problems(raw["problems"]),
        raw=raw,
    )


def _rollout(raw: Raw) -> Rollout:
    names = ("phase", "to", "updated", "started_at", "progressed_at")
    return Rollout(**{name: raw[name] for name in names}, origin=raw.get("from"), reason=raw.get("reason"))


def _workload(raw: Raw) -> Workload:
    return Workload(
        id=raw["id"],
        slot=raw["slot"],
        revision=raw["revision"],
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
        hint = p.get("hint")
        told = in_python(hint) if hint else None
        return Problem(p["kind"], in_python(p["message"]), told, refusal(why) if why else None)

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
    return StackChanges(
        services=raw["services"],
        differences={name: _differences(found) for name, found in raw.get("differences", {}).items()},
        changes=tuple(map(_change, raw.get("changes", ()))),
        problems={name: _problems(found) for name, found in raw.get("problems", {}).items()},
    )


def _differences(found: Sequence[Raw]) -> tuple[Difference, ...]:
    return tuple(Difference(d["path"], d.get("before"), d.get("after")) for d in found)


def event(raw: Raw) -> Event:
    names = ("cursor", "at", "severity", "reason", "message")
    return Event(**{name: raw[name] for name in names}, subject=raw["subject"]["name"], raw=raw)


def node(raw: Raw) -> NodeInfo:
    return NodeInfo(raw["id"], raw["name"], raw["status"], raw["labels"], raw)


def revision(raw: Raw) -> Revision:
    differences = _differences(raw["differences"])
    return Revision(raw["number"], raw["created_at"], raw["wanted"], raw["replicas"], differences, raw)


def status(raw: Raw) -> Status:
    return Status(raw["version"], raw["nodes"], raw["deployments"], raw["guard"], raw)


def log_line(raw: Raw) -> LogLine:
    return LogLine(raw["workload"], raw["service"], raw["text"], raw["stderr"], raw["at"])
