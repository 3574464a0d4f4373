"""Forks have none of the threads of their parent: what cannot work there says so, what can does."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

import pytest

import miaas
from miaas import Client, Cluster, Demand, Node, Orchestrator

pytestmark = pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")


def in_a_fork(work: Callable[[], None]) -> None:
    """Runs it in a fork, which ends as any Python program does: with everything that it drops."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_placement_works_in_a_fork(cluster: Cluster) -> None:
    def work() -> None:
        assert miaas.place(cluster, [Demand("t")]).placed == 1

    in_a_fork(work)


def test_an_orchestrator_stays_with_its_process() -> None:
    with Orchestrator() as orchestrator:
        orchestrator.deploy("redis", "cache")
        watched = orchestrator.watch()
        next(watched)

        def work() -> None:
            assert orchestrator.closed
            for call in (orchestrator.deployments, lambda: next(watched)):
                with pytest.raises(miaas.ClosedError, match="forked from"):
                    call()
            orchestrator.close()

        in_a_fork(work)
        assert orchestrator.wait("cache", timeout=20), "the parent's lives on"


def test_a_fork_opens_its_own() -> None:
    def work() -> None:
        with Orchestrator() as own:
            own.deploy("redis", "cache")
            assert own.wait("cache", timeout=20)

    with Orchestrator():
        in_a_fork(work)


def test_dropping_it_in_a_fork_ends() -> None:
    orchestrators = [Orchestrator(nodes=[Node("a", cpu_milli=1000)])]

    def work() -> None:
        orchestrators.clear()

    in_a_fork(work)
    assert orchestrators[0].nodes()


def test_a_client_connects_anew_in_a_fork() -> None:
    client = Client("http://127.0.0.1:1", "key")

    def work() -> None:
        assert not client.closed
        with pytest.raises(miaas.UnavailableError, match="no server answers"):
            client.deployments()

    with pytest.raises(miaas.UnavailableError, match="no server answers"):
        client.deployments()
    in_a_fork(work)
