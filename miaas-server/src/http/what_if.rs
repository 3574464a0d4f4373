//! What would happen if the fleet were different (P4).

use axum::{Json, extract::State};
use miaas_core::{
    api::v1::{WhatIf, WhatIfAnswer, WhatIfChange, WhatIfLost, WhatIfPlace, WhatIfRoom},
    cluster::ClusterView,
    id::NodeId,
    port::Decision,
    spec::Issue,
};
use miaas_placement::{
    what_if as think,
    whatif::{Change, Diff, RoomInfo},
};

use crate::{error::ApiError, extract::ApiJson, server::placer, state::AppState};

/// What would happen if nodes were lost, added or cordoned, or a deployment asked for something else. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/placement/what-if", tag = "placement", request_body = WhatIf,
    responses((status = 200, body = WhatIfAnswer)))]
pub(crate) async fn what_if(
    State(state): State<AppState>,
    ApiJson(body): ApiJson<WhatIf>,
) -> Result<Json<WhatIfAnswer>, ApiError> {
    let changes: Vec<Change> = body.changes.iter().map(|c| change(&state, c)).collect::<Result<_, ApiError>>()?;
    let orchestrator = state.orchestrator().clone();
    let thought = super::compute("placement.what-if", move || {
        let (view, waiting) = orchestrator.placement_view();
        Ok(think(&placer(), &view, &waiting, &changes).map(|diff| answer(&view, diff)))
    });
    let refused = |e: miaas_placement::whatif::WhatIfError| {
        ApiError::refused(format!("/changes: {e}"), Issue::new("/changes", e.to_string()))
    };
    Ok(Json(thought.await?.map_err(refused)?))
}

fn change(state: &AppState, wanted: &WhatIfChange) -> Result<Change, ApiError> {
    let orchestrator = state.orchestrator();
    Ok(match wanted {
        WhatIfChange::RemoveNode { node } => Change::RemoveNode(orchestrator.node(node)?.id),
        WhatIfChange::AddNodes { like, count } => Change::AddNodes { like: orchestrator.node(like)?.id, count: *count },
        WhatIfChange::Cordon { node } => Change::Cordon(orchestrator.node(node)?.id),
        WhatIfChange::Resources { deployment, resources } => {
            Change::Resources { deployment: orchestrator.deployment(deployment)?.id, resources: resources.clone() }
        }
    })
}

fn answer(view: &ClusterView, diff: Diff) -> WhatIfAnswer {
    let added = diff.added.clone();
    let name = |id: &NodeId| {
        let new = || added.iter().find(|a| a.id == *id).map(|a| a.name.to_string());
        view.node(id).map(|n| n.name.to_string()).or_else(new).unwrap_or_else(|| id.to_string())
    };
    let place = |from: Option<&NodeId>, to: &Decision| WhatIfPlace {
        workload: to.workload.to_string(),
        from: from.map(name),
        to: name(&to.node),
        why: to.why.summary.clone(),
    };
    WhatIfAnswer {
        moved: diff.moved.iter().map(|m| place(Some(&m.from), &m.to)).collect(),
        placed: diff.placed.iter().map(|d| place(None, d)).collect(),
        lost: diff
            .lost
            .into_iter()
            .map(|l| WhatIfLost {
                workload: l.workload.to_string(),
                from: l.from.as_ref().map(name),
                why: l
                    .why
                    .as_ref()
                    .map_or_else(|| "what it asks for cannot be found out".to_owned(), |u| u.summary.clone()),
                unplaceable: l.why,
            })
            .collect(),
        added: diff.added.iter().map(|a| a.name.to_string()).collect(),
        before: room(diff.before),
        after: room(diff.after),
    }
}

const fn room(info: RoomInfo) -> WhatIfRoom {
    WhatIfRoom {
        nodes: info.nodes,
        cpu_milli: info.total.cpu_milli,
        cpu_milli_free: info.free.cpu_milli,
        mem_mib: info.total.mem_mib,
        mem_mib_free: info.free.mem_mib,
        gpu_mib: info.gpu_mib,
        gpu_mib_free: info.gpu_free_mib,
    }
}
