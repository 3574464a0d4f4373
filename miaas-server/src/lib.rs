//! The reference control plane: HTTP API, node sessions, authentication.
