use super::{Policy, Rating, tightest};
use crate::fleet::{Shape, State};

/// The node on which least processor and GPU is left: `100 · (1 − ½ · (cpu left / 128,000 + gpu left / 8,000))`.
#[derive(Debug, Clone, Copy)]
pub struct BestFit;

impl Policy for BestFit {
    fn name(&self) -> &'static str {
        "bestfit"
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let cpu = f64::from(state.cpu_milli - shape.cpu_milli) / 128_000.0;
        let gpu = (f64::from(state.gpu_free()) - f64::from(shape.gpu_total())) / 8_000.0;
        Rating { score: (100.0 * (1.0 - 0.5 * (cpu + gpu))) as i32, device: tightest(shape, state) }
    }
}
