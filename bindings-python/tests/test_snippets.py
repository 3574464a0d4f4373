"""The Python in the documents runs, each page from its top to its end in one namespace."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from traces import NODES, PODS

ROOT = Path(__file__).parents[2]
PAGES = ["docs/embedding-python.md", "bindings-python/README.md"]

#: What stands in a document and is not here: an engine that has the images of the Internet, and somebody's server.
STANDS_FOR = {
    'executor="docker"': 'executor="fake"',
    '"https://control.example.org:7070", key, ca_pin="sha256:…"': "address, key",
}


def snippets(page: str) -> Iterator[tuple[int, str]]:
    """Each block of Python with the line before it."""
    text = (ROOT / page).read_text()
    for block in re.finditer(r"^```python\n(.*?)^```$", text, re.M | re.S):
        yield text.count("\n", 0, block.start(1)), block[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the documents take to be there: a trace, and templates of one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    (tmp_path / "openb").mkdir()
    (tmp_path / "openb" / "openb_node_list_gpu_node.csv").write_text(NODES)
    (tmp_path / "openb" / "openb_pod_list_default.csv").write_text(PODS)
    mine = tmp_path / "my-templates" / "mine"
    shutil.copytree(ROOT / "templates" / "redis", mine)
    manifest = (mine / "template.yaml").read_text()
    (mine / "template.yaml").write_text(re.sub("^name: redis$", "name: mine", manifest, flags=re.M))
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("folder")
def test_the_snippets_of_a_page_run(page: str, server: tuple[str, str]) -> None:
    found = list(snippets(page))
    assert len(found) == (ROOT / page).read_text().count("```python") > 1
    names: dict[str, Any] = {"address": server[0], "key": server[1]}
    for line, code in found:
        for there, here in STANDS_FOR.items():
            code = code.replace(there, here)
        # Tracebacks show the line of the page.
        compiled = compile("\n" * line + code, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(compiled, names)
        if inspect.iscoroutine(result):
            asyncio.run(result)


def test_every_stand_in_is_needed() -> None:
    text = "".join((ROOT / page).read_text() for page in PAGES)
    assert [there for there in STANDS_FOR if there not in text] == []
