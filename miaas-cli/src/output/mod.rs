//! Standard output: the same data as a table, as JSON or as YAML.

pub(crate) mod deployment;
pub(crate) mod node;
pub(crate) mod plan;
pub(crate) mod rebalance;
pub(crate) mod stack;
mod table;
pub(crate) mod what_if;

use std::io::{self, Write as _};

use anyhow::Context as _;
use clap::ValueEnum;
use serde::Serialize;

pub(crate) use table::{Table, bytes, mib, or_dash};

/// How data is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people
    #[default]
    Table,
    /// More columns
    Wide,
    /// JSON; one line per item for logs and events
    Json,
    /// YAML
    Yaml,
    /// Comma-separated values; `miaas simulate` only
    Csv,
    /// A report in Markdown; `miaas simulate` only
    Markdown,
}

/// Standard output.
#[derive(Debug)]
pub(crate) struct Output {
    format: Format,
}

impl Format {
    /// Whether only figures can be shown that way.
    pub(crate) const fn is_report(self) -> bool {
        matches!(self, Self::Csv | Self::Markdown)
    }
}

impl Output {
    pub(crate) const fn new(format: Format) -> Self {
        Self { format }
    }

    /// How data is shown.
    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Whether people read it.
    pub(crate) const fn for_people(&self) -> bool {
        matches!(self.format, Format::Table | Format::Wide)
    }

    /// Whether more columns are wanted.
    pub(crate) const fn wide(&self) -> bool {
        matches!(self.format, Format::Wide)
    }

    /// Shows `value`; `text` makes what people read of it.
    pub(crate) fn show<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        match self.format {
            Format::Table | Format::Wide | Format::Csv | Format::Markdown => self.text(&text()),
            Format::Json => self.text(&serde_json::to_string_pretty(value).context("cannot be shown as JSON")?),
            Format::Yaml => self.text(serde_saphyr::to_string(value).context("cannot be shown as YAML")?.trim_end()),
        }
    }

    /// Shows one item of a stream: a line of text or of JSON, or a YAML document.
    pub(crate) fn item<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        match self.format {
            Format::Table | Format::Wide | Format::Csv | Format::Markdown => self.text(&text()),
            Format::Json => self.text(&serde_json::to_string(value).context("cannot be shown as JSON")?),
            Format::Yaml => {
                let yaml = serde_saphyr::to_string(value).context("cannot be shown as YAML")?;
                self.text(&format!("---\n{}", yaml.trim_end()))
            }
        }
    }

    /// Writes text with a line end, unless there is none.
    pub(crate) fn text(&self, text: &str) -> anyhow::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{text}").and_then(|()| stdout.flush()).context("cannot write to standard output")
    }
}
