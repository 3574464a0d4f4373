//! Takes new output of a service into its log.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use rustix::fs::{FallocateFlags, fallocate};

use super::{super::layout::ServiceFiles, line};

/// Most that is taken from a file at a time.
const CHUNK: u64 = 1024 * 1024;
/// A line without an end is cut here.
const LONGEST_LINE: usize = 64 * 1024;
/// A log of this size becomes the old one; so at most twice this is kept.
const ROTATE_AT: u64 = 10 * 1024 * 1024;
/// Disk space of what was taken is given back in pieces of this size.
const PUNCH: u64 = 1024 * 1024;

/// How much of both streams was taken.
#[derive(Debug, Default, Clone, Copy)]
struct Position {
    out: u64,
    err: u64,
}

/// Takes everything that is new. `ended` says that nobody writes any more, so that a last line without an end is one.
/// Safe to call from anywhere at any time: a lock on the position file orders the callers.
pub(in super::super) fn collect(files: &ServiceFiles, ended: bool) -> io::Result<()> {
    let Some(mut position_file) = open_position(files)? else { return Ok(()) };
    let before = read_position(&mut position_file)?;
    let mut position = before;
    let mut stamped = Vec::new();
    let (mut more_out, mut more_err) = (true, true);
    while more_out || more_err {
        more_out = more_out && take(&files.out(), &mut position.out, false, ended, &mut stamped)?;
        more_err = more_err && take(&files.err(), &mut position.err, true, ended, &mut stamped)?;
        append(files, &mut stamped)?;
    }
    if (position.out, position.err) != (before.out, before.err) {
        write_position(&position_file, position)?;
        give_back(&files.out(), before.out, position.out);
        give_back(&files.err(), before.err, position.err);
    }
    Ok(())
}

/// Empties what the service writes into, for a new run. Everything must have been collected.
pub(in super::super) fn reset(files: &ServiceFiles) -> io::Result<()> {
    let Some(position_file) = open_position(files)? else { return Ok(()) };
    for path in [files.out(), files.err()] {
        match OpenOptions::new().write(true).open(path) {
            Ok(file) => file.set_len(0)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    write_position(&position_file, Position::default())
}

/// The last lines since a time, for the error of a service that ended.
pub(in super::super) fn end_of_output(files: &ServiceFiles, since_millis: i64) -> String {
    const KEPT: usize = 5;
    const WINDOW: u64 = 8 * 1024;
    let Ok(mut file) = File::open(files.log()) else { return String::new() };
    let length = file.metadata().map_or(0, |m| m.len());
    let mut bytes = Vec::new();
    let read = file.seek(SeekFrom::Start(length.saturating_sub(WINDOW))).and_then(|_| file.read_to_end(&mut bytes));
    if read.is_err() {
        return String::new();
    }
    let lines: Vec<String> = bytes
        .split_inclusive(|b| *b == b'\n')
        .filter_map(line::parse)
        .filter(|l| l.millis >= since_millis)
        .map(|l| l.text)
        .collect();
    lines[lines.len().saturating_sub(KEPT)..].join("\n")
}

/// None when the workload is gone.
fn open_position(files: &ServiceFiles) -> io::Result<Option<File>> {
    let opened =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(files.position());
    match opened {
        Ok(file) => {
            file.lock()?;
            Ok(Some(file))
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

fn read_position(file: &mut File) -> io::Result<Position> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let mut numbers = text.split_ascii_whitespace().map(|n| n.parse().unwrap_or(0));
    Ok(Position { out: numbers.next().unwrap_or(0), err: numbers.next().unwrap_or(0) })
}

fn write_position(file: &File, position: Position) -> io::Result<()> {
    // Fixed width, so that one write at the beginning replaces the old text.
    file.write_all_at(format!("{:020} {:020}\n", position.out, position.err).as_bytes(), 0)
}

/// Takes whole lines of one stream. True when there may be more.
fn take(path: &Path, position: &mut u64, stderr: bool, ended: bool, stamped: &mut Vec<u8>) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(e),
    };
    let meta = file.metadata()?;
    if meta.len() < *position {
        // Somebody emptied it.
        *position = 0;
    }
    if meta.len() == *position {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(*position))?;
    let mut bytes = Vec::new();
    file.take((meta.len() - *position).min(CHUNK)).read_to_end(&mut bytes)?;
    let at_end = *position + bytes.len() as u64 == meta.len();
    let whole = match bytes.iter().rposition(|b| *b == b'\n') {
        _ if ended && at_end => bytes.len(),
        Some(last) => last + 1,
        None if bytes.len() >= LONGEST_LINE => bytes.len(),
        None => return Ok(false),
    };
    // The time of the last write: exact when the reader keeps up, and never later than the true one of what follows.
    let millis = meta.mtime() * 1000 + meta.mtime_nsec() / 1_000_000;
    for text in bytes[..whole].split_inclusive(|b| *b == b'\n') {
        for piece in text.strip_suffix(b"\n").unwrap_or(text).chunks(LONGEST_LINE) {
            line::write(stamped, millis, stderr, piece);
        }
        if text == b"\n" {
            line::write(stamped, millis, stderr, b"");
        }
    }
    *position += whole as u64;
    Ok(!at_end)
}

fn append(files: &ServiceFiles, stamped: &mut Vec<u8>) -> io::Result<()> {
    if stamped.is_empty() {
        return Ok(());
    }
    let mut log = OpenOptions::new().create(true).append(true).mode(0o600).open(files.log())?;
    log.write_all(stamped)?;
    stamped.clear();
    if log.metadata()?.len() >= ROTATE_AT {
        fs::rename(files.log(), files.old_log())?;
    }
    Ok(())
}

/// Gives the disk space of taken output back without moving the end of the file, to which the service still writes.
fn give_back(path: &Path, before: u64, now: u64) {
    let until = now - now % PUNCH;
    if before / PUNCH == now / PUNCH || until == 0 {
        return;
    }
    let punch = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    // A file system without holes keeps the space until the next start of the service.
    if let Ok(file) = OpenOptions::new().write(true).open(path)
        && let Err(e) = fallocate(&file, punch, 0, until)
    {
        tracing::debug!(path = %path.display(), error = %e, "output that was taken keeps its disk space");
    }
}
