"""What the API takes, Python takes: field by field, as the server describes it."""

from __future__ import annotations

import inspect
import json
import urllib.request
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from miaas import Canary, Orchestrator, Policy, Service, UpdatePolicy

#: What has another name here.
NAMES = {"placement": "policy"}


@pytest.fixture(scope="module")
def schemas(server: tuple[str, str]) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server[0]}/openapi.json", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)["components"]["schemas"]
    return found


def arguments(method: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(method).parameters) - {"self", "deployment"}


def attributes(kind: Any) -> set[str]:
    return {f.name for f in fields(kind) if f.init}


@pytest.mark.parametrize(
    ("schema", "here"),
    [
        ("CreateDeployment", arguments(Orchestrator.deploy)),
        ("CreateDeployment", arguments(Orchestrator.plan)),
        ("UpdateDeployment", arguments(Orchestrator.update)),
        ("UpdateDeployment", arguments(Orchestrator.plan_update)),
        ("StackService", attributes(Service)),
        ("PlacementPolicy", attributes(Policy)),
        ("UpdatePolicy", attributes(UpdatePolicy)),
        ("Canary", attributes(Canary)),
    ],
)
def test_every_field_is_there(schemas: dict[str, Any], schema: str, here: set[str]) -> None:
    assert {NAMES.get(name, name) for name in schemas[schema]["properties"]} == here
