//! The suite behind the `# Contract` of [`Store`]: every store passes it.
//!
//! Each check gets a fresh store and panics with what was expected and what was seen.

#![allow(clippy::panic, clippy::expect_used, reason = "a contract suite fails by panicking, like any test")]

mod commit;
mod concurrency;
mod conditions;
mod harness;
mod list;
mod watch;

use std::sync::Arc;

use crate::port::Store;

/// Runs checks one after the other, each on a store of its own that keeps `$retention` revisions.
macro_rules! run {
    ($make:ident, $retention:expr; $($module:ident :: { $($check:ident),* $(,)? }),* $(,)?) => {
        $($($module::$check($make($retention).await).await;)*)*
    };
}

/// Checks every sentence of the contract.
///
/// `make` gives a fresh, empty store that keeps the given number of revisions for watchers. It may keep some more, but not
/// 100 more. Run it on a runtime with several threads: half of the suite is about concurrency.
///
/// # Panics
/// When a sentence does not hold, saying which.
pub async fn store_contract<S: Store>(make: impl AsyncFn(usize) -> Arc<S>) {
    run!(make, 100_000;
        commit::{
            an_empty_store_stands_at_zero,
            each_changing_commit_takes_the_next_revision,
            objects_carry_the_revision_of_their_commit,
            deleting_what_is_missing_changes_nothing,
            the_last_write_of_a_key_counts,
            texts_come_back_as_they_were,
            kinds_do_not_mix,
        },
        conditions::{
            each_condition_holds_when_it_should,
            a_conflict_writes_nothing,
            a_check_guards_other_writes,
            conditions_see_the_state_before_the_commit,
            an_object_made_anew_has_a_new_revision,
        },
        list::{
            a_listing_is_in_key_order,
            a_listing_carries_the_revision_of_the_store,
            a_listing_is_one_snapshot,
            list_then_watch_misses_nothing,
        },
        watch::{
            the_past_is_replayed_in_order,
            new_changes_follow_the_past,
            watching_from_now_starts_with_the_next_change,
            each_watcher_sees_everything,
        },
        concurrency::{
            no_update_is_lost,
            one_of_many_creators_wins,
            revisions_are_unique_and_without_gaps,
            each_key_is_seen_in_the_order_of_its_writes,
            a_commit_is_visible_when_it_returns,
            an_abandoned_commit_harms_nobody,
        },
    );
    run!(make, watch::RETENTION; watch::{
        old_revisions_are_compacted,
        the_newest_revisions_are_kept,
        a_slow_watcher_sees_no_gap,
    });
}
