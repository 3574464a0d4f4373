//! Where the engine keeps the output of a service.

use bollard::models::HostConfigLogConfig;
use miaas_core::model::Logging;

/// Logs of a container take at most this much of the node's disk, three times.
const FILE_SIZE: &str = "10m";
const FILES: &str = "3";
const FILE_DRIVER: &str = "json-file";

/// Files with a limit, unless the service says otherwise.
pub(super) fn config(logging: Option<&Logging>) -> HostConfigLogConfig {
    let driver = logging.and_then(|l| l.driver.clone()).unwrap_or_else(|| FILE_DRIVER.to_owned());
    let limited = [("max-size".to_owned(), FILE_SIZE.to_owned()), ("max-file".to_owned(), FILES.to_owned())];
    let mut options = if driver == FILE_DRIVER { limited.into() } else { std::collections::BTreeMap::new() };
    options.extend(logging.into_iter().flat_map(|l| l.options.clone()));
    HostConfigLogConfig { typ: Some(driver), config: Some(options.into_iter().collect()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_limited_and_other_drivers_get_only_what_was_asked() {
        let options = |logging: Option<Logging>| {
            let config = config(logging.as_ref());
            let options: std::collections::BTreeMap<_, _> = config.config.unwrap().into_iter().collect();
            let options: Vec<String> = options.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
            (config.typ.unwrap(), options.join(" "))
        };
        let asked = |driver: Option<&str>, key: &str, value: &str| {
            let driver = driver.map(str::to_owned);
            Some(Logging { driver, options: [(key.to_owned(), value.to_owned())].into() })
        };
        let table = [
            (None, "json-file", "max-file=3 max-size=10m"),
            (asked(None, "max-size", "1m"), "json-file", "max-file=3 max-size=1m"),
            (asked(Some("syslog"), "tag", "x"), "syslog", "tag=x"),
        ];
        for (logging, driver, wanted) in table {
            assert_eq!(options(logging), (driver.to_owned(), wanted.to_owned()));
        }
    }
}
