//! Lines from the frames of the engine's log stream.

use bollard::container::LogOutput;
use miaas_core::{id::WorkloadId, port::LogLine, time::Timestamp};
use serde::{
    Deserialize as _,
    de::{IntoDeserializer as _, value},
};

/// A line with its stamp as the engine writes it: RFC 3339 in UTC with nanoseconds of fixed width, so it sorts as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamped {
    pub stamp: String,
    stderr: bool,
    text: String,
}

impl Stamped {
    pub(super) fn millis(&self) -> Option<i64> {
        millis(&self.stamp)
    }

    pub(super) fn into_line(self, workload: &WorkloadId, service: &str) -> LogLine {
        let at = self.millis().map(Timestamp::from_millis);
        LogLine { workload: workload.clone(), service: service.to_owned(), at, stderr: self.stderr, text: self.text }
    }
}

/// Milliseconds since the epoch of a stamp.
pub(in super::super) fn millis(stamp: &str) -> Option<i64> {
    let deserializer: value::StrDeserializer<'_, value::Error> = stamp.into_deserializer();
    Timestamp::deserialize(deserializer).ok().map(Timestamp::as_millis)
}

/// Puts lines together that the engine delivers in parts of 16 KiB.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    out: Option<Stamped>,
    err: Option<Stamped>,
}

impl Assembler {
    /// The line that this frame completes.
    pub(super) fn add(&mut self, frame: LogOutput) -> Option<Stamped> {
        let stderr = matches!(frame, LogOutput::StdErr { .. });
        let frame = frame.into_bytes();
        let frame = String::from_utf8_lossy(&frame);
        let (stamp, text) = frame.split_once(' ').unwrap_or((frame.trim_end(), ""));
        let open = if stderr { &mut self.err } else { &mut self.out };
        let line = open.get_or_insert_with(|| Stamped { stamp: stamp.to_owned(), stderr, text: String::new() });
        match text.strip_suffix('\n').or((text.is_empty()).then_some("")) {
            Some(end) => {
                line.text.push_str(end.strip_suffix('\r').unwrap_or(end));
                open.take()
            }
            None => {
                line.text.push_str(text);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(text: &str) -> LogOutput {
        LogOutput::StdOut { message: text.to_owned().into() }
    }

    #[test]
    fn frames_become_lines() {
        let mut assembler = Assembler::default();
        let stamp = "2026-01-02T03:04:05.678901234Z";
        let mut text = |frame| assembler.add(frame).map(|l| (l.stamp, l.stderr, l.text));
        assert_eq!(text(out(&format!("{stamp}  a b \n"))), Some((stamp.into(), false, " a b ".into())));
        assert_eq!(text(out(&format!("{stamp} \n"))), Some((stamp.into(), false, String::new())), "an empty line");
        assert_eq!(text(out(&format!("{stamp} one "))), None, "a part of a long line");
        let err = LogOutput::StdErr { message: format!("{stamp} err\n").into() };
        assert_eq!(text(err), Some((stamp.into(), true, "err".into())), "the other pipe goes its own way");
        assert_eq!(text(out("2026-01-02T03:04:05.7Z two\r\n")), Some((stamp.into(), false, "one two".into())));
        assert_eq!(millis(stamp), Some(1_767_323_045_678));
    }
}
