"""Updates: how a deployment goes from one revision to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from miaas import _native

Strategy = Literal["rolling", "recreate", "canary"]


@dataclass(frozen=True, kw_only=True)
class Canary:
    """What comes first in an update with the strategy ``canary``.

    Attributes:
        replicas: how many, at least 1.
        hold_seconds: for how long they have to be ready before the others follow.
        manual: the others follow only when ``promote`` says so.
        promoted: the revision that was promoted; ``promote`` sets it.
    """

    replicas: int = 1
    hold_seconds: int = 30
    manual: bool = False
    promoted: int | None = None


@dataclass(frozen=True, kw_only=True)
class UpdatePolicy:
    """How a deployment goes from one revision to the next. Checked when it is made.

    >>> careful = UpdatePolicy(strategy="canary", canary=Canary(hold_seconds=300), min_ready_seconds=10)
    >>> careful.rollback
    True

    A policy is given as a whole: to change one value of a deployment, ``dataclasses.replace(deployment.update, max_surge=1)``.

    Attributes:
        strategy: ``rolling``: a few replicas at a time, each ready before the next; ``recreate``: all at once, no two versions ever
            run together; ``canary``: a few first, the others once these have proved themselves.
        max_unavailable: at most so many replicas may be away because of the update.
        max_surge: so many replicas may run beside those that they replace, wherever there is room. One of the two must be at
            least 1.
        canary: what comes first.
        min_ready_seconds: for how long a replica has to be ready before it counts. Ready is what its health check says.
        progress_deadline_seconds: without progress for so long the update has failed; at least 1.
        rollback: whether an update that failed goes back to the last revision that was ready.
        paused: nothing more is replaced; ``pause`` and ``resume`` set it.

    Raises:
        InvalidError: with this policy nothing could ever be replaced, or every update would have failed.
    """

    strategy: Strategy = "rolling"
    max_unavailable: int = 1
    max_surge: int = 0
    canary: Canary = field(default=Canary())
    min_ready_seconds: int = 0
    progress_deadline_seconds: int = 600
    rollback: bool = True
    paused: bool = False

    def __post_init__(self) -> None:
        _native.check_update_policy(self)


def body(of: str, policy: Any) -> dict[str, Any]:
    """What the native module takes."""
    if not isinstance(policy, UpdatePolicy):
        raise TypeError(f"{of}: update must be UpdatePolicy, not {type(policy).__name__}")
    return asdict(policy)


def update_policy(raw: Mapping[str, Any]) -> UpdatePolicy:
    """One from what the API tells."""
    canary = Canary(**{f.name: raw["canary"].get(f.name) for f in fields(Canary)})
    return UpdatePolicy(**{**{f.name: raw[f.name] for f in fields(UpdatePolicy)}, "canary": canary})
