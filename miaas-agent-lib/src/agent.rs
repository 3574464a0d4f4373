//! The whole agent, usable inside another process.

mod config;
mod enrol;

use std::{ffi::OsString, sync::Arc, time::Duration};

use miaas_core::{
    ErrorKind, PortError,
    engine::{NodeLoop, SystemClock},
    port::{Clock, Executor},
};
use miaas_tls::client_config;

pub use self::config::{AgentConfig, ExecutorChoice};
use self::enrol::Enrolment;
use crate::{
    executor::{
        docker::{DockerExecutor, DockerOptions},
        process::ProcessExecutor,
    },
    facts::{FactsFeed, FactsOptions, Sampler},
    guard,
    node_key::KeyPair,
    session::Session,
    state_dir::StateDir,
};

/// Time between two attempts of a node that its server does not accept.
const REFUSED_PAUSE: Duration = Duration::from_secs(30);

/// Runs an agent until `shutdown` completes. Workloads keep running afterwards; the next agent on the same state folder
/// finds them.
///
/// # Errors
/// What cannot be repaired by waiting: a wrong configuration, a state folder in use, a damaged ledger or identity, a refused
/// first registration. Everything else is retried for ever.
pub async fn run(config: AgentConfig, shutdown: impl Future<Output = ()>) -> Result<(), PortError> {
    tokio::select! {
        biased;
        () = shutdown => {
            tracing::info!("the agent ends; workloads keep running");
            Ok(())
        }
        result = work(config) => result,
    }
}

/// The command that starts this program again as the guard of its agent, for programs that take `--guard` beside their own
/// arguments; none when the program cannot be found any more.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "asked for by programs at their start, not by the library")]
pub fn guard_command() -> Option<Vec<OsString>> {
    let program = std::env::current_exe().ok()?.into_os_string();
    Some(std::iter::once(program).chain(std::env::args_os().skip(1)).chain(["--guard".into()]).collect())
}

async fn work(config: AgentConfig) -> Result<(), PortError> {
    config.check()?;
    let state = StateDir::open(&config.state_dir)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let executors = executors(&config, &state, &clock)?;
    let options = facts_options(&config, &state, &executors);
    let facts = FactsFeed::start(options.clone(), config.facts_look, config.facts_full).await;
    let key = KeyPair::load_or_create(state.path())?;
    let enrolment = Enrolment { config: &config, file: state.identity(), key: &key, facts: facts.subscribe() };
    let mut identity = enrolment.first().await?;
    enrolment.servers(&identity)?.check(enrolment.pin(&identity))?;
    loop {
        let ledger = Arc::new(state.ledger(&identity.node_id));
        let node_loop = NodeLoop::open(identity.node_id.clone(), executors.clone(), ledger, Arc::clone(&clock)).await?;
        let _running = AbortOnDrop(tokio::spawn(Arc::clone(&node_loop).run()));
        let guard = config.guard.clone().map(|command| tokio::spawn(guard::inform(command, Arc::clone(&node_loop))));
        let _informing = guard.map(AbortOnDrop);
        let mut session = Session {
            servers: enrolment.servers(&identity)?,
            tls: Arc::new(client_config(enrolment.pin(&identity), Some(&key.identity()?))?),
            identity: identity.clone(),
            identity_file: state.identity(),
            node_loop,
            facts: facts.subscribe(),
            sampler: Sampler::new(options.clone()),
            options: config.session,
        };
        // Another node id has another ledger and another loop; the same one goes on.
        while session.identity.node_id == identity.node_id {
            let refused = session.run().await;
            match enrolment.again(&session.identity, &refused).await {
                Some(fresh) => session.identity = fresh,
                None => tokio::time::sleep(REFUSED_PAUSE).await,
            }
        }
        identity = session.identity;
    }
}

pub(crate) fn executors(
    config: &AgentConfig,
    state: &StateDir,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<dyn Executor>>, PortError> {
    let make = |choice: &ExecutorChoice| -> Result<Arc<dyn Executor>, PortError> {
        Ok(match choice {
            ExecutorChoice::Docker { socket } => {
                let options = DockerOptions::new(socket.to_string_lossy()).scoped_to(state.path());
                Arc::new(DockerExecutor::new(options))
            }
            ExecutorChoice::Process => Arc::new(ProcessExecutor::open(state.path(), Arc::clone(clock))?),
            ExecutorChoice::Custom(executor) => Arc::clone(executor),
        })
    };
    let all: Vec<_> = config.executors.iter().map(make).collect::<Result<_, _>>()?;
    let mut kinds: Vec<_> = all.iter().map(|e| e.capability().kind).collect();
    kinds.sort_unstable();
    if let Some(twice) = kinds.windows(2).find(|pair| pair[0] == pair[1]) {
        let text = format!("the executor {} is configured twice", twice[0]);
        return Err(PortError::new(ErrorKind::Invalid, "agent.config", text));
    }
    Ok(all)
}

fn facts_options(config: &AgentConfig, state: &StateDir, executors: &[Arc<dyn Executor>]) -> FactsOptions {
    let docker_socket = config.executors.iter().find_map(|choice| match choice {
        ExecutorChoice::Docker { socket } => Some(socket.clone()),
        ExecutorChoice::Process | ExecutorChoice::Custom(_) => None,
    });
    FactsOptions {
        docker_socket,
        executors: executors.iter().map(|e| e.capability().kind).collect(),
        data_dir: state.path().to_owned(),
        ..FactsOptions::default()
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
