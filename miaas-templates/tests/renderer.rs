//! The port: validation and demand agree, errors say where, hostile templates end (T1).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::{fs, path::PathBuf, time::Instant};

use common::{assigned, compose, deployment, node, render, renderer, template};
use miaas_core::{model::*, port::Renderer as _};
use miaas_templates::{
    Catalog, CatalogRenderer, Entry,
    render::{Target, render as render_text},
};
use serde_json::json;

fn shown(issues: &[miaas_core::spec::Issue]) -> Vec<String> {
    issues.iter().map(|i| format!("{i}{}", i.hint.as_ref().map(|h| format!(" | {h}")).unwrap_or_default())).collect()
}

#[test]
fn issues_have_paths_from_the_root_of_the_spec() {
    for (d, want) in [
        (
            template("rdis", json!({})),
            &["/source/name: template \"rdis\" does not exist | did you mean \"redis\"?"][..],
        ),
        (
            template("redis", json!({"prot": 1, "port": 99999})),
            &[
                "/source/params/prot: template \"redis\" has no parameter \"prot\" | did you mean \"port\"?",
                "/source/params/port: port is 99999, which is no port | ports go from 1 to 65535, 0 takes a free one; the nearest is 65535",
            ],
        ),
        (
            template("redis", json!({"registry": "https://x"})),
            &[
                "/source/params/registry: registry is \"https://x\", which is no image prefix: the registry \"https:\" has no valid port | for example docker.io/library or localhost:5000",
            ],
        ),
        (
            compose("services: {a: {imag: x}}"),
            &[
                "/source/text: /services/a/imag: compose.yaml:1:16: unknown field `imag` | did you mean `image`?",
                "/source/text: /services/a: compose.yaml:1:12: the service has neither `image` nor `x-process`",
            ],
        ),
        (
            compose("services: {a: {image: 'x:1', gpus: [{device_ids: [GPU-1]}]}}"),
            &[
                "/source/text: service \"a\" names GPUs, but the placement chooses them | write `count` in place of `device_ids`",
            ],
        ),
        (
            compose("services: {a: {image: 'x:1'}, b: {x-process: [y]}}"),
            &[
                "/source/text: some services have only `image` and some only `x-process`: no executor can run them all | give every service an `image`",
            ],
        ),
    ] {
        assert_eq!(shown(&renderer().validate(Some(&d.name), &d.spec)), want);
        assert!(renderer().demand(&d).is_err(), "demand and validate agree");
    }
}

#[test]
fn demand_of_a_document_comes_from_its_limits_ports_volumes_and_gpus() {
    let d = compose(
        "services:
  a: {image: 'x:1', cpus: 0.5, mem_limit: 64m, ports: ['80', '127.0.0.1::80', '9000:90/udp'], volumes: ['d:/d']}
  b: {image: 'y:1', deploy: {resources: {limits: {cpus: '1', memory: 1g}}}, gpus: [{count: 2, capabilities: [gpu]}]}
volumes: {d: {}}
",
    );
    let demand = renderer().demand(&d).unwrap().remove(0);
    assert_eq!((demand.resources.cpu_milli, demand.resources.mem_mib), (1_500, 1_088));
    assert_eq!(demand.resources.gpu.as_ref().unwrap().count, 2);
    let ports: Vec<_> = demand.ports.iter().map(|p| (p.name.as_str(), p.host)).collect();
    assert_eq!(ports, [("a-80", None), ("a-80-2", None), ("a-90-udp", Some(9_000))]);
    assert!(demand.stateful && demand.executors == [ExecutorKind::Docker]);

    let w = render(&d, ExecutorKind::Docker);
    let hosts: Vec<_> = w.spec.services["a"].ports.iter().map(|p| p.host).collect();
    assert_eq!(hosts, [20_000, 20_001, 9_000]);
    assert_eq!(w.spec.services["b"].gpus, ["GPU-0", "GPU-1"]);
}

#[test]
fn variables_of_a_document_stay_out_of_the_text_for_people() {
    let d = deployment(Source::Compose(ComposeSource {
        text: "services: {a: {image: 'x:1', environment: {P: '${PASSWORD}'}}}".into(),
        env: [("PASSWORD".to_owned(), "hunter2 $x".to_owned())].into(),
        ..ComposeSource::default()
    }));
    let w = render(&d, ExecutorKind::Docker);
    assert_eq!(w.spec.services["a"].environment.0["P"], "hunter2 $x");
    assert!(!w.compose.contains("hunter2") && !format!("{w:?}").contains("hunter2"));
}

#[test]
fn an_executor_that_the_template_does_not_name_is_refused() {
    let d = compose("services: {a: {image: 'x:1'}}");
    let at = assigned(&d, ExecutorKind::Process);
    let facts = Facts::default();
    let e = renderer().render(&d, &at, node(&facts, ExecutorKind::Process)).unwrap_err();
    assert_eq!(e.message, "compose.yaml: service \"a\" has no `x-process`, which the executor process needs");
    let d = template("redis", json!({}));
    let e = renderer().render(&d, &at, node(&facts, ExecutorKind::Kubernetes)).unwrap_err();
    assert_eq!(e.message, "template \"redis\" does not run on the executor kubernetes; it runs on docker, process");
}

#[test]
fn t1_errors_of_templates_name_variable_file_and_line() {
    let context = json!({"params": {"port": 1, "text": "a b", "none": null, "list": [1]}, "ports": {}});
    for (source, message, hint) in [
        ("a\n{{ params.prot }}", "f.j2:2: undefined variable \"params.prot\"", Some("did you mean \"params.port\"?")),
        (
            "\n\n{{ params.prot | quote }}",
            "f.j2:3: undefined variable \"params.prot\"",
            Some("did you mean \"params.port\"?"),
        ),
        ("{{ parms.port }}", "f.j2:1: undefined variable \"parms\"", Some("did you mean \"params\"?")),
        ("{{ ports.http }}", "f.j2:1: undefined variable \"ports.http\"", Some("\"ports\" is empty here")),
        (
            "{% if params.x %}{% endif %}",
            "f.j2:1: undefined variable \"params.x\"",
            Some("known are params.list, params.none, params.port, params.text"),
        ),
        (
            "{{ params.text }}",
            "f.j2:1: a text with spaces or special characters cannot stand in YAML as it is: add `| quote`",
            None,
        ),
        ("{{ params.none }}", "f.j2:1: a value that was not given cannot be printed: guard it with {% if … %}", None),
        ("{{ params.list }}", "f.j2:1: a sequence cannot be printed: add `| tojson`", None),
        ("{{ 1 +", "f.j2:1: unexpected end of input, expected expression", None),
        ("{{ 1 | nofilter }}", "f.j2:1: filter nofilter is unknown", None),
        ("{{ params.text | safe }}", "f.j2:1: filter safe is unknown", None),
        ("{{ params.port / 0 }}", "f.j2:1: unable to calculate 1 / 0", None),
    ] {
        let e = render_text("f.j2", source, &context, Target::Yaml).unwrap_err();
        assert_eq!((e.message.as_str(), e.hint.as_deref()), (message, hint), "{source}");
        assert_eq!(e.file.as_deref(), Some("f.j2"));
        assert!(e.line.is_some());
    }
}

#[test]
fn t1_hostile_templates_end_quickly() {
    #[expect(clippy::disallowed_methods, reason = "the test is about time")]
    let start = Instant::now();
    let doubling = "{% set s = 'x' * 1000 %}".to_owned() + &"{% set s = s ~ s %}".repeat(60) + "{{ s }}";
    for (source, message) in [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "works for too long"),
        ("{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}", "longer than 1024 KiB"),
        ("{{ 'x' * 100000000 }}", ""),
        (doubling.as_str(), "works for too long or builds too much text"),
    ] {
        let e = render_text("f.j2", source, &json!({}), Target::Yaml).unwrap_err();
        assert!(e.message.contains(message), "{}", e.message);
    }
    let wide = format!("{{% for a in range(200) %}}{}{{% endfor %}}", "y".repeat(10_000));
    let e = render_text("f.j2", &wide, &json!({}), Target::Yaml).unwrap_err();
    assert_eq!(e.message, "f.j2: the rendered text is longer than 1024 KiB");
    assert!(start.elapsed().as_secs() < 5);
}

const MANIFEST: &str = "name: mine\ntitle: Mine\nversion: 1\nports: [{name: http, container: 80}]\n";

fn broken(manifest: &str, compose: &str) -> Vec<String> {
    shown(&Entry::new("templates/mine", manifest, compose, "").unwrap_err())
}

#[test]
fn a_template_is_rendered_once_when_it_is_read() {
    for (manifest, compose, want) in [
        (
            MANIFEST,
            "services:\n  a:\n    image: x:{{ params.tag }}\n",
            "templates/mine/compose.yaml.j2:3: undefined variable \"params.tag\" | \"params\" is empty here",
        ),
        (
            MANIFEST,
            "services: {a: {image: 'x:1', ports: ['8080:80']}}",
            "templates/mine/compose.yaml (rendered for docker): service \"a\" publishes port 8080/tcp, which the manifest does not declare | declare it under `ports` and publish {{ ports.NAME }}",
        ),
        (
            MANIFEST,
            "services: {a: {image: 'x:1', isolation: hyperv}}",
            "/services/a/isolation: templates/mine/compose.yaml (rendered for docker):1:30: `isolation` is not supported: Windows only",
        ),
        (
            &format!("{MANIFEST}resources: {{cpu: '{{{{ params.x }}}}'}}\n"),
            "services: {a: {image: 'x:1'}}",
            "templates/mine/template.yaml (resources.cpu):1: undefined variable \"params.x\" | \"params\" is empty here",
        ),
        (
            &format!("{MANIFEST}resources: {{memory: lots}}\n"),
            "services: {a: {image: 'x:1'}}",
            "templates/mine/template.yaml: resources.memory \"lots\" is not a number",
        ),
        (
            &format!("{MANIFEST}executors: [process]\n"),
            "services: {a: {image: 'x:1'}}",
            "templates/mine/compose.yaml (rendered for process): service \"a\" has no `x-process`, which the executor process needs | add `x-process` to the service, or use another executor",
        ),
        (
            &format!("{MANIFEST}resources: {{gpu: {{count: 2, share_milli: 500}}}}\n"),
            "services: {a: {image: 'x:1'}}",
            "templates/mine/template.yaml: resources.gpu.share_milli: a share is of one device, but 2 are asked for | set count to 1, or ask for whole devices or for memory on each",
        ),
        (
            &format!("{MANIFEST}outputs: {{url: '{{{{ ports.htp }}}}'}}\n"),
            "services: {a: {image: 'x:1'}}",
            "templates/mine/template.yaml (outputs.url):1: undefined variable \"ports.htp\" | did you mean \"ports.http\"?",
        ),
    ] {
        assert_eq!(broken(manifest, compose), [want]);
    }
}

#[test]
fn p2_a_template_sets_the_limits_of_its_engine_from_its_claim() {
    let manifest =
        "name: mine\ntitle: Mine\nversion: 1\nresources: {gpu: {count: 1, memory: 6GiB, share_milli: 500}}\n";
    let compose = "services:\n  a:\n    image: x:1\n    gpus: [{count: 1}]\n    command: [serve, --gpu-memory-utilization, {{ gpu_claims[0].memory_fraction | quote }}]\n    environment: {LIMIT: '{{ gpu_claims[0].memory_mib }}', SHARE: '{{ gpu_claims[0].share_milli }}'}\n";
    let mut catalog = Catalog::empty();
    catalog.insert(Entry::new("templates/mine", manifest, compose, "").unwrap());
    let renderer = CatalogRenderer::new(catalog);
    let d = template("mine", json!({}));
    let asked = renderer.demand(&d).unwrap().remove(0).resources.gpu.unwrap();
    assert_eq!((asked.count, asked.memory_mib, asked.share_milli), (1, 6144, 500));
    let share =
        DeviceShare { uuid: "GPU-7".into(), memory_mib: 6144, share_milli: 500, device_mib: 24_576, exclusive: false };
    let at = Assignment { devices: vec![share], ..assigned(&compose_one(), ExecutorKind::Docker) };
    let facts = Facts::default();
    let w = renderer.render(&d, &at, node(&facts, ExecutorKind::Docker)).unwrap();
    let service = &w.spec.services["a"];
    assert_eq!(service.gpus, ["GPU-7"]);
    assert_eq!(format!("{:?}", service.command), format!("{:?}", Some(["serve", "--gpu-memory-utilization", "0.250"])));
    assert_eq!(service.environment.0["LIMIT"], "6144");
    assert_eq!(service.environment.0["SHARE"], "500");
}

#[test]
fn t9_templates_and_documents_pass_the_same_policy() {
    let text = "services: {a: {image: 'x:1', cap_add: [NET_ADMIN], ports: ['127.0.0.1:{{ ports.http }}:80']}}";
    let entry = Entry::new("templates/mine", MANIFEST, text, "").unwrap();
    let mut catalog = Catalog::empty();
    catalog.insert(entry);
    let own = compose("services: {a: {image: 'x:1', cap_add: [NET_ADMIN]}}");
    let made = template("mine", json!({}));
    let hint = " | the operator of the control plane can allow it: docs/policy.md";
    let what = format!("/services/a/cap_add: the capability NET_ADMIN is added (policy rule cap-add){hint}");
    let strict = CatalogRenderer::new(catalog);
    for (d, path) in [(&own, "/source/text"), (&made, "/source/params")] {
        assert_eq!(shown(&strict.validate(Some(&d.name), &d.spec)), [format!("{path}: {what}")]);
        assert!(strict.demand(d).unwrap_err().message.contains("policy rule cap-add"));
    }
    let exception = format!("exceptions: [{{reason: test, rules: [cap-add], deployments: [{}]}}]", own.name);
    let lenient = strict.with_policy(miaas_templates::Policy::parse(&exception, "p.yaml").unwrap());
    assert_eq!(shown(&lenient.validate(Some(&own.name), &own.spec)), [""; 0]);
    assert_eq!(shown(&lenient.validate(None, &own.spec)).len(), 1);
}

#[test]
fn an_unknown_name_that_is_near_to_none_is_answered_with_all() {
    let d = template("kubernetes-dashboard", json!({}));
    let said = shown(&renderer().validate(Some(&d.name), &d.spec));
    let renderer = renderer();
    let names: Vec<_> = renderer.catalog().list().map(|e| e.manifest.name.as_str()).collect();
    let want = format!(
        "/source/name: template \"kubernetes-dashboard\" does not exist | the catalogue has {}",
        names.join(", ")
    );
    assert_eq!(said, [want]);
}

fn compose_one() -> Deployment {
    compose("services: {a: {image: 'x:1'}}")
}

#[test]
fn a_folder_adds_to_the_catalogue() {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("catalog");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(dir.join("mine")).unwrap();
    fs::write(dir.join("mine/template.yaml"), MANIFEST).unwrap();
    let compose = "services: {a: {image: 'x:1', ports: ['127.0.0.1:{{ ports.http }}:80']}}";
    fs::write(dir.join("mine/compose.yaml.j2"), compose).unwrap();
    let catalog = Catalog::builtin().unwrap().with_dir(&dir).unwrap();
    assert_eq!(catalog.list().len(), Catalog::builtin().unwrap().list().len() + 1);
    assert_eq!(catalog.get("mine").unwrap().origin, dir.join("mine").display().to_string());
    assert!(catalog.problems().is_empty());
    let d = template("mine", json!({}));
    assert!(CatalogRenderer::new(catalog).validate(Some(&d.name), &d.spec).is_empty());

    let broken = |catalog: &Catalog| -> Vec<String> {
        catalog.problems().iter().flat_map(|p| &p.issues).map(ToString::to_string).collect()
    };
    fs::rename(dir.join("mine"), dir.join("other")).unwrap();
    fs::create_dir_all(dir.join("redis")).unwrap();
    fs::write(dir.join("redis/template.yaml"), MANIFEST.replace("name: mine", "name: redis")).unwrap();
    fs::write(dir.join("redis/compose.yaml.j2"), compose).unwrap();
    fs::create_dir_all(dir.join("empty")).unwrap();
    let catalog = Catalog::builtin().unwrap().with_dir(&dir).unwrap();
    let problems = broken(&catalog);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].ends_with("empty/template.yaml: the file is missing"), "{problems:?}");
    assert!(problems[1].contains("the name \"mine\" is not that of the directory"), "{problems:?}");
    assert!(problems[2].ends_with("redis: the name \"redis\" is taken by templates/redis"), "{problems:?}");
    assert_eq!(catalog.get("redis").unwrap().origin, "templates/redis", "the rest works");
    let e = Catalog::empty().with_dir(&dir.join("nowhere")).unwrap_err();
    assert_eq!(e.kind(), miaas_core::ErrorKind::NotFound);
}

#[test]
fn secret_parameters_are_named() {
    let names = renderer().secret_params(&template("redis", json!({})).spec);
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["password"]);
}
