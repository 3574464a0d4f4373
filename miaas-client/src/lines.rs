//! A stream of bytes as a stream of lines.

use std::{collections::VecDeque, pin::Pin};

use futures_core::Stream;
use futures_util::{StreamExt as _, stream};
use miaas_core::{ErrorKind, port::BoxStream};

use crate::error::ClientError;

/// Longest line that is taken; a peer that sends more without a line end is not one of ours.
const MAX_LINE: usize = 16 << 20;

/// The lines of `bytes` without their line ends; `broken` makes an error of the connection's. Ends after the first error.
pub(crate) fn lines<B, E, S, F>(bytes: S, broken: F) -> BoxStream<'static, Result<String, ClientError>>
where
    B: AsRef<[u8]> + Send + 'static,
    E: Send + 'static,
    S: Stream<Item = Result<B, E>> + Send + 'static,
    F: Fn(E) -> ClientError + Send + Sync + 'static,
{
    let state = State { bytes: Box::pin(bytes), split: Split::default(), ended: false };
    let next = |(mut state, broken): (State<S>, F)| async move {
        let item = state.next(&broken).await?;
        Some((item, (state, broken)))
    };
    Box::pin(stream::unfold((state, broken), next))
}

struct State<S> {
    bytes: Pin<Box<S>>,
    split: Split,
    ended: bool,
}

impl<B, E, S> State<S>
where
    B: AsRef<[u8]>,
    S: Stream<Item = Result<B, E>>,
{
    async fn next(&mut self, broken: &impl Fn(E) -> ClientError) -> Option<Result<String, ClientError>> {
        loop {
            if let Some(line) = self.split.ready.pop_front() {
                return Some(Ok(line));
            }
            if self.ended {
                return None;
            }
            match self.bytes.next().await {
                Some(Ok(chunk)) => {
                    self.split.push(chunk.as_ref());
                    if self.split.partial.len() > MAX_LINE {
                        self.ended = true;
                        let text = format!("a line of the answer is longer than {MAX_LINE} bytes");
                        return Some(Err(ClientError::new(ErrorKind::Internal, text)));
                    }
                }
                Some(Err(error)) => {
                    self.ended = true;
                    return Some(Err(broken(error)));
                }
                None => {
                    self.ended = true;
                    return self.split.rest().map(Ok);
                }
            }
        }
    }
}

/// Cuts chunks into lines, wherever the chunks begin and end.
#[derive(Default)]
struct Split {
    ready: VecDeque<String>,
    partial: Vec<u8>,
}

impl Split {
    fn push(&mut self, chunk: &[u8]) {
        let mut pieces = chunk.split(|b| *b == b'\n');
        // `split` yields at least one piece; the last one has no line end yet.
        let Some(mut piece) = pieces.next() else { return };
        for next in pieces {
            self.partial.extend_from_slice(piece);
            let line = self.take();
            self.ready.push_back(line);
            piece = next;
        }
        self.partial.extend_from_slice(piece);
    }

    fn take(&mut self) -> String {
        let mut line = std::mem::take(&mut self.partial);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        String::from_utf8_lossy(&line).into_owned()
    }

    fn rest(&mut self) -> Option<String> {
        if self.partial.is_empty() { None } else { Some(self.take()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_gives_the_same_lines() {
        let text = "a\r\n\nüber\nlast".as_bytes();
        for size in 1..=text.len() {
            let mut split = Split::default();
            text.chunks(size).for_each(|chunk| split.push(chunk));
            let mut lines: Vec<String> = split.ready.drain(..).collect();
            lines.extend(split.rest());
            assert_eq!(lines, ["a", "", "über", "last"], "chunks of {size}");
        }
    }
}
