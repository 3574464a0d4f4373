//! Values that nobody may see: they stand in one Secret of the deployment.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::names;

/// Collects them.
#[derive(Debug)]
pub(super) struct Hidden {
    name: String,
    data: BTreeMap<String, String>,
}

impl Hidden {
    pub(super) const fn new(name: String) -> Self {
        Self { name, data: BTreeMap::new() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn data(&self) -> Option<&BTreeMap<String, String>> {
        (!self.data.is_empty()).then_some(&self.data)
    }

    /// Keeps a value, and says its key.
    pub(super) fn put(&mut self, service: &str, what: &str, value: &str) -> String {
        let key = names::key(&format!("{service}.{what}"));
        self.data.insert(key.clone(), value.to_owned());
        key
    }

    /// A variable whose value stands in the Secret.
    pub(super) fn variable(&mut self, service: &str, name: &str, value: &str) -> Value {
        let key = self.put(service, name, value);
        json!({"name": name, "valueFrom": {"secretKeyRef": {"name": self.name, "key": key}}})
    }
}
