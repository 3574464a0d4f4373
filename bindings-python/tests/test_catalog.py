"""Templates without an orchestrator."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import miaas
from miaas import Catalog

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_the_built_in_templates_are_there() -> None:
    catalog = Catalog()
    assert sorted(catalog) == sorted(p.name for p in TEMPLATES.iterdir() if (p / "template.yaml").exists())
    redis = catalog["redis"]
    assert redis.name == "redis" and redis.version and redis.readme and "docker" in redis.executors
    assert redis.schema["properties"]["port"]
    assert "redis" in catalog and "nosuch" not in catalog
    assert repr(catalog) == f"<Catalog of {len(catalog)} templates>"
    with pytest.raises(KeyError):
        catalog["nosuch"]
    with pytest.raises(miaas.NotFoundError) as caught:
        catalog.template("redsi")
    assert caught.value.hint == 'did you mean "redis"?'


#: It manages the engine, which the policy of an operator has to allow.
REFUSED = {"portainer-agent"}


def test_what_reaches_out_of_a_container_is_refused() -> None:
    for name in REFUSED:
        assert "policy rule docker-socket" in str(Catalog()[name].validate())
    with pytest.raises(miaas.NotFoundError, match=r"Catalog\(\): policy: there is no file /nowhere"):
        Catalog(policy="/nowhere")


def test_the_operator_can_allow_it(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("exceptions:\n  - {reason: a test, rules: [docker-socket, host-mount]}\n")
    assert Catalog(policy=file)["portainer-agent"].validate() == []
    file.write_text("exceptions: 3\n")
    with pytest.raises(miaas.InvalidError, match="policy.yaml"):
        Catalog(policy=file)


@pytest.mark.parametrize("name", sorted(set(Catalog()) - REFUSED))
def test_every_template_renders(name: str) -> None:
    template = Catalog()[name]
    sets = list(template.examples.values()) or [{}]
    for params in sets:
        assert template.validate(params) == []
        assert "services:" in template.render(params)
    assert "kind:" in template.kubernetes(sets[0], namespace="prod").objects


def test_all_issues_come_at_once() -> None:
    redis = Catalog()["redis"]
    wrong = {"port": 99_999, "colour": "red"}
    issues = redis.validate(wrong)
    assert [i.path for i in issues] == ["/params/colour", "/params/port"]
    assert str(issues[0]).startswith("/params/colour: ")
    with pytest.raises(miaas.InvalidError) as caught:
        redis.render(wrong)
    assert caught.value.issues == tuple(issues)


def test_compose_documents_are_validated() -> None:
    catalog = Catalog()
    assert catalog.validate(compose="services:\n  web:\n    image: nginx:1.27\n") == []
    assert catalog.validate("nosuch")[0].message == 'template "nosuch" does not exist'
    issues = catalog.validate(compose="services:\n  web:\n    imgae: nginx\n    ports: [x]\n")
    assert issues
    with pytest.raises(miaas.InvalidError, match="either a template or compose"):
        catalog.validate()
    with pytest.raises(TypeError, match=r"validate\(\): compose must be text, not int"):
        catalog.validate(compose=3)  # type: ignore[arg-type]
    for call, message in (
        (lambda: catalog["redis"].kubernetes(name=3), r"kubernetes\(\): name must be text, not int"),  # type: ignore[arg-type]
        (lambda: Catalog(builtin="no"), r"Catalog\(\): builtin must be True or False, not str"),  # type: ignore[arg-type]
        (lambda: Catalog(b"x"), r"Catalog\(\): folders must be a path, not bytes"),  # type: ignore[arg-type]
        (lambda: miaas.validate(3), r"validate\(\): folder must be a path, not int"),  # type: ignore[arg-type]
        (lambda: miaas.advise(3), r"advise\(\): folder must be a path, not int"),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match=message):
            call()
    with pytest.raises(miaas.InvalidError, match="/name: name \"No Name\" is not valid"):
        catalog["redis"].kubernetes(name="No Name")
    with pytest.raises(TypeError, match=r"render\(\): params must be a dict, not list"):
        catalog["redis"].render([])  # type: ignore[arg-type]


def test_folders_are_read(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES / "redis", tmp_path / "redis")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "template.yaml").write_text("name: 3\n")
    own = Catalog(tmp_path, builtin=False)
    assert list(own) == ["redis"]
    assert list(own.problems) == [str(tmp_path / "broken")] and own.problems[str(tmp_path / "broken")]
    assert str(tmp_path / "redis") in Catalog(tmp_path).problems, "the name is taken by the built-in one"
    with pytest.raises(miaas.Error):
        Catalog(tmp_path / "nowhere")


def test_a_template_folder_is_checked(tmp_path: Path) -> None:
    assert miaas.validate(TEMPLATES / "redis") == []
    copy = tmp_path / "redis"
    shutil.copytree(TEMPLATES / "redis", copy)
    (copy / "README.md").unlink()
    assert "README.md is missing" in [a.message for a in miaas.advise(copy)]
    (copy / "compose.yaml.j2").write_text("services:\n  a: {{ nosuch }}\n")
    assert "nosuch" in str(miaas.validate(copy))
    assert miaas.validate(tmp_path / "nowhere")
