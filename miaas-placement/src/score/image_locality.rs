use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// How many of the workload's images the node has already, in thousandths: it starts without waiting for a download.
#[derive(Debug)]
pub struct ImageLocality;

impl ImageLocality {
    /// The score of a node that has all images.
    pub const MOST: i64 = 1000;
}

impl Score for ImageLocality {
    fn name(&self) -> &'static str {
        "image_locality"
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        let images = &ask.demand.images;
        let there = images.iter().filter(|i| node.images.contains(i)).count();
        (there as i64 * Self::MOST).checked_div(images.len() as i64).unwrap_or(0)
    }

    fn because(&self, _: &Demand) -> String {
        "most of its images are there".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }

    fn applies(&self, demand: &Demand) -> bool {
        !demand.images.is_empty()
    }
}
