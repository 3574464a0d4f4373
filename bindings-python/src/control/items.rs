//! What comes one after the other: events, lines of output.

use std::{fmt, pin::Pin, sync::Arc};

use futures_util::StreamExt as _;
use miaas_core::{
    port::{BoxStream, LogOptions},
    time::Timestamp,
};
use pyo3::prelude::*;
use serde::{
    Deserialize as _, Serialize,
    de::{self, IntoDeserializer as _},
};
use tokio::sync::Mutex;

use super::{
    backend,
    call::{Answer, Call},
    plain,
    runtime::Runtime,
};
use crate::error::Failure;

type Answers = BoxStream<'static, Result<Answer, Failure>>;
type Opening = Pin<Box<dyn Future<Output = Result<Answers, Failure>> + Send>>;

/// A stream that is opened when its first item is asked for.
#[pyclass(frozen, module = "miaas._native")]
pub(crate) struct Items {
    runtime: Arc<Runtime>,
    state: Arc<Mutex<State>>,
}

enum State {
    Waiting(Opening),
    Flowing(Answers),
    Ended,
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

impl Items {
    pub(super) fn new(runtime: &Arc<Runtime>, opening: Opening) -> Self {
        Self { runtime: Arc::clone(runtime), state: Arc::new(Mutex::new(State::Waiting(opening))) }
    }
}

#[pymethods]
impl Items {
    /// The next item; none at the end. Breaking the call off loses nothing: the next one goes on.
    fn next(&self) -> Call {
        let state = Arc::clone(&self.state);
        Call::new(&self.runtime, async move {
            let mut state = state.lock().await;
            if let State::Waiting(opening) = &mut *state {
                *state = match opening.await {
                    Ok(items) => State::Flowing(items),
                    Err(failure) => {
                        *state = State::Ended;
                        return Err(failure);
                    }
                };
            }
            let State::Flowing(items) = &mut *state else { return Ok(plain(())) };
            match items.next().await {
                Some(item) => item,
                None => {
                    *state = State::Ended;
                    Ok(plain(()))
                }
            }
        })
    }
}

/// Each item as plain data.
pub(super) fn plain_items<T: Serialize + Send + 'static>(items: backend::Items<T>) -> Answers {
    items.map(|item| item.map(plain)).boxed()
}

/// Which lines of output.
#[derive(Debug, FromPyObject)]
pub(crate) struct LogsWanted {
    follow: bool,
    tail: Option<u64>,
    since: Option<String>,
    service: Option<String>,
}

impl LogsWanted {
    pub(super) fn options(self) -> Result<LogOptions, Failure> {
        let since = self.since.as_deref().map(time).transpose()?;
        Ok(LogOptions { follow: self.follow, tail: self.tail, since, service: self.service })
    }
}

fn time(text: &str) -> Result<Timestamp, Failure> {
    let read: Result<_, de::value::Error> = Timestamp::deserialize(text.into_deserializer());
    read.map_err(|e| {
        let message = format!("logs(): since {text:?} is no time: {e}");
        Failure::invalid("logs()", message).with_hint("write it as 2026-01-02T03:04:05Z")
    })
}
