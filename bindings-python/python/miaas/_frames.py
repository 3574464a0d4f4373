"""Demands from frames: a column goes over whole, no row becomes a Python object."""

from __future__ import annotations

import array
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from miaas import _native
from miaas.errors import InvalidError

NUMBERS = ("cpu_milli", "mem_mib", "disk_mib", "gpu_count", "gpu_memory_mib", "gpu_share_milli", "priority")
TEXTS = ("name", "deployment", "gpu_model")
OF = "demands_from()"


class _Texts(NamedTuple):
    """What the native module takes."""

    codes: bytes
    texts: list[str]


def demands_from(frame: Any) -> list[_native.Demand]:
    """The demands of a table: a pandas ``DataFrame``, an Arrow ``Table`` or ``RecordBatch``, or a dict of columns.

    Columns (any of them may be missing): ``name``, ``deployment``, ``cpu_milli``, ``mem_mib``, ``disk_mib``, ``gpu_count``,
    ``gpu_memory_mib``, ``gpu_share_milli``, ``gpu_model``, ``priority``. Further columns are not looked at. The answer goes to
    ``miaas.place`` as it is.

    >>> len(demands_from({"cpu_milli": [1000, 2000], "mem_mib": [512, 512]}))
    2

    Raises:
        InvalidError: a number is missing, negative, or no whole number.
    """
    columns = _columns(frame)
    rows = {name: len(column) for name, column in columns.items()}
    if len(set(rows.values())) > 1:
        raise InvalidError(f"{OF}: the columns differ in length: {rows}")
    if not rows:
        raise InvalidError(f"{OF}: there is none of the columns", hint=f"they are {', '.join(NUMBERS + TEXTS)}")
    numbers = {name: _numbers(name, columns[name]) for name in NUMBERS if name in columns}
    texts = {name: _texts(name, columns[name]) for name in TEXTS if name in columns}
    return _native.demands_from_columns(next(iter(rows.values())), numbers, texts)


def _columns(frame: Any) -> dict[str, Any]:
    wanted = NUMBERS + TEXTS
    if hasattr(frame, "column_names") and hasattr(frame, "column"):  # Arrow
        return {name: frame.column(name) for name in frame.column_names if name in wanted}
    if hasattr(frame, "columns") and hasattr(frame, "dtypes"):  # pandas
        return {name: frame[name] for name in frame.columns if name in wanted}
    if isinstance(frame, Mapping):
        return {name: column for name, column in frame.items() if name in wanted}
    raise TypeError(f"{OF}: frame must be a DataFrame, an Arrow table or a dict of columns, not {type(frame).__name__}")


def _numbers(name: str, column: Any) -> bytes:
    if hasattr(column, "null_count") and column.null_count:
        raise InvalidError(f"{OF}: {name} has {column.null_count} rows without a value")
    if hasattr(column, "to_numpy"):
        return _packed(name, column.to_numpy())
    numbers = array.array("q")
    for row, value in enumerate(column):
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            if isinstance(value, float):
                raise InvalidError(f"{OF}: row {row}: {name} is {value}; it must be a whole number")
            raise TypeError(f"{OF}: row {row}: {name} must be a whole number, not {type(value).__name__}")
        try:
            numbers.append(value.__index__())
        except OverflowError:
            raise InvalidError(f"{OF}: row {row}: {name} is too large") from None
    return numbers.tobytes()


def _packed(name: str, values: Any) -> bytes:
    """The numbers of a NumPy array."""
    if values.dtype.kind == "f":
        # NaN is unequal to everything, also to itself truncated; what is beyond 64 bits is not what it became.
        wrong = (values.round() != values) | (abs(values) >= 2.0**63)
        if wrong.any():
            row = int(wrong.argmax())
            raise InvalidError(f"{OF}: row {row}: {name} is {values[row]}; it must be a whole number")
    elif values.dtype.kind == "u":
        if len(values) and int(values.max()) >= 2**63:
            raise InvalidError(f"{OF}: row {int(values.argmax())}: {name} is too large")
    elif values.dtype.kind != "i":
        raise TypeError(f"{OF}: {name} must be whole numbers, not {values.dtype}")
    packed: bytes = values.astype("int64").tobytes()
    return packed


def _texts(name: str, column: Any) -> _Texts:
    if hasattr(column, "dictionary_encode"):  # Arrow
        encoded = column.dictionary_encode()
        encoded = encoded.combine_chunks() if hasattr(encoded, "combine_chunks") else encoded
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype("int64")
        return _Texts(codes.tobytes(), encoded.dictionary.to_pylist())
    if hasattr(column, "factorize"):  # pandas
        codes, uniques = column.factorize()
        return _Texts(codes.astype("int64").tobytes(), _all_texts(name, uniques))
    known: dict[str, int] = {}
    numbers = array.array("q", (-1 if text is None else known.setdefault(text, len(known)) for text in column))
    return _Texts(numbers.tobytes(), _all_texts(name, known))


def _all_texts(name: str, texts: Iterable[Any]) -> list[str]:
    listed = list(texts)
    for text in listed:
        if not isinstance(text, str):
            raise TypeError(f"{OF}: {name} must be text, not {type(text).__name__}")
    return listed
