//! Reads the log of a service.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom},
    iter,
    os::unix::fs::MetadataExt as _,
};

use miaas_core::{
    id::WorkloadId,
    port::{LogLine, LogOptions},
    time::Timestamp,
};

use super::{
    super::layout::ServiceFiles,
    line::{self, Stamped},
};

/// The lines of one service, oldest first.
pub(super) type Lines = Box<dyn Iterator<Item = Stamped> + Send>;

/// Where a reader that follows goes on.
#[derive(Debug)]
pub(super) struct Cursor {
    files: ServiceFiles,
    open: Option<(File, u64)>,
}

/// The lines that are there now, and the place after them.
pub(super) fn history(files: &ServiceFiles, options: &LogOptions) -> io::Result<(Lines, Cursor)> {
    let old = open(&files.old_log())?;
    let current = open(&files.log())?;
    let length = current.as_ref().map_or(Ok(0), |f| f.metadata().map(|m| m.len()))?;
    let parts: Vec<Box<dyn Read + Send>> = [
        old.map(|f| Box::new(f) as Box<dyn Read + Send>),
        current.as_ref().map(File::try_clone).transpose()?.map(|f| Box::new(f.take(length)) as _),
    ]
    .into_iter()
    .flatten()
    .collect();
    let since = options.since.map_or(i64::MIN, Timestamp::as_millis);
    let lines = parts.into_iter().flat_map(lines_of).filter(move |l| l.millis >= since);
    let lines: Lines = match options.tail {
        Some(tail) => Box::new(last(lines, usize::try_from(tail).unwrap_or(usize::MAX)).into_iter()),
        None => Box::new(lines),
    };
    // A clone shares its place in the file with the original: the cursor keeps its own number.
    Ok((lines, Cursor { files: files.clone(), open: current.map(|f| (f, length)) }))
}

impl Cursor {
    /// Before the first line of a log.
    pub(super) fn at_start(files: &ServiceFiles) -> Self {
        Self { files: files.clone(), open: None }
    }

    /// The lines since the last call.
    pub(super) fn next(&mut self) -> io::Result<Vec<Stamped>> {
        let mut lines = Vec::new();
        if let Some((file, at)) = &mut self.open {
            read_on(file, at, &mut lines)?;
        }
        let Some(current) = open(&self.files.log())? else { return Ok(lines) };
        let rotated = match &self.open {
            Some((file, _)) => file.metadata()?.ino() != current.metadata()?.ino(),
            None => true,
        };
        if rotated {
            let (file, at) = self.open.insert((current, 0));
            read_on(file, at, &mut lines)?;
        }
        Ok(lines)
    }
}

/// Lines of several services as one, oldest first; at the same moment in the order of the services.
pub(super) fn merge(workload: &WorkloadId, services: Vec<(String, Lines)>) -> impl Iterator<Item = LogLine> + use<> {
    let workload = workload.clone();
    let mut sources: Vec<_> = services.into_iter().map(|(name, lines)| (name, lines.peekable())).collect();
    iter::from_fn(move || {
        let heads = sources.iter_mut().enumerate().filter_map(|(i, (_, lines))| Some((lines.peek()?.millis, i)));
        let (_, next) = heads.min()?;
        let (service, lines) = &mut sources[next];
        lines.next().map(|l| log_line(&workload, service, l))
    })
}

/// A line as the port has it.
pub(super) fn log_line(workload: &WorkloadId, service: &str, line: Stamped) -> LogLine {
    LogLine {
        workload: workload.clone(),
        service: service.to_owned(),
        at: Some(Timestamp::from_millis(line.millis)),
        stderr: line.stderr,
        text: line.text,
    }
}

fn open(path: &std::path::Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

fn lines_of(source: Box<dyn Read + Send>) -> impl Iterator<Item = Stamped> + Send {
    let mut reader = BufReader::new(source);
    iter::from_fn(move || {
        let mut bytes = Vec::new();
        // A file that cannot be read any further ends here, like one that is at its end.
        (reader.read_until(b'\n', &mut bytes).ok()? > 0).then_some(bytes)
    })
    .filter_map(|bytes| line::parse(&bytes))
}

fn last(lines: impl Iterator<Item = Stamped>, count: usize) -> VecDeque<Stamped> {
    let mut kept = VecDeque::new();
    if count == 0 {
        return kept;
    }
    for line in lines {
        if kept.len() == count {
            kept.pop_front();
        }
        kept.push_back(line);
    }
    kept
}

/// Reads whole lines from `at` to the end.
fn read_on(file: &mut File, at: &mut u64, lines: &mut Vec<Stamped>) -> io::Result<()> {
    if file.metadata()?.len() <= *at {
        return Ok(());
    }
    file.seek(SeekFrom::Start(*at))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    for text in bytes.split_inclusive(|b| *b == b'\n').filter(|t| t.ends_with(b"\n")) {
        *at += text.len() as u64;
        lines.extend(line::parse(text));
    }
    Ok(())
}
