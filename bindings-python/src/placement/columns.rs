//! Demands from the columns of a table: each column is handed over whole, no row is ever a Python object.

use std::{collections::BTreeMap, sync::Arc};

use miaas_core::{
    id::DeploymentId,
    model::{ExecutorKind, GpuRequest, PlacementPolicy, Resources},
    name::Name,
    port,
};
use pyo3::{prelude::*, pybacked::PyBackedBytes};

use super::demand::Demand;
use crate::{error::Failure, gil};

const OF: &str = "demands_from()";
/// The columns of numbers.
const NUMBERS: [&str; 7] =
    ["cpu_milli", "mem_mib", "disk_mib", "gpu_count", "gpu_memory_mib", "gpu_share_milli", "priority"];

/// A column of text: which of the texts each row has; a negative number for none.
#[derive(Debug, FromPyObject)]
pub(crate) struct Texts {
    codes: PyBackedBytes,
    texts: Vec<String>,
}

/// The demands of a table with `rows` rows. Numbers are 64-bit integers in the machine's byte order.
#[pyfunction]
pub(crate) fn demands_from_columns(
    py: Python<'_>,
    rows: usize,
    numbers: BTreeMap<String, PyBackedBytes>,
    texts: BTreeMap<String, Texts>,
) -> PyResult<Vec<Demand>> {
    gil::detached(py, || {
        let table = Table::new(rows, &numbers, &texts)?;
        (0..rows).map(|row| table.demand(row).map(|d| Demand(Arc::new(d)))).collect()
    })
}

struct Table<'a> {
    numbers: BTreeMap<&'static str, Vec<i64>>,
    texts: BTreeMap<&'a str, (Vec<i64>, &'a [String])>,
}

impl<'a> Table<'a> {
    fn new(
        rows: usize,
        numbers: &BTreeMap<String, PyBackedBytes>,
        texts: &'a BTreeMap<String, Texts>,
    ) -> Result<Self, Failure> {
        let mut table = Self { numbers: BTreeMap::new(), texts: BTreeMap::new() };
        for (name, bytes) in numbers {
            let Some(known) = NUMBERS.iter().find(|known| *known == name) else {
                return Err(Failure::invalid(OF, format!("{OF}: there is no column {name}")));
            };
            table.numbers.insert(known, unpack(rows, name, bytes)?);
        }
        for (name, column) in texts {
            table.texts.insert(name, (unpack(rows, name, &column.codes)?, &column.texts));
        }
        Ok(table)
    }

    fn number<T: TryFrom<i64>>(&self, row: usize, name: &str) -> Result<T, Failure> {
        let value = self.numbers.get(name).map_or(0, |column| column[row]);
        T::try_from(value)
            .map_err(|_| Failure::invalid(OF, format!("{OF}: row {row}: {name} is {value}, which cannot be")))
    }

    fn text(&self, row: usize, name: &str) -> Option<&'a str> {
        let (codes, texts) = self.texts.get(name)?;
        texts.get(usize::try_from(codes[row]).ok()?).map(String::as_str)
    }

    fn demand(&self, row: usize) -> Result<port::Demand, Failure> {
        let at = |e: miaas_core::id::InvalidName| Failure::invalid(OF, format!("{OF}: row {row}: {e}"));
        let made_up = format!("demand-{row}");
        let workload = self.text(row, "name").unwrap_or(&made_up);
        let name: Name = self.text(row, "deployment").unwrap_or(workload).parse().map_err(at)?;
        let count = self.number(row, "gpu_count")?;
        let gpu = GpuRequest {
            count,
            memory_mib: self.number(row, "gpu_memory_mib")?,
            share_milli: self.number(row, "gpu_share_milli")?,
            model: self.text(row, "gpu_model").filter(|m| !m.is_empty()).map(str::to_owned),
            ..GpuRequest::default()
        };
        let issues = gpu.issues("/gpu");
        if !issues.is_empty() {
            let first = issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(Failure::invalid(OF, format!("{OF}: row {row}: {first}")));
        }
        Ok(port::Demand {
            workload: workload.parse().map_err(at)?,
            deployment: DeploymentId::parse(name.as_str()).map_err(at)?,
            name,
            resources: Resources {
                cpu_milli: self.number(row, "cpu_milli")?,
                mem_mib: self.number(row, "mem_mib")?,
                disk_mib: self.number(row, "disk_mib")?,
                gpu: (count > 0).then_some(gpu),
            },
            ports: Vec::new(),
            executors: vec![ExecutorKind::Docker],
            architectures: Vec::new(),
            policy: PlacementPolicy::default(),
            priority: self.number(row, "priority")?,
            stateful: false,
            volume_node: None,
            near: Vec::new(),
            apart: Vec::new(),
            images: Vec::new(),
            avoid: BTreeMap::new(),
        })
    }
}

fn unpack(rows: usize, name: &str, bytes: &[u8]) -> Result<Vec<i64>, Failure> {
    let (numbers, rest) = bytes.as_chunks::<8>();
    if numbers.len() != rows || !rest.is_empty() {
        return Err(Failure::invalid(OF, format!("{OF}: the column {name} has not {rows} rows")));
    }
    Ok(numbers.iter().map(|bytes| i64::from_ne_bytes(*bytes)).collect())
}
