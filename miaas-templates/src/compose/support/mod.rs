//! Which fields of the Compose specification are honoured. The reader asks these tables, and `docs/compose-support.md` is
//! printed from them, so the two cannot differ.

use std::fmt::Write as _;

use Support::{Ignored, No, Yes};

/// A field and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What becomes of it.
    pub support: Support,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Support {
    /// Honoured, with a remark.
    Yes(&'static str),
    /// Without effect, with a warning that says why.
    Ignored(&'static str),
    /// An error that says why or what to use instead.
    No(&'static str),
}

mod parts;
mod service;

pub(super) use parts::*;
pub(super) use service::SERVICE;

pub(super) const fn field(name: &'static str, support: Support) -> Field {
    Field { name, support }
}

const SECTIONS: [(&str, &[Field]); 32] = [
    ("Document", TOP),
    ("`include`, long form", INCLUDE),
    ("Service", SERVICE),
    ("`extends`", EXTENDS),
    ("`env_file`, long form", ENV_FILE),
    ("`deploy`", DEPLOY),
    ("`deploy.resources`", RESOURCES),
    ("`deploy.resources.limits`", LIMITS),
    ("`deploy.resources.reservations`", RESERVATIONS),
    ("`deploy.restart_policy`", RESTART_POLICY),
    ("`gpus` and `devices` of reservations", GPU),
    ("`devices` of a service, long form", DEVICE),
    ("`ports`, long form", PORT),
    ("`volumes` of a service, long form", MOUNT),
    ("`bind` of a mount", BIND),
    ("`volume` of a mount", MOUNT_VOLUME),
    ("`tmpfs` of a mount", TMPFS),
    ("`healthcheck`", HEALTH),
    ("`depends_on`, long form", DEPENDENCY),
    ("`networks` of a service, long form", ATTACHMENT),
    ("`configs` and `secrets` of a service, long form", FILE),
    ("`logging`", LOGGING),
    ("`ulimits`, long form", ULIMIT),
    ("`blkio_config`", BLKIO),
    ("`blkio_config.weight_device`", BLKIO_WEIGHT),
    ("other devices of `blkio_config`", BLKIO_RATE),
    ("`volumes` of the document", VOLUME),
    ("`networks` of the document", NETWORK),
    ("`ipam`", IPAM),
    ("`ipam.config`", IPAM_RANGE),
    ("`configs` of the document", CONFIG),
    ("`secrets` of the document", SECRET),
];

/// The page `docs/compose-support.md`.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(INTRODUCTION);
    for (title, fields) in SECTIONS {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n## {title}\n\n| field | | remark |\n|---|---|---|\n");
        for f in fields {
            let (mark, why) = match f.support {
                Yes(why) => ("yes", why),
                Ignored(why) => ("ignored, with a warning", why),
                No(why) => ("error", why),
            };
            let _ = writeln!(out, "| `{}` | {mark} | {why} |", f.name);
        }
    }
    out
}

const INTRODUCTION: &str = "# What of Compose is supported

This page is printed from the tables that the reader uses (`cargo run -p miaas-templates --example compose_support`); a test
fails when it is out of date. A field that is missing here is an error that names the nearest known field. Names starting with
`x-` are free for others. Anchors, aliases and merge keys work, and so do `!reset` and `!override`. A field that is an error may
still stand in a document with `false` or an empty value. Every message names file, line and column.

`${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:?message}`, `${VAR?message}`, `${VAR:+value}`, `${VAR+value}` and `$VAR`
are replaced in every value, only from the variables given with the document, never from the environment of the server or the
node. Defaults may hold variables themselves. A variable that is not given is an error. `$$` is a dollar sign.

Other files (`include`, `extends`, `env_file`, `label_file`, files of configs and secrets, documents merged over the first) are
given with the document; one that is not given is an error that names it. Their paths are relative to the file that names them,
documents that are merged over the first one to the directory of the first.

Services with `profiles` exist when the variable `COMPOSE_PROFILES` names one of them.

A service is one container: `scale` and `deploy.replicas` may be 1, or 0 to leave the service out. To run more, set the
replicas of the deployment; all services of it then run as often, on the nodes that the placement chooses.

What reaches out of the container is read like everything else, and then has to pass the [policy](policy.md).
";
