//! Names of filters, scorers and strategies that come from Python. Placement wants names that live for ever; each distinct
//! one is kept once, so that a program which makes the same filter again and again does not grow.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The name, for ever.
pub(crate) fn keep(name: &str) -> &'static str {
    // A panic between the two calls leaves a set of whole names.
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
    kept.insert(name);
    name
}
