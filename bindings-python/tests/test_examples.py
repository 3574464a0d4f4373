"""The examples run, and the notebook draws its curves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat import read as _read

read: Any = _read  # it has no types
EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("embedded.py", "pages is ready on node-"),
        ("capacity.py", "more nodes are enough"),
    ],
)
def test_programs(name: str, said: str) -> None:
    done = subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIAAS_TRACE_DIR", raising=False)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = read(EXAMPLES / "policies.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "it is committed without outputs"
    NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert "image/png" in str([list(output.get("data", {})) for output in outputs])
    assert "<Trace of 40 nodes" in str(outputs[0]["data"]["text/plain"])
