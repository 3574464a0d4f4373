"""Stacks: several deployments that are wanted, placed and wired together."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from miaas import _native, _requests
from miaas._demands import Policy
from miaas._updates import UpdatePolicy


@dataclass(frozen=True)
class Service:
    """One service of a stack. Values of ``params`` and ``env`` can refer to other services and to secrets:
    ``${services.db.url}``, ``${services.db.secrets.password}``, ``${secrets.hf-token}``.

    Attributes:
        template: a template of the catalogue; either this or ``compose``.
        params: values of the template's parameters.
        compose: a Compose document, with ``env`` for its variables and ``files`` that it refers to.
        overrides: which of ``files`` are merged over the document, in this order.
        replicas: how many.
        policy: where.
        priority: higher goes first.
        update: how it goes from one revision to the next; none: a replica at a time.
        depends_on: services that have to be ready before it starts. Those that it refers to need not be named.
    """

    template: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    compose: str | None = field(default=None, kw_only=True)
    env: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    files: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    overrides: Sequence[str] = field(default=(), kw_only=True)
    replicas: int = field(default=1, kw_only=True)
    policy: Policy | None = field(default=None, kw_only=True)
    priority: int = field(default=0, kw_only=True)
    labels: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    update: UpdatePolicy | None = field(default=None, kw_only=True)
    depends_on: Sequence[str] = field(default=(), kw_only=True)

    def _body(self, of: str) -> dict[str, Any]:
        body = _requests.create(
            of, self.template, None, params=self.params, compose=self.compose, env=self.env, files=self.files,
            overrides=self.overrides, replicas=self.replicas, policy=self.policy, priority=self.priority,
            labels=self.labels, update=self.update,
        )  # fmt: skip
        return {**body, "depends_on": _requests.list_of_text(of, "depends_on", self.depends_on)}


class Stack:
    """A stack as somebody wants it: everything that it consists of. Each service becomes the deployment ``STACK-SERVICE``.

    >>> stack = Stack("rag", {"db": Service("postgres"), "app": Service("open-webui", params={"database_url": "${services.db.url}"})})
    >>> stack
    <Stack rag of app, db>

    Args:
        name: its name.
        services: by name.
    """

    __slots__ = ("_body", "name")

    def __init__(self, name: str, services: Mapping[str, Service]) -> None:
        self.name = _requests.text("Stack()", "name", name)
        if not isinstance(services, Mapping):
            raise TypeError(f"Stack(): services must be a dict, not {type(services).__name__}")
        self._body: dict[str, Any] = {"services": {}}
        for key, service in services.items():
            _requests.text("Stack()", "a key of services", key)
            if not isinstance(service, Service):
                raise TypeError(f"Stack(): services[{key!r}] must be Service, not {type(service).__name__}")
            self._body["services"][key] = service._body(f"Stack(): services[{key!r}]")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Stack:
        """A stack from its file, ``miaas.yaml``, with the documents that the file names.

        Raises:
            NotFoundError: a file is missing.
            InvalidError: with everything that is wrong in ``issues``.
        """
        stack = cls.__new__(cls)
        stack.name, stack._body = _native.read_stack(_requests.path("Stack.read()", "path", path))
        return stack

    @property
    def services(self) -> tuple[str, ...]:
        """The names of its services."""
        return tuple(sorted(self._body["services"]))

    def __repr__(self) -> str:
        return f"<Stack {self.name} of {', '.join(self.services)}>"


def body(of: str, stack: Any) -> tuple[str, dict[str, Any]]:
    """What the native module takes."""
    if not isinstance(stack, Stack):
        raise TypeError(f"{of}: stack must be Stack, not {type(stack).__name__}")
    return stack.name, stack._body
