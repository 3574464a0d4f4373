use super::{Policy, Rating, tightest};
use crate::fleet::{Shape, State};

/// The node whose free amounts resemble the demand least: `100 · (1 − ½ · free · asked)`, both as parts of 128,000 of
/// processor and 8,000 of GPU.
#[derive(Debug, Clone, Copy)]
pub struct DotProd;

impl Policy for DotProd {
    fn name(&self) -> &'static str {
        "dotprod"
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let cpu = f64::from(state.cpu_milli) / 128_000.0 * (f64::from(shape.cpu_milli) / 128_000.0);
        let gpu = f64::from(state.gpu_free()) / 8_000.0 * (f64::from(shape.gpu_total()) / 8_000.0);
        Rating { score: (100.0 * (1.0 - 0.5 * (cpu + gpu))) as i32, device: tightest(shape, state) }
    }
}
