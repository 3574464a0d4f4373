//! Typed HTTP client for the MIaaS API.
