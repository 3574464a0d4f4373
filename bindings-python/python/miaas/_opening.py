"""How an orchestrator in this process is put together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from miaas import _native
from miaas._callables import Filter, FilterFunction, Score, ScoreFunction, _how
from miaas._nodes import Node
from miaas._requests import one_of, path, seconds, text
from miaas.errors import InvalidError

if TYPE_CHECKING:
    from miaas._catalog import Catalog

Executor = Literal["fake", "process", "docker"]
OF = "Orchestrator()"


def local(
    state_dir: str | os.PathLike[str] | None,
    executor: Executor,
    nodes: Sequence[Node] | None,
    node_name: str | None,
    docker_socket: str,
    catalog: Catalog | None,
    strategy: str | None,
    filters: Iterable[Filter | FilterFunction],
    scores: Iterable[Score | ScoreFunction],
) -> _native.Control:
    one_of(OF, "executor", executor, ("fake", "process", "docker"))
    config: dict[str, Any] = {"executor": executor, "state_dir": None if state_dir is None else path(OF, "state_dir", state_dir)}
    if executor == "fake":
        config["nodes"] = [_imagined(node) for node in _fleet(nodes)]
    elif nodes is not None:
        raise InvalidError(f"{OF}: nodes are only for the fake executor", hint="leave nodes out: this machine is the node")
    else:
        config["node"] = _host_name() if node_name is None else text(OF, "node_name", node_name)
        config["socket"] = text(OF, "docker_socket", docker_socket)
    from miaas._catalog import Catalog

    if catalog is None:
        catalog = Catalog()
    elif not isinstance(catalog, Catalog):
        raise TypeError(f"{OF}: catalog must be Catalog, not {type(catalog).__name__}")
    return _native.open_local(config, catalog._native, _how(OF, strategy, filters, scores, True))


#: The fleet of a fake executor where nothing else is said: a machine that takes about everything of the catalogue.
_ONE = (Node("node-1", cpu_milli=64_000, mem_mib=262_144, disk_mib=2_097_152),)


def _fleet(nodes: Any) -> Iterable[Any]:
    if nodes is None:
        return _ONE
    if isinstance(nodes, (str, Mapping)) or not isinstance(nodes, Iterable):
        raise TypeError(f"{OF}: nodes must be a list, not {type(nodes).__name__}")
    return nodes


def _imagined(node: Node) -> dict[str, Any]:
    if not isinstance(node, Node):
        raise TypeError(f"{OF}: nodes must be Node objects, not {type(node).__name__}")
    # A cluster checks everything that a node says.
    _native.Cluster([node])
    gpus = [{"model": g.model, "vendor": g.vendor, "memory_mib": g.memory_mib} for g in node.gpus]
    plain = {name: getattr(node, name) for name in ("name", "cpu_milli", "mem_mib", "disk_mib", "arch")}
    return {**plain, "labels": dict(node.labels), "gpus": gpus}


def _host_name() -> str:
    return os.uname().nodename


def remote(url: str, key: str | None, ca_pin: str | None, timeout: float) -> _native.Control:
    of = "Client()"
    text(of, "url", url)
    if key is not None:
        text(of, "key", key)
        if not key.isascii() or not key.isprintable():
            raise InvalidError(f"{of}: key has characters that no key has", hint="is there a line break at its end?")
    if ca_pin is not None:
        text(of, "ca_pin", ca_pin)
    limit = seconds(of, "timeout", timeout)
    if limit is None:
        raise TypeError(f"{of}: timeout must be a number of seconds, not NoneType")
    return _native.open_remote(url, key or "", ca_pin, limit)
