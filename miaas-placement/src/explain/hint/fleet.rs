use super::{Case, Found};

/// There is no node at all.
pub(super) fn none_registered(case: &Case<'_>, found: &mut Found) {
    if case.nodes.nodes().len() == 0 {
        found.say(
            "no node is registered: run `miaas token create` and start `miaas agent` with that token on a machine"
                .to_owned(),
        );
    }
}
