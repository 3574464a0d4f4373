//! What is wrong with a trace, and where.

use std::fmt;

/// More errors than this are counted, not told.
const TOLD: usize = 20;

/// One thing that is wrong with a file of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceError {
    /// The file as the caller named it.
    pub file: String,
    /// Line, counted from 1.
    pub line: u64,
    /// Column in characters, counted from 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for TraceError {}

/// Everything that is wrong with a file, the first 20 with their place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceErrors {
    /// The errors in the order of the file.
    pub errors: Vec<TraceError>,
    /// How many more there are.
    pub more: usize,
}

impl TraceErrors {
    pub(super) fn push(&mut self, error: TraceError) {
        if self.errors.len() < TOLD {
            self.errors.push(error);
        } else {
            self.more += 1;
        }
    }

    /// `value`, when nothing is wrong.
    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.errors.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<TraceError> for TraceErrors {
    fn from(error: TraceError) -> Self {
        Self { errors: vec![error], more: 0 }
    }
}

impl fmt::Display for TraceErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            write!(f, "{}{error}", if index == 0 { "" } else { "\n" })?;
        }
        if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for TraceErrors {}
