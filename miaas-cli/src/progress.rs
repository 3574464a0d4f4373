//! What is said on standard error: progress, warnings, errors. On a terminal one line at the bottom is rewritten.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

/// Standard error.
#[derive(Debug)]
pub(crate) struct Progress {
    terminal: bool,
    colour: bool,
    /// Whether a line that will be rewritten is on the terminal now.
    pending: AtomicBool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let terminal = io::stderr().is_terminal();
        let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Self { terminal, colour: terminal && !refused, pending: AtomicBool::new(false) }
    }

    /// Whether logs may use colour (they go to standard error too).
    pub(crate) const fn colour(&self) -> bool {
        self.colour
    }

    /// A line that stays.
    pub(crate) fn line(&self, text: &str) {
        self.write(&format!("{text}\n"));
        self.pending.store(false, Ordering::Relaxed);
    }

    /// A line that the next one replaces; only on a terminal.
    pub(crate) fn passing(&self, text: &str) {
        if self.terminal {
            let short: String = text.chars().take(100).collect();
            self.write(&short);
            self.pending.store(true, Ordering::Relaxed);
        }
    }

    /// Takes a line that would be replaced away.
    pub(crate) fn settle(&self) {
        if self.pending.load(Ordering::Relaxed) {
            self.write("");
            self.pending.store(false, Ordering::Relaxed);
        }
    }

    /// What went wrong.
    pub(crate) fn error(&self, text: &str) {
        self.line(&format!("{} {text}", self.paint("error:", "31")));
    }

    /// What works, but not as one might think.
    pub(crate) fn warning(&self, text: &str) {
        self.line(&format!("{} {text}", self.paint("warning:", "33")));
    }

    /// What to do next.
    pub(crate) fn hint(&self, text: &str) {
        self.line(&format!("{} {text}", self.paint("hint:", "36")));
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.colour { format!("\x1b[1;{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn write(&self, text: &str) {
        let clear = if self.pending.load(Ordering::Relaxed) { "\r\x1b[K" } else { "" };
        let mut stderr = io::stderr().lock();
        // Nobody is left to be told when standard error is closed.
        let _ = write!(stderr, "{clear}{text}").and_then(|()| stderr.flush());
    }
}
