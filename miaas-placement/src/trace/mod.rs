//! Placement measured on a trace (P7): pods arrive one at a time at an empty fleet and never leave.
//!
//! [`Nodes`] and [`Pods`] read the tables of the public GPU trace, [`Arrivals`] says in which order the pods come,
//! [`Curve`] what share of the GPUs was allocated when, and [`Summary`] what that was over several seeds. [`markdown`]
//! makes a report of it. Everything is text or numbers in, data out: files and clocks belong to the caller.
//!
//! ```
//! use miaas_placement::trace::{Arrivals, Nodes, Pods};
//!
//! let nodes = Nodes::parse("nodes.csv", "sn,cpu_milli,memory_mib,gpu,model\nn0,32000,262144,2,T4\n").unwrap();
//! let pods = "cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n4000,8192,1,500,T4\n";
//! let pods = Pods::parse("pods.csv", pods, &nodes).unwrap();
//! let arrivals = Arrivals::generate(&pods.list, &nodes.list, 42, 1300).unwrap();
//! assert_eq!(arrivals.order.len(), 6, "six halves are the first to reach 1.3 times two GPUs");
//! ```

mod arrivals;
mod cells;
mod curve;
mod error;
mod fits;
mod generate;
mod mix;
mod nodes;
mod pods;
mod replay;
mod report;
mod summary;

pub use arrivals::Arrivals;
pub use curve::{Curve, Percent, Point};
pub use error::{TraceError, TraceErrors};
pub use generate::CannotGenerate;
pub use nodes::{Nodes, TraceNode};
pub use pods::{Impossible, Pods, TracePod};
pub use replay::{Run, prepare, replay};
pub use report::{Outcome, markdown};
pub use summary::Summary;
