//! `template.yaml` as JSON Schema, for editors.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use super::Manifest;

/// JSON Schema (draft 2020-12) of `template.yaml`. What it cannot say (names that have to exist, defaults within bounds) is
/// checked when a manifest is read.
#[must_use]
pub fn json_schema() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Manifest>();
    schema.insert("title".to_owned(), Value::from("MIaaS template"));
    schema.to_value()
}
