//! Stacks for people (T8): what applying one does, and what there is.

use std::fmt::Write as _;

use miaas_core::api::v1::{Difference, StackAction, StackAnswer, StackItem};
use serde_json::Value;

use super::{Table, deployment, plan};
use crate::exit::Exit;

/// The exit code that an answer to a dry run asks for.
pub(crate) fn exit(answer: &StackAnswer) -> Exit {
    if answer.is_unchanged() && answer.problems.is_empty() { Exit::Done } else { Exit::Pending }
}

/// One line a service, below it what differs, then the steps on the nodes and what stands in the way.
pub(crate) fn answer(stack: &str, answer: &StackAnswer) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for (service, action) in &answer.services {
        let _ = writeln!(text, "{}", line(service, *action));
        for difference in answer.differences.get(service).into_iter().flatten() {
            changed(&mut text, difference);
        }
    }
    for change in &answer.changes {
        let _ = writeln!(text, "  {}", plan::line(change));
    }
    for (service, problems) in &answer.problems {
        for line in problems.iter().flat_map(deployment::problem) {
            let _ = writeln!(text, "! {service}: {line}");
        }
    }
    let count = |wanted| answer.services.values().filter(|action| **action == wanted).count();
    let _ = write!(
        text,
        "{stack}: {} to create, {} to update, {} to remove, {} unchanged",
        count(StackAction::Create),
        count(StackAction::Update),
        count(StackAction::Remove),
        count(StackAction::Unchanged)
    );
    text
}

fn line(service: &str, action: StackAction) -> String {
    match action {
        StackAction::Create => format!("+ create {service}"),
        StackAction::Update => format!("~ update {service}"),
        StackAction::Remove => format!("- remove {service}"),
        StackAction::Unchanged => format!("  keep {service}"),
    }
}

/// Texts of several lines are compared line by line, everything else is shown before and after.
pub(crate) fn changed(text: &mut String, difference: &Difference) {
    let (before, after) = (difference.before.as_ref(), difference.after.as_ref());
    if let (Some(Value::String(before)), Some(Value::String(after))) = (before, after)
        && (before.contains('\n') || after.contains('\n'))
    {
        let _ = writeln!(text, "    {}:", difference.path);
        let diff = similar::TextDiff::from_lines(before.as_str(), after.as_str());
        for line in diff.unified_diff().context_radius(2).to_string().lines().filter(|l| !l.starts_with('\\')) {
            let _ = writeln!(text, "      {line}");
        }
        return;
    }
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let same = before.is_some() && before == after;
    let _ = match same {
        true => writeln!(text, "    {}: changed (not shown)", difference.path),
        false => writeln!(text, "    {}: {} -> {}", difference.path, shown(before), shown(after)),
    };
}

/// One line a stack.
pub(crate) fn list(stacks: &[StackItem]) -> String {
    let mut table = Table::new(["NAME", "STATUS", "READY", "SERVICES"]);
    for stack in stacks {
        let names: Vec<&str> = stack.services.keys().map(String::as_str).collect();
        let ready = stack.services.values().filter(|d| d.ready >= d.replicas).count();
        table.row([
            stack.name.to_string(),
            stack.status.as_str().to_owned(),
            format!("{ready}/{}", names.len()),
            names.join(","),
        ]);
    }
    table.text()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn t8_a_difference_is_told_without_colour() {
        let text = "a: 1\nb: 2\n";
        let difference = |path: &str, before: Value, after: Value| Difference {
            path: path.to_owned(),
            before: Some(before).filter(|v| !v.is_null()),
            after: Some(after).filter(|v| !v.is_null()),
        };
        let told = StackAnswer {
            services: [
                ("app".to_owned(), StackAction::Update),
                ("db".to_owned(), StackAction::Unchanged),
                ("new".to_owned(), StackAction::Create),
                ("old".to_owned(), StackAction::Remove),
            ]
            .into(),
            differences: [(
                "app".to_owned(),
                vec![
                    difference("/params/port", json!(1), json!(2)),
                    difference("/params/password", json!("***"), json!("***")),
                    difference("/labels/team", Value::Null, json!("a")),
                    difference("/compose", json!(text), json!("a: 1\nb: 3\n")),
                ],
            )]
            .into(),
            ..StackAnswer::default()
        };
        assert_eq!(
            answer("rag", &told),
            "~ update app\n    /params/port: 1 -> 2\n    /params/password: changed (not shown)\n    /labels/team: nothing -> \
             \"a\"\n    /compose:\n      @@ -1,2 +1,2 @@\n       a: 1\n      -b: 2\n      +b: 3\n  keep db\n+ create \
             new\n- remove old\nrag: 1 to create, 1 to update, 1 to remove, 1 unchanged"
        );
        assert_eq!(exit(&told), Exit::Pending);
    }
}
