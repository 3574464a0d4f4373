//! The guard: a second process that outlives a killed agent and stops what needs a lease when the last lease has ended. It
//! exists only while something on the node needs a lease (`placement.exclusive`), and does nothing while the agent lives.
//!
//! The agent writes when its lease ends, one number of milliseconds a line, to the input of the guard. When that input ends,
//! the agent is gone. The state folder then tells whether another agent took over: who holds it is responsible.

use std::{ffi::OsString, process::Stdio, sync::Arc, time::Duration};

use miaas_core::{
    ErrorKind, PortError,
    engine::{NodeLoop, SystemClock},
    port::{Clock, Ledger as _},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
};

use crate::{
    agent::{AgentConfig, executors},
    state_dir::StateDir,
};

const OPERATION: &str = "agent.guard";
/// Time between two looks at when the lease ends.
const LOOK: Duration = Duration::from_millis(500);
/// How long what has no lease may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// Tells the guard when the lease ends, for ever; starts it when it is first needed, and again when it was ended.
pub(crate) async fn inform(command: Vec<OsString>, node_loop: Arc<NodeLoop>) {
    let mut guard: Option<Child> = None;
    let mut told = None;
    loop {
        let ends = node_loop.lease_ends();
        if ends != told {
            match tell(&mut guard, &command, ends).await {
                Ok(()) => told = ends,
                Err(e) => {
                    tracing::error!(error = %e, "the guard of the leases cannot be told; starting another");
                    (guard, told) = (None, None);
                }
            }
        }
        if told.is_some() && guard.as_mut().is_some_and(|g| !matches!(g.try_wait(), Ok(None))) {
            (guard, told) = (None, None);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn tell(guard: &mut Option<Child>, command: &[OsString], ends: Option<Duration>) -> std::io::Result<()> {
    let Some(ends) = ends else {
        // Nothing needs it any more: its input ends, and 0 says that there is nothing to wait for.
        if let Some(mut last) = guard.take()
            && let Some(input) = &mut last.stdin
        {
            input.write_all(b"0\n").await?;
        }
        return Ok(());
    };
    if guard.is_none() {
        let (program, arguments) = command.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        // A group of its own: what ends the agent's group must not end its guard.
        let started = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()?;
        *guard = Some(started);
    }
    let input = guard.as_mut().and_then(|g| g.stdin.as_mut()).ok_or(std::io::ErrorKind::BrokenPipe)?;
    input.write_all(format!("{}\n", ends.as_millis()).as_bytes()).await
}

/// Is the guard: returns when the agent is gone and nothing that needs a lease runs without one. `input` is what the agent
/// writes.
///
/// # Errors
/// What keeps it from stopping something, after trying for as long as no agent has taken over.
pub async fn watch(config: AgentConfig, input: impl AsyncRead + Unpin) -> Result<(), PortError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut lines = BufReader::new(input).lines();
    let mut ends = None;
    // An input that breaks is one that ends.
    while let Ok(Some(line)) = lines.next_line().await {
        ends = line.trim().parse().ok().filter(|ms| *ms > 0).map(Duration::from_millis);
    }
    let Some(ends) = ends else { return Ok(()) };
    loop {
        let left = ends.saturating_sub(clock.uptime());
        if left.is_zero() {
            break;
        }
        // Looked at often, since a machine that slept does not count that time as waited.
        tokio::time::sleep(left.min(Duration::from_secs(1))).await;
    }
    loop {
        let state = match StateDir::open(&config.state_dir) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => return Ok(()),
            other => other?,
        };
        match stop_exclusive(&config, &state, &clock).await {
            Ok(()) => return Ok(()),
            Err(e) => tracing::error!(error = %e.chain(), "what has no lease could not be stopped; trying again"),
        }
        // An agent that starts meanwhile finds the folder free.
        drop(state);
        tokio::time::sleep(LOOK).await;
    }
}

async fn stop_exclusive(config: &AgentConfig, state: &StateDir, clock: &Arc<dyn Clock>) -> Result<(), PortError> {
    let Some(identity) = state.identity().load()? else { return Ok(()) };
    let Some(target) = state.ledger(&identity.node_id).load().await? else { return Ok(()) };
    let executors = executors(config, state, clock)?;
    for workload in target.workloads.iter().filter(|w| w.exclusive) {
        let executor = executors.iter().find(|e| e.capability().kind == workload.executor);
        let Some(executor) = executor else {
            let text = format!("{} runs with the executor {}, which is not configured", workload.id, workload.executor);
            return Err(PortError::new(ErrorKind::Invalid, OPERATION, text));
        };
        tracing::warn!(workload = %workload.id, "stopped: the agent is gone and its lease has ended");
        executor.stop(&workload.id, GRACE).await?;
    }
    Ok(())
}
