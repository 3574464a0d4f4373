//! Requests completed by what templates want generated and nobody gave, for example passwords. What an existing deployment has
//! already stays, so that planning or applying it again changes nothing.

use std::{collections::BTreeMap, fmt, sync::Arc};

use miaas_core::{
    PortError,
    api::v1::{ApplyStack, CreateDeployment, UpdateDeployment},
    model::{Deployment, Params, Source},
};

use super::generate::{self, RandomBytes, fill_generated};
use crate::{catalog::Catalog, manifest::Manifest};

/// Services of a stack by name: the deployment that each is, and which others have to be ready before it starts.
pub type Services = BTreeMap<String, (CreateDeployment, Vec<String>)>;

/// Completes requests before they are stored.
pub struct Completion<'a> {
    /// The templates.
    pub catalog: &'a Catalog,
    /// The deployment of this name or id, when there is one.
    pub stored: &'a dyn Fn(&str) -> Option<Arc<Deployment>>,
    /// Fresh random bytes, each time others.
    pub random: fn() -> Result<RandomBytes, PortError>,
}

impl fmt::Debug for Completion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion").finish_non_exhaustive()
    }
}

impl Completion<'_> {
    /// Completes the parameters of a new deployment.
    ///
    /// # Errors
    /// `NotFound` for an unknown template; that of `random`.
    pub fn create(&self, body: &mut CreateDeployment) -> Result<(), PortError> {
        let Some(template) = &body.template else { return Ok(()) };
        let manifest = &self.catalog.get(template)?.manifest;
        let name = body.name.as_deref().unwrap_or(template);
        let mut filled = self.existing(name).unwrap_or_default();
        filled.retain(|name, _| is_generated(manifest, name));
        filled.extend(body.params.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())));
        fill_generated(manifest, &mut filled, &mut || (self.random)())?;
        body.params.extend(filled.into_iter().filter(|(name, _)| is_generated(manifest, name)));
        Ok(())
    }

    /// Gives a new value to each generated parameter that the change sets to null. An unknown deployment, and a template that is
    /// gone from the catalogue, are left to whoever makes the change.
    ///
    /// # Errors
    /// That of `random`.
    pub fn update(&self, deployment: &str, body: &mut UpdateDeployment) -> Result<(), PortError> {
        let Some(record) = (self.stored)(deployment) else { return Ok(()) };
        let Source::Template { name, .. } = &record.spec.source else { return Ok(()) };
        let Ok(entry) = self.catalog.get(name) else { return Ok(()) };
        for p in &entry.manifest.parameters {
            let (Some(kind), Some(value)) = (p.generate, body.params.get_mut(&p.name)) else { continue };
            if value.is_null() {
                *value = generate::value(kind, &(self.random)()?).into();
            }
        }
        Ok(())
    }

    /// The deployments that a stack is, completed. An unknown template is left to whoever applies the stack, who refuses it with
    /// everything else that is wrong.
    ///
    /// # Errors
    /// That of `random`.
    pub fn stack(&self, stack: &str, body: ApplyStack) -> Result<Services, PortError> {
        let mut services = Services::new();
        for (name, mut service) in body.services {
            let after = std::mem::take(&mut service.depends_on);
            let mut deployment = service.into_deployment(format!("{stack}-{name}"));
            if deployment.template.as_deref().is_some_and(|template| self.catalog.get(template).is_ok()) {
                self.create(&mut deployment)?;
            }
            services.insert(name, (deployment, after));
        }
        Ok(services)
    }

    fn existing(&self, name: &str) -> Option<Params> {
        let record = (self.stored)(name)?;
        match &record.spec.source {
            Source::Template { params, .. } if record.name.as_str() == name => Some(params.clone()),
            _ => None,
        }
    }
}

fn is_generated(manifest: &Manifest, name: &str) -> bool {
    manifest.parameter(name).is_some_and(|p| p.generate.is_some())
}
