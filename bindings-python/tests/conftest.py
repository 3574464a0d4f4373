"""Fleets that the tests share."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import miaas
from traces import NODES, PODS


BINARY = os.environ.get("MIAAS_TEST_BINARY")


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


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server with this machine as its node, which runs processes: its address and a key."""
    if BINARY is None:
        pytest.skip("MIAAS_TEST_BINARY names no miaas command: no server is tested")
    state = tmp_path_factory.mktemp("server")
    command = [BINARY, "--state-dir", str(state), "dev", "--listen", "127.0.0.1:0", "--executor", "process", "--cleanup"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        address = key = ""
        for line in process.stdout:
            address = address or "".join(re.findall(r"runs at (http://\S+)", line))
            key = key or "".join(re.findall(r"API key\s+(\S+)", line))
            if address and key:
                break
        yield address, Path(key).read_text().strip()
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()
        shutil.rmtree(state, ignore_errors=True)
