use super::{Policy, Rating, tightest};
use crate::fleet::{Shape, State};

/// The node with most left: the GPU decides for what wants one, then the processor.
#[derive(Debug, Clone, Copy)]
pub struct Spread;

impl Policy for Spread {
    fn name(&self) -> &'static str {
        "spread"
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let gpu = if shape.gpus > 0 { state.gpu_free() as i32 } else { 0 };
        let cpu = (state.cpu_milli / 100).min(9_999) as i32;
        Rating { score: gpu * 10_000 + cpu, device: tightest(shape, state) }
    }
}
