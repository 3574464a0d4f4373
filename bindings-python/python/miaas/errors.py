"""The errors of this package: one class for each kind of failure, all below ``Error``.

What went wrong is told in the order of what happened, where, and what to do next; the last is ``hint``.

>>> from miaas import Cluster, InvalidError, Node
>>> try:
...     Cluster([Node("a", cpu_milli=-1)])
... except InvalidError as e:
...     print(e.kind, "-", e)
invalid - Node(): cpu_milli is -1; it must be at least 0
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any, NamedTuple

from miaas._words import in_python

__all__ = [
    "AlreadyExistsError",
    "CallbackError",
    "ClosedError",
    "CompactedError",
    "ConflictError",
    "Error",
    "ForbiddenError",
    "InternalError",
    "InvalidError",
    "Issue",
    "NotFoundError",
    "TimeoutError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnplaceableError",
    "UnsupportedError",
]


class Issue(NamedTuple):
    """One thing that is wrong with a document.

    Attributes:
        path: JSON pointer to the value, for example ``/params/port``; empty for the document itself.
        message: what is wrong.
        hint: the nearest valid value, or what else to do.
    """

    path: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Error(Exception):
    """What every error of this package is.

    Attributes:
        kind: the stable code of the kind, the same as in the API.
        retryable: whether the same call may succeed later without any change by the caller.
        message: what happened, and where.
        operation: what was being done, for example ``deployment.create``.
        hint: what to do next, where that is known.
        issues: everything that is wrong with a document, each with its path.
    """

    kind: str = "internal"
    retryable: bool = False

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        hint: str | None = None,
        issues: Sequence[Issue] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.hint = hint
        self.issues = tuple(issues)

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.message,), self.__dict__)


class InvalidError(Error, ValueError):
    """The input is wrong; the same call can never succeed."""

    kind = "invalid"


class CallbackError(InvalidError):
    """A filter or scorer of the caller raised, or gave back what it must not. What it raised is the ``__cause__``."""


class ClosedError(InvalidError):
    """The object was closed, or belongs to the process from which this one was forked."""


class NotFoundError(Error, LookupError):
    """The named object does not exist."""

    kind = "not_found"


class AlreadyExistsError(Error):
    """An object of this name exists already."""

    kind = "already_exists"


class ConflictError(Error):
    """Somebody else changed the object meanwhile: read again, decide again."""

    kind = "conflict"
    retryable = True


class UnplaceableError(ConflictError):
    """A workload finds no place. ``refusal`` says why, by node, and what would help."""

    refusal: Any = None


class CompactedError(Error):
    """The position asked for is no longer kept: start again from now."""

    kind = "compacted"
    retryable = True


class UnauthenticatedError(Error):
    """No credentials, or none that are valid."""

    kind = "unauthenticated"


class ForbiddenError(Error):
    """Valid credentials that do not allow this."""

    kind = "forbidden"


class UnsupportedError(Error):
    """The machine, engine or database behind it cannot do this at all."""

    kind = "unsupported"


class UnavailableError(Error):
    """The other side does not answer now; a later call may succeed."""

    kind = "unavailable"
    retryable = True


class TimeoutError(Error, builtins.TimeoutError):
    """It took longer than its limit."""

    kind = "timeout"
    retryable = True


class InternalError(Error):
    """A defect of MIaaS."""

    kind = "internal"


#: Kind to class: the one table, read by the native module when it raises.
BY_KIND: dict[str, type[Error]] = {
    c.kind: c
    for c in (
        InvalidError,
        NotFoundError,
        AlreadyExistsError,
        ConflictError,
        CompactedError,
        UnauthenticatedError,
        ForbiddenError,
        UnsupportedError,
        UnavailableError,
        TimeoutError,
        InternalError,
    )
}

#: Failures that have a class of their own beside their kind.
_SPECIAL: dict[str, type[Error]] = {
    "callback": CallbackError,
    "closed": ClosedError,
    "unplaceable": UnplaceableError,
}


def issues_of(raw: Sequence[tuple[str, str, str | None]]) -> list[Issue]:
    """What the native module says is wrong."""
    return [Issue(path, in_python(message), in_python(hint) if hint else None) for path, message, hint in raw]


def _make(
    kind: str,
    special: str,
    message: str,
    operation: str,
    hint: str | None,
    issues: Sequence[tuple[str, str, str | None]],
) -> Error:
    """The exception for a failure of the native module."""
    known = _SPECIAL.get(special) or BY_KIND.get(kind, InternalError)
    hint = in_python(hint) if hint else None
    return known(in_python(message), operation=operation, hint=hint, issues=issues_of(issues))
