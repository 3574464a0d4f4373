//! Health checks.

use miaas_core::model::{HealthTest, Healthcheck, HttpTest, Millis};

use super::{
    cursor::{Cursor, Report},
    short, support,
};
use crate::{units, yaml::Value};

/// A health check; none when it is disabled.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report) -> Option<Healthcheck> {
    let fields = at.fields(support::HEALTH, report);
    let mut duration = |name: &str, default: u64, zero: bool| {
        let Some(at) = fields.get(name) else { return Millis(default) };
        let value = at.parsed(report, units::parse_duration).unwrap_or(default);
        if value == 0 && !zero {
            report.issue(at, format!("`{name}` must be longer than 0"));
        }
        Millis(value)
    };
    let interval = duration("interval", 30_000, false);
    let timeout = duration("timeout", 30_000, false);
    let start_period = duration("start_period", 0, true);
    let start_interval = fields.contains_key("start_interval").then(|| duration("start_interval", 0, false));
    let retries = fields.get("retries").map_or(Some(3), |at| {
        at.parsed(report, |text| match text.parse::<u32>() {
            Ok(n @ 1..=10_000) => Ok(n),
            _ => Err("is no whole number from 1 to 10000"),
        })
    });
    if fields.get("disable").and_then(|at| at.bool(report)) == Some(true) {
        return None;
    }
    let test = match (fields.get("test"), fields.get("x-http")) {
        (Some(test), None) => self::test(test, report)?,
        (None, Some(http)) => HealthTest::Http(self::http(http, report)?),
        (Some(_), Some(_)) => {
            report.issue(at, "the health check has both `test` and `x-http`");
            return None;
        }
        (None, None) => {
            report.issue_hint(at, "the health check has no `test`", "to have none, leave `healthcheck` out");
            return None;
        }
    };
    Some(Healthcheck { test, interval, timeout, retries: retries?, start_period, start_interval })
}

fn http(at: &Cursor<'_>, report: &mut Report) -> Option<HttpTest> {
    let fields = at.fields(support::HTTP_TEST, report);
    let Some(port) = fields.get("port") else {
        report.issue(at, "`x-http` has no `port`");
        return None;
    };
    let port = port.number(report, 1..=65_535)?;
    let path = match fields.get("path") {
        None => "/".to_owned(),
        Some(at) => at.parsed(report, |text| {
            let plain = text.starts_with('/') && text.bytes().all(|b| b.is_ascii_graphic());
            if plain { Ok(text.to_owned()) } else { Err("is no path: it starts with `/` and has no spaces") }
        })?,
    };
    Some(HttpTest { port, path })
}

fn test(at: &Cursor<'_>, report: &mut Report) -> Option<HealthTest> {
    const FORMS: &str = "write a text, [CMD, program, …], [CMD-SHELL, command] or [NONE]";
    if let Value::Scalar(_) = at.value {
        let text = at.text(report)?;
        if text.trim().is_empty() {
            report.issue_hint(at, "the test is empty", FORMS);
            return None;
        }
        return Some(HealthTest::Shell(text.to_owned()));
    }
    let words = at.texts(report);
    match words.split_first() {
        Some((kind, rest)) if kind == "CMD" && !rest.is_empty() => Some(HealthTest::Exec(rest.to_vec())),
        Some((kind, [command])) if kind == "CMD-SHELL" => Some(HealthTest::Shell(command.clone())),
        Some((kind, [])) if kind == "NONE" => None,
        Some((kind, _)) => {
            report.issue_hint(at, format!("the test starts with {:?}", short(kind)), FORMS);
            None
        }
        None => {
            report.issue_hint(at, "the test is empty", FORMS);
            None
        }
    }
}
