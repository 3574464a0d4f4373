use proptest::{prelude::*, sample::select};

use super::*;
use crate::fleet::{Models, WHOLE};

fn kind() -> impl Strategy<Value = Shape> {
    let gpus =
        prop_oneof![Just((0, 0)), (1..999_u16).prop_map(|milli| (1, milli)), (1..=16_u8).prop_map(|n| (n, WHOLE))];
    let models = select(vec![Models::ANY, Models { spelling: 0, set: 0b10 }]);
    (gpus, 0..20_000_u32, 0..50_000_u32, models).prop_map(|((gpus, gpu_milli), cpu_milli, mem_mib, models)| Shape {
        cpu_milli,
        mem_mib,
        gpus,
        gpu_milli,
        models,
    })
}

fn state() -> impl Strategy<Value = State> {
    let free = prop::collection::vec(prop_oneof![Just(0), Just(WHOLE), 0..WHOLE], 0..=MAX_GPUS);
    (free, 0..130_000_u32, 0..400_000_u32, 0..2_u8).prop_map(|(free, cpu, mem, model)| {
        let mut state = State::idle(cpu, mem, free.len() as u8, model);
        state.free[..free.len()].copy_from_slice(&free);
        state
    })
}

/// One demand after the other, whether it fits or not.
fn plainly(kinds: &[Shape], sequence: &[u16], state: &State) -> Vec<usize> {
    let mut state = *state;
    let mut sold = Vec::new();
    for kind in sequence.iter().map(|k| usize::from(*k)) {
        if kinds[kind].fits(&state) {
            state = state.with_tightest(&kinds[kind]);
            sold.push(kind);
        }
    }
    sold
}

proptest! {
    #[test]
    fn skipping_what_does_not_fit_sells_the_same(
        kinds in prop::collection::vec(kind(), 1..20),
        state in state(),
        order in prop::collection::vec(any::<prop::sample::Index>(), LENGTH),
    ) {
        let sequence: [u16; LENGTH] = std::array::from_fn(|i| order[i].index(kinds.len()) as u16);
        let expected = plainly(&kinds, &sequence, &state);
        let offers = Offers::new(&kinds, vec![sequence]);
        let mut sold = Vec::new();
        offers.each_sold(&state, 0, |kind| sold.push(kind));
        prop_assert_eq!(&sold, &expected);
        let gpu: u32 = expected.iter().map(|kind| kinds[*kind].gpu_total()).sum();
        prop_assert_eq!(offers.sold(&state), gpu);
    }
}
