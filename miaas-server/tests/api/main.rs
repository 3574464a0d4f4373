//! Tests of the API over a real listening server with its database in a temporary directory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy does not see that helpers are tests"
)]

mod agent;
mod audit;
mod auth;
mod bad_input;
mod catalogs;
mod contract;
mod deployments;
mod events;
mod leaks;
mod logs;
mod nodes;
mod proof;
mod roles;
mod server;
mod session;
mod sign_in;
mod stacks;
mod support;
mod tls;
mod webhooks;
