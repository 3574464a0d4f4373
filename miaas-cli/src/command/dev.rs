//! `miaas dev`: everything in one process, for trying out and for one machine.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use miaas_agent_lib::executor::docker::DockerOptions;
use miaas_client::Client;
use miaas_core::name::NodeName;
use miaas_server::{CatalogSource, DEFAULT_LISTEN, RunningServer};

use crate::{
    app::App,
    dev::{
        agent::{self, Node},
        cleanup,
        engine::{self, Choice},
        folder::Folder,
        server,
        signal::Stop,
    },
    exit::Exit,
    logging, paths,
};

/// Options of `miaas dev`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas dev
  miaas dev --executor process --listen 127.0.0.1:0 --state-dir /tmp/try --cleanup

The other commands find it by themselves. What runs keeps running when it ends, and is found again by the next start;
with --cleanup nothing is left.")]
pub(crate) struct Options {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value_t = DEFAULT_LISTEN, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// What runs workloads
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    executor: Choice,
    /// Socket of the Docker or Podman engine
    #[arg(long, value_name = "SOCKET", default_value = DockerOptions::DEFAULT_SOCKET)]
    docker_socket: PathBuf,
    /// Further templates: a folder, git+https://HOST/REPO.git//FOLDER#TAG, or https://HOST/index.json@sha256:DIGEST; given as
    /// often as there are catalogues
    #[arg(long, alias = "templates", value_name = "SOURCE")]
    catalog: Vec<CatalogSource>,
    /// Name of the node [default: the host name]
    #[arg(long, value_name = "NAME")]
    node_name: Option<NodeName>,
    /// At the end remove every deployment, with its containers, networks and volumes
    #[arg(long)]
    cleanup: bool,
    /// What to log, for example info or miaas_agent_lib=debug
    #[arg(long, env = "MIAAS_LOG", hide_env_values = true, default_value = "warn", value_name = "FILTER")]
    log: String,
}

/// Runs it until it is told to stop.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let mut stop = Stop::listen()?;
    logging::start(app, &options.log, false)?;
    let folder = Folder::take(&app.global.state_dir())?;
    let executor = engine::choose(app, options.executor, &options.docker_socket).await?;
    let server = server::start(&folder, options.listen, options.catalog).await?;
    let key = server::key(&folder, &server).await?;
    let client = Client::new(&server.url(), key)?;
    let mut node = agent::start(&folder, &server, executor.clone(), options.node_name).await?;

    // An early end of the node, or a stop, counts as much while it starts as later.
    let ended = tokio::select! {
        ended = node.ended() => ended,
        () = stop.wait() => Ok(()),
        ready = agent::online(&client) => match ready {
            Ok(name) => {
                folder.write_address(&server.url())?;
                greet(app, &folder, &server, &format!("{name} ({})", executor.kind()))?;
                tokio::select! {
                    ended = node.ended() => ended,
                    () = stop.wait() => Ok(()),
                }
            }
            Err(e) => Err(e),
        },
    };
    finish(app, &options.cleanup, &client, &mut stop, ended).await.and(end(folder, node, server).await)?;
    Ok(Exit::Done)
}

fn greet(app: &App, folder: &Folder, server: &RunningServer, node: &str) -> anyhow::Result<()> {
    let key = paths::key_file(folder.path());
    app.out.text(&format!(
        "MIaaS {version} runs at {url}
  node      {node}
  API key   {key}
  state     {state}

Next, in another terminal:
  miaas deploy hello-world
  miaas get hello-world
  miaas template ls

Ctrl-C stops it.",
        version = env!("CARGO_PKG_VERSION"),
        url = server.url(),
        key = key.display(),
        state = folder.path().display(),
    ))
}

/// Removes everything, when that was asked for; a second signal gives that up.
async fn finish(
    app: &App,
    cleanup: &bool,
    client: &Client,
    stop: &mut Stop,
    ended: anyhow::Result<()>,
) -> anyhow::Result<()> {
    ended?;
    if !cleanup {
        return Ok(());
    }
    tokio::select! {
        done = cleanup::remove_all(app, client) => done,
        () = stop.wait() => {
            app.say.warning("not everything was removed: `miaas dev --cleanup` with this state folder goes on with it");
            Ok(())
        }
    }
}

async fn end(folder: Folder, node: Node, server: RunningServer) -> anyhow::Result<()> {
    folder.remove_address()?;
    node.stop().await?;
    server.stop();
    Ok(server.wait().await?)
}
