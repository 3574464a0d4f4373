//! The file ledger keeps its contract, and says what to do when its file is damaged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc};

use miaas_agent_lib::FileLedger;
use miaas_core::{
    port::Ledger,
    testing::ledger_contract::{ledger_contract, target},
};

#[tokio::test]
async fn file_ledger_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/ledger");
    ledger_contract(&|| Arc::new(FileLedger::new(&path))).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn damage_is_an_error_that_names_the_file_and_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger");
    let ledger = FileLedger::new(&path);
    ledger.save(&target(3, 2)).await.unwrap();
    let good = fs::read(&path).unwrap();
    let cut = good[..good.len() / 2].to_vec();
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for (what, bytes) in [("empty", vec![]), ("cut", cut), ("flipped", flipped), ("foreign", b"{}\n{}".to_vec())] {
        fs::write(&path, bytes).unwrap();
        let error = ledger.load().await.expect_err(what);
        assert!(error.message().contains(path.to_str().unwrap()), "{what}: {error}");
        assert!(error.hint().is_some_and(|h| h.contains("move")), "{what}: {error:?}");
    }
}

#[tokio::test]
async fn a_save_that_was_cut_off_leaves_the_old_target() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger");
    let ledger = FileLedger::new(&path);
    ledger.save(&target(3, 2)).await.unwrap();
    // A crash before the rename leaves a part of the new file beside the old one.
    fs::write(dir.path().join("ledger.tmp"), b"miaas-ledger-1 half").unwrap();
    assert_eq!(ledger.load().await.unwrap(), Some(target(3, 2)));
    ledger.save(&target(4, 1)).await.unwrap();
    assert_eq!(ledger.load().await.unwrap(), Some(target(4, 1)));
}
