use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use miaas_core::testing::store_contract::store_contract;
use miaas_store::PostgresOptions;

use crate::{cluster::Cluster, support::open_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o2_the_postgres_store_keeps_the_contract() {
    let Some(cluster) = Cluster::start() else { return };
    let count = AtomicU64::new(0);
    store_contract(async |retention| {
        let url = cluster.database(&format!("contract_{}", count.fetch_add(1, Ordering::Relaxed)));
        Arc::new(open_with(&url, PostgresOptions::default().with_keep_revisions(retention as u64)).await)
    })
    .await;
}
