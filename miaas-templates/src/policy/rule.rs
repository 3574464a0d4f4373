//! The rules.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares the rules with their names and what they are about.
macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident = $name:literal, $hint:literal;)+) => {
        /// What a service must not have unless the operator allows it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Rule { $($(#[doc = $doc])+ $rule,)+ }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$rule,)+];

            /// Its name in policies and findings.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$rule => $name,)+ }
            }

            /// What to do instead; empty when there is nothing else.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$rule => $hint,)+ }
            }

            /// What it is about, for the documentation.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$rule => concat!($($doc),+).trim_start(),)+ }
            }
        }
    };
}

rules! {
    /// A privileged container is root on the node.
    Privileged = "privileged", "leave `privileged` out, and ask for the single capability or device that is needed";
    /// The network of the node: every port of it, and services that only listen on the node itself.
    HostNetwork = "host-network", "publish `ports`";
    /// Processes of the node are visible and can be stopped.
    HostPid = "host-pid", "use `pid: service:NAME` for a service of the same document";
    /// Shared memory of the node.
    HostIpc = "host-ipc", "use `ipc: shareable` and `ipc: service:NAME`, or `shm_size`";
    /// The host name of the node can be changed.
    HostUts = "host-uts", "use `hostname`";
    /// The separation of users is lifted.
    HostUsers = "host-users", "";
    /// The control groups of the node are visible, or the service escapes the limits of its own.
    HostCgroup = "host-cgroup", "use `deploy.resources.limits`";
    /// The namespace of a container that belongs to somebody else.
    ForeignNamespace = "foreign-namespace", "use `service:NAME` for a service of the same document";
    /// A path of the node, outside of the allowed roots.
    HostMount = "host-mount", "use a named volume, or `configs` for a file that comes with the document";
    /// The socket of the engine gives root on the node; so does a directory that holds it.
    DockerSocket = "docker-socket", "";
    /// Capabilities beyond those that the engine gives to every container.
    CapAdd = "cap-add", "";
    /// A device of the node.
    Device = "device", "GPUs are given out by the placement: use `gpus`";
    /// The profiles of the kernel that confine a container are changed or lifted.
    Unconfined = "unconfined", "`no-new-privileges` is always allowed";
    /// A kernel parameter that is not of the container's own.
    Sysctl = "sysctl", "set it on the node";
    /// Another runtime than the engine's default.
    Runtime = "runtime", "for GPUs use `gpus`";
    /// The kernel would rather stop others when memory is short.
    Oom = "oom", "";
    /// A network that is not a bridge of its own: containers would stand in the network of the node.
    NetworkDriver = "network-driver", "leave `driver` out";
    /// A network that somebody else made: what is on it can be reached, and reaches the workload.
    ExternalNetwork = "external-network", "leave `external` out; deployments share a network by its `name`";
    /// A volume that somebody else made, with what is in it.
    ExternalVolume = "external-volume", "leave `external` out; deployments share a volume by its `name`";
    /// A volume that the engine gets from elsewhere, with credentials or code of its own.
    VolumeDriver = "volume-driver", "leave `driver` and `driver_opts` out";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
