//! Compose files as users have them, and stacks, with containers of the real Docker engine (T3, T8).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{fs, path::Path};

use support::{
    dev::Dev,
    docker::{docker, registry},
};

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn t3_a_document_with_everything_that_it_names_is_sent_and_runs() {
    let Some(registry) = registry() else { return };
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("project");
    let image = format!("{registry}/busybox:1.36");
    write(
        &project,
        &[
            (".env", "GREETING=hello from .env\nIMAGE=wrong\n"),
            (
                "compose.yaml",
                "include: [parts/side.yaml]\nservices:\n  main:\n    extends: {file: parts/base.yaml, service: base}\n    \
                 environment: {GREETING: \"${GREETING}\"}\n    env_file: main.env\n    configs: [{source: page, target: \
                 /page}]\n    secrets: [word]\nconfigs:\n  page: {file: ./page.txt}\nsecrets:\n  word: {file: ./word.txt}\n",
            ),
            ("parts/base.yaml", "services:\n  base:\n    image: ${IMAGE}\n    command: sleep 1000\n    init: true\n"),
            (
                "parts/side.yaml",
                "services:\n  side:\n    image: ${IMAGE}\n    command: sleep 1000\n    init: true\n    env_file: side.env\n",
            ),
            ("parts/side.env", "SIDE=of the parts\n"),
            ("main.env", "FROM_FILE=\"two\\nlines\"\n"),
            ("page.txt", "a page\n"),
            ("word.txt", "a word"),
            ("over.yaml", "services:\n  main:\n    environment: {GREETING: over}\n    labels: {over: \"yes\"}\n"),
        ],
    );
    let dev = Dev::start(dir.path(), &["--executor", "docker", "--cleanup"]);
    let (first, over) = (project.join("compose.yaml"), project.join("over.yaml"));
    let (first, over) = (first.to_str().unwrap(), over.to_str().unwrap());
    let env = format!("IMAGE={image}");
    dev.ok(&["deploy", "app", "-f", first, "--env", &env]);
    let id = dev.get("app")["id"].as_str().unwrap().to_owned();
    let container = |service: &str| {
        let filters =
            [format!("label=io.miaas.deployment={id}"), format!("label=com.docker.compose.service={service}")];
        docker(&["ps", "-q", "--filter", &filters[0], "--filter", &filters[1]])
    };
    let sees = |service: &str, shell: &str| docker(&["exec", &container(service), "sh", "-c", shell]);
    assert_eq!(sees("main", "echo \"$GREETING/$FROM_FILE\""), "hello from .env/two\nlines");
    assert_eq!(sees("main", "cat /page /run/secrets/word"), "a page\na word");
    assert_eq!(sees("side", "echo $SIDE"), "of the parts");

    // Merged over: only what changed is replaced.
    let side = container("side");
    dev.ok(&["deploy", "app", "-f", first, "-f", over, "--env", &env]);
    assert_eq!(sees("main", "echo $GREETING"), "over");
    assert_eq!(container("side"), side);
    let again = dev.cli(&["plan", "app", "-f", first, "-f", over, "--env", &env]);
    assert_eq!(again.code, Some(0), "nothing changes: {again:?}");

    // A document cannot send files from elsewhere.
    write(&project, &[("bad.yaml", "services:\n  a: {image: x, env_file: ../../etc/passwd}\n")]);
    let said = dev.cli(&["deploy", "bad", "-f", project.join("bad.yaml").to_str().unwrap()]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("which is not below its own folder"), "{said:?}");
    write(dir.path(), &[("private.txt", "word")]);
    std::os::unix::fs::symlink(dir.path().join("private.txt"), project.join("link.env")).unwrap();
    write(&project, &[("bad.yaml", "services:\n  a: {image: x, env_file: link.env}\n")]);
    let said = dev.cli(&["deploy", "bad", "-f", project.join("bad.yaml").to_str().unwrap()]);
    assert!(said.code == Some(1) && said.err.contains("a link to"), "{said:?}");
    std::os::unix::fs::symlink("/dev/zero", project.join("endless.env")).unwrap();
    let said = dev.cli(&["deploy", "bad", "-f", project.join("endless.env").to_str().unwrap()]);
    assert!(said.code == Some(1) && said.err.contains("is no file"), "{said:?}");
    dev.ok(&["rm", "app"]);
    dev.stop();
}

#[test]
fn t8_a_stack_is_wired_up_and_applying_it_again_changes_nothing() {
    let Some(registry) = registry() else { return };
    let dir = tempfile::tempdir().unwrap();
    let image = format!("{registry}/busybox:1.36");
    let stack = format!(
        "name: pair\nservices:\n  cache:\n    template: redis\n    params: {{registry: {registry}, password: \"${{secrets.cachepw}}\"}}\n  probe:\n    depends_on: \
         [cache]\n    env: {{URL: \"${{services.cache.address}}\", PASSWORD: \"${{services.cache.secrets.password}}\", IMAGE: \
         \"{image}\"}}\n    compose: probe/compose.yaml\n"
    );
    write(
        dir.path(),
        &[
            ("miaas.yaml", &stack),
            (
                "probe/compose.yaml",
                "services:\n  main:\n    image: ${IMAGE}\n    init: true\n    environment: {URL: \"${URL}\", PASSWORD: \
                 \"${PASSWORD}\"}\n    env_file: probe.env\n    command: [\"sh\", \"-c\", \"sleep 1000\"]\n",
            ),
            ("probe/probe.env", "BESIDE=yes\n"),
        ],
    );
    let dev = Dev::start(dir.path(), &["--executor", "docker", "--cleanup"]);
    let file = dir.path().join("miaas.yaml");
    let file = file.to_str().unwrap();
    let missing = dev.cli(&["diff", "-f", file]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("miaas secret set cachepw"), "{missing:?}");
    let word = dir.path().join("word");
    fs::write(&word, "s3 \"cret").unwrap();
    dev.ok(&["secret", "set", "cachepw", "--from-file", word.to_str().unwrap()]);
    assert_eq!(dev.cli(&["diff", "-f", file]).code, Some(2), "everything is new");
    dev.ok(&["apply", "-f", file]);
    let same = dev.cli(&["diff", "-f", file]);
    assert_eq!(same.code, Some(0), "{same:?}");
    let before = docker(&["ps", "-q", "--filter", "label=io.miaas.workload"]);
    dev.ok(&["apply", "-f", file]);
    assert_eq!(docker(&["ps", "-q", "--filter", "label=io.miaas.workload"]), before);

    // The address that the other service was given is one under which the cache answers, with the generated password.
    let probe = dev.get("pair-probe");
    let id = format!("label=io.miaas.deployment={}", probe["id"].as_str().unwrap());
    let container = docker(&["ps", "-q", "--filter", &id]);
    let ask = "(printf 'AUTH \"s3 \\\\\"cret\"\\r\\n'; printf 'PING\\r\\n'; sleep 1) | nc ${URL%%:*} ${URL##*:}; echo \"$PASSWORD/$BESIDE\"";
    let answer = docker(&["exec", &container, "sh", "-c", ask]).replace('\r', "");
    assert_eq!(answer, "+OK\n+PONG\ns3 \"cret/yes");

    dev.ok(&["stack", "rm", "pair"]);
    dev.stop();
}

/// T1: a value reaches the container as it was given, through the template, YAML and the variables of Compose.
#[test]
fn t1_a_password_of_any_characters_arrives_unchanged() {
    let Some(registry) = registry() else { return };
    let dir = tempfile::tempdir().unwrap();
    let template = "services:\n  main:\n    image: {{ (params.registry ~ \"/busybox:1.36\") | quote }}\n    init: true\n    \
                    command: [sleep, \"1000\"]\n    environment: {WORD: {{ params.password | quote }}}\n    configs: \
                    [{source: c, target: /word}]\nconfigs:\n  c:\n    content: {{ params.password | quote }}\n";
    let manifest = "name: vault\ntitle: Vault\ndescription: Keeps a word.\nversion: \"1\"\nparameters:\n  - {name: password, \
                    type: password, required: true}\n  - {name: registry, type: string, default: docker.io}\n";
    write(dir.path(), &[("catalog/vault/template.yaml", manifest), ("catalog/vault/compose.yaml.j2", template)]);
    let catalog = dir.path().join("catalog");
    let dev = Dev::start(dir.path(), &["--executor", "docker", "--cleanup", "--catalog", catalog.to_str().unwrap()]);
    let password = "a'b\"c\\d\n- e: #f\n\t${HOME}$$ $(id) `id` {{ 7 * 7 }} ü€🔑 & * ! % @ |";
    dev.ok(&["deploy", "vault", "--set", &format!("registry={registry}"), "--set", &format!("password={password}")]);
    let id = format!("label=io.miaas.deployment={}", dev.get("vault")["id"].as_str().unwrap());
    let container = docker(&["ps", "-q", "--filter", &id]);
    for what in ["printf %s \"$WORD\"", "cat /word"] {
        assert_eq!(docker(&["exec", &container, "sh", "-c", what]), password, "{what}");
    }
    dev.stop();
}
