//! `miaas template …`: what can be deployed.

use clap::{Args, Subcommand};
use miaas_core::{
    api::v1::{RenderTemplate, TemplateDetail, TemplateItem},
    model::Params,
};
use serde_json::Value;

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
    /// Show the Compose document that a template gives
    #[command(after_help = "Example:\n  miaas template render redis --set maxmemory=128MiB")]
    Render {
        /// Name of the template
        name: String,
        /// Value of a parameter
        #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::pair)]
        set: Vec<(String, String)>,
    },
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    match options.command {
        Command::Ls => {
            let items = client.templates().await?;
            app.out.show(&items, || list(&items, app.out.wide()))?;
        }
        Command::Show { name } => {
            let detail = client.template(&name).await?;
            app.out.show(&detail, || details(&detail))?;
        }
        Command::Render { name, set } => {
            let params = match set.is_empty() {
                true => Params::new(),
                false => pairs::typed(&set, &client.template(&name).await?.manifest),
            };
            let rendered = client.render(&name, &RenderTemplate { params }).await?;
            app.out.show(&rendered, || rendered.compose.trim_end().to_owned())?;
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
