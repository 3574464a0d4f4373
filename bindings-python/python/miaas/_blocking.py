"""Orchestrators for threads that wait. The twins for asyncio are in ``_asyncio``; their methods are the same."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, TypeVar

from miaas import _models, _native, _opening, _requests, _stacks
from miaas._callables import Filter, FilterFunction, Score, ScoreFunction
from miaas._catalog import Catalog
from miaas._demands import Policy
from miaas._models import Deployment, Event, LogLine, NodeInfo, Plan, Revision, StackChanges, StackInfo, Status
from miaas._nodes import Node
from miaas._requests import Goal
from miaas._stacks import Stack
from miaas._updates import UpdatePolicy

_Self = TypeVar("_Self", bound="_Blocking")


class _Blocking:
    """What every orchestrator can be asked. A deployment or node is named by its name or id.

    May be used from several threads at a time. Waits end with ``KeyboardInterrupt`` on Ctrl-C.
    """

    _native: _native.Control

    def deploy(
        self,
        template: str | None = None,
        name: str | None = None,
        *,
        params: Mapping[str, Any] = {},
        compose: str | None = None,
        env: Mapping[str, str] = {},
        files: Mapping[str, str] = {},
        overrides: Sequence[str] = (),
        replicas: int = 1,
        policy: Policy | None = None,
        priority: int = 0,
        labels: Mapping[str, str] = {},
        update: UpdatePolicy | None = None,
    ) -> Deployment:
        """Asks for a new deployment. The answer comes at once; ``wait`` says when it is ready.

        Args:
            template: a template of the catalogue; either this or ``compose``.
            name: its name; none takes the template's.
            params: values of the template's parameters.
            compose: a Compose document, with ``env`` for its variables and ``files`` that it refers to.
            overrides: which of ``files`` are merged over ``compose``, in this order.
            replicas: how many.
            policy: where.
            priority: higher goes first.
            update: how it goes from one revision to the next; none replaces a replica at a time.

        Raises:
            InvalidError: with everything that is wrong in ``issues``.
            AlreadyExistsError: there is one of that name.
        """
        body = _requests.create(
            "deploy()", template, name, params=params, compose=compose, env=env, files=files,
            overrides=overrides, replicas=replicas, policy=policy, priority=priority, labels=labels, update=update,
        )  # fmt: skip
        return _models.deployment(self._native.create(body).wait())

    def plan(
        self,
        template: str | None = None,
        name: str | None = None,
        *,
        params: Mapping[str, Any] = {},
        compose: str | None = None,
        env: Mapping[str, str] = {},
        files: Mapping[str, str] = {},
        overrides: Sequence[str] = (),
        replicas: int = 1,
        policy: Policy | None = None,
        priority: int = 0,
        labels: Mapping[str, str] = {},
        update: UpdatePolicy | None = None,
    ) -> Plan:
        """What ``deploy`` would do; for the name of an existing deployment, what changing that one to it would do."""
        body = _requests.create(
            "plan()", template, name, params=params, compose=compose, env=env, files=files,
            overrides=overrides, replicas=replicas, policy=policy, priority=priority, labels=labels, update=update,
        )  # fmt: skip
        return _models.plan(self._native.plan_create(body).wait())

    def update(
        self,
        deployment: str,
        *,
        params: Mapping[str, Any] | None = None,
        compose: str | None = None,
        env: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        overrides: Sequence[str] | None = None,
        replicas: int | None = None,
        policy: Policy | None = None,
        priority: int | None = None,
        labels: Mapping[str, str] | None = None,
        update: UpdatePolicy | None = None,
        state: Literal["running", "stopped"] | None = None,
        restart: bool = False,
    ) -> Deployment:
        """Changes what is wanted of a deployment; what is none stays as it is. Another template is another deployment.

        Args:
            params: the values to change; a value of none takes a parameter back to its default.
            compose: a new document, with ``env``, ``files`` and ``overrides``, for a deployment that was made from one. Each of
                these takes the place of all that was there.
            policy: where, as a whole.
            labels: all labels that it has from then on.
            update: how it goes to this revision and later ones, as a whole.
            state: ``stopped`` keeps its places and volumes.
            restart: start everything anew.

        Raises:
            NotFoundError: with the nearest name.
            InvalidError: with everything that is wrong in ``issues``.
        """
        body = _requests.update(
            "update()", params=params, compose=compose, env=env, files=files, overrides=overrides, replicas=replicas,
            policy=policy, priority=priority, labels=labels, update=update, state=state, restart=restart,
        )  # fmt: skip
        return _models.deployment(self._native.update(_requests.text("update()", "deployment", deployment), body).wait())

    def plan_update(
        self,
        deployment: str,
        *,
        params: Mapping[str, Any] | None = None,
        compose: str | None = None,
        env: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        overrides: Sequence[str] | None = None,
        replicas: int | None = None,
        policy: Policy | None = None,
        priority: int | None = None,
        labels: Mapping[str, str] | None = None,
        update: UpdatePolicy | None = None,
        state: Literal["running", "stopped"] | None = None,
        restart: bool = False,
    ) -> Plan:
        """What ``update`` would do."""
        of = "plan_update()"
        body = _requests.update(
            of, params=params, compose=compose, env=env, files=files, overrides=overrides, replicas=replicas,
            policy=policy, priority=priority, labels=labels, update=update, state=state, restart=restart,
        )  # fmt: skip
        return _models.plan(self._native.plan_update(_requests.text(of, "deployment", deployment), body).wait())

    def scale(self, deployment: str, replicas: int) -> Deployment:
        """Sets how many replicas are wanted."""
        body = {"replicas": _requests.whole("scale()", "replicas", replicas, most=_requests.REPLICAS)}
        return _models.deployment(self._native.update(_requests.text("scale()", "deployment", deployment), body).wait())

    def remove(self, deployment: str) -> Deployment:
        """Asks for the removal of a deployment, with its volumes: ``wait(deployment, "gone")`` says when it is."""
        return _models.deployment(self._native.delete(_requests.text("remove()", "deployment", deployment)).wait())

    def plan_remove(self, deployment: str) -> Plan:
        """What ``remove`` would do."""
        return _models.plan(self._native.plan_delete(_requests.text("plan_remove()", "deployment", deployment)).wait())

    def rollback(self, deployment: str, revision: int | None = None) -> Deployment:
        """Makes an old revision the wanted one again, as a new revision; none takes the last one that was ready before.

        Raises:
            InvalidError: it is not kept, is the wanted one, or cannot be run any more.
        """
        of = "rollback()"
        number = None if revision is None else _requests.whole(of, "revision", revision)
        return _models.deployment(self._native.rollback(_requests.text(of, "deployment", deployment), number).wait())

    def plan_rollback(self, deployment: str, revision: int | None = None) -> Plan:
        """What ``rollback`` would do."""
        of = "plan_rollback()"
        number = None if revision is None else _requests.whole(of, "revision", revision)
        return _models.plan(self._native.plan_rollback(_requests.text(of, "deployment", deployment), number).wait())

    def pause(self, deployment: str) -> Deployment:
        """Lets an update go no further. What runs goes on running, and the deadline of the update waits.

        Raises:
            NotFoundError: with the nearest name.
        """
        return _models.deployment(self._native.pause(_requests.text("pause()", "deployment", deployment)).wait())

    def resume(self, deployment: str) -> Deployment:
        """Lets an update that was paused go on."""
        return _models.deployment(self._native.resume(_requests.text("resume()", "deployment", deployment)).wait())

    def promote(self, deployment: str) -> Deployment:
        """Says that the canaries of an update have proved themselves: the other replicas follow."""
        return _models.deployment(self._native.promote(_requests.text("promote()", "deployment", deployment)).wait())

    def revisions(self, deployment: str) -> list[Revision]:
        """The revisions of a deployment that are kept, newest first, each with what is different from the one before."""
        raw = self._native.revisions(_requests.text("revisions()", "deployment", deployment)).wait()
        return [_models.revision(r) for r in raw]

    def wait(self, deployment: str, until: Goal = "ready", *, timeout: float | None = 300.0) -> Deployment | None:
        """Waits until a deployment is ``ready``, ``stopped`` or ``gone``; then there is none.

        Args:
            timeout: in seconds; none waits for ever.

        Raises:
            TimeoutError: with what stands in the way in ``issues``.
            UnplaceableError: it finds no place, for some seconds now.
            InvalidError: it cannot be rendered, for some seconds now.
            CallbackError: a filter or scorer failed while it was placed.
        """
        of = "wait()"
        limit = _requests.seconds(of, "timeout", timeout)
        name = _requests.text(of, "deployment", deployment)
        raw = self._native.wait(name, _requests.goal(of, until), limit).wait()
        return None if raw is None else _models.deployment(raw)

    def status(self) -> Status:
        """How the whole of it is."""
        return _models.status(self._native.status().wait())

    def deployments(self) -> list[Deployment]:
        """Every deployment."""
        return [_models.deployment(raw) for raw in self._native.deployments().wait()]

    def deployment(self, deployment: str) -> Deployment:
        """One deployment.

        Raises:
            NotFoundError: with the nearest name.
        """
        return _models.deployment(self._native.deployment(_requests.text("deployment()", "deployment", deployment)).wait())

    def outputs(self, deployment: str) -> dict[str, str]:
        """What a user gets to know of a deployment, for example its address."""
        raw: dict[str, str] = self._native.outputs(_requests.text("outputs()", "deployment", deployment)).wait()
        return raw

    def apply_stack(self, stack: Stack) -> StackChanges:
        """Makes a stack what is wanted of it, all at once or not at all: creates, changes and removes what differs. The answer comes
        at once; ``wait_stack`` says when it is ready.

        Raises:
            InvalidError: with everything that is wrong in ``issues``.
            AlreadyExistsError: a deployment that is not of this stack has a name that it needs.
        """
        name, body = _stacks.body("apply_stack()", stack)
        return _models.stack_changes(self._native.apply_stack(name, body).wait())

    def plan_stack(self, stack: Stack) -> StackChanges:
        """What ``apply_stack`` would do."""
        name, body = _stacks.body("plan_stack()", stack)
        return _models.stack_changes(self._native.plan_stack(name, body).wait())

    def stacks(self) -> list[StackInfo]:
        """Every stack."""
        return [_models.stack(raw) for raw in self._native.stacks().wait()]

    def stack(self, stack: str) -> StackInfo:
        """One stack with its services.

        Raises:
            NotFoundError: with the nearest name.
        """
        return _models.stack(self._native.stack(_requests.text("stack()", "stack", stack)).wait())

    def wait_stack(self, stack: str, until: Goal = "ready", *, timeout: float | None = 300.0) -> StackInfo | None:
        """Waits until all of a stack is ``ready``, ``stopped`` or ``gone``; then there is none. Raises what ``wait`` does."""
        of = "wait_stack()"
        limit = _requests.seconds(of, "timeout", timeout)
        name = _requests.text(of, "stack", stack)
        raw = self._native.wait_stack(name, _requests.goal(of, until), limit).wait()
        return None if raw is None else _models.stack(raw)

    def remove_stack(self, stack: str) -> StackChanges:
        """Asks for the removal of all services of a stack, with their volumes."""
        return _models.stack_changes(self._native.delete_stack(_requests.text("remove_stack()", "stack", stack)).wait())

    def logs(
        self,
        deployment: str,
        *,
        follow: bool = False,
        tail: int | None = None,
        since: str | None = None,
        service: str | None = None,
    ) -> Iterator[LogLine]:
        """The output of the workloads of a deployment.

        Args:
            follow: wait for more.
            tail: at most so many lines from the end, of each service.
            since: only lines from this time on, for example the ``at`` of an event.
            service: only lines of this service.
        """
        of = "logs()"
        lines = None if tail is None else _requests.whole(of, "tail", tail)
        of_service = None if service is None else _requests.text(of, "service", service)
        begin = None if since is None else _requests.text(of, "since", since)
        wanted = _requests.LogsWanted(_requests.flag(of, "follow", follow), lines, begin, of_service)
        return _each(self._native.logs(_requests.text(of, "deployment", deployment), wanted), _models.log_line)

    def events(self, after: int = 0, *, limit: int = 1000) -> list[Event]:
        """What happened after a cursor, oldest first; about ``limit`` at most."""
        of = "events()"
        call = self._native.events(_requests.whole(of, "after", after), _requests.whole(of, "limit", limit, 1))
        return [_models.event(raw) for raw in call.wait()]

    def watch(self, after: int = 0) -> Iterator[Event]:
        """What happened after a cursor, and what happens from now on."""
        return _each(self._native.watch(_requests.whole("watch()", "after", after)), _models.event)

    def nodes(self) -> list[NodeInfo]:
        """Every node."""
        return [_models.node(raw) for raw in self._native.nodes().wait()]

    def node(self, node: str) -> NodeInfo:
        """One node.

        Raises:
            NotFoundError: with the nearest name.
        """
        return _models.node(self._native.node(_requests.text("node()", "node", node)).wait())

    def label(self, node: str, labels: Mapping[str, str] = {}, *, remove: Sequence[str] = ()) -> NodeInfo:
        """Sets labels of a node and removes others; what is not named stays.

        Args:
            labels: what to set, for ``Policy(node_selector=…)`` and ``spread_by``.
            remove: the keys to remove; one that it has not is no error.
        """
        body = _requests.labels("label()", labels, remove)
        return _models.node(self._native.label(_requests.text("label()", "node", node), body).wait())

    def plan_label(self, node: str, labels: Mapping[str, str] = {}, *, remove: Sequence[str] = ()) -> Plan:
        """What ``label`` would do."""
        body = _requests.labels("plan_label()", labels, remove)
        return _models.plan(self._native.plan_label(_requests.text("plan_label()", "node", node), body).wait())

    def cordon(self, node: str) -> NodeInfo:
        """Keeps new work away from a node."""
        return _models.node(self._native.cordon(_requests.text("cordon()", "node", node), True).wait())

    def uncordon(self, node: str) -> NodeInfo:
        """Lets work come to a node again; also ends a drain."""
        return _models.node(self._native.cordon(_requests.text("uncordon()", "node", node), False).wait())

    def drain(self, node: str, *, deadline_seconds: int | None = None) -> NodeInfo:
        """Moves all work away from a node, the new place first.

        Args:
            deadline_seconds: after so long what could not be moved is stopped; none waits for ever.
        """
        of = "drain()"
        deadline = None if deadline_seconds is None else _requests.whole(of, "deadline_seconds", deadline_seconds)
        return _models.node(self._native.drain(_requests.text(of, "node", node), deadline).wait())

    def plan_cordon(self, node: str) -> Plan:
        """What ``cordon`` would do."""
        return _models.plan(self._native.plan_cordon(_requests.text("plan_cordon()", "node", node), True).wait())

    def plan_uncordon(self, node: str) -> Plan:
        """What ``uncordon`` would do."""
        return _models.plan(self._native.plan_cordon(_requests.text("plan_uncordon()", "node", node), False).wait())

    def plan_drain(self, node: str, *, deadline_seconds: int | None = None) -> Plan:
        """What ``drain`` would do, and what would stand in its way."""
        of = "plan_drain()"
        deadline = None if deadline_seconds is None else _requests.whole(of, "deadline_seconds", deadline_seconds)
        return _models.plan(self._native.plan_drain(_requests.text(of, "node", node), deadline).wait())

    def put_secret(self, name: str, value: str) -> None:
        """Stores a secret, or gives it a new value. Deployments refer to it as ``${secrets.NAME}``."""
        of = "put_secret()"
        self._native.put_secret(_requests.text(of, "name", name), _requests.text(of, "value", value)).wait()

    def secrets(self) -> list[str]:
        """The names of the secrets. Nobody is shown their values."""
        return [raw["name"] for raw in self._native.secrets().wait()]

    def remove_secret(self, name: str) -> None:
        """Removes a secret that nothing refers to."""
        self._native.delete_secret(_requests.text("remove_secret()", "name", name)).wait()

    def close(self) -> None:
        """Ends it; calls that wait fail. Closing twice is fine."""
        call = self._native.close()
        if call is not None:
            call.wait()

    @property
    def closed(self) -> bool:
        """Whether it can no longer be used, in this process."""
        return not self._native.is_open()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Orchestrator(_Blocking):
    """An orchestrator in this process, with its nodes.

    >>> with Orchestrator() as orchestrator:
    ...     _ = orchestrator.deploy("redis", "cache")
    ...     orchestrator.wait("cache").status
    'ready'

    Args:
        state_dir: the folder of its state (SQLite, sealed with a key in the same folder); none keeps it in memory.
        executor: what runs workloads: ``fake`` only remembers them, ``process`` starts local processes, ``docker`` containers
            of an engine. The latter two need ``state_dir``; what they run goes on when the orchestrator is closed, and is found
            again by the next one on the same folder.
        nodes: the fleet of the fake executor; none is one large machine.
        node_name: the name of this machine for the other executors; none takes the host name.
        docker_socket: the socket of the engine.
        catalog: the templates; none takes the built-in ones.
        strategy: one of ``strategies``.
        filters: what a node has to pass as well. When one raises, the decision fails with that, and the orchestrator goes on.
        scores: what decides which node is best; with a named strategy they are added to it.
    """

    def __init__(
        self,
        state_dir: str | os.PathLike[str] | None = None,
        *,
        executor: _opening.Executor = "fake",
        nodes: Sequence[Node] | None = None,
        node_name: str | None = None,
        docker_socket: str = "/var/run/docker.sock",
        catalog: Catalog | None = None,
        strategy: str | None = None,
        filters: Iterable[Filter | FilterFunction] = (),
        scores: Iterable[Score | ScoreFunction] = (),
    ) -> None:
        self._native = _opening.local(
            state_dir, executor, nodes, node_name, docker_socket, catalog, strategy, filters, scores
        )

    def __repr__(self) -> str:
        return f"<Orchestrator {'closed' if self.closed else 'open'}>"


class Client(_Blocking):
    """A client of a server. Opens no connection until something is asked.

    Args:
        url: where the server is, for example ``http://127.0.0.1:7070``.
        key: an API key.
        ca_pin: by which the authority of the server's certificate is known, ``sha256:…``; none believes the system's.
        timeout: longest time for an answer, in seconds.

    In a process that is forked it connects anew.
    """

    def __init__(self, url: str, key: str | None = None, *, ca_pin: str | None = None, timeout: float = 30.0) -> None:
        self._native = _opening.remote(url, key, ca_pin, timeout)
        self.url = url

    def __repr__(self) -> str:
        return f"<Client of {self.url}>"


def _each(items: _native.Items, read: Any) -> Iterator[Any]:
    while (raw := items.next().wait()) is not None:
        yield read(raw)
