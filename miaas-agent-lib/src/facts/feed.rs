//! Facts as they change, looked at in the background so that a slow engine delays no heartbeat.

use std::{sync::Arc, time::Duration};

use miaas_core::model::Facts;
use tokio::{sync::watch, task::AbortHandle, time::Instant};

use super::{FactsOptions, Sampler};

/// The newest facts, for any number of readers. Looking ends when the feed is dropped.
#[derive(Debug)]
pub struct FactsFeed {
    newest: watch::Receiver<Arc<Facts>>,
    task: AbortHandle,
}

impl FactsFeed {
    /// Looks once, then again every `look`. Readers are woken when something changed, and every `full` in any case, since
    /// what changes all the time (free space, use of GPUs) does not count as a change.
    pub async fn start(options: FactsOptions, look: Duration, full: Duration) -> Self {
        let mut sampler = Sampler::new(options);
        let (sender, newest) = watch::channel(Arc::new(sampler.facts().await));
        let task = tokio::spawn(async move {
            let mut told = Instant::now();
            while !sender.is_closed() {
                tokio::time::sleep(look).await;
                let facts = sampler.facts().await;
                if told.elapsed() >= full || steady(&facts) != steady(&sender.borrow()) {
                    told = Instant::now();
                    sender.send_replace(Arc::new(facts));
                }
            }
        });
        Self { newest, task: task.abort_handle() }
    }

    /// A reader that has seen nothing yet.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Facts>> {
        self.newest.clone()
    }
}

impl Drop for FactsFeed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Facts without what changes all the time.
fn steady(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    facts.listening_ports.clear();
    for disk in &mut facts.disks {
        disk.free_mb = 0;
    }
    for gpu in &mut facts.gpus {
        gpu.memory_used_mb = 0;
        (gpu.utilization, gpu.temperature, gpu.power) = (None, None, None);
    }
    facts
}

#[cfg(test)]
mod tests {
    use miaas_core::model::{Disk, EngineFacts, Gpu};

    use super::*;

    #[test]
    fn use_is_no_change_but_a_lost_engine_is() {
        let engine = |available| Some(EngineFacts { available, ..EngineFacts::default() });
        let facts = |free_mb, power, available| Facts {
            disks: vec![Disk { mount: "/".into(), total_mb: 100, free_mb }],
            gpus: vec![Gpu { power, ..Gpu::default() }],
            docker: engine(available),
            ..Facts::default()
        };
        assert_eq!(steady(&facts(1, None, true)), steady(&facts(2, Some(70.0), true)));
        assert_ne!(steady(&facts(1, None, true)), steady(&facts(1, None, false)));
    }
}
