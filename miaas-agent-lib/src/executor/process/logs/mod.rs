//! Output of services. A service writes straight into files, so it runs on when the agent ends; whoever looks next takes
//! what is new there into a log whose lines carry their time.

mod collect;
mod follow;
mod line;
mod read;
mod watch;

pub(super) use collect::{collect, end_of_output, reset};
pub(super) use follow::stream;
pub(super) use watch::RawWatch;
