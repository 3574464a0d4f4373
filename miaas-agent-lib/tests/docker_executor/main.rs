//! The docker executor against the real engine of this machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests are tests"
)]

mod bench;
mod engine;
mod fields;
mod files;
mod image;
mod networks;
mod probes;
mod registry;
mod spec;

use bench::on_engine;
use miaas_core::testing::executor_contract::executor_contract;

#[tokio::test]
async fn the_docker_executor_keeps_the_contract() {
    on_engine("contract", |bench| async move { executor_contract(&|| bench.fresh(), &bench).await }).await;
}
