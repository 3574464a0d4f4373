//! Where a state is, as a user writes it.

use std::{fmt, str::FromStr};

use miaas_core::{ErrorKind, PortError};

#[cfg(feature = "postgres")]
use crate::PostgresUrl;

/// Where a state is. `Debug` and `Display` show no password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Location {
    /// `sqlite:PATH`
    #[cfg(feature = "sqlite")]
    Sqlite(std::path::PathBuf),
    /// `postgres://…`
    #[cfg(feature = "postgres")]
    Postgres(PostgresUrl),
}

impl Location {
    /// Reads a location as a user writes it: like [`FromStr`], or `@FILE` for a file that holds nothing but one, so that a
    /// password need not stand on a command line.
    ///
    /// # Errors
    /// `Invalid` when it cannot be read or is none; the message never repeats it.
    pub fn read(text: &str) -> Result<Self, PortError> {
        let Some(file) = text.strip_prefix('@') else { return text.parse() };
        let text = std::fs::read_to_string(file).map_err(|e| {
            PortError::new(ErrorKind::Invalid, "store.location", format!("the file {file} cannot be read"))
                .with_source(e)
        })?;
        text.trim().parse()
    }
}

impl FromStr for Location {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        match text.split_once(':') {
            Some(("postgres" | "postgresql", _)) => postgres(text),
            // With two slashes the first part of a path would be a host.
            Some(("sqlite", path)) if !path.is_empty() && (!path.starts_with("//") || path.starts_with("///")) => {
                sqlite(path)
            }
            _ => {
                let message = "the location of a state is sqlite:PATH, postgres://USER@HOST/DATABASE, or @FILE for a file that \
                               holds one of them";
                Err(PortError::new(ErrorKind::Invalid, "store.location", message))
            }
        }
    }
}

#[cfg(feature = "postgres")]
fn postgres(text: &str) -> Result<Location, PortError> {
    text.parse().map(Location::Postgres)
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Result<Location, PortError> {
    Err(not_built_in("PostgreSQL", "postgres"))
}

#[cfg(feature = "sqlite")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature there is an error")]
fn sqlite(path: &str) -> Result<Location, PortError> {
    Ok(Location::Sqlite(path.into()))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str) -> Result<Location, PortError> {
    Err(not_built_in("SQLite", "sqlite"))
}

#[cfg(not(all(feature = "postgres", feature = "sqlite")))]
fn not_built_in(database: &str, feature: &str) -> PortError {
    PortError::new(ErrorKind::Unsupported, "store.location", format!("this program was built without {database}"))
        .with_hint(format!("build it with the feature {feature} of miaas-store"))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_read_and_shown_without_passwords() {
        for (text, shown) in [
            ("sqlite:miaas.db", "sqlite:miaas.db"),
            ("sqlite:/var/lib/miaas/miaas.db", "sqlite:/var/lib/miaas/miaas.db"),
            ("sqlite:///var/lib/miaas.db", "sqlite:///var/lib/miaas.db"),
            ("postgres://ada:hush@db/miaas", "postgres://ada@db:5432/miaas"),
        ] {
            assert_eq!(Location::read(text).unwrap().to_string(), shown);
        }
        for text in ["", "miaas.db", "sqlite:", "sqlite://host/miaas.db", "mysql://ada:hush@db/x", "@/nowhere/hush/"] {
            let error = Location::read(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{text}");
            assert!(!error.chain().contains("ada"), "{error}");
        }
    }

    #[test]
    fn a_location_may_stand_in_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("store");
        std::fs::write(&file, "postgres://ada:hush@db/miaas\n").unwrap();
        let location = Location::read(&format!("@{}", file.display())).unwrap();
        assert_eq!(format!("{location:?}"), "Postgres(PostgresUrl(postgres://ada@db:5432/miaas))");
    }
}
