"""The Docker engine of this machine, with images from the registry that `scripts/test-images` fills."""

from __future__ import annotations

import os
import socket
import subprocess
import urllib.request

import pytest

REGISTRY = None if os.environ.get("MIAAS_TEST_NO_DOCKER") else os.environ.get("MIAAS_TEST_REGISTRY")

needs_docker = pytest.mark.skipif(
    REGISTRY is None, reason="MIAAS_TEST_REGISTRY names no registry, or there is no engine: nothing runs in containers"
)


def docker(*arguments: str) -> str:
    """What a command of the engine prints."""
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def containers(deployment: str) -> list[str]:
    """The containers of a deployment, by its id."""
    return docker("ps", "-aq", "--filter", f"label=io.miaas.deployment={deployment}").split()


def fetch(url: str) -> str:
    """What a page says."""
    with urllib.request.urlopen(url, timeout=5) as page:
        text: bytes = page.read()
    return text.decode()


def ping_redis(port: int) -> str:
    """What Redis answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(64).decode()
