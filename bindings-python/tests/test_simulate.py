"""The trace simulator with policies of ours and of the caller."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pytest

import miaas
from traces import NODES, PODS
from miaas import Filter, FleetState, PodState, Score, Trace, simulate

# What is wrong on purpose is not for the type checker.
anything: Any = simulate


def columns(text: str) -> dict[str, list[Any]]:
    rows = list(csv.reader(io.StringIO(text)))
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def test_a_trace_is_read_from_anywhere(tmp_path: Path, trace: Trace) -> None:
    (tmp_path / "openb_node_list_gpu_node.csv").write_text(NODES)
    (tmp_path / "openb_pod_list_default.csv").write_text(PODS)
    frames = [pandas.read_csv(io.StringIO(t)) for t in (NODES, PODS)]
    want = simulate(trace, seeds=[1]).runs[0]
    others = [
        Trace.read(tmp_path),
        Trace(tmp_path / "openb_node_list_gpu_node.csv", str(tmp_path / "openb_pod_list_default.csv")),
        Trace(*frames),
        Trace(*map(pyarrow.Table.from_pandas, frames)),
        Trace(columns(NODES), columns(PODS)),
    ]
    for other in others:
        assert repr(other) == "<Trace of 4 nodes with 32 GPUs and 4 pods>"
        assert simulate(other, seeds=[1]).runs[0] == want
    assert trace.impossible == []


@pytest.mark.parametrize("policy", miaas.policies())
def test_policies_by_name(trace: Trace, policy: str) -> None:
    got = simulate(trace, policy, seeds=range(3), jobs=2)
    assert got == simulate(trace, policy, seeds=range(3), jobs=1), "the figures do not depend on the threads"
    assert len(got.runs) == 3 and 80 < got.at(100) <= 100
    assert all(placed + lost > 40 for placed, lost in zip(got.placed, got.lost))
    assert got.curve["arrived"][0] <= 5 and got.curve["arrived"][-1] >= 129


def test_a_scorer_of_ours_in_python_gives_its_curve(trace: Trace) -> None:
    def best_fit(pod: PodState, node: FleetState) -> float:
        return -node.gpu_free_milli

    assert 80 < simulate(trace, best_fit, seeds=[1]).at(100) <= 100

    def packing(pod: PodState, node: FleetState) -> float:
        return -sum(node.gpus_free_milli)

    assert simulate(trace, packing, seeds=[1]).runs == simulate(trace, best_fit, seeds=[1]).runs


def test_a_scorer_sees_pods_and_nodes(trace: Trace) -> None:
    seen: set[tuple[Any, ...]] = set()

    def look(pod: PodState, node: FleetState) -> float:
        seen.add((pod.cpu_milli, pod.mem_mib, pod.gpu_count, pod.gpu_share_milli, tuple(pod.gpu_models)))
        assert node.gpu_model in ("A100", "V100") and node.gpus_idle <= 8 and node.free_mem_mib >= 0
        assert "PodState(cpu_milli=4000" in repr(pod) and "FleetState(" in repr(node)
        return node.free_cpu_milli

    simulate(trace, look, seeds=[1])
    assert (4000, 16384, 1, 300, ("A100",)) in seen and (4000, 16384, 1, 1000, ()) in seen


def test_a_filter_is_never_overruled(trace: Trace) -> None:
    def no_v100(pod: PodState, node: FleetState) -> bool | str:
        return node.gpu_model != "V100" or "kept for others"

    got = simulate(trace, "fgd", filters=[no_v100], seeds=[1])
    assert got.at(100) <= 50 < simulate(trace, "fgd", seeds=[1]).at(100)
    own = simulate(trace, Score(lambda p, n: 1.0, "any"), filters=[Filter(no_v100, "v")], seeds=[1])
    assert own.at(100) <= 50 and own.policy == "any"


def test_failures_of_callables(trace: Trace) -> None:
    def boom(pod: PodState, node: FleetState) -> float:
        raise RuntimeError("boom")

    for arguments in ({"policy": boom}, {"policy": "fgd", "filters": [boom]}):
        with pytest.raises(miaas.CallbackError, match="boom") as caught:
            anything(trace, **arguments)
        assert isinstance(caught.value.__cause__, RuntimeError)
    with pytest.raises(miaas.CallbackError, match="finite"):
        simulate(trace, lambda p, n: float("inf"))


def test_other_threads_run_meanwhile(trace: Trace) -> None:
    ticks = 0
    stop = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            stop.wait(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    simulate(trace, "fgd", seeds=range(20), inflate=20.0)
    stop.set()
    thread.join()
    assert ticks > 5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: simulate(t, "fdg"), miaas.InvalidError, "there is no policy"),
        (lambda t: anything(t, 3), TypeError, r"simulate\(\): policy must be a name or a callable, not int"),
        (lambda t: anything(3), TypeError, r"simulate\(\): trace must be Trace, not int"),
        (lambda t: simulate(t, seeds=[]), miaas.InvalidError, "there are no seeds"),
        (lambda t: simulate(t, seeds=[-1]), miaas.InvalidError, "out of range"),
        (lambda t: anything(t, seeds=["a"]), TypeError, "seeds must be whole numbers"),
        (lambda t: simulate(t, inflate=float("nan")), miaas.InvalidError, "inflate is nan"),
        (lambda t: anything(t, seeds=3), TypeError, r"simulate\(\): seeds must be whole numbers, not int"),
        (lambda t: simulate(t, seeds=[2**64]), miaas.InvalidError, "out of range"),
        (lambda t: simulate(t, jobs=-1), miaas.InvalidError, r"simulate\(\): jobs is -1"),
        (lambda t: simulate(t, jobs=2**70), miaas.InvalidError, r"simulate\(\): jobs is"),
        (lambda t: anything(t, jobs=1.5), TypeError, r"simulate\(\): jobs must be a whole number, not float"),
        (lambda t: simulate(t, inflate=1e300), miaas.InvalidError, "inflate is 1e"),
        (lambda t: anything(t, arrivals=[3]), TypeError, r"simulate\(\): arrivals must be a path, not int"),
        (lambda t: simulate(t, arrivals=["/dev"]), miaas.InvalidError, r"simulate\(\): arrivals: cannot read '/dev'"),
        (lambda t: anything(t, filters=3), TypeError, r"simulate\(\): filters must be a list of callables"),
        (lambda t: simulate(t, arrivals=["/nowhere"]), miaas.NotFoundError, "there is no file /nowhere"),
        (lambda t: simulate(t, seeds=[1]).at(500), miaas.InvalidError, "500 % is not reached"),
        (lambda t: Trace("sn\n", PODS), miaas.InvalidError, "nodes:1"),
        (lambda t: Trace(NODES, PODS.replace("1,300", "1,-3")), miaas.InvalidError, "pods:4"),
        (lambda t: Trace(NODES, 3), TypeError, r"Trace\(\): pods must be a frame"),
    ],
)
def test_wrong_input(trace: Trace, call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(trace)


def test_everything_wrong_with_a_trace_comes_at_once() -> None:
    with pytest.raises(miaas.InvalidError) as caught:
        Trace(NODES.replace("96000", "x"), PODS)
    assert len(caught.value.issues) == 4 and caught.value.issues[0].path == "nodes:2:4"
