"""What is asked of an orchestrator, checked before anything is sent: a wrong type names the argument."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from miaas._demands import Policy
from miaas.errors import InvalidError, NotFoundError

Goal = Literal["ready", "stopped", "gone"]


class LogsWanted(NamedTuple):
    """What the native module takes."""

    follow: bool
    tail: int | None
    service: str | None


def text(of: str, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{of}: {name} must be text, not {type(value).__name__}")
    return value


def whole(of: str, name: str, value: Any, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{of}: {name} must be a whole number, not {type(value).__name__}")
    if value < least:
        raise InvalidError(f"{of}: {name} is {value}; it must be at least {least}")
    return value


def seconds(of: str, name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{of}: {name} must be a number of seconds, not {type(value).__name__}")
    if not math.isfinite(value) or value < 0:
        raise InvalidError(f"{of}: {name} is {value}; it must be a number of seconds from 0")
    return float(value)


def texts(of: str, name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{of}: {name} must be a dict, not {type(value).__name__}")
    return {text(of, f"a key of {name}", k): text(of, f"{name}[{k!r}]", v) for k, v in value.items()}


def params(of: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{of}: params must be a dict, not {type(value).__name__}")
    for key, item in value.items():
        text(of, "a key of params", key)
        if isinstance(item, float) and not math.isfinite(item):
            raise InvalidError(f"{of}: params[{key!r}] is {item}, which is no number")
    return dict(value)


def placement(of: str, policy: Any) -> dict[str, Any]:
    if not isinstance(policy, Policy):
        raise TypeError(f"{of}: policy must be Policy, not {type(policy).__name__}")
    simple = ("strategy", "node", "max_per_node", "spread_by", "max_skew")
    body: dict[str, Any] = {name: getattr(policy, name) for name in simple}
    body["node_selector"] = dict(policy.node_selector)
    body["tolerations"] = [{"key": t.partition("=")[0], "value": t.partition("=")[2]} for t in policy.tolerations]
    for name in ("affinity", "anti_affinity"):
        pairs = [(term, None) if isinstance(term, str) else term for term in getattr(policy, name)]
        body[name] = [{"deployment": other, "by": by} for other, by in pairs]
    return body


def create(
    of: str,
    template: str | None,
    name: str | None,
    *,
    params: Mapping[str, Any],
    compose: str | None,
    env: Mapping[str, str],
    files: Mapping[str, str],
    replicas: int,
    policy: Policy | None,
    priority: int,
    labels: Mapping[str, str],
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "params": _params(of, params),
        "env": texts(of, "env", env),
        "files": texts(of, "files", files),
        "replicas": whole(of, "replicas", replicas),
        "priority": whole(of, "priority", priority, least=-(2**31)),
        "labels": texts(of, "labels", labels),
    }
    for key, value in (("template", template), ("name", name), ("compose", compose)):
        if value is not None:
            body[key] = text(of, key, value)
    if policy is not None:
        body["placement"] = placement(of, policy)
    return body


_params = params


def update(of: str, **wanted: Any) -> dict[str, Any]:
    """Only what is not none is changed."""
    body: dict[str, Any] = {}
    if wanted["params"] is not None:
        body["params"] = _params(of, wanted["params"])
    if wanted["compose"] is not None:
        body["compose"] = text(of, "compose", wanted["compose"])
    if wanted["replicas"] is not None:
        body["replicas"] = whole(of, "replicas", wanted["replicas"])
    if wanted["policy"] is not None:
        body["placement"] = placement(of, wanted["policy"])
    if wanted["labels"] is not None:
        body["labels"] = texts(of, "labels", wanted["labels"])
    if wanted["state"] is not None:
        body["state"] = one_of(of, "state", wanted["state"], ("running", "stopped"))
    if wanted["restart"]:
        body["restart"] = True
    return body


def one_of(of: str, name: str, value: Any, known: Sequence[str]) -> str:
    if text(of, name, value) not in known:
        raise InvalidError(f"{of}: {name} {value!r} is unknown", hint=f"use one of {', '.join(known)}")
    return str(value)


def goal(value: Any) -> str:
    return one_of("wait()", "until", value, ("ready", "stopped", "gone"))


def read_text(of: str, name: str, path: str | os.PathLike[str]) -> tuple[str, str]:
    """Where a text comes from, and the text."""
    origin = os.fspath(path)
    try:
        with open(origin, encoding="utf-8") as file:
            return origin, file.read()
    except FileNotFoundError:
        raise NotFoundError(f"{of}: {name}: there is no file {origin}") from None
