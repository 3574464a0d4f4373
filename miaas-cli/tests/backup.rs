//! A lost server is restored from a backup, and its nodes go on (S5).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use support::{
    dev::{fetch, ports},
    fleet::{Fleet, has_busybox},
    miaas,
};

#[test]
fn s5_a_server_that_was_lost_is_restored_and_its_nodes_go_on() {
    if !has_busybox() {
        return;
    }
    let place = Fleet::new();
    let server = place.server();
    let agent = place.agent("alpha", Some(&place.token(1)));
    place.until_online(1);
    place.ok(&["deploy", "hello-world", "web", "--set", "message=first"]);
    let before = ports(&place.json(&["get", "web"]));
    std::fs::write(place.path("phrase"), "correct horse battery\n").unwrap();
    std::fs::write(place.path("secret"), "planted-7391").unwrap();
    place.ok(&["secret", "set", "kept", "--from-file", place.path("secret").to_str().unwrap()]);
    let (file, phrase) = (place.path("miaas.age"), place.path("phrase"));
    let (file, phrase) = (file.to_str().unwrap(), phrase.to_str().unwrap());
    place.ok(&["backup", "--passphrase-file", phrase, "--out", file]);
    assert_eq!(
        place.cli(&["backup", "--passphrase-file", phrase, "--out", file]).code,
        Some(1),
        "it is not overwritten"
    );
    let bytes = std::fs::read(file).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1") && !bytes.windows(12).any(|w| w == b"planted-7391"));

    // What the node was told after the backup is more than the restored server knows.
    for message in ["second", "third"] {
        place.ok(&["set", "web", &format!("message={message}")]);
    }
    drop(server);
    let key = std::fs::read(place.path("server/admin.key")).unwrap();
    std::fs::remove_dir_all(place.path("server")).unwrap();
    std::fs::create_dir(place.path("server")).unwrap();
    let restore = |more: &[&str]| {
        let mut command = miaas(&place.path("server"));
        let output = command.args(["restore", file, "--passphrase-file", phrase]).args(more).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), said)
    };
    let (code, said) = restore(&["--verify"]);
    assert!(
        code == Some(0) && said.contains("the backup is whole") && !place.path("server/miaas.db").exists(),
        "{said}"
    );
    let (code, said) = restore(&[]);
    assert!(code == Some(0) && said.contains("and compared"), "{said}");
    let (code, said) = restore(&[]);
    assert!(code == Some(1) && said.contains("not empty"), "{said}");
    // API keys are stored as hashes: those that people have still work.
    std::fs::write(place.path("server/admin.key"), key).unwrap();
    let server = place.server();
    place.until_online(1);
    assert!(place.ok(&["secret", "ls"]).contains("kept"));
    place.until("what was wanted then is wanted again", || {
        ports(&place.json(&["get", "web"]))
            .first()
            .is_some_and(|port| fetch(*port).is_ok_and(|text| text.contains("first")))
    });
    assert_eq!(ports(&place.json(&["get", "web"])), before);
    place.ok(&["set", "web", "message=fourth"]);
    assert!(fetch(ports(&place.json(&["get", "web"]))[0]).unwrap().contains("fourth"));
    place.ok(&["audit", "verify"]);
    place.ok(&["rm", "web"]);
    drop((agent, server));
}
