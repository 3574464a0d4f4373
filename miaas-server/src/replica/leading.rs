//! What the leader does and others do not: the engine, the API, the renewal of the lead.

use std::sync::Arc;

use axum::Router;
use miaas_core::{PortError, engine::leader::Term, secret::Secret};
use miaas_store::Sealed;
use miaas_templates::CatalogRenderer;
use tokio::task::JoinHandle;

use crate::{
    AppState,
    http::router,
    server::{ServerConfig, Tls, assemble::assemble},
};

/// A term that this process leads in.
#[derive(Debug)]
pub(super) struct Leading {
    term: Arc<Term>,
    state: AppState,
    admin_key: Option<Secret>,
    engine: Task,
    renewal: Task,
}

/// A task that ends with its owner.
#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Leading {
    /// Reads the state and begins. The lead is renewed from the start, however long reading takes.
    pub(super) async fn open(
        config: &ServerConfig,
        renderer: CatalogRenderer,
        term: Arc<Term>,
        sealed: Arc<Sealed>,
        tls: Option<&Tls>,
    ) -> Result<Self, PortError> {
        let keeping = Arc::clone(&term);
        let renewal = Task(tokio::spawn(async move { keeping.keep().await }));
        let store = term.store();
        let (state, admin_key) = assemble(config, renderer, store, sealed, tls).await?;
        let working = state.clone();
        let engine = Task(tokio::spawn(async move { working.run().await }));
        Ok(Self { term, state, admin_key, engine, renewal })
    }

    pub(super) const fn term(&self) -> &Arc<Term> {
        &self.term
    }

    pub(super) const fn admin_key(&self) -> Option<&Secret> {
        self.admin_key.as_ref()
    }

    pub(super) fn router(&self) -> Router {
        router(self.state.clone())
    }

    /// Ends sessions and streams, writes what is still in memory, and gives the lead up.
    pub(super) async fn end(self) {
        drop(self.engine);
        self.state.end_streams();
        if self.term.holds()
            && let Err(error) = self.state.orchestrator().flush().await
        {
            tracing::warn!(error = %error.chain(), "the last observations of nodes were not stored");
        }
        drop(self.renewal);
        if self.term.holds() {
            self.term.release().await;
        }
    }
}
