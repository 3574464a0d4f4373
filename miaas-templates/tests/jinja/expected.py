"""Renders cases.json with Jinja2 and prints what comes out, as JSON: expected.json was made by
`python3 expected.py > expected.json` (needs the package jinja2). An error counts as null."""

import json
import pathlib

import jinja2

here = pathlib.Path(__file__).parent
environment = jinja2.Environment(
    undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
)
given = json.loads((here / "cases.json").read_text())
out = {}
for name, source in given["cases"].items():
    try:
        out[name] = environment.from_string(source).render(given["context"])
    except (jinja2.TemplateError, TypeError, ZeroDivisionError):
        out[name] = None
print(json.dumps(out, indent=1, ensure_ascii=False))
