//! Probes, from what the manifest says about health over the network, else from the health check of Compose.

use miaas_core::{
    model::{HealthTest, Healthcheck, Millis, Service},
    port::RenderError,
};
use serde_json::{Value, json};

use super::{Source, container, names};

/// The probes of a container, by the names of their fields; none when nothing asks for its health.
pub(super) fn of(
    source: &Source<'_>,
    service: &Service,
    shown: &Service,
) -> Result<Vec<(&'static str, Value)>, RenderError> {
    let timing = service.healthcheck.as_ref();
    let Some(action) = network(source, service).map_or_else(|| exec(service, shown), |a| Ok(Some(a)))? else {
        return Ok(Vec::new());
    };
    let seconds = |at: Option<Millis>, default: u64| at.map_or(default, |m| m.0.div_ceil(1000)).max(1);
    let period = seconds(timing.map(|h| h.interval), 10);
    let retries = u64::from(timing.map_or(3, |h| h.retries)).max(1);
    let start = timing.map_or(60, |h| h.start_period.0.div_ceil(1000));
    let probe = |failures: u64| {
        let mut probe = action.clone();
        probe["periodSeconds"] = json!(period);
        probe["timeoutSeconds"] = json!(seconds(timing.map(|h| h.timeout), 5));
        probe["failureThreshold"] = json!(failures);
        probe
    };
    Ok(vec![
        // Until it has succeeded once, the others wait: what Compose calls the start period.
        ("startupProbe", probe(start.div_ceil(period) + retries)),
        ("readinessProbe", probe(retries)),
        // Compose never restarts what is unhealthy; one that stays so for a long time is.
        ("livenessProbe", probe((retries * 3).max(60_u64.div_ceil(period)))),
    ])
}

/// What the manifest says, for the service that publishes the port.
fn network(source: &Source<'_>, service: &Service) -> Option<Value> {
    let health = source.manifest().health.as_ref()?;
    let port = source.manifest().ports.iter().find(|p| p.name == health.port)?;
    service.ports.iter().find(|p| p.container.to_string() == port.container.0 && p.protocol == port.protocol)?;
    let name = names::port(&port.name);
    Some(match &health.path {
        Some(path) if port.scheme == "https" => json!({"httpGet": {"path": path, "port": name, "scheme": "HTTPS"}}),
        Some(path) => json!({"httpGet": {"path": path, "port": name}}),
        None => json!({"tcpSocket": {"port": name}}),
    })
}

fn exec(service: &Service, shown: &Service) -> Result<Option<Value>, RenderError> {
    let Some(Healthcheck { test, .. }) = &service.healthcheck else { return Ok(None) };
    if shown.healthcheck.as_ref().map(|h| &h.test) != Some(test) {
        let mut e =
            RenderError::new("the health check holds a password, and a probe of Kubernetes is readable by many");
        e.hint =
            Some("let it take the password from an environment variable, or say `health` in template.yaml".to_owned());
        return Err(e);
    }
    let command = match test {
        HealthTest::Http(http) => return Ok(Some(json!({"httpGet": {"path": http.path, "port": http.port}}))),
        HealthTest::Exec(words) => words.clone(),
        HealthTest::Shell(line) => vec!["/bin/sh".to_owned(), "-c".to_owned(), line.clone()],
    };
    let command: Vec<String> = command.iter().map(|word| container::escaped(word)).collect();
    Ok(Some(json!({"exec": {"command": command}})))
}
