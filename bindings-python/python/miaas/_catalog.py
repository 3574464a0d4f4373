"""Templates: reading, checking and rendering them without an orchestrator."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from miaas import _native, _requests
from miaas.errors import Issue, issues_of


@dataclass(frozen=True)
class Template:
    """A template of a catalogue.

    Attributes:
        executors: what can run it, the preferred first.
        readme: in Markdown.
        schema: JSON Schema of its parameters.
        examples: values of its parameters to try it with.
        manifest: as ``template.yaml`` has it.
    """

    name: str
    title: str
    description: str
    version: str
    executors: tuple[str, ...]
    readme: str = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)
    examples: Mapping[str, Mapping[str, Any]] = field(repr=False)
    manifest: Mapping[str, Any] = field(repr=False)
    _native: _native.Catalog = field(repr=False, compare=False)

    def render(self, params: Mapping[str, Any] = {}) -> str:
        """The Compose document that it gives for these parameters, on a stand-in for a node.

        >>> Catalog()["redis"].render().startswith("services:")
        True

        Raises:
            InvalidError: with everything that is wrong in ``issues``.
        """
        return self._native.render(self.name, _requests.params("render()", params))

    def kubernetes(
        self, params: Mapping[str, Any] = {}, *, name: str | None = None, namespace: str | None = None
    ) -> Kubernetes:
        """The Kubernetes objects that it gives for these parameters.

        Raises:
            InvalidError: with everything that is wrong in ``issues``.
        """
        of = "kubernetes()"
        values = _requests.params(of, params)
        for argument, value in (("name", name), ("namespace", namespace)):
            if value is not None:
                _requests.text(of, argument, value)
        objects, warnings = self._native.kubernetes(self.name, values, name, namespace)
        return Kubernetes(objects, tuple(warnings))

    def validate(self, params: Mapping[str, Any] = {}) -> list[Issue]:
        """Everything that is wrong with these parameters.

        >>> [issue.path for issue in Catalog()["redis"].validate({"port": 99_999, "colour": "red"})]
        ['/params/colour', '/params/port']
        """
        wanted = {"template": self.name, "params": _requests.params("validate()", params)}
        return issues_of(self._native.validate({**_NOTHING, **wanted}))


@dataclass(frozen=True)
class Kubernetes:
    """Objects of Kubernetes.

    Attributes:
        objects: as YAML documents.
        warnings: what Compose says and the objects do not.
    """

    objects: str = field(repr=False)
    warnings: tuple[str, ...]


class Catalog(Mapping[str, Template]):
    """Templates by name: the built-in ones, and those of folders with a directory for each.

    >>> Catalog()["redis"].title
    'Redis'

    Args:
        folders: in which templates are; of two of one name the first counts, and ``problems`` tells of the other.
        builtin: whether the built-in templates are there.
        policy: a file of what the operator allows that reaches out of a container; none allows nothing.
    """

    def __init__(
        self,
        *folders: str | os.PathLike[str],
        builtin: bool = True,
        policy: str | os.PathLike[str] | None = None,
    ) -> None:
        allowed = None if policy is None else _requests.read_text("Catalog()", "policy", policy)
        self._native = _native.Catalog(_requests.flag("Catalog()", "builtin", builtin), [_requests.path("Catalog()", "folders", folder) for folder in folders], allowed)

    def __getitem__(self, name: str) -> Template:
        if not isinstance(name, str) or name not in self._native.names():
            raise KeyError(name)
        return self.template(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._native.names())

    def __len__(self) -> int:
        return len(self._native.names())

    def __repr__(self) -> str:
        return f"<Catalog of {len(self)} templates>"

    def template(self, name: str) -> Template:
        """One template.

        Raises:
            NotFoundError: with the nearest name.
        """
        raw = self._native.template(_requests.text("template()", "name", name))
        manifest = raw["manifest"]
        return Template(
            name=manifest["name"],
            title=manifest["title"],
            description=manifest["description"],
            version=manifest["version"],
            executors=tuple(manifest["executors"]),
            readme=raw["readme"],
            schema=raw["schema"],
            examples=raw["examples"],
            manifest=manifest,
            _native=self._native,
        )

    @property
    def problems(self) -> dict[str, list[Issue]]:
        """Directories that are no templates and so are not here, each with everything that is wrong with it."""
        return {origin: issues_of(issues) for origin, issues in self._native.problems()}

    def validate(
        self,
        template: str | None = None,
        *,
        params: Mapping[str, Any] = {},
        compose: str | None = None,
        env: Mapping[str, str] = {},
        files: Mapping[str, str] = {},
        overrides: Sequence[str] = (),
    ) -> list[Issue]:
        """Everything that is wrong with what is to be deployed; nothing when it can be. Takes what ``deploy`` takes."""
        of = "validate()"
        wanted = {
            "template": None if template is None else _requests.text(of, "template", template),
            "params": _requests.params(of, params),
            "compose": None if compose is None else _requests.text(of, "compose", compose),
            "env": _requests.texts(of, "env", env),
            "files": _requests.texts(of, "files", files),
            "overrides": _requests.list_of_text(of, "overrides", overrides),
        }
        return issues_of(self._native.validate({**_NOTHING, **wanted}))


def validate(folder: str | os.PathLike[str]) -> list[Issue]:
    """Everything that is wrong with the template in a folder: its files, and what it gives with its defaults and examples,
    for every executor and for Kubernetes."""
    return issues_of(_native.check_template(_requests.path("validate()", "folder", folder))[0])


def advise(folder: str | os.PathLike[str]) -> list[Issue]:
    """What makes the template in a folder hard to use or unsafe though it renders."""
    return issues_of(_native.check_template(_requests.path("advise()", "folder", folder))[1])


_NOTHING: dict[str, Any] = {"template": None, "params": {}, "compose": None, "env": {}, "files": {}, "overrides": []}
