//! The server in `miaas dev`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use miaas_core::{
    api::v1::{CreateKey, Role},
    secret::Secret,
};
use miaas_server::{CatalogSource, IpNet, RunningServer, ServerConfig, auth::Principal, serve};

use super::folder::Folder;

const LOOPBACK_V4: IpNet = IpNet::new_assert(IpAddr::V4(Ipv4Addr::LOCALHOST), 8);
const LOOPBACK_V6: IpNet = IpNet::new_assert(IpAddr::V6(Ipv6Addr::LOCALHOST), 128);

/// Starts it with its state in the folder. It ends when [`RunningServer::stop`] is called.
pub(crate) async fn start(
    folder: &Folder,
    listen: SocketAddr,
    catalogs: Vec<CatalogSource>,
) -> anyhow::Result<RunningServer> {
    let mut config = ServerConfig::new(folder.path());
    config.listen = listen;
    config.catalogs = catalogs;
    // Whoever tries webhooks out has the receiver on this machine.
    config.webhooks.allow = vec![LOOPBACK_V4, LOOPBACK_V6];
    Ok(serve(config, std::future::pending()).await?)
}

/// The key that the other commands use: the one from the first start, or a new one when that was lost.
pub(crate) async fn key(folder: &Folder, server: &RunningServer) -> anyhow::Result<Secret> {
    let (auth, now) = (server.state.auth(), server.orchestrator.now());
    if let Some(key) = folder.key()?
        && let Ok(Principal::User(_)) = auth.identify(key.expose(), now).await
    {
        return Ok(key);
    }
    let made = auth
        .create_key(CreateKey { description: "miaas dev".to_owned(), role: Role::Admin, ..CreateKey::default() }, now)
        .await?;
    folder.write_key(&made.key)?;
    Ok(made.key)
}
