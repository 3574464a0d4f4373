//! Rebalance plans (P3).

use axum::{Json, extract::State};
use miaas_core::{
    PortError,
    api::v1::{Rebalance, RebalanceAnswer, RebalanceMove, RebalancePlaced},
    cluster::ClusterView,
    id::NodeId,
};
use miaas_placement::rebalance::{
    Budget, Cost,
    cluster::{ClusterPlan, Rebalance as Wanted},
};

use crate::{error::ApiError, extract::OptionalJson, server::placer, state::AppState};

/// Which workloads to move so that more fits, within a budget; with `apply` the moves are made, the new place first.
#[utoipa::path(post, path = "/api/v1/placement/rebalance", tag = "placement", request_body = Rebalance,
    responses((status = 200, body = RebalanceAnswer)))]
pub(crate) async fn rebalance(
    State(state): State<AppState>,
    OptionalJson(body): OptionalJson<Rebalance>,
) -> Result<Json<RebalanceAnswer>, ApiError> {
    let orchestrator = state.orchestrator().clone();
    let apply = body.apply;
    let (plan, mut answer) = super::compute("placement.rebalance", move || {
        let (view, waiting) = orchestrator.placement_view();
        let cost = |c: miaas_core::plan::MoveCost| Cost::one(c.bytes, c.time.as_secs());
        let movable = orchestrator.movable().into_iter().map(|(id, c)| (id, cost(c))).collect();
        let budget = Budget { moves: body.max_moves, bytes: body.max_bytes, seconds: body.max_seconds };
        let wanted = Wanted { movable: &movable, waiting: &waiting, least_milli: body.least_gain_milli, budget };
        let plan = wanted.plan(&placer(), &view);
        let answer = answer(&view, &plan);
        Ok::<_, PortError>((plan, answer))
    })
    .await?;
    if apply && !plan.moves.is_empty() {
        let moves: Vec<_> = plan.moves.into_iter().map(|m| (m.to.workload, m.to.node)).collect();
        state.orchestrator().relocate(&moves).await?;
        answer.applied = true;
    }
    Ok(Json(answer))
}

fn answer(view: &ClusterView, plan: &ClusterPlan) -> RebalanceAnswer {
    let name = |id: &NodeId| view.node(id).map_or_else(|| id.to_string(), |n| n.name.to_string());
    RebalanceAnswer {
        moves: plan
            .moves
            .iter()
            .map(|m| RebalanceMove {
                workload: m.to.workload.to_string(),
                from: name(&m.from),
                to: name(&m.to.node),
                bytes: m.cost.bytes,
                seconds: m.cost.seconds,
                gained_milli: m.gained_milli,
            })
            .collect(),
        placed: plan
            .placed
            .iter()
            .map(|d| RebalancePlaced { workload: d.workload.to_string(), to: name(&d.node) })
            .collect(),
        gained_milli: plan.gained_milli(),
        bytes: plan.spent.bytes,
        seconds: plan.spent.seconds,
        stopped: plan.stopped.to_string(),
        applied: false,
    }
}
