"""Hints speak of methods: whoever calls from Python has no command line at hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import miaas
from miaas import AsyncOrchestrator, Orchestrator, Policy
from miaas._words import in_python
from twins import Async, Blocking, drive, until

ROOT = Path(__file__).parents[2]
#: What runs in a process with an orchestrator and writes hints.
CRATES = ["miaas-core", "miaas-placement", "miaas-templates"]
#: What no method does: nodes that join a server and leave it, and what is done with files of templates.
STAYS = re.compile(r"miaas (agent|node approve|node drain .* --wait|node rm|template|token create|deploy NAME --set)\b")


def commands() -> list[str]:
    """Every command that a text of these crates names."""
    lines = [line for crate in CRATES for file in (ROOT / crate / "src").rglob("*.rs") for line in file.read_text().splitlines()]
    texts = "\n".join(line for line in lines if not line.lstrip().startswith("//"))
    return re.findall(r"`(miaas [a-z-][^`]*)`", texts)


def test_every_command_that_a_hint_names_has_its_method_or_is_known_to_have_none() -> None:
    found = commands()
    assert len(found) > 20
    assert [c for c in found if not STAYS.match(c) and in_python(f"`{c}`") == f"`{c}`"] == []
    assert [c for c in found if STAYS.match(c) and in_python(f"`{c}`") != f"`{c}`"] == []


def test_every_method_that_is_named_is_there() -> None:
    for command in commands():
        called = re.match(r"`(?!miaas )(\w+)\(", in_python(f"`{command}`"))
        assert called is None or called[1] == "help" or hasattr(Orchestrator, called[1]), command


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("`miaas node ls` lists the nodes", "`nodes()` lists the nodes"),
        ("let it go on: `miaas resume cache`", 'let it go on: `resume("cache")`'),
        ("`miaas rm`, or wait: `miaas rm --wait`", '`remove(…)`, or wait: `wait(…, "gone")`'),
        ("store it with `miaas secret set NAME`", 'store it with `put_secret("NAME", …)`'),
        ("`miaas node label n1 zone=moon a=b=c`", '`label("n1", {"zone": "moon", "a": "b=c"})`'),
        ("`miaas node label n1 site=far side zone=1`", '`label("n1", {"site": "far side", "zone": "1"})`'),
        ("run `miaas token create` and start `miaas agent`", "run `miaas token create` and start `miaas agent`"),
        ("no command `here`, `miaas`", "no command `here`, `miaas`"),
    ],
)
def test_commands_become_methods(text: str, told: str) -> None:
    assert in_python(text) == told


@pytest.fixture(params=[(Blocking, Orchestrator), (Async, AsyncOrchestrator)], ids=["blocking", "asyncio"])
def fleet(request: Any) -> Any:
    kind, orchestrator = request.param
    yield from drive(kind, lambda: orchestrator())


def test_errors_and_problems_say_what_to_call(fleet: Any) -> None:
    with pytest.raises(miaas.NotFoundError) as missing:
        fleet("deployment", "nosuch-at-all")
    assert missing.value.hint == "`deployments()` lists the deployments"
    with pytest.raises(miaas.InvalidError) as unknown:
        fleet("deploy", name="app", compose="services: {app: {image: x}}", env={"A": "${secrets.hf-token}"})
    assert 'store it with `put_secret("hf-token", …)`' in [i.hint for i in unknown.value.issues]
    fleet("deploy", "redis", "far", policy=Policy(node_selector={"zone": "moon"}))
    until(lambda: fleet("deployment", "far").problems != ())
    problem = fleet("deployment", "far").problems[0]
    assert any('`label("node-1", {"zone": "moon"})`' in hint for hint in problem.refusal.hints)
    assert "miaas node label" in str(fleet("deployment", "far").raw["problems"]), "raw is as the API has it"
    fleet("cordon", "node-1")
    fleet("deploy", "redis", "near")
    with pytest.raises(miaas.UnplaceableError) as refused:
        fleet("wait", "near", timeout=30)
    assert 'node-1 is cordoned: `uncordon("node-1")`' in str(refused.value)
