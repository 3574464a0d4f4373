"""The client against a real server, for threads and for asyncio side by side."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import miaas
from miaas import AsyncClient, Client
from twins import Async, Blocking, drive

BINARY = os.environ.get("MIAAS_TEST_BINARY")
IDS = ["blocking", "asyncio"]

needs_server = pytest.mark.skipif(BINARY is None, reason="MIAAS_TEST_BINARY names no miaas command: no server is tested")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server with this machine as its node, which runs processes: its address and a key."""
    if BINARY is None:
        pytest.skip("there is no server")
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


@pytest.fixture(params=[(Blocking, Client), (Async, AsyncClient)], ids=IDS)
def client(request: Any, server: tuple[str, str]) -> Iterator[Any]:
    kind, client = request.param
    yield from drive(kind, lambda: client(*server))


@needs_server
def test_a_deployment_lives_and_goes(client: Any) -> None:
    assert [c.action for c in client("plan", "hello-world", "hello").changes] == ["create"]
    after = client("events")[-1].cursor
    client("deploy", "hello-world", "hello", params={"message": "over the wire"})
    ready = client("wait", "hello", timeout=60)
    assert ready.status == "ready" and ready.workloads[0].phase == "running"
    assert client("outputs", "hello")["url"].startswith("http://")
    assert client.take(1, "watch", after)[0].reason == "deployment.created"
    assert client("nodes")[0].status == "online"
    with pytest.raises(miaas.AlreadyExistsError):
        client("deploy", "hello-world", "hello")
    client("scale", "hello", 2)
    assert client("wait", "hello", timeout=60).ready == 2
    client("remove", "hello")
    assert client("wait", "hello", "gone", timeout=60) is None
    with pytest.raises(miaas.NotFoundError):
        client("deployment", "hello")


@needs_server
def test_what_the_server_refuses_comes_with_its_issues(client: Any) -> None:
    with pytest.raises(miaas.InvalidError) as caught:
        client("deploy", "hello-world", "hello", params={"port": 99_999})
    assert [i.path for i in caught.value.issues] == ["/params/port"]
    client("put_secret", "token", "hush")
    assert "token" in client("secrets")
    client("remove_secret", "token")


@needs_server
def test_a_wrong_key_is_refused(server: tuple[str, str]) -> None:
    with Client(server[0], "mia_wrong") as client, pytest.raises(miaas.UnauthenticatedError):
        client.deployments()


def test_no_server() -> None:
    with Client("http://127.0.0.1:1", "key") as client:
        with pytest.raises(miaas.UnavailableError, match="no server answers at http://127.0.0.1:1") as caught:
            client.deployments()
        assert caught.value.retryable and caught.value.hint
    with pytest.raises(miaas.ClosedError):
        client.deployments()


@pytest.mark.parametrize("kind", [Client, AsyncClient], ids=IDS)
@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ([3], {}, TypeError, r"Client\(\): url must be text, not int"),
        (["127.0.0.1:7070"], {}, miaas.InvalidError, "is no address of a server"),
        (["http://h", 3], {}, TypeError, r"Client\(\): key must be text, not int"),
        (["http://h"], {"timeout": float("nan")}, miaas.InvalidError, "timeout is NaN"),
        (["http://h"], {"timeout": -1}, miaas.InvalidError, "timeout is -1"),
        (["https://h"], {"ca_pin": "sha256:x"}, miaas.InvalidError, "pin"),
        (["http://h"], {"ca_pin": "sha256:" + "0" * 64}, miaas.InvalidError, "without TLS"),
    ],
)
def test_wrong_addresses(kind: Any, arguments: list[Any], options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        kind(*arguments, **options)


def test_a_key_is_not_shown() -> None:
    client = Client("http://h:1", "mia_secret")
    assert "secret" not in repr(client) + str(vars(client))
