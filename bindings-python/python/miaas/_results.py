"""What placement answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from miaas import _native
from miaas._table import Table
from miaas._words import in_python
from miaas.errors import UnplaceableError


@dataclass(frozen=True)
class Device:
    """A part of a GPU that a workload got.

    Attributes:
        share_milli: thousandths of its compute.
        device_mib: memory of the whole device in MiB.
        exclusive: nobody else may use it.
    """

    uuid: str
    memory_mib: int
    share_milli: int = 0
    device_mib: int = 0
    exclusive: bool = False


@dataclass(frozen=True)
class PortBinding:
    """A port of the host that a workload got."""

    name: str
    host: int
    container: int
    protocol: str


@dataclass(frozen=True)
class Candidate:
    """A node that could have taken a workload.

    Attributes:
        score: higher is better.
        parts: the parts of the score by scorer.
    """

    node: str
    score: int
    parts: Mapping[str, int]


@dataclass(frozen=True)
class Rejected:
    """A node that could not, and why.

    Attributes:
        reasons: each with its ``reason`` and what belongs to it.
    """

    node: str
    reasons: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Explanation:
    """Why a workload is where it is.

    Attributes:
        summary: in one sentence.
        candidates: the chosen node and the best of the others, best first.
        excluded: how many nodes each filter excluded.
        considered: how many nodes were looked at.
    """

    strategy: str
    summary: str
    candidates: tuple[Candidate, ...]
    rejected: tuple[Rejected, ...]
    excluded: tuple[Mapping[str, Any], ...]
    considered: int

    def __str__(self) -> str:
        return self.summary


@dataclass(frozen=True)
class Decision:
    """Where one workload goes and what it gets there."""

    workload: str
    deployment: str
    node: str
    executor: str
    devices: tuple[Device, ...]
    ports: tuple[PortBinding, ...]
    why: Explanation

    placed = True


@dataclass(frozen=True)
class Refusal:
    """Why a workload has no place, and what would help.

    Attributes:
        summary: in one sentence.
        hints: what would help, in words.
        excluded: how many nodes each kind of obstacle keeps away.
        counterfactuals: changes that were tried, and after each of which it has a place.
    """

    workload: str
    summary: str
    by_node: tuple[Rejected, ...]
    hints: tuple[str, ...]
    excluded: tuple[Mapping[str, Any], ...]
    counterfactuals: tuple[Mapping[str, Any], ...]

    placed = False

    def __str__(self) -> str:
        return self.summary

    def error(self) -> UnplaceableError:
        """It as an exception."""
        error = UnplaceableError(self.summary, operation="place", hint=self.hints[0] if self.hints else None)
        error.refusal = self
        return error


class Placements(Sequence["Decision | Refusal"]):
    """One answer for each demand, in their order."""

    def __init__(self, native: _native.Placements) -> None:
        self._native = native

    def __len__(self) -> int:
        return len(self._native)

    @overload
    def __getitem__(self, index: int) -> Decision | Refusal: ...
    @overload
    def __getitem__(self, index: slice) -> list[Decision | Refusal]: ...
    def __getitem__(self, index: int | slice) -> Decision | Refusal | list[Decision | Refusal]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(f"there is no row {index} among {len(self)}")
        placed, row = self._native.row(at)
        return decision(row) if placed else refusal(row)

    def __iter__(self) -> Iterator[Decision | Refusal]:
        return (self[i] for i in range(len(self)))

    @property
    def nodes(self) -> list[str | None]:
        """Where each goes; none where it has no place."""
        return self._native.column("node")

    @property
    def placed(self) -> int:
        """How many have a place."""
        return self._native.placed()

    @property
    def seconds(self) -> float:
        """How long deciding took, without what it took to hand demands over and answers back."""
        return self._native.seconds()

    @property
    def refused(self) -> list[Refusal]:
        """Those that have none."""
        return [r for r, placed in zip(self, self._native.column("placed")) if not placed and isinstance(r, Refusal)]

    @property
    def table(self) -> Table:
        """A row for each demand."""
        names = ("workload", "deployment", "placed", "node", "gpus", "executor", "summary")
        return Table({name: self._native.column(name) for name in names})

    def raise_for_refused(self) -> Placements:
        """Gives itself back when all have a place.

        Raises:
            UnplaceableError: for the first that has none.
        """
        if self.placed < len(self):
            raise self.refused[0].error()
        return self

    def __repr__(self) -> str:
        return f"<Placements: {self.placed} of {len(self)} placed>"


def decision(row: Mapping[str, Any]) -> Decision:
    return Decision(
        workload=row["workload"],
        deployment=row["deployment"],
        node=row["node"],
        executor=row["executor"],
        devices=tuple(Device(**d) for d in row["devices"]),
        ports=tuple(PortBinding(**p) for p in row["ports"]),
        why=explanation(row["why"]),
    )


def explanation(row: Mapping[str, Any]) -> Explanation:
    return Explanation(
        strategy=row["strategy"],
        summary=row["summary"],
        candidates=tuple(Candidate(c["name"], c["score"], c["parts"]) for c in row["candidates"]),
        rejected=_rejected(row["rejected"]),
        excluded=tuple(row.get("excluded", ())),
        considered=row["considered"],
    )


def refusal(row: Mapping[str, Any]) -> Refusal:
    return Refusal(
        workload=row["workload"],
        summary=row["summary"],
        by_node=_rejected(row["by_node"]),
        hints=tuple(map(in_python, row["hints"])),
        excluded=tuple(row.get("excluded", ())),
        counterfactuals=tuple(row.get("counterfactuals", ())),
    )


def _rejected(rows: Sequence[Mapping[str, Any]]) -> tuple[Rejected, ...]:
    return tuple(Rejected(row["name"], tuple(row["reasons"])) for row in rows)
