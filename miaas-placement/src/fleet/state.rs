use super::Shape;

/// Most GPUs of one node.
pub const MAX_GPUS: usize = 16;
/// A whole GPU, in thousandths.
pub const WHOLE: u16 = 1000;

/// What is free on a node, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    /// Free thousandths of a processor.
    pub cpu_milli: u32,
    /// Free memory in MiB.
    pub mem_mib: u32,
    /// Number of its GPUs' model.
    pub model: u8,
    /// How many GPUs it has.
    pub gpus: u8,
    /// [Kinds](Shape::kind) of demands that it has ever held, as bits: bit 0 for shares, bit n for n whole GPUs.
    pub kinds: u32,
    /// Free thousandths of each GPU; zero beyond `gpus`.
    pub free: [u16; MAX_GPUS],
}

impl State {
    /// A node on which nothing runs. More than [`MAX_GPUS`] GPUs count as so many.
    #[must_use]
    pub fn idle(cpu_milli: u32, mem_mib: u32, gpus: u8, model: u8) -> Self {
        let gpus = gpus.min(MAX_GPUS as u8);
        let mut free = [0; MAX_GPUS];
        free[..usize::from(gpus)].fill(WHOLE);
        Self { cpu_milli, mem_mib, model, gpus, kinds: 0, free }
    }

    /// Free thousandths of its GPUs.
    #[must_use]
    pub fn devices(&self) -> &[u16] {
        &self.free[..usize::from(self.gpus)]
    }

    /// Free thousandths of all its GPUs together.
    #[must_use]
    pub fn gpu_free(&self) -> u32 {
        self.free.iter().map(|f| u32::from(*f)).sum()
    }

    /// How many of its GPUs have so many thousandths free.
    #[must_use]
    pub fn slots(&self, milli: u16) -> u32 {
        let enough = |free: &u16| u32::from(*free >= milli);
        // What asks for something finds nothing beyond the GPUs that there are, and a fixed number is looked at faster.
        if milli > 0 { self.free.iter().map(enough).sum() } else { u32::from(self.gpus) }
    }

    /// How often the shape fits, one beside the other, judged by each resource alone. Whole GPUs only.
    #[must_use]
    pub fn copies(&self, shape: &Shape) -> u32 {
        self.copies_on(self.slots(WHOLE), shape)
    }

    /// As [`Self::copies`], with the number of idle GPUs at hand.
    pub(crate) fn copies_on(&self, idle: u32, shape: &Shape) -> u32 {
        let by = |free: u32, asked: u32| free.checked_div(asked).unwrap_or(u32::MAX);
        by(idle, u32::from(shape.gpus)).min(by(self.cpu_milli, shape.cpu_milli)).min(by(self.mem_mib, shape.mem_mib))
    }

    /// The GPU with the least free share that still gives `milli`; the first of equals.
    #[must_use]
    pub fn tightest(&self, milli: u16) -> Option<u8> {
        let fitting = self.devices().iter().enumerate().filter(|(_, f)| **f >= milli);
        fitting.min_by_key(|(i, f)| (**f, *i)).map(|(i, _)| i as u8)
    }

    /// The state once the shape was put here, a share of a GPU on `device`. The caller has seen that it [fits](Shape::fits).
    #[must_use]
    pub fn with(mut self, shape: &Shape, device: u8) -> Self {
        debug_assert!(shape.fits(&self), "{shape:?} does not fit {self:?}");
        self.cpu_milli -= shape.cpu_milli;
        self.mem_mib -= shape.mem_mib;
        self.kinds |= shape.kind().unwrap_or(0);
        if shape.is_share() {
            self.free[usize::from(device)] -= shape.gpu_milli;
        } else {
            let idle = self.free.iter_mut().filter(|f| **f == WHOLE);
            idle.take(usize::from(shape.gpus)).for_each(|f| *f = 0);
        }
        self
    }

    /// As [`Self::with`], a share on the tightest GPU.
    #[must_use]
    pub fn with_tightest(self, shape: &Shape) -> Self {
        let device = if shape.is_share() { self.tightest(shape.gpu_milli).unwrap_or(0) } else { 0 };
        self.with(shape, device)
    }
}
