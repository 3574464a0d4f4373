//! Prints the OpenAPI document of the HTTP API.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout().lock().write_all(miaas_server::openapi().as_bytes())
}
