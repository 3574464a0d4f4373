//! Prints `docs/catalogue.md`: `cargo run -p miaas-templates --example catalogue > docs/catalogue.md`.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let page = miaas_templates::catalog::markdown(&miaas_templates::Catalog::builtin()?);
    Ok(std::io::stdout().write_all(page.as_bytes())?)
}
