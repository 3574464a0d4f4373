"""Filters and scorers of the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from miaas._native import DemandState, NodeState
from miaas._requests import flag, text, whole
from miaas.errors import InvalidError

FilterFunction = Callable[[DemandState, NodeState], "bool | str"]
ScoreFunction = Callable[[DemandState, NodeState], float]


@dataclass(frozen=True)
class Filter:
    """Says whether a node can take a workload: ``True``, ``False``, or the reason against as text.

    The same demand and node must always get the same answer.

    Attributes:
        name: a short word for explanations; empty takes the name of the function.
        local: promise that the answer depends on nothing but what the demand asks for and the node, and not on their names:
            then a node is asked once for all demands that ask for the same, and again only when it changed.
    """

    call: Callable[[Any, Any], bool | str]
    name: str = ""
    local: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Score:
    """Says how good a node is for a workload: a number, higher is better.

    Scores are counted in thousandths: 0.5 is 500 in an explanation.

    Attributes:
        name: a short word for explanations; empty takes the name of the function.
        weight: relates it to other scorers: what counts is the score times the weight.
        local: as for ``Filter``.
    """

    call: Callable[[Any, Any], float]
    name: str = ""
    weight: int = field(default=1, kw_only=True)
    local: bool = field(default=False, kw_only=True)


class _Given(NamedTuple):
    """What the native module takes."""

    name: str
    call: Any
    weight: int
    local: bool


class _How(NamedTuple):
    strategy: str | None
    filters: list[_Given]
    scores: list[_Given]
    explain: bool


def _how(
    of: str,
    strategy: str | None,
    filters: Iterable[Filter | FilterFunction],
    scores: Iterable[Score | ScoreFunction],
    explain: bool,
) -> _How:
    if strategy is not None:
        text(of, "strategy", strategy)
    given = (_given(of, "filters", Filter, filters), _given(of, "scores", Score, scores))
    return _How(strategy, *given, flag(of, "explain", explain))


def _given(of: str, argument: str, kind: type[Filter] | type[Score], several: Iterable[Any]) -> list[_Given]:
    if callable(several) or isinstance(several, (str, Filter, Score)) or not isinstance(several, Iterable):
        raise TypeError(f"{of}: {argument} must be a list of callables, not {type(several).__name__}")
    given = []
    for item in several:
        if not isinstance(item, kind):
            item = kind(item)
        if not callable(item.call):
            raise TypeError(f"{of}: {argument} must be callables, not {type(item.call).__name__}")
        this = f"{kind.__name__}()"
        name = text(this, "name", item.name or getattr(item.call, "__name__", kind.__name__.lower()))
        weight = whole(this, "weight", getattr(item, "weight", 1), -(2**63), 2**63 - 1)
        given.append(_Given(name, item.call, weight, flag(this, "local", item.local)))
    names: Sequence[str] = [g.name for g in given]
    if len(set(names)) != len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise InvalidError(f"{of}: {argument}: the name {twice[0]!r} is there twice", hint="give each a name of its own")
    return given
