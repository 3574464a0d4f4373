use super::{Policy, Rating, tightest};
use crate::fleet::{Shape, State};

/// Nodes that have held the same kind of demand, shares or so many whole GPUs, the fuller the better.
#[derive(Debug, Clone, Copy)]
pub struct GpuClustering;

impl Policy for GpuClustering {
    fn name(&self) -> &'static str {
        "gpu-clustering"
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let score = shape.kind().map_or(0, |kind| {
            let packed = 25 * 8_000_i32.saturating_sub(state.gpu_free() as i32) / 8_000;
            let alike = match state.kinds {
                0 => 25,
                held if held == kind => 75,
                held if held & kind != 0 => 50,
                _ => 0,
            };
            packed + alike
        });
        Rating { score, device: tightest(shape, state) }
    }
}
