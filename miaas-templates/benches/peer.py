"""Renderings a second of one template by Jinja2: compiled once, and compiled anew each time. The text has to be the same."""

import json
import sys
import time

import jinja2


def quote(value):
    return json.dumps(str(value), ensure_ascii=False).replace("$", "$$")


def image(name, registry):
    registry = registry.rstrip("/")
    return f"{registry}/{name}" if registry else name


def environment():
    env = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, cache_size=0
    )
    env.filters["quote"] = quote
    env.filters["image"] = image
    env.filters["hexquote"] = lambda value: '"' + "".join(f"\\x{b:02x}" for b in value.encode()) + '"'
    return env


given = json.load(open(sys.argv[1]))
env = environment()
template = env.from_string(given["source"])
assert template.render(given["context"]) == given["text"], "Jinja2 gives another text"


def rate(once, seconds=2.0):
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        for _ in range(20):
            once()
        count += 20
    return count / (time.perf_counter() - start)


print(rate(lambda: template.render(given["context"])), rate(lambda: env.from_string(given["source"]).render(given["context"])))
