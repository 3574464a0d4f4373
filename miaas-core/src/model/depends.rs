//! The order in which services start: by their dependencies.

use std::collections::BTreeSet;

use super::WorkloadSpec;

/// Why the dependencies of a workload make no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadDependency {
    /// A service needs one that does not exist.
    #[error("service {service:?} depends on {needs:?}, which is no service of this workload")]
    Unknown {
        /// The service.
        service: String,
        /// What it names.
        needs: String,
    },
    /// Services wait for each other.
    #[error("services depend on each other in a circle: {}", .services.join(", "))]
    Circle {
        /// The services that can never start.
        services: Vec<String>,
    },
}

impl WorkloadSpec {
    /// The services in levels: each depends only on services of the levels before, so a level may start at once.
    ///
    /// # Errors
    /// [`BadDependency`], when there is no such order.
    pub fn start_levels(&self) -> Result<Vec<Vec<&str>>, BadDependency> {
        for (name, service) in &self.services {
            if let Some(needs) = service.depends_on.keys().find(|d| !self.services.contains_key(*d)) {
                return Err(BadDependency::Unknown { service: name.clone(), needs: needs.clone() });
            }
        }
        let mut left: BTreeSet<&str> = self.services.keys().map(String::as_str).collect();
        let mut levels = Vec::new();
        while !left.is_empty() {
            let ready = |name: &&str| !self.services[*name].depends_on.keys().any(|d| left.contains(d.as_str()));
            let level: Vec<&str> = left.iter().copied().filter(ready).collect();
            if level.is_empty() {
                return Err(BadDependency::Circle { services: left.into_iter().map(str::to_owned).collect() });
            }
            left.retain(|name| !level.contains(name));
            levels.push(level);
        }
        Ok(levels)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Service;

    fn spec(edges: &[(&str, &[&str])]) -> WorkloadSpec {
        let service = |needs: &&[&str]| Service {
            depends_on: needs.iter().map(|n| ((*n).to_owned(), Default::default())).collect(),
            ..Service::default()
        };
        let services = edges.iter().map(|(name, needs)| ((*name).to_owned(), Arc::new(service(needs)))).collect();
        WorkloadSpec { services, ..WorkloadSpec::default() }
    }

    #[test]
    fn levels_respect_every_dependency() {
        let spec = spec(&[("app", &["cache", "db"]), ("cache", &[]), ("db", &["disk"]), ("disk", &[])]);
        assert_eq!(spec.start_levels().unwrap(), vec![vec!["cache", "disk"], vec!["db"], vec!["app"]]);
    }

    #[test]
    fn a_circle_and_an_unknown_name_are_named() {
        let circle = spec(&[("a", &["b"]), ("b", &["a"]), ("c", &[])]).start_levels().unwrap_err();
        assert_eq!(circle.to_string(), "services depend on each other in a circle: a, b");
        let unknown = spec(&[("a", &["x"])]).start_levels().unwrap_err();
        assert_eq!(unknown.to_string(), "service \"a\" depends on \"x\", which is no service of this workload");
    }
}
