"""What the way over Python costs: placements of a batch, the import, a scorer for each node. Prints figures.

Run it with a release build (`maturin develop --release`).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import miaas
from miaas import Cluster, Demand, Gpu, GpuRequest, Node, demands_from

NODES = 1_000
DEMANDS = 10_000
RUNS = 5


def fleet() -> Cluster:
    cards = [Gpu("A100", 40_960)] * 8
    return Cluster([Node(f"n{i}", cpu_milli=96_000, mem_mib=786_432, gpus=cards) for i in range(NODES)])


def demands() -> list[Demand]:
    shape = (GpuRequest(1, memory_mib=5_000), GpuRequest(1), None, GpuRequest(2))
    return [Demand(f"t{i}", cpu_milli=500 + i % 7 * 100, mem_mib=1_024, gpu=shape[i % 4]) for i in range(DEMANDS)]


def columns() -> dict[str, list[int]]:
    return {
        "cpu_milli": [500 + i % 7 * 100 for i in range(DEMANDS)],
        "mem_mib": [1_024] * DEMANDS,
        "gpu_count": [(1, 1, 0, 2)[i % 4] for i in range(DEMANDS)],
        "gpu_memory_mib": [(5_000, 0, 0, 0)[i % 4] for i in range(DEMANDS)],
    }


def timed(work: Callable[[], miaas.Placements]) -> tuple[float, float]:
    """The medians of the whole and of what the placement itself took, in seconds."""
    whole, inner = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        placed = work()
        whole.append(time.perf_counter() - start)
        inner.append(placed.seconds)
    return median(whole), median(inner)


def batch(explain: bool) -> None:
    cluster, asked, table = fleet(), demands(), columns()
    ways: list[tuple[str, Callable[[], miaas.Placements]]] = [
        ("Demand objects at hand", lambda: miaas.place(cluster, asked, explain=explain)),
        ("with making them", lambda: miaas.place(cluster, demands(), explain=explain)),
        ("from columns", lambda: miaas.place(cluster, demands_from(table), explain=explain)),
        ("and reading every node", lambda: _read(miaas.place(cluster, asked, explain=explain))),
    ]
    for name, work in ways:
        whole, inner = timed(work)
        print(
            f"  {name:<24} {whole * 1e3:8.1f} ms, {inner * 1e3:8.1f} ms of it in Rust: "
            f"{(whole / inner - 1) * 100:5.1f} % more ({whole / DEMANDS * 1e6:.1f} µs a placement)"
        )


def _read(placed: miaas.Placements) -> miaas.Placements:
    assert len(placed.nodes) == DEMANDS
    return placed


def scorer() -> None:
    cluster = Cluster([Node(f"n{i}", cpu_milli=96_000, gpus=[Gpu("A100", 40_960)] * 8) for i in range(NODES)])
    asked = [Demand(f"t{i}", cpu_milli=1) for i in range(20)]

    def cheap(demand: miaas.DemandState, node: miaas.NodeState) -> float:
        return node.free_cpu_milli

    plain, _ = timed(lambda: miaas.place(cluster, asked, strategy="spread", explain=False))
    scored, _ = timed(lambda: miaas.place(cluster, asked, scores=[cheap], explain=False))
    local, _ = timed(lambda: miaas.place(cluster, asked, scores=[miaas.Score(cheap, local=True)], explain=False))
    asks = NODES * len(asked)
    print(f"  a scorer: {scored / asks * 1e6:.2f} µs a node ({scored * 1e3:.1f} ms for {asks} questions)")
    print(f"  the same with local=True: {local * 1e3:.1f} ms; strategy spread: {plain * 1e3:.1f} ms")


def imports() -> None:
    for what, then in (("import miaas", ""), ("and every name of it", "; [getattr(miaas, n) for n in miaas.__all__]")):
        program = f"import time; t = time.process_time(); import miaas{then}; print((time.process_time() - t) * 1000)"
        took = sorted(float(subprocess.check_output([sys.executable, "-c", program])) for _ in range(11))
        print(f"  {what}: {took[5]:.1f} ms of the processor (median of 11; least {took[0]:.1f} ms)")


if __name__ == "__main__":
    for explain in (False, True):
        print(f"{DEMANDS} placements on {NODES} nodes, {'explained' if explain else 'not explained'}:")
        batch(explain)
    print("callables:")
    scorer()
    print("import:")
    imports()
