//! What the manifest of a template reserves, once its parameters are known.

use miaas_core::{
    model::{GpuRequest, Resources},
    port::{PortDemand, RenderError},
};
use serde_json::{Value, json};

use crate::{
    catalog::Entry,
    manifest::{Expr, ResourceSpec},
    params::Resolved,
    render::{self, Target},
    units,
};

/// Evaluates the expressions of one manifest.
struct Eval<'a> {
    origin: &'a str,
    context: Value,
}

impl<'a> Eval<'a> {
    fn new(entry: &'a Entry, params: &Resolved, variant: &str) -> Self {
        Self { origin: &entry.origin, context: json!({"params": params.values(), "variant": variant}) }
    }
}

/// What one workload of a variant reserves.
pub(super) fn resources(
    entry: &Entry,
    params: &Resolved,
    variant: &str,
    spec: &ResourceSpec,
) -> Result<Resources, RenderError> {
    let eval = Eval::new(entry, params, variant);
    let mut resources = Resources::default();
    if let Some(cpu) = &spec.cpu {
        resources.cpu_milli = eval.parsed("resources.cpu", cpu, units::parse_cpus)?;
    }
    if let Some(memory) = &spec.memory {
        resources.mem_mib = eval.mib("resources.memory", memory)?;
    }
    if let Some(disk) = &spec.disk {
        resources.disk_mib = eval.mib("resources.disk", disk)?;
    }
    if let Some(gpu) = &spec.gpu {
        let count = eval.parsed("resources.gpu.count", &gpu.count, whole::<u32>)?;
        let memory_mib = gpu.memory.as_ref().map_or(Ok(0), |m| eval.mib("resources.gpu.memory", m))?;
        let text = |name, expr: &Option<Expr>| {
            expr.as_ref().map(|e| eval.text(name, e)).transpose().map(|t| t.filter(|t| !t.is_empty()))
        };
        let share_milli = match text("resources.gpu.share_milli", &gpu.share_milli)? {
            Some(_) => {
                gpu.share_milli.as_ref().map_or(Ok(0), |s| eval.parsed("resources.gpu.share_milli", s, whole))?
            }
            None => 0,
        };
        let (vendor, model) = (text("resources.gpu.vendor", &gpu.vendor)?, text("resources.gpu.model", &gpu.model)?);
        let compute = match text("resources.gpu.compute", &gpu.compute)? {
            Some(_) => gpu.compute.as_ref().map(|c| eval.parsed("resources.gpu.compute", c, str::parse)).transpose()?,
            None => None,
        };
        let request = GpuRequest { count, memory_mib, share_milli, vendor, model, compute };
        resources.gpu = (count > 0).then_some(request);
        if let Some(issue) = resources.gpu.iter().flat_map(|g| g.issues("resources.gpu")).next() {
            let file = format!("{}/template.yaml", entry.origin);
            let (message, hint) = (format!("{file}: {}: {}", issue.path.replace('/', "."), issue.message), issue.hint);
            return Err(RenderError { message, file: Some(file), line: None, hint });
        }
    }
    Ok(resources)
}

/// A size of the manifest in bytes.
pub(super) fn bytes(
    entry: &Entry,
    params: &Resolved,
    variant: &str,
    name: &str,
    size: &Expr,
) -> Result<u64, RenderError> {
    Eval::new(entry, params, variant).parsed(name, size, units::parse_size)
}

/// Ports of one workload of a variant.
pub(super) fn ports(entry: &Entry, params: &Resolved, variant: &str) -> Result<Vec<PortDemand>, RenderError> {
    let eval = Eval::new(entry, params, variant);
    let mut ports = Vec::with_capacity(entry.manifest.ports.len());
    for port in &entry.manifest.ports {
        let place = |field| format!("ports.{}.{field}", port.name);
        let container = eval.parsed(&place("container"), &port.container, |t| match whole(t) {
            Ok(0) => Err("must not be 0"),
            other => other,
        })?;
        let host = port.host.as_ref().map_or(Ok(0), |h| eval.parsed(&place("host"), h, whole::<u16>))?;
        ports.push(PortDemand {
            name: port.name.clone(),
            container,
            host: (host != 0).then_some(host),
            protocol: port.protocol,
        });
    }
    Ok(ports)
}

impl Eval<'_> {
    fn text(&self, name: &str, expr: &Expr) -> Result<String, RenderError> {
        if !expr.0.contains("{{") && !expr.0.contains("{%") {
            return Ok(expr.0.trim().to_owned());
        }
        let file = format!("{}/template.yaml ({name})", self.origin);
        Ok(render::render(&file, &expr.0, &self.context, Target::Text)?.trim().to_owned())
    }

    fn parsed<T, E: std::fmt::Display>(
        &self,
        name: &str,
        expr: &Expr,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, RenderError> {
        let text = self.text(name, expr)?;
        parse(&text).map_err(|why| {
            let file = format!("{}/template.yaml", self.origin);
            let hint = (text != expr.0.trim()).then(|| format!("it comes from {}", expr.0));
            RenderError { message: format!("{file}: {name} {text:?} {why}"), file: Some(file), line: None, hint }
        })
    }

    fn mib(&self, name: &str, expr: &Expr) -> Result<u64, RenderError> {
        Ok(self.parsed(name, expr, units::parse_size)?.div_ceil(1 << 20))
    }
}

fn whole<T: std::str::FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| "is not a whole number in range")
}
