//! What `deploy` and `plan` want: from their options to the bodies of the API.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use miaas_client::Client;
use miaas_core::{
    api::v1::{CreateDeployment, DeploymentItem, PlanAnswer, UpdateDeployment},
    model::{AffinityTerm, OnNodeLoss, Params, PlacementPolicy, UpdatePolicy, UpdateStrategy},
    name::{LabelKey, Labels, NodeName},
};

use super::compose_files;
use crate::{failure::fail, pairs, seconds};

/// What should run.
#[derive(Debug, Args)]
pub(crate) struct Wanted {
    /// Template of the catalogue (with -f: the name)
    #[arg(value_name = "TEMPLATE", required_unless_present = "file")]
    template: Option<String>,
    /// Name of the deployment [default: that of the template]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Compose file to deploy instead of a template; - reads standard input. Given again: merged over the first. The files
    /// that they name are sent along, and .env beside the first gives variables
    #[arg(long, short, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// Value of a parameter of the template
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pairs::pair)]
    set: Vec<(String, String)>,
    /// Variable for the interpolation of a Compose file
    #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::pair)]
    env: Vec<(String, String)>,
    /// How many instances
    #[arg(long, value_name = "N")]
    replicas: Option<u32>,
    /// Label of the deployment
    #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::label)]
    label: Vec<(LabelKey, String)>,
    /// Higher goes first when capacity is short
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i32>,
    #[command(flatten)]
    placement: Placement,
    #[command(flatten)]
    update: Update,
}

/// How an update goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Update")]
struct Update {
    /// Replicas are replaced a few at a time, all at once, or a few first and the others once these proved themselves
    #[arg(long, value_name = "STRATEGY", value_parser = strategy)]
    update: Option<UpdateStrategy>,
    /// At most so many replicas may be unavailable because of an update
    #[arg(long, value_name = "N")]
    max_unavailable: Option<u32>,
    /// So many replicas may run beside those that they replace
    #[arg(long, value_name = "N")]
    max_surge: Option<u32>,
    /// With --update canary: so many replicas come first
    #[arg(long, value_name = "N")]
    canary_replicas: Option<u32>,
    /// With --update canary: so long they have to be ready before the others follow
    #[arg(long, value_name = "TIME", value_parser = seconds::parse)]
    canary_hold: Option<Duration>,
    /// With --update canary: the others follow only after `miaas promote`
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    canary_manual: Option<bool>,
    /// So long a replica has to be ready before it counts
    #[arg(long, value_name = "TIME", value_parser = seconds::parse)]
    min_ready: Option<Duration>,
    /// Without progress for so long the update has failed
    #[arg(long, value_name = "TIME", value_parser = seconds::parse)]
    progress_deadline: Option<Duration>,
    /// A failed update stays where it is instead of going back
    #[arg(long)]
    no_rollback: bool,
}

impl Update {
    /// The policy with what was asked for changed; none when nothing was asked for.
    fn over(&self, base: &UpdatePolicy) -> Option<UpdatePolicy> {
        let mut policy = base.clone();
        policy.strategy = self.update.unwrap_or(policy.strategy);
        policy.max_unavailable = self.max_unavailable.unwrap_or(policy.max_unavailable);
        policy.max_surge = self.max_surge.unwrap_or(policy.max_surge);
        policy.canary.replicas = self.canary_replicas.unwrap_or(policy.canary.replicas);
        policy.canary.hold_seconds = self.canary_hold.map_or(policy.canary.hold_seconds, |t| t.as_secs());
        policy.canary.manual = self.canary_manual.unwrap_or(policy.canary.manual);
        policy.min_ready_seconds = self.min_ready.map_or(policy.min_ready_seconds, |t| t.as_secs());
        policy.progress_deadline_seconds =
            self.progress_deadline.map_or(policy.progress_deadline_seconds, |t| t.as_secs());
        policy.rollback &= !self.no_rollback;
        (policy != *base).then_some(policy)
    }
}

fn strategy(text: &str) -> Result<UpdateStrategy, String> {
    match text {
        "rolling" => Ok(UpdateStrategy::Rolling),
        "recreate" => Ok(UpdateStrategy::Recreate),
        "canary" => Ok(UpdateStrategy::Canary),
        _ => Err("it is one of rolling, recreate and canary".to_owned()),
    }
}

/// Where it should run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Placement")]
struct Placement {
    /// Only on this node
    #[arg(long, value_name = "NODE")]
    node: Option<NodeName>,
    /// Only on nodes with this label
    #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::label)]
    selector: Vec<(LabelKey, String)>,
    /// How nodes are chosen, for example foresight, spread or binpack
    #[arg(long, value_name = "NAME")]
    strategy: Option<String>,
    /// At most so many instances on one node
    #[arg(long, value_name = "N")]
    max_per_node: Option<u32>,
    /// Spread over the values of this node label
    #[arg(long, value_name = "LABEL")]
    spread_by: Option<String>,
    /// With --spread-by: at most so many more at one value than at the emptiest
    #[arg(long, value_name = "N")]
    max_skew: Option<u32>,
    /// Only where that deployment runs: on the node, or at the same value of a node label
    #[arg(long, value_name = "DEPLOYMENT[:LABEL]", value_parser = pairs::neighbour)]
    near: Vec<AffinityTerm>,
    /// Only where that deployment does not run; keeps it away from this one too
    #[arg(long, value_name = "DEPLOYMENT[:LABEL]", value_parser = pairs::neighbour)]
    apart: Vec<AffinityTerm>,
    /// What happens when the node is lost or drained: auto (moves unless it keeps data there), move or stay
    #[arg(long, value_name = "POLICY", value_parser = on_node_loss)]
    on_node_loss: Option<OnNodeLoss>,
    /// Never two live instances of one replica: a node that does not hear of the control plane stops it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    exclusive: Option<bool>,
    /// Deployments of a lower --priority give way when there is no place otherwise, unless they keep data on their node
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    preempt: Option<bool>,
}

fn on_node_loss(text: &str) -> Result<OnNodeLoss, String> {
    match text {
        "auto" => Ok(OnNodeLoss::Auto),
        "move" => Ok(OnNodeLoss::Move),
        "stay" => Ok(OnNodeLoss::Stay),
        _ => Err("it is one of auto, move and stay".to_owned()),
    }
}

impl Placement {
    /// The policy with what was asked for changed; none when nothing was asked for.
    fn over(&self, base: &PlacementPolicy) -> Option<PlacementPolicy> {
        let mut policy = base.clone();
        policy.node = self.node.clone().or(policy.node);
        policy.strategy = self.strategy.clone().or(policy.strategy);
        policy.max_per_node = self.max_per_node.or(policy.max_per_node);
        policy.spread_by = self.spread_by.clone().or(policy.spread_by);
        policy.max_skew = self.max_skew.or(policy.max_skew);
        policy.on_node_loss = self.on_node_loss.unwrap_or(policy.on_node_loss);
        policy.preempt = self.preempt.unwrap_or(policy.preempt);
        policy.exclusive = self.exclusive.unwrap_or(policy.exclusive);
        if !self.near.is_empty() {
            policy.affinity.clone_from(&self.near);
        }
        if !self.apart.is_empty() {
            policy.anti_affinity.clone_from(&self.apart);
        }
        if !self.selector.is_empty() {
            policy.node_selector = Labels(self.selector.iter().cloned().collect());
        }
        (policy != *base).then_some(policy)
    }
}

/// A request that is ready to be sent.
#[derive(Debug)]
pub(crate) enum Request {
    /// There is no such deployment yet.
    Create(Box<CreateDeployment>),
    /// There is one: change it.
    Update(Box<DeploymentItem>, Box<UpdateDeployment>),
}

impl Request {
    /// What it would change.
    pub(crate) async fn plan(&self, client: &Client) -> anyhow::Result<PlanAnswer> {
        Ok(match self {
            Self::Create(create) => client.plan_create(create).await?,
            Self::Update(item, update) => client.plan_update(item.id.as_str(), update).await?,
        })
    }
}

impl Wanted {
    /// Looks at the server and makes the request.
    pub(crate) async fn request(&self, client: &Client) -> anyhow::Result<Request> {
        let (template, name) = self.names()?;
        let params = match template {
            Some(template) if !self.set.is_empty() => {
                pairs::typed(&self.set, &client.template(template).await?.manifest)
            }
            Some(_) => Params::new(),
            None if self.set.is_empty() => Params::new(),
            None => return Err(fail("--set is for templates", "a Compose file takes variables: --env KEY=VALUE")),
        };
        let sent = compose_files::read(&self.file, pairs::map(&self.env))?;
        let compose = (!self.file.is_empty()).then_some(sent.text);
        let labels = self.label.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
        let Some(existing) = client.find_deployment(name).await? else {
            return Ok(Request::Create(Box::new(CreateDeployment {
                name: Some(name.to_owned()),
                template: template.map(str::to_owned),
                params,
                compose,
                env: sent.env,
                files: sent.files,
                overrides: sent.overrides,
                replicas: self.replicas,
                placement: self.placement.over(&PlacementPolicy::default()).unwrap_or_default(),
                priority: self.priority.unwrap_or_default(),
                update: self.update.over(&UpdatePolicy::default()).unwrap_or_default(),
                labels,
            })));
        };
        let source = template.unwrap_or("compose");
        if existing.template != source {
            let message = format!("the deployment {name} exists and runs {}, not {source}", existing.template);
            return Err(fail(message, format!("choose another name, or remove it: miaas rm {name}")));
        }
        let mut all: std::collections::BTreeMap<String, String> =
            existing.labels.0.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
        all.extend(labels);
        let update = UpdateDeployment {
            params,
            files: compose.is_some().then_some(sent.files),
            overrides: compose.is_some().then_some(sent.overrides),
            env: (!sent.env.is_empty()).then_some(sent.env),
            compose,
            replicas: self.replicas,
            placement: self.placement.over(&existing.placement),
            priority: self.priority,
            update: self.update.over(&existing.update),
            labels: (!self.label.is_empty()).then_some(all),
            ..UpdateDeployment::default()
        };
        Ok(Request::Update(Box::new(existing), Box::new(update)))
    }

    /// The template, when there is one, and the name.
    fn names(&self) -> anyhow::Result<(Option<&str>, &str)> {
        match (self.file.first(), &self.template, &self.name) {
            (None, Some(template), name) => Ok((Some(template), name.as_deref().unwrap_or(template))),
            (Some(_), Some(name), None) => Ok((None, name)),
            (Some(_), Some(_), Some(_)) => Err(fail(
                "both a template and a Compose file were given",
                "miaas deploy -f FILE NAME, without a template",
            )),
            (_, None, _) => Err(fail("a deployment from a Compose file needs a name", "miaas deploy -f FILE NAME")),
        }
    }
}
