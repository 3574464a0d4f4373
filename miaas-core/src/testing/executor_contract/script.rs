use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// One step of a service of the contract suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Prints a line.
    Say(String),
    /// Prints a line on standard error.
    Complain(String),
    /// Prints the value of an environment variable.
    Show(String),
    /// Appends a line to the file `kept` in the volume `data`.
    Keep(String),
    /// Prints the file `kept` of the volume `data`.
    Recall,
    /// Waits so many milliseconds.
    Pause(u64),
    /// The service has a health check, which fails so far.
    Checked,
    /// From here on the health check passes.
    BecomeHealthy,
    /// From here on the stop signal makes it print a line and exit with 0.
    OnStop(String),
    /// From here on the stop signal is ignored.
    IgnoreStop,
    /// Exits with this code.
    Exit(i64),
}

impl Step {
    /// See [`Step::Say`].
    pub fn say(text: impl Into<String>) -> Self {
        Self::Say(text.into())
    }

    /// See [`Step::Keep`].
    pub fn keep(text: impl Into<String>) -> Self {
        Self::Keep(text.into())
    }
}

/// The steps as a POSIX shell script, for executors that can run one. `data` is the folder of the volume, `health` the file
/// that exists while the service is healthy.
#[must_use]
pub fn shell_script(steps: &[Step], data: &str, health: &str) -> String {
    let (data, health) = (quote(data), quote(health));
    // A shell that is process 1 ignores signals without a handler.
    let mut out = format!("trap 'exit 143' TERM; rm -f {health}\n");
    for step in steps {
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Say(text) => writeln!(out, "printf '%s\\n' {}", quote(text)),
            Step::Complain(text) => writeln!(out, "printf '%s\\n' {} >&2", quote(text)),
            Step::Show(name) => writeln!(out, "printf '%s\\n' \"${name}\""),
            Step::Keep(text) => writeln!(out, "printf '%s\\n' {} >> {data}/kept", quote(text)),
            Step::Recall => writeln!(out, "cat {data}/kept"),
            Step::Pause(millis) => writeln!(out, "sleep {}.{:03}", millis / 1000, millis % 1000),
            Step::Checked => Ok(()),
            Step::BecomeHealthy => writeln!(out, ": > {health}"),
            Step::OnStop(text) => writeln!(out, "bye() {{ printf '%s\\n' {}; exit 0; }}; trap bye TERM", quote(text)),
            Step::IgnoreStop => writeln!(out, "trap '' TERM"),
            Step::Exit(code) => writeln!(out, "exit {code}"),
        };
    }
    // Short naps: a shell answers a signal only when its child has ended.
    out.push_str("while :; do sleep 0.1; done\n");
    out
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
