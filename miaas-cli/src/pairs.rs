//! `key=value` arguments.

use std::collections::BTreeMap;

use miaas_core::{
    model::{AffinityTerm, Params},
    name::{LabelKey, Labels, Name},
};
use serde_json::Value;

/// Reads a `key=value` argument; the value may be empty and may hold further `=`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err(format!("{text:?} is not key=value")),
    }
}

/// Reads a `key=value` argument whose key is a label key.
pub(crate) fn label(text: &str) -> Result<(LabelKey, String), String> {
    let (key, value) = pair(text)?;
    Labels::parse_pairs([text]).map_err(|e| e.to_string())?;
    LabelKey::parse(&key).map(|key| (key, value)).map_err(|e| e.to_string())
}

/// Reads `deployment` or `deployment:label`.
pub(crate) fn neighbour(text: &str) -> Result<AffinityTerm, String> {
    let (name, by) = text.split_once(':').map_or((text, None), |(name, by)| (name, Some(by)));
    let deployment = Name::parse(name).map_err(|e| e.to_string())?;
    let by = by.map(LabelKey::parse).transpose().map_err(|e| e.to_string())?;
    Ok(AffinityTerm { deployment, by: by.map(|key| key.to_string()) })
}

/// The pairs as a map; of two with the same key the later one counts.
pub(crate) fn map(pairs: &[(String, String)]) -> BTreeMap<String, String> {
    pairs.iter().cloned().collect()
}

/// Parameter values of the types that the manifest of their template names. What does not fit goes as text, so that the
/// server explains what it wants.
pub(crate) fn typed(pairs: &[(String, String)], manifest: &Value) -> Params {
    let kind = |name: &str| {
        let parameters = manifest.get("parameters").and_then(Value::as_array)?;
        parameters.iter().find(|p| p.get("name").and_then(Value::as_str) == Some(name))?.get("type")?.as_str()
    };
    let value = |name: &str, text: &str| match kind(name) {
        Some("bool") => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
        Some("int" | "port") => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        _ => Value::from(text),
    };
    pairs.iter().map(|(name, text)| (name.clone(), value(name, text))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_neighbour_is_a_deployment_and_perhaps_a_label() {
        let term =
            |by: Option<&str>| AffinityTerm { deployment: Name::parse("redis").unwrap(), by: by.map(str::to_owned) };
        assert_eq!(neighbour("redis"), Ok(term(None)));
        assert_eq!(neighbour("redis:zone"), Ok(term(Some("zone"))));
        assert!(neighbour("").is_err() && neighbour("redis:").is_err() && neighbour("No Name").is_err());
    }

    #[test]
    fn pairs_are_cut_at_the_first_equals_sign() {
        assert_eq!(pair("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(pair("a="), Ok(("a".to_owned(), String::new())));
        assert!(pair("=b").is_err() && pair("a").is_err() && pair("").is_err());
        assert!(label("zone=b").is_ok() && label("bad key=b").is_err());
    }

    #[test]
    fn values_get_the_type_of_their_parameter() {
        let types = ["string", "int", "bool", "port", "size"];
        let parameters: Vec<Value> = types.iter().map(|t| json!({"name": t, "type": t})).collect();
        let manifest = json!({ "parameters": parameters });
        let cases = [
            ("string", "123", json!("123")),
            ("int", "123", json!(123)),
            ("int", "12x", json!("12x")),
            ("bool", "true", json!(true)),
            ("bool", "yes", json!("yes")),
            ("port", "8080", json!(8080)),
            ("size", "64MiB", json!("64MiB")),
            ("unknown", "1", json!("1")),
        ];
        for (name, text, want) in cases {
            let got = typed(&[(name.to_owned(), text.to_owned())], &manifest);
            assert_eq!(got.get(name), Some(&want), "{name}={text}");
        }
    }
}
