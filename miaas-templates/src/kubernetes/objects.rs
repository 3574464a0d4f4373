//! Objects as data and as text.

use miaas_core::port::RenderError;
use serde_json::{Map, Value};

/// Kubernetes objects in the order in which they are applied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Objects {
    /// The objects.
    pub objects: Vec<Value>,
    /// What the Compose template says and these objects do not.
    pub warnings: Vec<String>,
}

impl Objects {
    pub(super) fn add(&mut self, api: &str, kind: &str, metadata: Value, rest: Value) {
        let mut object = Map::new();
        object.insert("apiVersion".to_owned(), Value::from(api));
        object.insert("kind".to_owned(), Value::from(kind));
        object.insert("metadata".to_owned(), metadata);
        if let Value::Object(rest) = rest {
            object.extend(rest);
        }
        self.objects.push(Value::Object(object));
    }

    pub(super) fn append(&mut self, other: Self) {
        self.objects.extend(other.objects);
        self.warnings.extend(other.warnings);
    }

    pub(super) fn warn(&mut self, service: &str, what: impl AsRef<str>) {
        self.warnings.push(format!("service {service:?}: {}", what.as_ref()));
    }

    /// The objects as YAML documents.
    ///
    /// # Errors
    /// The writer's.
    pub fn to_yaml(&self) -> Result<String, RenderError> {
        let mut out = String::new();
        for object in &self.objects {
            let text = serde_saphyr::to_string(object).map_err(|e| RenderError::new(e.to_string()))?;
            out.push_str(if out.is_empty() { "" } else { "---\n" });
            out.push_str(text.trim_end());
            out.push('\n');
        }
        Ok(out)
    }
}

/// Objects that a template wrote itself.
pub(crate) fn parse(text: &str, file: &str) -> Result<Objects, RenderError> {
    let wrong = |message: String| RenderError {
        message: format!("{file}: {message}"),
        file: Some(file.to_owned()),
        line: None,
        hint: None,
    };
    let objects: Vec<Value> = serde_saphyr::from_multiple(text).map_err(|e| wrong(e.to_string()))?;
    let objects: Vec<Value> = objects.into_iter().filter(|o| !o.is_null()).collect();
    for (i, object) in objects.iter().enumerate() {
        for pointer in ["/apiVersion", "/kind", "/metadata/name"] {
            if object.pointer(pointer).and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(wrong(format!(
                    "document {} has no {}",
                    i + 1,
                    pointer.trim_start_matches('/').replace('/', ".")
                )));
            }
        }
    }
    if objects.is_empty() {
        Err(wrong("there is no object".to_owned()))
    } else {
        Ok(Objects { objects, warnings: Vec::new() })
    }
}
