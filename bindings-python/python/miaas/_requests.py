"""What is asked of an orchestrator, checked before anything is sent: a wrong type names the argument."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from miaas import _updates
from miaas._demands import Policy
from miaas._updates import UpdatePolicy
from miaas.errors import InvalidError, NotFoundError

Goal = Literal["ready", "stopped", "gone"]


class LogsWanted(NamedTuple):
    """What the native module takes."""

    follow: bool
    tail: int | None
    since: str | None
    service: str | None


def text(of: str, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{of}: {name} must be text, not {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidError(f"{of}: {name} is no text: it holds half a character") from None
    return value


#: The largest number of replicas, and of anything else that is counted.
REPLICAS, COUNT = 2**32 - 1, 2**64 - 1


def whole(of: str, name: str, value: Any, least: int = 0, most: int = COUNT) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{of}: {name} must be a whole number, not {type(value).__name__}")
    if value < least:
        raise InvalidError(f"{of}: {name} is {_shown(value)}; it must be at least {least}")
    if value > most:
        raise InvalidError(f"{of}: {name} is {_shown(value)}; it must be at most {most}")
    return value


def flag(of: str, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{of}: {name} must be True or False, not {type(value).__name__}")
    return value


def _shown(number: int) -> str:
    """A number, unless it has more digits than anybody reads."""
    return str(number) if number.bit_length() <= 128 else f"a number of {number.bit_length()} bits"


#: More than a lifetime.
SECONDS = 10**10


def seconds(of: str, name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{of}: {name} must be a number of seconds, not {type(value).__name__}")
    if not 0 <= value <= SECONDS:
        shown = _shown(value) if isinstance(value, int) else value
        raise InvalidError(f"{of}: {name} is {shown}; it must be a number of seconds from 0 to {SECONDS}")
    return float(value)


def texts(of: str, name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{of}: {name} must be a dict, not {type(value).__name__}")
    return {text(of, f"a key of {name}", k): text(of, f"{name}[{k!r}]", v) for k, v in value.items()}


def list_of_text(of: str, name: str, value: Any) -> list[str]:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        raise TypeError(f"{of}: {name} must be a list of text, not {type(value).__name__}")
    return [text(of, f"{name}[{i}]", item) for i, item in enumerate(value)]


def path(of: str, name: str, value: Any) -> str:
    if not isinstance(value, (str, os.PathLike)) or not isinstance(found := os.fspath(value), str):
        raise TypeError(f"{of}: {name} must be a path, not {type(value).__name__}")
    return found


def params(of: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{of}: params must be a dict, not {type(value).__name__}")
    return {text(of, "a key of params", key): _plain(of, f"params[{key!r}]", item) for key, item in value.items()}


#: How deep values may be nested.
DEPTH = 32


def _plain(of: str, name: str, value: Any, depth: int = 0) -> Any:
    """What JSON has a word for."""
    if depth > DEPTH:
        raise InvalidError(f"{of}: {name[:80]} is nested too deeply", hint=f"values may be nested {DEPTH} deep")
    if isinstance(value, str):
        return text(of, name, value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(whole(of, name, value, -(2**63)))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidError(f"{of}: {name} is {value}, which is no number")
        return float(value)
    if isinstance(value, Mapping):
        return {text(of, f"a key of {name}", k): _plain(of, f"{name}[{k!r}]", v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(of, f"{name}[{i}]", v, depth + 1) for i, v in enumerate(value)]
    raise TypeError(f"{of}: {name} must be plain data, not {type(value).__name__}")


def placement(of: str, policy: Any) -> dict[str, Any]:
    if not isinstance(policy, Policy):
        raise TypeError(f"{of}: policy must be Policy, not {type(policy).__name__}")
    simple = ("strategy", "node", "max_per_node", "spread_by", "max_skew", "on_node_loss", "exclusive", "preempt")
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
    overrides: Sequence[str],
    replicas: int,
    policy: Policy | None,
    priority: int,
    labels: Mapping[str, str],
    update: UpdatePolicy | None,
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "params": _params(of, params),
        "env": texts(of, "env", env),
        "files": texts(of, "files", files),
        "overrides": list_of_text(of, "overrides", overrides),
        "replicas": whole(of, "replicas", replicas, most=REPLICAS),
        "priority": _priority(of, "priority", priority),
        "labels": texts(of, "labels", labels),
    }
    for key, value in (("template", template), ("name", name), ("compose", compose)):
        if value is not None:
            body[key] = text(of, key, value)
    if policy is not None:
        body["placement"] = placement(of, policy)
    if update is not None:
        body["update"] = _updates.body(of, update)
    return body


_params = params


def _replicas(of: str, name: str, value: Any) -> int:
    return whole(of, name, value, most=REPLICAS)


def _priority(of: str, name: str, value: Any) -> int:
    return whole(of, name, value, -(2**31), 2**31 - 1)


def _state(of: str, name: str, value: Any) -> str:
    return one_of(of, name, value, ("running", "stopped"))


#: What of a deployment can be changed, by argument: its name in the API, and how it is read.
_CHANGES: dict[str, tuple[str, Callable[[str, str, Any], Any]]] = {
    "params": ("params", lambda of, _, value: _params(of, value)),
    "compose": ("compose", text),
    "env": ("env", texts),
    "files": ("files", texts),
    "overrides": ("overrides", list_of_text),
    "replicas": ("replicas", _replicas),
    "policy": ("placement", lambda of, _, value: placement(of, value)),
    "priority": ("priority", _priority),
    "labels": ("labels", texts),
    "update": ("update", lambda of, _, value: _updates.body(of, value)),
    "state": ("state", _state),
}


def update(of: str, *, restart: bool, **wanted: Any) -> dict[str, Any]:
    """Only what is not none is changed."""
    given = {name: value for name, value in wanted.items() if value is not None}
    body = {_CHANGES[name][0]: _CHANGES[name][1](of, name, value) for name, value in given.items()}
    return {**body, "restart": flag(of, "restart", restart)}


def labels(of: str, wanted: Any, remove: Any) -> dict[str, Any]:
    """Labels of a node to set and to remove."""
    return {"set": texts(of, "labels", wanted), "remove": list_of_text(of, "remove", remove)}


def one_of(of: str, name: str, value: Any, known: Sequence[str]) -> str:
    if text(of, name, value) not in known:
        raise InvalidError(f"{of}: {name} {value!r} is unknown", hint=f"use one of {', '.join(known)}")
    return str(value)


def goal(of: str, value: Any) -> str:
    return one_of(of, "until", value, ("ready", "stopped", "gone"))


def read_text(of: str, name: str, file: str | os.PathLike[str]) -> tuple[str, str]:
    """Where a text comes from, and the text."""
    origin = path(of, name, file)
    try:
        with open(origin, encoding="utf-8") as opened:
            return origin, opened.read()
    except FileNotFoundError:
        raise NotFoundError(f"{of}: {name}: there is no file {origin}") from None
    except (OSError, ValueError) as error:
        raise InvalidError(f"{of}: {name}: cannot read {origin!r}: {error}") from error
