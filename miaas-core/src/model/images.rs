//! Images that a node has already.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Names of images in one form, ordered, each once. Copies share them: a view of many nodes is made often.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Images(Arc<[String]>);

impl Images {
    /// Most names that are kept, so that a report stays small.
    pub const MAX: usize = 500;

    /// Whether an image is there, by its [`image_name`].
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.binary_search_by(|n| n.as_str().cmp(name)).is_ok()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<S: AsRef<str>> FromIterator<S> for Images {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut names: Vec<String> = names.into_iter().map(|n| image_name(n.as_ref())).collect();
        names.sort();
        names.dedup();
        names.truncate(Self::MAX);
        Self(names.into())
    }
}

impl From<Vec<String>> for Images {
    fn from(names: Vec<String>) -> Self {
        names.into_iter().collect()
    }
}

impl From<Images> for Vec<String> {
    fn from(images: Images) -> Self {
        images.0.to_vec()
    }
}

/// The one form of an image's name: without what stands for the default registry, and with a tag. `redis`,
/// `docker.io/redis` and `docker.io/library/redis:latest` are all `redis:latest`.
#[must_use]
pub fn image_name(name: &str) -> String {
    let name = ["docker.io/", "index.docker.io/"].iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    // A colon before the last slash belongs to the port of a registry.
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains(':') || last.contains('@') { name.to_owned() } else { format!("{name}:latest") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_image_has_one_name() {
        let cases = [
            ("redis", "redis:latest"),
            ("docker.io/library/redis:7", "redis:7"),
            ("index.docker.io/library/redis", "redis:latest"),
            ("docker.io/vllm/vllm-openai:v1", "vllm/vllm-openai:v1"),
            ("a:5000/redis", "a:5000/redis:latest"),
            ("redis@sha256:00", "redis@sha256:00"),
        ];
        for (name, want) in cases {
            assert_eq!(image_name(name), want);
        }
    }

    #[test]
    fn names_are_found_in_any_order_and_capped() {
        let images: Images = ["redis:7", "nginx", "docker.io/library/redis:7"].into_iter().collect();
        assert_eq!(images.iter().collect::<Vec<_>>(), ["nginx:latest", "redis:7"]);
        assert!(images.contains("redis:7") && !images.contains("redis:8"));
        let many: Images = (0..2 * Images::MAX).map(|i| i.to_string()).collect();
        assert_eq!(many.iter().len(), Images::MAX);
    }
}
