"""Fleets that the tests share."""

from __future__ import annotations

import pytest

import miaas
from traces import NODES, PODS


@pytest.fixture
def cluster() -> miaas.Cluster:
    """Two machines with cards and one without."""
    cards = [miaas.Gpu("A100", 40_960)] * 4
    return miaas.Cluster(
        [
            miaas.Node("a", cpu_milli=16_000, mem_mib=65_536, gpus=cards, labels={"rack": "1"}),
            miaas.Node("b", cpu_milli=16_000, mem_mib=65_536, gpus=cards, labels={"rack": "2"}),
            miaas.Node("c", cpu_milli=64_000, mem_mib=262_144, labels={"rack": "2"}, taints=["pool=reserved"]),
        ]
    )


@pytest.fixture
def trace() -> miaas.Trace:
    return miaas.Trace(NODES, PODS)
