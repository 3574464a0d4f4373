//! Messages of the session between agent and server (N6). JSON text frames over one WebSocket that the agent dials.
//! Unknown message types are ignored by both sides, so that versions may differ by one.

use serde::{Deserialize, Serialize};

use crate::{
    id::WorkloadId,
    model::{Facts, Generation, Heartbeat, Lease, NodeReport, NodeTarget},
    port::{LogLine, LogOptions},
    secret::Secret,
};

/// Version of the protocol.
pub const VERSION: u32 = 1;

/// What an agent says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromAgent {
    /// First message of a session.
    Hello {
        /// Version of the protocol.
        protocol: u32,
        /// Version of the agent.
        agent_version: String,
        /// Newest target that the agent holds.
        generation: Generation,
        /// What the node is.
        facts: Box<Facts>,
    },
    /// The node's facts changed.
    Facts {
        /// What the node is.
        facts: Box<Facts>,
    },
    /// The node lives.
    Heartbeat(Heartbeat),
    /// Workloads changed.
    Report(NodeReport),
    /// Lines of a log that was asked for.
    Log {
        /// The request.
        request: u64,
        /// The lines, oldest first.
        lines: Vec<LogLine>,
    },
    /// A log has ended.
    LogEnd {
        /// The request.
        request: u64,
        /// Why, when it was not the end of the output.
        error: Option<String>,
    },
    /// A kind of message that this version does not know.
    #[serde(other)]
    Unknown,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromServer {
    /// The whole target of the node.
    Target(NodeTarget),
    /// The right to run what may run only once, for some time.
    Lease(Lease),
    /// A fresh node token, to be used from now on.
    Token {
        /// The token.
        token: Secret,
    },
    /// Send the output of a workload.
    LogStart {
        /// Names the request in the answers.
        request: u64,
        /// The workload.
        workload: WorkloadId,
        /// Which lines.
        options: LogOptions,
    },
    /// Nobody reads this log any more.
    LogStop {
        /// The request.
        request: u64,
    },
    /// A kind of message that this version does not know.
    #[serde(other)]
    Unknown,
}
