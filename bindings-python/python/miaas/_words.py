"""Texts in the words of this package: where one names a command, the method of an orchestrator that does the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_Arguments = list[str]


def _of(method: str) -> Callable[[_Arguments], str]:
    """The call with what the command was given, and with a blank where it names nothing."""
    return lambda given: f"{method}({', '.join(map(json.dumps, given)) or '…'})"


def _label(given: _Arguments) -> str:
    node, *labels = given
    # Values may hold blanks.
    pairs = dict(label.partition("=")[::2] for label in re.split(r" (?=\S+=)", " ".join(labels)))
    return f"label({json.dumps(node)}, {json.dumps(pairs)})"


#: By command, the longer ones first. What no method does stays as it is.
_METHODS: dict[str, Callable[[_Arguments], str]] = {
    "rm --wait": lambda _: 'wait(…, "gone")',
    "apply --help": lambda _: "help(miaas.Stack)",
    "apply -f": lambda _: "apply_stack(…)",
    "node label": _label,
    "node ls": lambda _: "nodes()",
    "node show": _of("node"),
    "node uncordon": _of("uncordon"),
    "secret ls": lambda _: "secrets()",
    "secret set": lambda given: f"put_secret({json.dumps(given[0])}, …)",
    "stack ls": lambda _: "stacks()",
    "--version": lambda _: "miaas.__version__",
    "get": lambda _: "deployments()",
    "ps": lambda _: "deployments()",
    "resume": _of("resume"),
    "rm": _of("remove"),
    "rollback": _of("rollback"),
    "status": lambda _: "status()",
}

_COMMAND = re.compile(r"`miaas ([^`]+)`")


def in_python(text: str) -> str:
    """The text with methods in place of commands.

    >>> in_python("n0 is cordoned: `miaas node uncordon n0`")
    'n0 is cordoned: `uncordon("n0")`'
    >>> in_python("fits on a if that is labelled rack=7: `miaas node label a rack=7`")
    'fits on a if that is labelled rack=7: `label("a", {"rack": "7"})`'
    """
    return _COMMAND.sub(_method, text)


def _method(found: re.Match[str]) -> str:
    words = found[1].split()
    for length in (2, 1):
        method = _METHODS.get(" ".join(words[:length]))
        if method is not None:
            return f"`{method(words[length:])}`"
    return found[0]
