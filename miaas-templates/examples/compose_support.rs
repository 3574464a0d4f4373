//! Prints `docs/compose-support.md`: `cargo run -p miaas-templates --example compose_support > docs/compose-support.md`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(miaas_templates::compose::support::markdown().as_bytes())
}
