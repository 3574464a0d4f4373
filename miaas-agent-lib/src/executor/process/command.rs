//! The command line of a service: its program, arguments and environment, and the wrapper that outlives the agent.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Stdio,
};

use miaas_core::model::{Service, WorkloadSpec};
use tokio::process::{Child, Command};

use super::{
    layout::{Layout, ServiceFiles, WorkloadDir},
    record::{MARK, RunRecord},
};

/// Runs the service and notes who it is and how it ended, also when no agent is there to see it. The shell has handlers,
/// so that a signal to the whole group does not end it before its child has answered; a child gets the defaults back.
/// At the end nothing of the group stays, as in a container.
const WRAPPER: &str = r#"trap : HUP INT QUIT TERM USR1 USR2 WINCH
miaas_pid_file=$1 miaas_exit_file=$2
shift 2
miaas_note() { read -r miaas_line < /proc/$$/stat && set -- $miaas_line && echo "$1 $6 ${22}" > "$miaas_pid_file"; }
miaas_note || exit 125
"$@"
echo $? > "$miaas_exit_file"
kill -KILL 0
"#;

/// A command line with everything replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandLine {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub environment: BTreeMap<String, String>,
}

/// What cannot be a command line, in words.
pub(super) type Wrong = String;

/// Replaces `{volume:NAME}` and finds the program.
pub(super) fn command_line(
    layout: &Layout,
    dir: &WorkloadDir,
    spec: &WorkloadSpec,
    service: &Service,
    search_path: &str,
) -> Result<CommandLine, Wrong> {
    let words: Vec<String> = service.process.iter().map(|t| fill(layout, dir, spec, t)).collect::<Result<_, _>>()?;
    let (program, arguments) = words.split_first().ok_or("it has no command line for processes")?;
    let mut environment: BTreeMap<String, String> =
        [("PATH", search_path), ("HOME", &dir.path.to_string_lossy()), ("LANG", "C.UTF-8")]
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
    for (name, value) in &service.environment.0 {
        // The wrapper's shell passes on nothing else.
        if !is_variable(name) || value.contains('\0') {
            return Err(format!(
                "the environment variable {name:?} cannot be set: letters, digits and '_' are allowed"
            ));
        }
        environment.insert(name.clone(), fill(layout, dir, spec, value)?);
    }
    let path = environment.get("PATH").map_or(search_path, String::as_str);
    let program = find_program(program, path)
        .ok_or_else(|| format!("the program {program:?} does not exist or cannot be executed (searched in {path})"))?;
    Ok(CommandLine { program, arguments: arguments.to_vec(), environment })
}

/// The folder of a volume.
pub(super) fn volume_folder(layout: &Layout, dir: &WorkloadDir, spec: &WorkloadSpec, name: &str) -> Option<PathBuf> {
    let volume = spec.volumes.get(name)?;
    Some(volume.external_name.as_ref().map_or_else(|| dir.volume(name), |shared| layout.shared_volume(shared)))
}

fn fill(layout: &Layout, dir: &WorkloadDir, spec: &WorkloadSpec, text: &str) -> Result<String, Wrong> {
    const OPEN: &str = "{volume:";
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("{OPEN} without its closing brace"))?;
        let folder =
            volume_folder(layout, dir, spec, name).ok_or_else(|| format!("the volume {name:?} is not declared"))?;
        out.push_str(before);
        out.push_str(&folder.to_string_lossy());
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn is_variable(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.bytes().all(good) && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

/// Absolute, so that no built-in command of the wrapper's shell is meant.
fn find_program(name: &str, path: &str) -> Option<PathBuf> {
    let executable = |p: &Path| p.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    if name.contains('/') {
        let path = PathBuf::from(name);
        return (path.is_absolute() && executable(&path)).then_some(path);
    }
    path.split(':').filter(|f| f.starts_with('/')).map(|f| Path::new(f).join(name)).find(|p| executable(p))
}

impl CommandLine {
    /// Starts it in a process group of its own. The child is not killed when the handle is dropped.
    pub(super) fn spawn(&self, files: &ServiceFiles, run: &RunRecord, workload: &str) -> io::Result<Child> {
        let append = |path: PathBuf| OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        Command::new("/bin/sh")
            .arg("-c")
            .arg(WRAPPER)
            .arg("miaas")
            .args([files.pid(), files.exit()])
            .arg(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .env("MIAAS_WORKLOAD", workload)
            .env("MIAAS_SERVICE", &files.name)
            .env(MARK, &run.mark)
            .current_dir(files.folder())
            .stdin(Stdio::null())
            .stdout(append(files.out())?)
            .stderr(append(files.err())?)
            .process_group(0)
            .kill_on_drop(false)
            .spawn()
    }

    /// A command that asks for health: the same environment and folder, no output.
    pub(super) fn check(&self, files: &ServiceFiles, words: &[String]) -> Option<Command> {
        let (program, arguments) = words.split_first()?;
        let path = self.environment.get("PATH").map(String::as_str).unwrap_or_default();
        let mut command = Command::new(find_program(program, path)?);
        command
            .args(arguments)
            .env_clear()
            .envs(&self.environment)
            .current_dir(files.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        Some(command)
    }
}

#[cfg(test)]
mod tests {
    use miaas_core::model::Volume;

    use super::*;

    fn spec() -> WorkloadSpec {
        let shared = Volume { external_name: Some("models".into()), ..Volume::default() };
        let volumes = [("data".to_owned(), Volume::default()), ("models".to_owned(), shared)].into();
        WorkloadSpec { volumes, ..WorkloadSpec::default() }
    }

    #[test]
    fn volumes_become_folders_and_everything_else_stays() {
        let layout = Layout { root: "/r".into() };
        let dir = WorkloadDir { path: "/r/w".into() };
        for (text, wanted) in [
            ("plain ${HOME} {} {x}", Ok("plain ${HOME} {} {x}")),
            ("--dir={volume:data}/a", Ok("--dir=/r/w/volumes/data/a")),
            ("{volume:data}:{volume:models}", Ok("/r/w/volumes/data:/r/.shared/models")),
            ("{volume:nope}", Err("the volume \"nope\" is not declared")),
            ("{volume:data", Err("{volume: without its closing brace")),
        ] {
            assert_eq!(fill(&layout, &dir, &spec(), text).as_deref().map_err(String::as_str), wanted, "{text}");
        }
    }

    #[test]
    fn programs_are_found_like_a_shell_does_and_never_relative_to_the_folder() {
        assert_eq!(find_program("sh", "/nowhere:/bin"), Some("/bin/sh".into()));
        assert_eq!(find_program("/bin/sh", ""), Some("/bin/sh".into()));
        for missing in ["no-such-program", "./sh", "bin/sh", "/etc/passwd", ""] {
            assert_eq!(find_program(missing, "/bin"), None, "{missing}");
        }
    }
}
