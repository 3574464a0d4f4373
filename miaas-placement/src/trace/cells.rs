//! A table of comma-separated values by column name, which knows where each cell stands.

use std::fmt::Display;

use csv::{ReaderBuilder, StringRecord};
use miaas_core::spec::nearest;

use super::{TraceError, TraceErrors};

/// A column: its names in published and own tables, and whether the table may lack it.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) names: &'static [&'static str],
    pub(super) optional: bool,
}

impl Column {
    pub(super) const fn required(names: &'static [&'static str]) -> Self {
        Self { names, optional: false }
    }

    pub(super) const fn optional(names: &'static [&'static str]) -> Self {
        Self { names, optional: true }
    }
}

/// A table with the wanted columns in the wanted order.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    file: &'a str,
    text: &'a str,
    columns: &'static [Column],
    /// For each wanted column, where it is in the file.
    at: Vec<Option<usize>>,
    width: usize,
    rows: Vec<StringRecord>,
}

impl<'a> Cells<'a> {
    /// Reads `text`. Fails on a table without the columns, without rows, or with rows of another width than the head.
    pub(super) fn read(file: &'a str, text: &'a str, columns: &'static [Column]) -> Result<Self, TraceErrors> {
        let mut table = Self { file, text, columns, at: Vec::new(), width: 0, rows: Vec::new() };
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        for record in reader.records() {
            match record {
                Ok(record) => table.rows.push(record),
                Err(e) => {
                    let line = e.position().map_or(1, csv::Position::line);
                    return Err(table.error((line, 1), format!("is no table: {e}"), None).into());
                }
            }
        }
        if table.rows.is_empty() {
            let names: Vec<_> = columns.iter().filter(|c| !c.optional).map(|c| c.names[0]).collect();
            let hint = format!("it starts with a line of column names: {}", names.join(","));
            return Err(table.error((1, 1), "is empty", Some(hint)).into());
        }
        let head = table.rows.remove(0);
        table.resolve(&head)?;
        if table.rows.is_empty() {
            return Err(table.error((1, 1), "has column names and no rows", None).into());
        }
        let mut errors = TraceErrors::default();
        for row in table.rows.iter().filter(|row| row.len() != table.width) {
            let message = format!("has {} cells, the head has {}", row.len(), table.width);
            errors.push(table.error(table.place(row, row.len().min(table.width) - 1), message, None));
        }
        errors.or(table)
    }

    /// Finds the wanted columns.
    fn resolve(&mut self, head: &StringRecord) -> Result<(), TraceErrors> {
        let mut errors = TraceErrors::default();
        let names: Vec<&str> = head.iter().map(|name| name.trim().trim_start_matches('\u{feff}')).collect();
        for column in self.columns {
            let mut found = (0..names.len()).filter(|i| column.names.contains(&names[*i]));
            let first = found.next();
            if let Some(again) = found.next() {
                let message = format!("the column {} is there twice", names[again]);
                errors.push(self.error(self.place(head, again), message, None));
            }
            if first.is_none() && !column.optional {
                // A name that stands for another wanted column is not a slip of this one.
                let free =
                    names.iter().copied().filter(|name| !self.columns.iter().any(|column| column.names.contains(name)));
                let near = nearest(column.names[0], free);
                let place = near.and_then(|near| names.iter().position(|name| *name == near));
                let hint = match near {
                    Some(near) => format!("is the column {near} meant?"),
                    None => format!("the columns are {}", names.join(", ")),
                };
                let message = format!("the column {} is missing", column.names[0]);
                errors.push(self.error(place.map_or((1, 1), |at| self.place(head, at)), message, Some(hint)));
            }
            self.at.push(first);
        }
        self.width = head.len();
        errors.or(())
    }

    /// The rows, in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row { cells: self, record })
    }

    /// Line and column of the cell `index` of a record.
    fn place(&self, record: &StringRecord, index: usize) -> (u64, u64) {
        let Some(start) = record.position() else { return (1, 1) };
        let (mut line, mut column, mut cell, mut quoted) = (start.line(), 1, 0, false);
        let start = usize::try_from(start.byte()).unwrap_or(usize::MAX);
        let rest = self.text.get(start..).unwrap_or_default();
        // A record starts for the reader where the one before ended: line ends and empty lines come first.
        let record = rest.trim_start_matches(['\r', '\n', '\u{feff}']);
        line += rest[..rest.len() - record.len()].bytes().map(|b| u64::from(b == b'\n')).sum::<u64>();
        for letter in record.chars() {
            if cell == index {
                break;
            }
            quoted ^= letter == '"';
            cell += usize::from(letter == ',' && !quoted);
            (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        (line, column)
    }

    fn error(&self, (line, column): (u64, u64), message: impl Into<String>, hint: Option<String>) -> TraceError {
        TraceError { file: self.file.to_owned(), line, column, message: message.into(), hint }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    cells: &'a Cells<'a>,
    record: &'a StringRecord,
}

impl<'a> Row<'a> {
    /// The text of a wanted column; empty when the table has no such column.
    pub(super) fn text(&self, column: usize) -> &'a str {
        self.cells.at[column].and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// The whole number of a wanted column, at most `limit`.
    pub(super) fn number(&self, column: usize, limit: u64) -> Result<u64, TraceError> {
        let (text, name) = (self.text(column), self.cells.columns[column].names[0]);
        let whole = |hint: &str| self.error(column, format!("{name} is {text:?}"), Some(hint.to_owned()));
        match text.parse::<u64>() {
            Ok(number) if number <= limit => Ok(number),
            Ok(_) => Err(whole(&format!("at most {limit} is possible"))),
            Err(_) if text.is_empty() => Err(self.error(column, format!("{name} is empty"), None)),
            Err(_) if text.starts_with('-') => Err(whole("a negative number is not possible")),
            Err(_) if text.bytes().all(|b| b.is_ascii_digit()) => Err(whole(&format!("at most {limit} is possible"))),
            Err(_) => Err(whole("it is a whole number")),
        }
    }

    /// An error at a wanted column.
    pub(super) fn error(&self, column: usize, message: impl Display, hint: Option<String>) -> TraceError {
        let place = self.cells.place(self.record, self.cells.at[column].unwrap_or_default());
        self.cells.error(place, message.to_string(), hint)
    }

    /// The line it starts at.
    pub(super) fn line(&self) -> u64 {
        self.cells.place(self.record, 0).0
    }
}
