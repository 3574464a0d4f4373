//! The PostgreSQL store against real servers (O2, D7).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod cluster;
mod contract;
mod faults;
mod network;
mod open;
mod schemas;
mod several;
mod support;
mod transfer;
