"""The package as a whole: what it costs to import, what it says of itself, whether its types hold."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
import types

import pytest

import miaas

MODULES = [m.name for m in pkgutil.iter_modules(miaas.__path__, "miaas.") if m.name != "miaas._native"]
#: Milliseconds of the processor: a busy machine does not count.
IMPORT_LIMIT = 30


def test_importing_is_quick() -> None:
    program = "import time; t = time.process_time(); import miaas; print((time.process_time() - t) * 1000)"
    took = min(float(subprocess.check_output([sys.executable, "-c", program])) for _ in range(5))
    assert took < IMPORT_LIMIT, f"{took:.0f} ms"


def test_importing_brings_no_heavy_modules() -> None:
    program = "import sys, miaas; miaas.place; miaas.Client; print(sorted({'asyncio', 'pandas', 'pyarrow', 'numpy', 'csv'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"


def test_every_public_name_is_where_it_says() -> None:
    assert sorted(miaas.__all__) == sorted([*miaas._WHERE, "errors"]) and set(miaas.__all__) <= set(dir(miaas))
    for name in miaas.__all__:
        assert getattr(miaas, name) is not None
    assert sorted(miaas.errors.__all__) == sorted(n for n, module in miaas._WHERE.items() if module == "miaas.errors")
    with pytest.raises(AttributeError, match="no attribute 'nosuch'"):
        getattr(miaas, "nosuch")  # noqa: B009


def test_everything_public_says_what_it_is() -> None:
    silent = []
    for name in miaas.__all__:
        thing = getattr(miaas, name)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        if not inspect.getdoc(thing):
            silent.append(name)
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            described = inspect.isfunction(value) or isinstance(value, (property, classmethod, types.GetSetDescriptorType))
            if described and member[0] != "_" and not inspect.getdoc(getattr(thing, member, None)):
                silent.append(f"{name}.{member}")
    assert silent == []


@pytest.mark.parametrize("module", ["miaas", *MODULES])
def test_examples_in_the_documentation_run(module: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(module))
    assert failed == 0


def test_help_begins_with_what_there_is() -> None:
    text = inspect.getdoc(miaas) or ""
    for name in ("Orchestrator", "AsyncClient", "place", "simulate", "Catalog"):
        assert name in text
