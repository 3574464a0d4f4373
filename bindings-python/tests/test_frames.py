"""Demands and tables from and to frames."""

from __future__ import annotations

from typing import Any

import numpy
import pandas
import pyarrow
import pytest

import miaas
from miaas import Cluster, Gpu, Node, demands_from

COLUMNS: dict[str, list[Any]] = {
    "name": ["t0", "t1", "t2"],
    "deployment": ["web", "web", "db"],
    "cpu_milli": [1000, 2000, 3000],
    "mem_mib": [10, 20, 30],
    "gpu_count": [0, 1, 1],
    "gpu_memory_mib": [0, 0, 1024],
    "gpu_model": ["", "A100", "T4"],
    "priority": [0, -1, 5],
    "note": [None, "not looked at", 3],
}
FRAMES = {
    "dict": COLUMNS,
    "pandas": pandas.DataFrame(COLUMNS),
    "arrow": pyarrow.table({k: v for k, v in COLUMNS.items() if k != "note"}),
    "chunks": pyarrow.concat_tables([pyarrow.table({k: v[i : i + 1] for k, v in COLUMNS.items() if k != "note"}) for i in range(3)]),
    "categories": pandas.DataFrame(COLUMNS).astype({"gpu_model": "category", "cpu_milli": "int32", "mem_mib": "float64"}),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_row_is_a_demand(kind: str) -> None:
    cards = [Gpu("A100", 40_960), Gpu("T4", 15_360)]
    cluster = Cluster([Node("a", cpu_milli=6000, mem_mib=60, gpus=cards)])
    placed = miaas.place(cluster, demands_from(FRAMES[kind]))
    assert placed.table["workload"] == ["t0", "t1", "t2"]
    assert placed.table["deployment"] == ["web", "web", "db"]
    assert placed.nodes == ["a", "a", "a"]
    gpus = [[d.memory_mib for d in row.devices] for row in placed if isinstance(row, miaas.Decision)]
    assert gpus[1] == [40_960] and gpus[2] == [1024]


def test_names_are_made_up_where_there_are_none() -> None:
    placed = miaas.place(Cluster([Node("a", cpu_milli=9)]), demands_from(pandas.DataFrame({"cpu_milli": [1, 2]})))
    assert placed.table["workload"] == ["demand-0", "demand-1"]


@pytest.mark.parametrize(
    ("frame", "error", "message"),
    [
        ({"cpu_milli": [1, -2]}, miaas.InvalidError, "row 1: cpu_milli is -2"),
        ({"cpu_milli": [1, 2.5]}, miaas.InvalidError, "row 1: cpu_milli is 2.5; it must be a whole number"),
        ({"cpu_milli": [1, "x"]}, TypeError, "row 1: cpu_milli must be a whole number, not str"),
        ({"cpu_milli": [2**70]}, miaas.InvalidError, "row 0: cpu_milli is too large"),
        ({"cpu_milli": [1], "mem_mib": [1, 2]}, miaas.InvalidError, "differ in length"),
        ({"cpu": [1]}, miaas.InvalidError, "none of the columns"),
        (pandas.DataFrame({"cpu_milli": [1.0, None]}), miaas.InvalidError, "row 1: cpu_milli is nan"),
        (pandas.DataFrame({"cpu_milli": [1.0, numpy.inf]}), miaas.InvalidError, "row 1: cpu_milli is inf"),
        (pandas.DataFrame({"cpu_milli": ["1"]}), TypeError, "cpu_milli must be whole numbers"),
        (pandas.DataFrame({"cpu_milli": numpy.array([2**63], dtype="uint64")}), miaas.InvalidError, "too large"),
        (pyarrow.table({"mem_mib": [1, None]}), miaas.InvalidError, "mem_mib has 1 rows without a value"),
        (pyarrow.table({"gpu_count": [1], "gpu_share_milli": [2000]}), miaas.InvalidError, "row 0: /gpu/share_milli"),
        ({"name": ["a b"]}, miaas.InvalidError, "row 0: .*a b"),
        ({"name": [3]}, TypeError, "name must be text, not int"),
        (3, TypeError, "frame must be a DataFrame"),
    ],
)
def test_wrong_cells_name_their_row(frame: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        demands_from(frame)


def test_results_are_frames(cluster: Cluster) -> None:
    table = miaas.place(cluster, demands_from(COLUMNS)).table
    frame = table.to_pandas()
    assert list(frame["node"])[:2] == ["a", "a"] and frame["node"].isna()[2] and len(frame) == table.rows == 3
    assert table.to_arrow().column("workload").to_pylist() == ["t0", "t1", "t2"]
    assert pandas.DataFrame(table).equals(frame)
    assert table.to_dicts()[0]["workload"] == "t0"
    assert "3 nodes" in repr(cluster) and "rack" not in repr(cluster.table)
