//! Contract suites for the ports, fakes, and what simulations are made of.

pub mod executor_contract;
pub mod fake_executor;
pub mod invariants;
pub mod ledger_contract;
mod manual_clock;
pub mod rng;
pub mod simulator;
pub mod store_contract;
pub mod strategy_contract;

pub use manual_clock::ManualClock;
