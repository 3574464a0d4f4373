//! The pod table of a trace.

use miaas_core::spec::nearest;

use super::{
    Nodes, TraceError, TraceErrors,
    cells::{Cells, Column, Row},
    fits::Kinds,
};

/// Far beyond any machine; whether a machine of the trace has as much is another question.
const MAX_CPU_MILLI: u64 = 10_000_000;
const MAX_MEMORY_MIB: u64 = 1 << 40;
/// What a count of devices in one byte holds.
const MAX_GPUS: u64 = 255;

const COLUMNS: [Column; 6] = [
    Column::optional(&["name"]),
    Column::required(&["cpu_milli"]),
    Column::required(&["memory_mib"]),
    Column::required(&["num_gpu"]),
    Column::required(&["gpu_milli"]),
    Column::optional(&["gpu_spec"]),
];
const NAME: usize = 0;
const CPU: usize = 1;
const MEMORY: usize = 2;
const GPUS: usize = 3;
const SHARE: usize = 4;
const MODELS: usize = 5;

/// What a pod of a trace asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracePod {
    /// Its name; `pod-ROW` where the table has none.
    pub name: String,
    /// Processors in thousandths.
    pub cpu_milli: u64,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Number of devices; 0 for none.
    pub num_gpu: u32,
    /// Thousandths of each device: below 1000 only for a share of one device, 0 only without a device.
    pub gpu_milli: u32,
    /// Models that will do, as listed (a model can be there twice); empty for any.
    pub models: Vec<String>,
}

impl TracePod {
    /// All GPU it asks for, in thousandths of a device.
    #[must_use]
    pub fn total_milli(&self) -> u64 {
        u64::from(self.num_gpu) * u64::from(self.gpu_milli)
    }
}

/// A pod that no node of the trace takes, not even an empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// Its row, counted from 0.
    pub row: u32,
    /// Its line in the file, counted from 1.
    pub line: u64,
    /// Why: `openb-pod-0007 can never run: it asks for 16 GPUs, the most that a node has is 8`.
    pub message: String,
}

/// The pods of a trace, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pods {
    /// The pods.
    pub list: Vec<TracePod>,
    /// Those that cannot run on any of the nodes. They count as lost when they arrive.
    pub impossible: Vec<Impossible>,
}

impl Pods {
    /// Reads a table with the columns `cpu_milli`, `memory_mib`, `num_gpu`, `gpu_milli` and perhaps `name` and
    /// `gpu_spec` (models separated by `|`), in any order, among others. `file` names it in errors.
    ///
    /// # Errors
    /// Missing columns, numbers that cannot be, models that none of `nodes` has, a table without rows.
    pub fn parse(file: &str, text: &str, nodes: &Nodes) -> Result<Self, TraceErrors> {
        let cells = Cells::read(file, text, &COLUMNS)?;
        let known: Vec<&str> = nodes.models().into_iter().filter(|model| !model.is_empty()).collect();
        let kinds = Kinds::of(nodes);
        let (mut pods, mut errors) = (Self { list: Vec::new(), impossible: Vec::new() }, TraceErrors::default());
        for (row, at) in cells.rows().zip(0..) {
            match pod(&row, at, &known) {
                Ok(pod) => {
                    let obstacle = kinds.obstacle(&pod);
                    pods.impossible.extend(obstacle.map(|why| Impossible {
                        row: at,
                        line: row.line(),
                        message: format!("{} can never run: {why}", pod.name),
                    }));
                    pods.list.push(pod);
                }
                Err(error) => errors.push(error),
            }
        }
        errors.or(pods)
    }
}

fn pod(row: &Row<'_>, at: u32, known: &[&str]) -> Result<TracePod, TraceError> {
    let pod = TracePod {
        name: Some(row.text(NAME)).filter(|n| !n.is_empty()).map_or_else(|| format!("pod-{at}"), str::to_owned),
        cpu_milli: row.number(CPU, MAX_CPU_MILLI)?,
        memory_mib: row.number(MEMORY, MAX_MEMORY_MIB)?,
        num_gpu: u32::try_from(row.number(GPUS, MAX_GPUS)?).unwrap_or(u32::MAX),
        gpu_milli: u32::try_from(row.number(SHARE, 1000)?).unwrap_or(u32::MAX),
        models: row.text(MODELS).split('|').map(str::trim).filter(|m| !m.is_empty()).map(str::to_owned).collect(),
    };
    let error = |message: String, hint: &str| Err(row.error(SHARE, message, Some(hint.to_owned())));
    match (pod.num_gpu, pod.gpu_milli) {
        (0, 1..) => return error(format!("{} thousandths of no GPU", pod.gpu_milli), "without a GPU gpu_milli is 0"),
        (1.., 0) => return error("nothing of a GPU is asked for".to_owned(), "without a GPU num_gpu is 0"),
        (2.., ..1000) => {
            return error(
                format!("a share of {} GPUs", pod.num_gpu),
                "a share is of one GPU; several GPUs are whole, gpu_milli is 1000",
            );
        }
        _ => {}
    }
    if let Some(model) = pod.models.iter().find(|model| !known.contains(&model.as_str())) {
        let hint = match nearest(model, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None if known.is_empty() => "the nodes name no models".to_owned(),
            None => format!("the models are {}", known.join(", ")),
        };
        return Err(row.error(MODELS, format!("no node has the GPU model {model}"), Some(hint)));
    }
    Ok(pod)
}
