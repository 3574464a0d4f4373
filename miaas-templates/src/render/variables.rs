//! Which variables a text uses, without rendering it.

use std::collections::BTreeSet;

use super::{Target, engine};

/// The variables of a template text with their attributes: `params.port`.
///
/// # Errors
/// What is wrong with its syntax.
pub fn variables(source: &str) -> Result<BTreeSet<String>, String> {
    let env = engine::environment(Target::Text);
    let template =
        env.template_from_str(source).map_err(|e| e.detail().map_or_else(|| e.to_string(), str::to_owned))?;
    Ok(template.undeclared_variables(true).into_iter().collect())
}
