use super::{Policy, Rating, tightest};
use crate::fleet::{Shape, State, WHOLE};

/// GPUs that are in use before idle ones, idle ones of nodes in use before idle nodes.
#[derive(Debug, Clone, Copy)]
pub struct GpuPacking;

impl Policy for GpuPacking {
    fn name(&self) -> &'static str {
        "gpu-packing"
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        Rating { score: score(shape, state), device: tightest(shape, state) }
    }
}

fn score(shape: &Shape, state: &State) -> i32 {
    if shape.gpus == 0 {
        return 0;
    }
    let idle = state.slots(WHOLE) as i32;
    if idle == i32::from(state.gpus) {
        return (33 - idle).max(idle);
    }
    let mut fitting: Vec<u16> = state.devices().iter().copied().filter(|f| *f >= shape.gpu_milli).collect();
    fitting.sort_unstable();
    fitting.truncate(usize::from(shape.gpus));
    match fitting.iter().filter(|f| **f == WHOLE).count() as i32 {
        0 => {
            let left: i32 = fitting.iter().map(|f| i32::from(*f) / 10).sum();
            (100 - left / 10).max(50)
        }
        broken => (50 - broken).max(33),
    }
}
