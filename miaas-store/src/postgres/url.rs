//! Where a PostgreSQL database is, shown without its password.

use std::{fmt, str::FromStr};

use miaas_core::{ErrorKind, PortError};
use sqlx::postgres::PgConnectOptions;

/// The address of a PostgreSQL database: `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?sslmode=verify-full&…]`.
///
/// What it leaves out comes from `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD` and `PGSSLMODE`, the password also from
/// `~/.pgpass`. `Debug` and `Display` show neither password nor parameters.
#[derive(Clone)]
pub struct PostgresUrl(Box<PgConnectOptions>);

impl PostgresUrl {
    pub(crate) fn connect_options(&self) -> PgConnectOptions {
        PgConnectOptions::clone(&self.0)
    }
}

impl FromStr for PostgresUrl {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        // The text may hold a password: no error repeats it.
        let invalid = |what: &str| {
            PortError::new(ErrorKind::Invalid, "store.open", format!("the address of the PostgreSQL database {what}"))
                .with_hint("write postgres://USER@HOST:PORT/DATABASE; special characters of a password as %XX")
        };
        if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err(invalid("does not begin with postgres://"));
        }
        let options: PgConnectOptions = text.parse().map_err(|e| invalid("cannot be read").with_source(e))?;
        if options.get_database().is_none_or(str::is_empty) {
            return Err(invalid("names no database"));
        }
        Ok(Self(Box::new(options)))
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, database) = (self.0.get_username(), self.0.get_database().unwrap_or_default());
        match self.0.get_socket() {
            Some(socket) => write!(f, "postgres://{user}@localhost/{database}?host={}", socket.display()),
            None => write!(f, "postgres://{user}@{}:{}/{database}", self.0.get_host(), self.0.get_port()),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        for text in [
            "postgres://ada:hush%40hush@db.example:6543/miaas?sslmode=require",
            "postgresql://ada@db.example:6543/miaas?password=hush%40hush",
        ] {
            let url: PostgresUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), "postgres://ada@db.example:6543/miaas");
            assert_eq!(format!("{url:?}"), "PostgresUrl(postgres://ada@db.example:6543/miaas)");
        }
        let url: PostgresUrl = "postgres://ada:hush@localhost/miaas?host=/run/postgresql".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://ada@localhost/miaas?host=/run/postgresql");
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for (text, want) in [
            ("mysql://ada:hush@db/miaas", "begin with postgres://"),
            ("postgres://ada:hush@db:port/miaas", "cannot be read"),
            ("postgres://ada:hush@db", "names no database"),
            ("postgres://ada:hush@db/miaas?sslmode=maybe", "cannot be read"),
        ] {
            let error = text.parse::<PostgresUrl>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid);
            assert!(error.chain().contains(want), "{}", error.chain());
            assert!(!error.chain().contains("hush") && !format!("{error:?}").contains("hush"), "{error:?}");
        }
    }
}
