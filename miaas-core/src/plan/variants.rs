//! What is said when no hardware variant of a template has a place: each sentence once, with the variants that it is true of.

use crate::port::Unplaceable;

/// One refusal of those of all variants, in the order of preference. Nodes and counts are those of the first.
///
/// What is true of every variant names none.
pub(super) fn refusal(refusals: &[(Option<String>, Unplaceable)]) -> Option<Unplaceable> {
    let of_variants = refusals.len();
    let mut summaries = Vec::new();
    let mut hints = Vec::new();
    for (variant, refused) in refusals {
        note(&mut summaries, variant.as_deref(), &refused.summary);
        refused.hints.iter().for_each(|hint| note(&mut hints, variant.as_deref(), hint));
    }
    let say = |(text, variants): (&str, Vec<&str>)| match &*variants {
        all if all.len() == of_variants => text.to_owned(),
        [] => text.to_owned(),
        [one] => format!("variant {one}: {text}"),
        some => format!("variants {}: {text}", some.join(" and ")),
    };
    let summary = summaries.into_iter().map(say).collect::<Vec<_>>().join("; ");
    let hints = hints.into_iter().map(say).collect();
    let (_, first) = refusals.first()?;
    Some(Unplaceable { summary, hints, ..first.clone() })
}

fn note<'a>(said: &mut Vec<(&'a str, Vec<&'a str>)>, variant: Option<&'a str>, text: &'a str) {
    match said.iter_mut().find(|(there, _)| *there == text) {
        Some((_, variants)) => variants.extend(variant.filter(|name| !variants.contains(name))),
        None => said.push((text, variant.into_iter().collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::WorkloadId;

    fn told(of: &[(&str, &str, &[&str])]) -> (String, Vec<String>) {
        let refusals = of.iter().map(|(variant, summary, hints)| {
            let refused = Unplaceable::new(WorkloadId::parse("w-0-aaaaa").unwrap(), (*summary).to_owned());
            let hints = hints.iter().map(|&hint| hint.to_owned()).collect();
            (Some((*variant).to_owned()), Unplaceable { hints, ..refused })
        });
        let Unplaceable { summary, hints, .. } = refusal(&refusals.collect::<Vec<_>>()).unwrap();
        (summary, hints)
    }

    #[test]
    fn each_sentence_is_said_once_with_those_that_it_is_true_of() {
        let (summary, hints) = told(&[
            ("cuda", "too small", &["buy one", "wait"]),
            ("rocm", "too small", &["wait"]),
            ("cpu", "too small", &["wait", "wait"]),
        ]);
        assert_eq!(summary, "too small");
        assert_eq!(hints, ["variant cuda: buy one", "wait"]);
        let (summary, hints) =
            told(&[("cuda", "no gpu", &["buy"]), ("rocm", "no gpu", &["buy"]), ("cpu", "full", &[])]);
        assert_eq!(summary, "variants cuda and rocm: no gpu; variant cpu: full");
        assert_eq!(hints, ["variants cuda and rocm: buy"]);
    }

    #[test]
    fn a_single_one_is_told_as_it_is() {
        assert_eq!(told(&[("cuda", "full", &["wait"])]), ("full".to_owned(), vec!["wait".to_owned()]));
        assert!(refusal(&[]).is_none());
    }
}
