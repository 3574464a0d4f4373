//! Users, from the command line (S1).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use support::fleet::Fleet;

#[test]
fn s1_users_are_made_changed_and_removed() {
    let place = Fleet::new();
    let server = place.server();
    assert!(place.ok(&["whoami"]).contains("role    admin"));
    let password = place.ok(&["user", "create", "alice", "--role", "operator"]);
    let password = password.trim().to_owned();
    assert_eq!(password.len(), 27, "{password}");
    std::fs::write(place.path("word"), "correct horse battery\n").unwrap();
    let word = place.path("word");
    place.ok(&["user", "create", "bob", "--scope", "team=a", "--password-file", word.to_str().unwrap()]);
    let listed = place.ok(&["user", "ls"]);
    assert!(listed.contains("alice") && listed.contains("team=a") && !listed.contains(&password), "{listed}");

    let again = place.cli(&["user", "create", "alice"]);
    assert!(again.code == Some(1) && again.err.contains("choose another name"), "{again:?}");
    let nothing = place.cli(&["user", "set", "alice"]);
    assert_eq!(nothing.code, Some(2), "{nothing:?}");
    place.ok(&["user", "set", "alice", "--role", "admin", "--disable"]);
    assert!(place.ok(&["user", "ls"]).contains("kept out"));
    assert_ne!(place.ok(&["user", "set", "alice", "--enable", "--new-password"]).trim(), password);
    place.ok(&["user", "rm", "bob"]);
    assert!(!place.ok(&["user", "ls"]).contains("bob"));
    let log = std::fs::read_to_string(place.path("server.log")).unwrap();
    assert!(!log.contains(&password) && !log.contains("correct horse"), "{log}");
    drop(server);
}
