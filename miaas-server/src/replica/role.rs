//! Who answers requests at the moment.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use miaas_core::engine::leader::Term;
use tokio::sync::watch;

use super::{Seat, leading::Leading};

/// Who answers a request.
#[derive(Debug, Clone)]
pub(super) enum Role {
    /// This replica.
    Leads { router: Router, term: Arc<Term> },
    /// The replica at this address; none while it is not known.
    Follows(Option<String>),
}

/// The role, as it changes.
#[derive(Debug)]
pub(super) struct Seats {
    role: Mutex<Role>,
    seat: watch::Sender<Seat>,
    leading: tokio::sync::Mutex<Option<Leading>>,
}

impl Seats {
    pub(super) fn new(seat: watch::Sender<Seat>) -> Self {
        Self { role: Mutex::new(Role::Follows(None)), seat, leading: tokio::sync::Mutex::default() }
    }

    pub(super) fn get(&self) -> Role {
        self.role.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, role: Role, seat: Seat) {
        *self.role.lock().unwrap_or_else(PoisonError::into_inner) = role;
        self.seat.send_replace(seat);
    }

    pub(super) fn follow(&self, leader: Option<String>) {
        let seat = leader.clone().map_or(Seat::Waiting, Seat::Follows);
        self.set(Role::Follows(leader), seat);
    }

    /// Leads until the term is over. Dropping the future leaves the end to [`stop`](Self::stop).
    pub(super) async fn lead(&self, leading: Leading) {
        let term = Arc::clone(leading.term());
        let seat = Seat::Leads(leading.admin_key().cloned());
        let router = leading.router();
        *self.leading.lock().await = Some(leading);
        self.set(Role::Leads { router, term: Arc::clone(&term) }, seat);
        term.ended().await;
        self.stop().await;
    }

    /// Ends what this replica does as the leader.
    pub(super) async fn stop(&self) {
        self.follow(None);
        if let Some(leading) = self.leading.lock().await.take() {
            leading.end().await;
        }
    }
}
