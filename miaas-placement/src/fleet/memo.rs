use super::State;

/// Remembers values of states, at most one for each slot: a later state with the same slot takes its place. Bounded memory,
/// and the answer never depends on what was forgotten, only the time does.
#[derive(Debug)]
pub(crate) struct Memo<V> {
    slots: Vec<Option<(State, u32, V)>>,
    /// Entries of another age are forgotten.
    age: u32,
}

impl<V: Copy> Memo<V> {
    /// For 2^bits states.
    pub(crate) fn new(bits: u32) -> Self {
        Self { slots: vec![None; 1 << bits], age: 0 }
    }

    pub(crate) fn clear(&mut self) {
        self.age = self.age.wrapping_add(1);
        if self.age == 0 {
            self.slots.fill(None);
        }
    }

    /// The remembered value, or the one that `make` gives.
    pub(crate) fn get(&mut self, state: &State, make: impl FnOnce() -> V) -> V {
        let mask = self.slots.len() - 1;
        let slot = &mut self.slots[slot_of(state) & mask];
        match slot {
            Some((known, age, value)) if *age == self.age && known == state => *value,
            _ => {
                let value = make();
                *slot = Some((*state, self.age, value));
                value
            }
        }
    }
}

/// Mixes the numbers of a state. Only its spread matters.
fn slot_of(state: &State) -> usize {
    const M: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |h: u64, x: u64| (h ^ x).wrapping_mul(M).rotate_left(29);
    let mut h = mix(u64::from(state.cpu_milli) << 32 | u64::from(state.mem_mib), u64::from(state.model));
    h = mix(h, u64::from(state.kinds));
    for four in state.devices().chunks(4) {
        h = mix(h, four.iter().fold(u64::from(state.gpus), |a, f| a << 14 ^ u64::from(*f)));
    }
    (h ^ h >> 32) as usize
}
