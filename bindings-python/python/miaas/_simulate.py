"""Placement measured on a trace: pods arrive one at a time at an empty fleet and never leave."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from miaas import _native
from miaas._callables import Filter, Score, _Given, _given
from miaas._native import FleetState, PodState
from miaas._requests import read_text, whole
from miaas._table import Table
from miaas.errors import InvalidError

PodFilter: TypeAlias = "Callable[[PodState, FleetState], bool | str]"
PodScore: TypeAlias = "Callable[[PodState, FleetState], float]"
Frame: TypeAlias = Any
"""A pandas ``DataFrame``, an Arrow table, a dict of columns, the path of a CSV file, or its text."""


class _Wanted(NamedTuple):
    """What the native module takes."""

    strategy: str | None
    filters: list[_Given]
    scores: list[_Given]


class Trace:
    """The tables of a trace, with the columns of the public GPU trace.

    Args:
        nodes: ``sn`` (or ``name``), ``cpu_milli``, ``memory_mib``, ``gpu`` (or ``num_gpu``), ``model``.
        pods: ``cpu_milli``, ``memory_mib``, ``num_gpu``, ``gpu_milli``, and perhaps ``name`` and ``gpu_spec``.

    Raises:
        InvalidError: with everything that is wrong in ``issues``, each with its line.
    """

    def __init__(self, nodes: Frame, pods: Frame) -> None:
        self._native = _native.Trace(_csv("nodes", nodes), _csv("pods", pods))
        self.nodes, self.gpus, self.pods = self._native.counts()

    @classmethod
    def read(cls, folder: str | os.PathLike[str], workload: str = "default") -> Trace:
        """A workload of the published trace: ``openb_node_list_gpu_node.csv`` and ``openb_pod_list_WORKLOAD.csv``."""
        root = os.fspath(folder)
        pods = os.path.join(root, f"openb_pod_list_{workload}.csv")
        return cls(_File(os.path.join(root, "openb_node_list_gpu_node.csv")), _File(pods))

    @property
    def impossible(self) -> list[str]:
        """Pods that no node takes, not even an empty one, in words. They count as lost when they arrive."""
        return self._native.impossible()

    def __repr__(self) -> str:
        return f"<Trace of {self.nodes} nodes with {self.gpus} GPUs and {self.pods} pods>"


@dataclass(frozen=True)
class Simulation:
    """What the replays of one policy gave.

    Attributes:
        runs: for each sequence: ``arrived``, ``allocated``, ``fragmented``, in percent of all GPUs.
        placed: how many pods found a place, for each sequence.
    """

    policy: str
    runs: tuple[Table, ...]
    placed: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def curve(self) -> Table:
        """The mean of the runs, as far as all of them go: ``simulation.curve.to_pandas().plot(x="arrived")``."""
        end = min(run["arrived"][-1] for run in self.runs)
        places = sorted({a for run in self.runs for a in run["arrived"] if a <= end})
        rows = [[_at(run, a) for run in self.runs] for a in places]
        count = len(self.runs)
        return Table(
            {
                "arrived": places,
                "allocated": [sum(allocated for allocated, _ in row) / count for row in rows],
                "fragmented": [sum(fragmented for _, fragmented in row) / count for row in rows],
            }
        )

    def at(self, arrived: int = 100) -> float:
        """The mean share of all GPUs that was allocated, in percent, when so many percent of them had been asked for."""
        whole("at()", "arrived", arrived)
        if any(run["arrived"][-1] < arrived for run in self.runs):
            raise InvalidError(f"at(): {arrived} % is not reached", hint="lower it, or let more arrive with inflate=")
        return sum(_at(run, arrived)[0] for run in self.runs) / len(self.runs)

    def __repr__(self) -> str:
        return f"<Simulation of {self.policy}: {len(self.runs)} runs>"


def simulate(
    trace: Trace,
    policy: str | Score | PodScore = "foresight",
    *,
    filters: Iterable[Filter | PodFilter] = (),
    seeds: Iterable[int] = range(42, 52),
    arrivals: Sequence[str | os.PathLike[str]] = (),
    inflate: float = 1.3,
    jobs: int = 0,
) -> Simulation:
    """Replays a trace under a policy.

    Args:
        policy: one of ``policies``, or a scorer: called with a ``PodState`` and a ``FleetState``, a number,
            higher is better. Nodes in the same state are equally good, so it is called once for each state.
        filters: called the same way: ``True``, ``False``, or the reason against. What they refuse is never taken.
        seeds: of the sequences of arrivals, which are made up.
        arrivals: files of published sequences, instead of seeds.
        inflate: how many times the GPUs there are the pods ask for.
        jobs: replays at a time; 0 takes one for each processor. The figures do not depend on it.

    Raises:
        CallbackError: the scorer or a filter raised, or gave back what it must not.
    """
    of = "simulate()"
    if not isinstance(trace, Trace):
        raise TypeError(f"{of}: trace must be Trace, not {type(trace).__name__}")
    wanted, name = _policy(of, policy, filters)
    if isinstance(inflate, bool) or not isinstance(inflate, (int, float)):
        raise TypeError(f"{of}: inflate must be a number, not {type(inflate).__name__}")
    if not 0 < inflate <= 1000:
        raise InvalidError(f"{of}: inflate is {inflate}; it must be above 0 and at most 1000")
    sequences: list[Any] = [read_text(of, "arrivals", path) for path in arrivals] if arrivals else _seeds(of, seeds)
    runs = trace._native.replay(wanted, sequences, round(inflate * 1000), whole(of, "jobs", jobs, most=1024))
    names = ("arrived", "allocated", "fragmented")
    tables = [Table(dict(zip(names, map(list, zip(*points))))) for points, _, _ in runs]
    return Simulation(name, tuple(tables), tuple(p for _, p, _ in runs), tuple(lost for _, _, lost in runs))


def policies() -> list[str]:
    """The names of the policies that ``simulate`` knows."""
    return _native.policies()


class _File(str):
    """The path of a table."""


def _policy(of: str, policy: Any, filters: Iterable[Any]) -> tuple[_Wanted, str]:
    given = _given(of, "filters", Filter, filters)
    if isinstance(policy, str):
        return _Wanted(policy, given, []), policy
    if not isinstance(policy, Score) and not callable(policy):
        raise TypeError(f"{of}: policy must be a name or a callable, not {type(policy).__name__}")
    scores = _given(of, "policy", Score, [policy])
    return _Wanted(None, given, scores), scores[0].name


def _seeds(of: str, seeds: Iterable[int]) -> list[int]:
    if isinstance(seeds, str) or not isinstance(seeds, Iterable):
        raise TypeError(f"{of}: seeds must be whole numbers, not {type(seeds).__name__}")
    listed = list(seeds)
    for seed in listed:
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise TypeError(f"{of}: seeds must be whole numbers, not {type(seed).__name__}")
        if not 0 <= seed < 2**64:
            raise InvalidError(f"{of}: the seed {seed} is out of range")
    if not listed:
        raise InvalidError(f"{of}: there are no seeds", hint="give at least one")
    return listed


def _at(run: Table, arrived: int) -> tuple[float, float]:
    """Where pods are so large that no arrival rounds to it, what was before."""
    best = (0.0, 0.0)
    for a, allocated, fragmented in zip(run["arrived"], run["allocated"], run["fragmented"]):
        if a > arrived:
            break
        best = (allocated, fragmented)
    return best


def _csv(argument: str, frame: Frame) -> tuple[str, str]:
    """Where the table comes from, and its text. Writing CSV is one call of whoever has the frame."""
    if isinstance(frame, (_File, os.PathLike)) or (isinstance(frame, str) and "\n" not in frame):
        return read_text("Trace()", argument, frame)
    if isinstance(frame, str):
        return argument, frame
    if hasattr(frame, "to_csv"):  # pandas
        return argument, frame.to_csv(index=False)
    if hasattr(frame, "column_names") and hasattr(frame, "schema"):  # Arrow
        import pyarrow.csv

        buffer = io.BytesIO()
        pyarrow.csv.write_csv(frame, buffer)
        return argument, buffer.getvalue().decode()
    if isinstance(frame, Mapping):
        import csv

        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(frame)
        writer.writerows(zip(*frame.values()))
        return argument, text.getvalue()
    raise TypeError(f"Trace(): {argument} must be a frame, a dict of columns or a file, not {type(frame).__name__}")
