//! Wire types of the HTTP API, apart from the model, so that either can change alone.

pub mod v1;
