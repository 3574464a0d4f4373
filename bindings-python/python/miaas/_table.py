"""Tables: columns of equal length, that pandas, Arrow and a plot take as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import pyarrow


class Table(dict[str, list[Any]]):
    """Columns of equal length by name. It is a dict, so ``pandas.DataFrame(table)`` and ``pyarrow.table(table)`` work as well.

    >>> Table({"a": [1, 2], "b": ["x", "y"]})
    a  b
    1  x
    2  y
    """

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.values()), ()))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Each row as a dict."""
        return [dict(zip(self, row)) for row in zip(*self.values())]

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a ``pandas.DataFrame``: ``table.to_pandas().plot()`` draws it."""
        import pandas

        frame: pandas.DataFrame = pandas.DataFrame(self)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """The table as a ``pyarrow.Table``."""
        import pyarrow

        return pyarrow.table(dict(self))

    def __repr__(self) -> str:
        shown = 20
        head = list(self)
        lines = [head, *([_cell(v) for v in row] for row in zip(*(c[:shown] for c in self.values())))]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        text = "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() for line in lines)
        more = self.rows - shown
        return f"{text}\n({more} more rows)" if more > 0 else text


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
