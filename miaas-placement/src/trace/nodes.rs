//! The node table of a trace.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    TraceError, TraceErrors,
    cells::{Cells, Column, Row},
};

/// Ten thousand cores: no machine has more, so a larger number is a slip.
const MAX_CPU_MILLI: u64 = 10_000_000;
/// An exbibyte.
const MAX_MEMORY_MIB: u64 = 1 << 40;
/// The most devices a machine of today takes.
const MAX_GPUS: u64 = 16;

/// Sets of models are bits of one number while pods are placed.
const MAX_MODELS: usize = 63;

const COLUMNS: [Column; 5] = [
    Column::required(&["sn", "name"]),
    Column::required(&["cpu_milli"]),
    Column::required(&["memory_mib"]),
    Column::required(&["gpu", "num_gpu"]),
    Column::required(&["model"]),
];
const NAME: usize = 0;
const CPU: usize = 1;
const MEMORY: usize = 2;
const GPUS: usize = 3;
const MODEL: usize = 4;

/// A node of a trace; nothing runs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceNode {
    /// Its name, unique in the table.
    pub name: String,
    /// Processors in thousandths.
    pub cpu_milli: u64,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Number of GPUs, at most 16.
    pub gpus: u32,
    /// Model of all its GPUs; empty where the table says nothing.
    pub model: String,
}

/// The nodes of a trace, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodes {
    /// The nodes.
    pub list: Vec<TraceNode>,
}

impl Nodes {
    /// Reads a table with the columns `sn` (or `name`), `cpu_milli`, `memory_mib`, `gpu` (or `num_gpu`) and `model`, in
    /// any order, among others. `file` names it in errors.
    ///
    /// # Errors
    /// Missing columns, numbers that cannot be, names that are there twice, more than 63 models, a table without rows or
    /// without a GPU.
    pub fn parse(file: &str, text: &str) -> Result<Self, TraceErrors> {
        let cells = Cells::read(file, text, &COLUMNS)?;
        let (mut list, mut errors) = (Vec::new(), TraceErrors::default());
        let mut lines = BTreeMap::<&str, u64>::new();
        let mut models = BTreeSet::<&str>::new();
        for row in cells.rows() {
            let name = row.text(NAME);
            if name.is_empty() {
                errors.push(row.error(NAME, "the node has no name", None));
            } else if let Some(line) = lines.insert(name, row.line()) {
                errors.push(row.error(NAME, format!("the node {name} is in line {line} already"), None));
            }
            if models.insert(row.text(MODEL)) && models.len() == MAX_MODELS + 1 {
                errors.push(row.error(MODEL, format!("more than {MAX_MODELS} different GPU models"), None));
            }
            match node(&row) {
                Ok(node) => list.push(node),
                Err(error) => errors.push(error),
            }
        }
        let nodes = errors.or(Self { list })?;
        if nodes.capacity_milli() == 0 {
            let hint = Some("what is measured is the share of the GPUs that is allocated".to_owned());
            let message = "no node has a GPU".to_owned();
            return Err(TraceError { file: file.to_owned(), line: 1, column: 1, message, hint }.into());
        }
        Ok(nodes)
    }

    /// All GPUs together, in thousandths of a device.
    #[must_use]
    pub fn capacity_milli(&self) -> u64 {
        self.list.iter().map(|node| u64::from(node.gpus) * 1000).sum()
    }

    /// The GPU models there are.
    #[must_use]
    pub fn models(&self) -> BTreeSet<&str> {
        self.list.iter().filter(|node| node.gpus > 0).map(|node| node.model.as_str()).collect()
    }
}

fn node(row: &Row<'_>) -> Result<TraceNode, TraceError> {
    Ok(TraceNode {
        name: row.text(NAME).to_owned(),
        cpu_milli: row.number(CPU, MAX_CPU_MILLI)?,
        memory_mib: row.number(MEMORY, MAX_MEMORY_MIB)?,
        gpus: u32::try_from(row.number(GPUS, MAX_GPUS)?).unwrap_or(u32::MAX),
        model: row.text(MODEL).to_owned(),
    })
}
