//! What the system talks about. Every type is plain data; desired state and status are different objects.

mod deployment;
mod event;
mod facts;
mod node;
mod report;
mod target;
mod workload;

pub use deployment::*;
pub use event::*;
pub use facts::*;
pub use node::*;
pub use report::*;
pub use target::*;
pub use workload::*;
