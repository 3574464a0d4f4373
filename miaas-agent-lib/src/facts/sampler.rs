//! What changes all the time, for heartbeats.

use std::time::Duration;

use miaas_core::model::{Facts, Heartbeat};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};
use tokio::time::Instant;

use super::{FactsOptions, disks, engine, gpus, host, network, nvidia::Nvidia, ports};

/// Reading the tables of sockets takes the kernel milliseconds, however few there are: ports are looked at this often.
const PORTS_EVERY: Duration = Duration::from_secs(15);

/// Takes samples of the node's use. Keeps what is needed to make the next sample cheap: an idle agent must cost nothing.
#[derive(Debug)]
pub struct Sampler {
    options: FactsOptions,
    system: Option<System>,
    nvidia: Nvidia,
    ports_at: Option<Instant>,
}

impl Sampler {
    /// A sampler; the first processor use is measured from here.
    #[must_use]
    pub fn new(options: FactsOptions) -> Self {
        let wanted = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing().with_usage())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(wanted).ok();
        Self { options, system, nvidia: Nvidia::default(), ports_at: None }
    }

    /// Everything that can be read now.
    pub async fn facts(&mut self) -> Facts {
        let mut facts = host::host_facts();
        facts.disks = disks::disks(&self.options.data_dir);
        facts.interfaces = network::interfaces();
        facts.gpus = gpus(&mut self.nvidia, &self.options);
        facts.listening_ports = ports::listening(&self.options.proc_root);
        facts.executors = self.options.executors.clone();
        let mut images = Vec::new();
        if let Some(socket) = &self.options.docker_socket {
            let (engine, has) = engine::engine_facts(socket).await;
            facts.docker = Some(engine);
            images.extend(has);
        }
        if let Some(socket) = &self.options.podman_socket {
            facts.podman = Some(engine::engine_facts(socket).await.0);
        }
        facts.images = images.into();
        facts
    }

    /// A sample of now. Processor use is the mean since the last sample; ports are missing when they were looked at lately.
    /// Ask for cards only where facts found some: looking for a missing driver every few seconds is waste.
    pub fn heartbeat(&mut self, with_gpus: bool) -> Heartbeat {
        let (cpu_usage, mem_usage) = self.use_of_host();
        Heartbeat {
            cpu_usage,
            mem_usage,
            disk_free_mb: disks::space(&self.options.data_dir).map(|(_, free)| free),
            running_containers: Vec::new(),
            gpus: with_gpus.then(|| gpus(&mut self.nvidia, &self.options)),
            listening_ports: self.ports_when_due(),
            stamp: None,
        }
    }

    fn ports_when_due(&mut self) -> Option<Vec<u16>> {
        if self.ports_at.is_some_and(|at| at.elapsed() < PORTS_EVERY) {
            return None;
        }
        self.ports_at = Some(Instant::now());
        Some(ports::listening(&self.options.proc_root))
    }

    #[allow(clippy::cast_precision_loss, reason = "a percentage needs no 53 bits")]
    fn use_of_host(&mut self) -> (Option<f64>, Option<f64>) {
        let Some(system) = &mut self.system else { return (None, None) };
        system.refresh_cpu_usage();
        system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        let total = system.total_memory();
        let memory = (total > 0).then(|| (system.used_memory() as f64 * 100.0 / total as f64).clamp(0.0, 100.0));
        (Some(f64::from(system.global_cpu_usage()).clamp(0.0, 100.0)), memory)
    }
}
