//! Why the server ends a session, as WebSocket close codes.

use axum::extract::ws::CloseFrame;

/// Why a session ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CloseReason {
    /// The server stops.
    GoingAway,
    /// The same node opened another session.
    Replaced,
    /// What the agent said cannot be understood.
    Protocol(String),
    /// The node's tokens were revoked.
    Revoked,
    /// The node was removed.
    Removed,
    /// Nothing was heard for too long, or nothing could be sent.
    Silent,
    /// The server could not keep what the agent said; it says it again in the next session.
    TryAgain,
}

impl CloseReason {
    /// The frame that says so. Codes from 4000 on are this protocol's own.
    pub(crate) fn frame(&self) -> CloseFrame {
        let (code, text) = match self {
            Self::GoingAway => (1001, "the server stops"),
            Self::Replaced => (4001, "a newer session of this node took over"),
            Self::Protocol(why) => (4002, why.as_str()),
            Self::Revoked => (4003, "the tokens of this node were revoked"),
            Self::Removed => (4004, "this node was removed"),
            Self::Silent => (4008, "nothing was heard for too long"),
            Self::TryAgain => (1013, "the server could not keep the report, try again"),
        };
        // A close frame carries at most 123 bytes.
        let mut end = text.len().min(120);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        CloseFrame { code, reason: text[..end].into() }
    }
}
