use crate::fleet::{Models, Shape, State, WHOLE};

/// What a demand takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) number: u16,
    pub(super) gpus: u8,
    /// Thousandths of one GPU; zero for whole ones.
    share: u16,
    cpu_milli: u32,
    mem_mib: u32,
    pub(super) models: Models,
}

impl Kind {
    pub(super) fn new(number: usize, shape: &Shape) -> Self {
        Self {
            number: number as u16,
            gpus: shape.gpus,
            share: if shape.is_share() { shape.gpu_milli } else { 0 },
            cpu_milli: shape.cpu_milli,
            mem_mib: shape.mem_mib,
            models: if shape.gpus == 0 { Models::ANY } else { shape.models },
        }
    }

    pub(super) const fn gpu_total(&self) -> u32 {
        if self.share > 0 { self.share as u32 } else { self.gpus as u32 * WHOLE as u32 }
    }
}

/// A state made for selling.
#[derive(Clone, Copy)]
pub(super) struct Node<const GPUS: usize> {
    pub(super) cpu: u32,
    pub(super) mem: u32,
    pub(super) model: u8,
    /// How many GPUs are wholly free.
    pub(super) idle: u8,
    /// How many GPUs are not; their free parts come first in `parts`.
    broken: u8,
    parts: [u16; GPUS],
}

impl<const GPUS: usize> Node<GPUS> {
    pub(super) fn new(state: &State) -> Self {
        let mut node =
            Self { cpu: state.cpu_milli, mem: state.mem_mib, model: state.model, idle: 0, broken: 0, parts: [0; GPUS] };
        for free in state.devices() {
            match *free {
                0 => {}
                WHOLE => node.idle += 1,
                part => node.put(part),
            }
        }
        node
    }

    /// A node that has just what the demand takes.
    pub(super) fn of(kind: &Kind) -> Self {
        let (cpu, mem, idle) = (kind.cpu_milli, kind.mem_mib, if kind.share > 0 { 0 } else { kind.gpus });
        let mut node = Self { cpu, mem, model: 0, idle, broken: 0, parts: [0; GPUS] };
        if kind.share > 0 {
            node.put(kind.share);
        }
        node
    }

    fn put(&mut self, part: u16) {
        self.parts[usize::from(self.broken)] = part;
        self.broken += 1;
    }

    /// Most that is free on one GPU that is not wholly free.
    pub(super) fn most(&self) -> u32 {
        u32::from(self.parts.iter().fold(0, |a, b| a.max(*b)))
    }

    /// Takes what is known to fit.
    pub(super) fn take(&mut self, kind: &Kind) {
        self.cpu -= kind.cpu_milli;
        self.mem -= kind.mem_mib;
        if kind.share == 0 {
            self.idle -= kind.gpus;
            return;
        }
        // A part with its index behind it: the least is the tightest.
        let tightest =
            self.parts.iter().enumerate().map(|(i, p)| if *p >= kind.share { p << 4 | i as u16 } else { u16::MAX });
        match tightest.fold(u16::MAX, u16::min) {
            u16::MAX => {
                self.idle -= 1;
                self.put(WHOLE - kind.share);
            }
            found => self.parts[usize::from(found % 16)] -= kind.share,
        }
    }
}
