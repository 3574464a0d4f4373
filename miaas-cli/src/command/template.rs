//! `miaas template …`: what can be deployed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use miaas_core::{
    api::v1::{RenderTarget, RenderTemplate, TemplateDetail, TemplateItem},
    model::Params,
};
use serde_json::Value;

use super::{
    template_check,
    template_import::{self, Import},
};
use crate::{
    app::App,
    exit::Exit,
    output::{Table, or_dash},
    pairs,
};

/// Options of `miaas template`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List templates
    #[command(after_help = "Example:\n  miaas template ls", visible_alias = "list")]
    Ls,
    /// Show the parameters and the README of a template
    #[command(after_help = "Example:\n  miaas template show redis")]
    Show {
        /// Name of the template
        name: String,
    },
    /// Show what a template gives: a Compose document, or objects of Kubernetes
    #[command(
        after_help = "Example:\n  miaas template render redis --set maxmemory=128MiB\n  miaas template render redis --for kubernetes | kubectl apply -f -"
    )]
    Render {
        /// Name of the template
        name: String,
        /// Value of a parameter
        #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::pair)]
        set: Vec<(String, String)>,
        /// What it is rendered for
        #[arg(long = "for", value_enum, default_value_t, value_name = "WHAT")]
        target: Target,
        /// Kubernetes: name of the deployment [default: that of the template]
        #[arg(long = "as", value_name = "NAME")]
        name_as: Option<String>,
        /// Kubernetes: namespace [default: one is made, of the deployment's name]
        #[arg(long)]
        namespace: Option<String>,
    },
    /// Check template directories of this machine: errors, and advice
    #[command(after_help = "Example:\n  miaas template lint ./templates")]
    Lint {
        /// A template directory, or a folder of them
        dir: PathBuf,
    },
    /// Render every example of template directories of this machine, for every executor and variant
    #[command(after_help = "Example:\n  miaas template test ./templates/mine")]
    Test {
        /// A template directory, or a folder of them
        dir: PathBuf,
    },
    /// Make template directories out of a Compose file, or of App Templates of Portainer
    #[command(
        after_help = "Examples:\n  miaas template import compose compose.yaml --name shop --out ./templates\n  miaas template import portainer templates.json --out ./templates --only Wordpress"
    )]
    Import(Import),
}

/// What a template is rendered for.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Target {
    /// A Compose document
    #[default]
    Docker,
    /// Objects of Kubernetes
    Kubernetes,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    match options.command {
        Command::Lint { dir } => return template_check::lint(app, &dir),
        Command::Test { dir } => return template_check::test(app, &dir),
        Command::Import(import) => return template_import::run(app, import),
        Command::Ls => {
            let client = app.client()?;
            let items = client.templates().await?;
            app.out.show(&items, || list(&items, app.out.wide()))?;
        }
        Command::Show { name } => {
            let client = app.client()?;
            let detail = client.template(&name).await?;
            app.out.show(&detail, || details(&detail))?;
        }
        Command::Render { name, set, target, name_as, namespace } => {
            let client = app.client()?;
            let params = match set.is_empty() {
                true => Params::new(),
                false => pairs::typed(&set, &client.template(&name).await?.manifest),
            };
            let target = match target {
                Target::Docker => RenderTarget::Docker,
                Target::Kubernetes => RenderTarget::Kubernetes,
            };
            let body = RenderTemplate { params, target, name: name_as, namespace };
            let rendered = client.render(&name, &body).await?;
            for warning in &rendered.warnings {
                app.say.line(&format!("warning: {warning}"));
            }
            let text = if rendered.kubernetes.is_empty() { &rendered.compose } else { &rendered.kubernetes };
            app.out.show(&rendered, || text.trim_end().to_owned())?;
        }
    }
    Ok(Exit::Done)
}

fn list(items: &[TemplateItem], wide: bool) -> String {
    let mut head = vec!["NAME", "VERSION", "CATEGORY", "EXECUTORS", "DESCRIPTION"];
    if wide {
        head.extend(["TITLE", "TAGS"]);
    }
    let mut table = Table::new(head);
    for item in items {
        let mut row = vec![
            item.name.clone(),
            or_dash(item.version.as_str()),
            or_dash(item.category.as_str()),
            or_dash(item.executors.join(",")),
            or_dash(item.description.as_str()),
        ];
        if wide {
            row.extend([item.title.clone(), or_dash(item.tags.join(","))]);
        }
        table.row(row);
    }
    table.text()
}

fn details(detail: &TemplateDetail) -> String {
    let field = |value: &Value, name: &str| match value.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let manifest = &detail.manifest;
    let mut text =
        format!("{} {}: {}\n", field(manifest, "name"), field(manifest, "version"), field(manifest, "title"));
    let mut table = Table::new(["PARAMETER", "TYPE", "DEFAULT", "HELP"]);
    for p in manifest.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let required = p.get("required") == Some(&Value::Bool(true));
        let default = if required { "(required)".to_owned() } else { or_dash(field(p, "default")) };
        let choices: Vec<&str> =
            p.get("choices").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let kind = if choices.is_empty() { field(p, "type") } else { choices.join("|") };
        let help = [field(p, "label"), field(p, "help")].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
        table.row([field(p, "name"), kind, default, or_dash(help.join(". "))]);
    }
    for part in [table.text(), detail.readme.trim().to_owned()] {
        if !part.is_empty() {
            text.push_str(&format!("\n{part}\n"));
        }
    }
    text.trim_end().to_owned()
}
