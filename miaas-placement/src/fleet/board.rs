use super::{Fleet, Shape, nodes::Version};
use crate::policy::Policy;

/// No node, or none that fits.
const NONE: i32 = i32::MIN;

/// Most nodes that are rated again for one answer after the policy learned something new.
const RATED_AGAIN: usize = 32;

/// The nodes ranked for one shape by one policy: a tree of maxima. Asking again costs O(log N) for each node that changed
/// since. When the policy's [epoch](Policy::epoch) changed, the nodes that would win are rated again until one of them
/// stays the best; the others keep what was thought of them until they change or would win.
#[derive(Debug)]
pub struct Board {
    shape: Shape,
    /// Leaves start at half of the length; each inner place holds the maximum of its two.
    tree: Vec<i32>,
    /// The epoch in which each node was rated.
    rated: Vec<u64>,
    version: Option<Version>,
}

impl Board {
    /// A board for this shape that has not looked at a fleet yet.
    #[must_use]
    pub const fn new(shape: Shape) -> Self {
        Self { shape, tree: Vec::new(), rated: Vec::new(), version: None }
    }

    /// The best node for the shape, the earliest of equals; none when it fits nowhere.
    pub fn best(&mut self, fleet: &Fleet, policy: &mut dyn Policy) -> Option<usize> {
        self.look(fleet, policy);
        let epoch = policy.epoch();
        for _ in 0..RATED_AGAIN {
            let top = self.top()?;
            if self.rated[top] == epoch {
                return Some(top);
            }
            self.update(top, fleet, policy);
        }
        self.top()
    }

    fn top(&self) -> Option<usize> {
        if self.tree[1] == NONE {
            return None;
        }
        let leaves = self.tree.len() / 2;
        let mut at = 1;
        while at < leaves {
            at = if self.tree[2 * at] == self.tree[at] { 2 * at } else { 2 * at + 1 };
        }
        Some(at - leaves)
    }

    fn look(&mut self, fleet: &Fleet, policy: &mut dyn Policy) {
        match self.version.as_ref().and_then(|version| fleet.since(version)) {
            Some(nodes) if nodes.len() < fleet.states().len() => {
                for node in nodes {
                    self.update(*node as usize, fleet, policy);
                }
            }
            _ => self.rebuild(fleet, policy),
        }
        self.version = Some(fleet.version());
    }

    fn score(&self, node: usize, fleet: &Fleet, policy: &mut dyn Policy) -> i32 {
        let state = &fleet.states()[node];
        if self.shape.fits(state) { policy.rate(&self.shape, state).score.max(NONE + 1) } else { NONE }
    }

    fn update(&mut self, node: usize, fleet: &Fleet, policy: &mut dyn Policy) {
        let score = self.score(node, fleet, policy);
        self.rated[node] = policy.epoch();
        let mut at = self.tree.len() / 2 + node;
        if self.tree[at] == score {
            return;
        }
        self.tree[at] = score;
        while at > 1 {
            at /= 2;
            let max = self.tree[2 * at].max(self.tree[2 * at + 1]);
            if self.tree[at] == max {
                return;
            }
            self.tree[at] = max;
        }
    }

    fn rebuild(&mut self, fleet: &Fleet, policy: &mut dyn Policy) {
        let leaves = fleet.states().len().next_power_of_two();
        self.tree.clear();
        self.tree.resize(2 * leaves, NONE);
        self.rated.clear();
        self.rated.resize(leaves, policy.epoch());
        for node in 0..fleet.states().len() {
            self.tree[leaves + node] = self.score(node, fleet, policy);
        }
        for at in (1..leaves).rev() {
            self.tree[at] = self.tree[2 * at].max(self.tree[2 * at + 1]);
        }
    }
}

/// A board for each shape that is asked for again and again; the shapes that were not asked for longest are forgotten.
#[derive(Debug, Default)]
pub struct Boards {
    /// In order of their shapes, each with the time of the last question.
    boards: Vec<(Board, u64)>,
    asked: u64,
}

/// Most boards that are kept: each costs 8 to 16 bytes a node.
const KEPT: usize = 512;

impl Boards {
    /// The best node for a shape, as [`Board::best`].
    pub fn best(&mut self, shape: &Shape, fleet: &Fleet, policy: &mut dyn Policy) -> Option<usize> {
        self.asked += 1;
        let at = match self.boards.binary_search_by(|(b, _)| b.shape.cmp(shape)) {
            Ok(at) => at,
            Err(_) => self.insert(shape),
        };
        let (board, asked) = &mut self.boards[at];
        *asked = self.asked;
        board.best(fleet, policy)
    }

    fn insert(&mut self, shape: &Shape) -> usize {
        if self.boards.len() >= KEPT {
            let oldest = self.boards.iter().enumerate().min_by_key(|(_, (_, asked))| *asked).map(|(i, _)| i);
            oldest.map(|i| self.boards.remove(i));
        }
        let at = self.boards.partition_point(|(b, _)| b.shape < *shape);
        self.boards.insert(at, (Board::new(*shape), 0));
        at
    }
}
