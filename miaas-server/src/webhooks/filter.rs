//! Which events a webhook is about.

use miaas_core::{
    model::{Event, Severity},
    spec::Issue,
};

/// Whether an event is asked for.
pub(super) fn matches(patterns: &[String], least: Option<Severity>, event: &Event) -> bool {
    let named = patterns.is_empty()
        || patterns.iter().any(|p| match p.strip_suffix('*') {
            Some(start) => event.reason.starts_with(start),
            None => event.reason == *p,
        });
    named && least.is_none_or(|least| event.severity >= least)
}

/// What is wrong with patterns.
pub(super) fn check(patterns: &[String]) -> Vec<Issue> {
    const MOST: usize = 32;
    if patterns.len() > MOST {
        return vec![Issue::new("/events", format!("at most {MOST} patterns are allowed"))];
    }
    let good = |p: &str| {
        let stem = p.strip_suffix('*').unwrap_or(p);
        p.len() <= 64 && !p.is_empty() && stem.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_' | '-'))
    };
    let wrong = patterns.iter().enumerate().filter(|(_, p)| !good(p));
    wrong
        .map(|(i, p)| {
            let shown: String = p.chars().take(80).collect();
            Issue::new(format!("/events/{i}"), format!("{shown:?} is no pattern of reasons"))
                .with_hint("for example `node.offline`, or `deployment.*`")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use miaas_core::{id::EventId, model::Subject, time::Timestamp};

    use super::*;

    #[test]
    fn d8_events_are_chosen_by_reason_and_severity() {
        let event = |reason: &str, severity| Event {
            id: EventId::from_bits(1),
            at: Timestamp::from_millis(0),
            severity,
            reason: reason.into(),
            subject: Subject { kind: "node".into(), id: "n".into(), name: "n".into(), deployment: None },
            message: String::new(),
        };
        let offline = event("node.offline", Severity::Error);
        for (patterns, least, want) in [
            (&[][..], None, true),
            (&["node.offline"], None, true),
            (&["node.*"], Some(Severity::Error), true),
            (&["deployment.*", "*"], None, true),
            (&["node.off"], None, false),
            (&["deployment.*"], None, false),
        ] {
            let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
            assert!(check(&patterns).is_empty());
            assert_eq!(matches(&patterns, least, &offline), want, "{patterns:?}");
        }
        assert!(!matches(&[], Some(Severity::Error), &event("node.online", Severity::Warning)));
        for wrong in ["", "node offline", "*.x", "Node", "a**"] {
            assert_eq!(check(&[wrong.to_owned()]).len(), 1, "{wrong}");
        }
    }
}
