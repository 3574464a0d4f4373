use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    time::Duration,
};

use super::Step;
use crate::{
    error::{ErrorKind, PortError},
    id::{DeploymentId, WorkloadId},
    model::{DependsOn, MountSource, PullProgress, RenderedWorkload, RestartPolicy, Service, ServiceState},
    port::{LogLine, LogOptions, Observed, Progress},
    time::Timestamp,
};

/// Faults that are in force.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub down: bool,
    pub prepare: BTreeMap<String, String>,
    pub start: BTreeMap<WorkloadId, String>,
    /// Images whose services cannot be started, with the message.
    pub start_image: BTreeMap<String, String>,
    pub unhealthy: BTreeSet<(WorkloadId, String)>,
}

/// What is on the machine.
#[derive(Debug, Default)]
pub(super) struct Machine {
    pub faults: Faults,
    pub foreign: BTreeSet<WorkloadId>,
    pub effects: u64,
    images: BTreeSet<String>,
    volumes: BTreeMap<String, Kept>,
    held: BTreeMap<WorkloadId, Held>,
    /// Counts instances and is the time of the log.
    ticks: u64,
}

/// A volume; without an owner it outlives every workload.
#[derive(Debug)]
struct Kept {
    owner: Option<WorkloadId>,
    deployment: DeploymentId,
    lines: Vec<String>,
}

/// A workload that was started.
#[derive(Debug)]
struct Held {
    workload: RenderedWorkload,
    services: BTreeMap<String, ServiceState>,
    lines: Vec<LogLine>,
}

impl Held {
    /// Forgets the services that are others in `new`, or are not in it. Those that follow one of them end.
    fn keep_unchanged(&mut self, new: &RenderedWorkload) {
        let hashes = |w: &RenderedWorkload| w.service_hashes().unwrap_or_default();
        let (is, wanted) = (hashes(&self.workload), hashes(new));
        self.services.retain(|name, _| wanted.contains_key(name) && wanted.get(name) == is.get(name));
        let kept: Vec<String> = self.services.keys().cloned().collect();
        self.lines.retain(|line| kept.contains(&line.service));
        for name in &kept {
            if new.spec.services[name].follows.iter().any(|followed| !kept.contains(followed)) {
                end(&mut self.services, name, None);
            }
        }
    }
}

/// A step as a word of a command.
pub(super) fn encode(step: &Step) -> String {
    serde_json::to_string(step).unwrap_or_default()
}

fn steps(service: &Service) -> Vec<Step> {
    // A command that is no script belongs to a real program: it just runs.
    service.command.iter().flatten().filter_map(|word| serde_json::from_str(word).ok()).collect()
}

impl Machine {
    pub(super) fn answers(&self, operation: &'static str) -> Result<(), PortError> {
        if self.faults.down {
            return Err(PortError::unavailable(operation, "the fake engine does not answer"));
        }
        Ok(())
    }

    pub(super) fn names(&self) -> Vec<WorkloadId> {
        self.held.keys().cloned().collect()
    }

    pub(super) fn runs(&self, id: &WorkloadId) -> bool {
        self.held.get(id).is_some_and(|h| h.services.values().any(|s| s.running))
    }

    pub(super) fn service_of(&self, instance: &str) -> Option<(WorkloadId, String)> {
        self.held.iter().find_map(|(id, held)| {
            let (name, _) = held.services.iter().find(|(_, s)| s.instance == instance)?;
            Some((id.clone(), name.clone()))
        })
    }

    pub(super) fn observe(&self) -> BTreeMap<WorkloadId, Observed> {
        // A volume that carries the mark is something to be removed, even when nothing was started.
        let prepared = self.volumes.values().filter_map(|v| v.owner.as_ref()).map(|id| (id.clone(), None));
        let held = self.held.iter().map(|(id, held)| (id.clone(), Some(held)));
        let all: BTreeMap<WorkloadId, Option<&Held>> = prepared.chain(held).collect();
        let ours = all.into_iter().filter(|(id, _)| !self.foreign.contains(id));
        ours.filter_map(|(id, held)| Some((id.clone(), self.observed(&id, held)?))).collect()
    }

    fn observed(&self, id: &WorkloadId, held: Option<&Held>) -> Option<Observed> {
        let Some(held) = held else {
            let deployment =
                self.volumes.values().find(|v| v.owner.as_ref() == Some(id)).map(|v| v.deployment.clone())?;
            return Some(Observed { deployment, hash: None, generation: 0, services: BTreeMap::new() });
        };
        let w = &held.workload;
        let mut services = held.services.clone();
        for (name, state) in &mut services {
            if state.healthy.is_some() && self.faults.unhealthy.contains(&(id.clone(), name.clone())) {
                state.healthy = Some(false);
            }
        }
        let complete = services.len() == w.spec.services.len();
        Some(Observed {
            deployment: w.deployment.clone(),
            hash: complete.then(|| w.hash.clone()),
            generation: w.generation,
            services,
        })
    }

    pub(super) fn pull(&mut self, image: &str) -> Result<(), PortError> {
        if let Some(message) = self.faults.prepare.get(image) {
            let message = format!("image {image} cannot be pulled: {message}");
            return Err(PortError::new(ErrorKind::NotFound, "executor.pull", message));
        }
        self.effects += u64::from(self.images.insert(image.to_owned()));
        Ok(())
    }

    pub(super) fn prepare(&mut self, w: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError> {
        for (name, service) in &w.spec.services {
            if let Some(message) = self.faults.prepare.get(&service.image) {
                let message =
                    format!("workload {}, service {name}: image {} cannot be pulled: {message}", w.id, service.image);
                return Err(PortError::new(ErrorKind::NotFound, "executor.prepare", message));
            }
        }
        for service in w.spec.services.values() {
            if self.images.insert(service.image.clone()) {
                progress.pulled(&PullProgress { image: service.image.clone(), done_bytes: 1, total_bytes: 1 });
                self.effects += 1;
            }
        }
        for (name, volume) in &w.spec.volumes {
            let owner = volume.external_name.is_none().then(|| w.id.clone());
            if let Entry::Vacant(place) = self.volumes.entry(volume_name(w, name)) {
                place.insert(Kept { owner, deployment: w.deployment.clone(), lines: Vec::new() });
                self.effects += 1;
            }
        }
        Ok(())
    }

    pub(super) fn start(&mut self, w: &RenderedWorkload) -> Result<(), PortError> {
        let fail =
            |kind, message: String| PortError::new(kind, "executor.start", format!("workload {}: {message}", w.id));
        if self.foreign.contains(&w.id) {
            return Err(fail(ErrorKind::Conflict, "something that is not ours has its name".to_owned()));
        }
        let levels = w.spec.start_levels().map_err(|e| fail(ErrorKind::Invalid, e.to_string()))?;
        if let Some(held) = self.held.get_mut(&w.id).filter(|h| h.workload.hash != w.hash) {
            held.keep_unchanged(w);
            self.effects += 1;
            if held.services.is_empty() {
                self.held.remove(&w.id);
            }
        }
        let broken = |s: &Service| self.faults.start_image.get(&s.image);
        if let Some(message) = self.faults.start.get(&w.id).or_else(|| w.spec.services.values().find_map(|s| broken(s)))
        {
            return Err(fail(ErrorKind::Unavailable, message.clone()));
        }
        let mut held = self.held.remove(&w.id).unwrap_or_else(|| {
            self.effects += 1;
            Held { workload: w.clone(), services: BTreeMap::new(), lines: Vec::new() }
        });
        held.workload = w.clone();
        let repair = held.services.values().any(|s| s.running);
        let mut order = levels.into_iter().flatten();
        let result = order.try_for_each(|name| self.start_service(&mut held, name, repair));
        self.held.insert(w.id.clone(), held);
        result.map_err(|message| fail(ErrorKind::Unavailable, message))
    }

    fn start_service(&mut self, held: &mut Held, name: &str, repair: bool) -> Result<(), String> {
        let service = held.workload.spec.services[name].clone();
        for (needs, condition) in &service.depends_on {
            let state = held.services.get(needs).cloned().unwrap_or_default();
            let met = match condition {
                DependsOn::ServiceStarted => true,
                DependsOn::ServiceHealthy => state.running && state.healthy != Some(false),
                DependsOn::ServiceCompletedSuccessfully => state.exit_code == Some(0),
            };
            if !met {
                let code = state.exit_code.map_or_else(|| "none".to_owned(), |c| c.to_string());
                return Err(format!("service {name}: {needs} did not become what it needs; its exit code is {code}"));
            }
        }
        if let Some(state) = held.services.get(name) {
            let done = state.exit_code == Some(0) && service.restart != RestartPolicy::Always;
            if state.running || (repair && done) {
                return Ok(());
            }
        }
        self.effects += 1;
        self.ticks += 1;
        let instance = format!("fake-{}", self.ticks);
        let mut state = ServiceState { running: true, instance, ..ServiceState::default() };
        let script = steps(&service);
        if service.healthcheck.is_some() {
            state.healthy = Some(!script.contains(&Step::Checked) || script.contains(&Step::BecomeHealthy));
        }
        for step in &script {
            match step {
                Step::Say(text) => self.print(held, name, text, false),
                Step::Complain(text) => {
                    self.print(held, name, text, true);
                    state.error = Some(text.clone());
                }
                Step::Show(variable) => {
                    let value = service.environment.0.get(variable).cloned().unwrap_or_default();
                    value.split('\n').for_each(|line| self.print(held, name, line, false));
                }
                Step::Keep(text) => {
                    if let Some(volume) = self.mounted(&held.workload, &service) {
                        volume.lines.push(text.clone());
                    }
                }
                Step::Recall => {
                    let lines = self.mounted(&held.workload, &service).map(|v| v.lines.clone()).unwrap_or_default();
                    lines.iter().for_each(|line| self.print(held, name, line, false));
                }
                Step::Exit(code) => {
                    state.running = false;
                    state.exit_code = Some(*code);
                    break;
                }
                Step::Pause(_) | Step::Checked | Step::BecomeHealthy | Step::OnStop(_) | Step::IgnoreStop => {}
            }
        }
        if state.exit_code.is_none_or(|code| code == 0) {
            state.error = None;
        }
        held.services.insert(name.to_owned(), state);
        Ok(())
    }

    fn mounted(&mut self, w: &RenderedWorkload, service: &Service) -> Option<&mut Kept> {
        let name = service.mounts.iter().find_map(|m| match &m.source {
            MountSource::Volume(name) => Some(name),
            MountSource::Host(_) | MountSource::Tmpfs(_) => None,
        })?;
        self.volumes.get_mut(&volume_name(w, name))
    }

    fn print(&mut self, held: &mut Held, service: &str, text: &str, stderr: bool) {
        self.ticks += 1;
        let at = Some(Timestamp::from_millis(i64::try_from(self.ticks).unwrap_or(i64::MAX)));
        let workload = held.workload.id.clone();
        held.lines.push(LogLine { workload, service: service.to_owned(), at, stderr, text: text.to_owned() });
    }

    pub(super) fn stop(&mut self, id: &WorkloadId, grace: Duration) {
        if self.foreign.contains(id) || !self.runs(id) {
            return;
        }
        let Some(mut held) = self.held.remove(id) else { return };
        self.effects += 1;
        let running: Vec<String> = held.services.iter().filter(|(_, s)| s.running).map(|(n, _)| n.clone()).collect();
        for name in running {
            let script = steps(&held.workload.spec.services[&name]);
            let farewell = script.iter().find_map(|s| if let Step::OnStop(text) = s { Some(text) } else { None });
            if let Some(text) = farewell.filter(|_| !grace.is_zero()) {
                self.print(&mut held, &name, text, false);
            }
            end(&mut held.services, &name, None);
        }
        self.held.insert(id.clone(), held);
    }

    pub(super) fn remove(&mut self, id: &WorkloadId) {
        if self.foreign.contains(id) {
            return;
        }
        let volumes = self.volumes.len();
        self.volumes.retain(|_, v| v.owner.as_ref() != Some(id));
        if self.held.remove(id).is_some() || self.volumes.len() != volumes {
            self.effects += 1;
        }
    }

    pub(super) fn kill(&mut self, id: &WorkloadId, service: &str) -> bool {
        self.held.get_mut(id).is_some_and(|held| end(&mut held.services, service, Some(137)))
    }

    pub(super) fn kill_all(&mut self) {
        for held in self.held.values_mut() {
            let names: Vec<String> = held.services.keys().cloned().collect();
            for name in names {
                end(&mut held.services, &name, Some(137));
            }
        }
    }

    /// The lines asked for, and how many lines there are.
    pub(super) fn lines(&self, id: &WorkloadId, options: &LogOptions) -> (Vec<LogLine>, usize) {
        let (mut lines, seen) = self.lines_after(id, options, 0);
        if let Some(tail) = options.tail {
            let mut left: BTreeMap<String, u64> = BTreeMap::new();
            lines.reverse();
            lines.retain(|line| {
                let left = left.entry(line.service.clone()).or_insert(tail);
                let keep = *left > 0;
                *left = left.saturating_sub(1);
                keep
            });
            lines.reverse();
        }
        (lines, seen)
    }

    pub(super) fn lines_after(&self, id: &WorkloadId, options: &LogOptions, seen: usize) -> (Vec<LogLine>, usize) {
        let Some(held) = self.held.get(id).filter(|_| !self.foreign.contains(id)) else { return (Vec::new(), 0) };
        // Fewer lines than seen: another workload under the same name.
        let seen = if seen > held.lines.len() { 0 } else { seen };
        let wanted = |line: &&LogLine| {
            options.service.as_ref().is_none_or(|s| *s == line.service)
                && options.since.is_none_or(|since| line.at.is_some_and(|at| at >= since))
        };
        (held.lines[seen..].iter().filter(wanted).cloned().collect(), held.lines.len())
    }
}

fn volume_name(w: &RenderedWorkload, name: &str) -> String {
    let external = w.spec.volumes.get(name).and_then(|v| v.external_name.clone());
    external.unwrap_or_else(|| format!("{}_{name}", w.id))
}

fn end(services: &mut BTreeMap<String, ServiceState>, name: &str, code: Option<i64>) -> bool {
    let Some(state) = services.get_mut(name).filter(|s| s.running) else { return false };
    state.running = false;
    state.exit_code = code;
    state.healthy = None;
    true
}
