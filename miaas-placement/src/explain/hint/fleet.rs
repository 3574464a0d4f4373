use super::Case;

/// There is no node at all.
pub(super) fn none_registered(case: &Case<'_>) -> Vec<String> {
    if !case.verdicts.is_empty() {
        return Vec::new();
    }
    vec![
        "no node is registered: run `miaas token create` and start `miaas agent` with that token on a machine"
            .to_owned(),
    ]
}
