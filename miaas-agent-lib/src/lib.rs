//! The node agent: facts, session, ledger and executors.
