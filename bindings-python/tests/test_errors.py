"""Exceptions mirror the kinds of the core, carry what there is to know, and end no process."""

from __future__ import annotations

import builtins
import copy
import inspect
import pickle
import re
from pathlib import Path

import pytest

import miaas
from miaas import _native, errors

CORE = Path(__file__).parents[2] / "miaas-core" / "src" / "error.rs"


def test_every_kind_of_the_core_has_a_class() -> None:
    codes = re.findall(r'Self::\w+ => "(\w+)"', CORE.read_text())
    assert len(codes) > 8
    assert sorted(errors.BY_KIND) == sorted(codes)


def test_retryable_is_what_the_core_says() -> None:
    retryable = re.search(r"match self \{\s*(.*?) => true", CORE.read_text(), re.S)
    assert retryable
    names = re.findall(r"Self::(\w+)", retryable[1])
    want = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in names}
    assert {kind for kind, c in errors.BY_KIND.items() if c.retryable} == want


def test_all_are_below_one_and_fit_the_language() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        assert kind is errors.Issue or issubclass(kind, miaas.Error), name
        assert inspect.getdoc(kind), name
    assert issubclass(miaas.InvalidError, ValueError)
    assert issubclass(miaas.NotFoundError, LookupError)
    assert issubclass(miaas.TimeoutError, builtins.TimeoutError)


def test_a_panic_is_an_exception() -> None:
    with pytest.raises(miaas.InternalError, match="a defect of MIaaS: planted") as caught:
        _native.provoke_panic("planted")
    assert caught.value.hint


def test_an_error_tells_its_hint_and_survives_a_pickle() -> None:
    with pytest.raises(miaas.InvalidError) as caught:
        miaas.place(miaas.Cluster(), [], strategy="binpak")
    error = caught.value
    assert error.hint and error.hint.startswith("did you mean binpack?")
    assert str(error).splitlines()[-1] == f"hint: {error.hint}"
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert (again.message, again.hint, again.kind) == (error.message, error.hint, error.kind)
