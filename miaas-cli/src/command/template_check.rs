//! `miaas template lint` and `test`: template directories on this machine, without a server (T7).

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use miaas_core::spec::Issue;
use miaas_templates::{Catalog, CatalogRenderer, Entry, Trial, advice};
use serde::Serialize;

use crate::{app::App, exit::Exit, output::Table};

/// What was found in one directory.
#[derive(Debug, Serialize)]
struct Checked {
    directory: String,
    errors: Vec<Issue>,
    advice: Vec<Issue>,
}

/// One rendering.
#[derive(Debug, Serialize)]
struct Tried {
    template: String,
    example: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<String>,
    target: &'static str,
    errors: Vec<Issue>,
    notes: Vec<String>,
}

/// Reads directories and says what is wrong and what could be better.
pub(super) fn lint(app: &App, dir: &Path) -> anyhow::Result<Exit> {
    let found: Vec<Checked> = directories(dir)?
        .into_iter()
        .map(|path| {
            let directory = path.display().to_string();
            match Entry::read(&path) {
                Ok(entry) => Checked { directory, errors: broken(&entry), advice: advice(&entry) },
                Err(errors) => Checked { directory, errors, advice: Vec::new() },
            }
        })
        .collect();
    app.out.show(&found, || {
        let line = |c: &Checked, kind: &str, issue: &Issue| {
            let hint = issue.hint.as_ref().map_or(String::new(), |h| format!("\n  hint: {h}"));
            format!("{}: {kind}: {issue}{hint}", c.directory)
        };
        let lines = found.iter().flat_map(|c| {
            let errors = c.errors.iter().map(|i| line(c, "error", i));
            errors.chain(c.advice.iter().map(|i| line(c, "advice", i))).collect::<Vec<_>>()
        });
        let mut text: Vec<String> = lines.collect();
        let errors: usize = found.iter().map(|c| c.errors.len()).sum();
        let advice: usize = found.iter().map(|c| c.advice.len()).sum();
        text.push(format!("{} templates, {errors} errors, {advice} pieces of advice", found.len()));
        text.join("\n")
    })?;
    Ok(if found.iter().all(|c| c.errors.is_empty()) { Exit::Done } else { Exit::Failed })
}

/// What does not render.
fn broken(entry: &Entry) -> Vec<Issue> {
    let failed = CatalogRenderer::new(Catalog::empty()).trials(entry);
    let mut issues: Vec<Issue> = failed
        .into_iter()
        .flat_map(|trial| {
            let at = format!("{} for {}", trial.example, trial.target);
            trial.issues.into_iter().map(move |i| Issue { message: format!("{at}: {}", i.message), ..i })
        })
        .collect();
    issues.dedup();
    issues
}

/// Renders every example for every variant, on every executor and for Kubernetes.
pub(super) fn test(app: &App, dir: &Path) -> anyhow::Result<Exit> {
    let renderer = CatalogRenderer::new(Catalog::empty());
    let mut tried = Vec::new();
    for path in directories(dir)? {
        match Entry::read(&path) {
            Ok(entry) => {
                let name = entry.manifest.name.clone();
                tried.extend(renderer.trials(&entry).into_iter().map(|trial| named(&name, trial)));
            }
            Err(errors) => tried.push(Tried {
                template: path.display().to_string(),
                example: String::new(),
                variant: None,
                target: "",
                errors,
                notes: Vec::new(),
            }),
        }
    }
    let failed = tried.iter().filter(|t| !t.errors.is_empty()).count();
    app.out.show(&tried, || {
        let mut table = Table::new(["TEMPLATE", "EXAMPLE", "VARIANT", "FOR", "RESULT"]);
        for t in &tried {
            let told: Vec<String> = t.errors.iter().map(ToString::to_string).chain(t.notes.iter().cloned()).collect();
            let result = if t.errors.is_empty() { "renders" } else { "fails" };
            let result = [result.to_owned()].into_iter().chain(told).collect::<Vec<_>>().join("\n");
            let variant = t.variant.as_deref().unwrap_or("-").to_owned();
            table.row([t.template.clone(), t.example.clone(), variant, t.target.to_owned(), result]);
        }
        format!("{}\n{} renderings, {failed} failed", table.text(), tried.len())
    })?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}

fn named(template: &str, trial: Trial) -> Tried {
    Tried {
        template: template.to_owned(),
        example: trial.example,
        variant: trial.variant,
        target: trial.target,
        errors: trial.issues,
        notes: trial.notes,
    }
}

/// A directory that is a template, or the templates in it.
fn directories(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if dir.join("template.yaml").exists() {
        return Ok(vec![dir.to_owned()]);
    }
    let items = dir.read_dir().with_context(|| format!("{} cannot be read", dir.display()))?;
    let mut out = Vec::new();
    for item in items {
        let path = item.with_context(|| format!("{} cannot be read", dir.display()))?.path();
        if path.join("template.yaml").exists() {
            out.push(path);
        }
    }
    out.sort();
    if out.is_empty() {
        bail!("{} has no template.yaml, and no directory in it has one", dir.display());
    }
    Ok(out)
}
