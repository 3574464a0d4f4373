//! Archives of strangers: only files and folders, only below their place, only so much.

use std::{
    fs,
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

/// Most entries of an archive.
const MOST: usize = 500;
/// Most bytes of all files together.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Unpacks a `.tar.gz` of one template into a folder. A folder around everything is left away.
pub(super) fn unpack(archive: &[u8], to: &Path) -> Result<(), String> {
    // What is unpacked counts, and so does what is skipped: a small archive may hold very much.
    let limited = GzDecoder::new(archive).take(LARGEST + 1024 * MOST as u64 * 4);
    let mut archive = Archive::new(limited);
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut left = LARGEST;
    for (i, entry) in archive.entries().map_err(|e| e.to_string())?.enumerate() {
        let mut entry = entry.map_err(|e| format!("the archive is damaged or too large: {e}"))?;
        if i == MOST {
            return Err(format!("the archive has more than {MOST} entries"));
        }
        let path = entry.path().map_err(|e| e.to_string())?.into_owned();
        let shown = path.display();
        match entry.header().entry_type() {
            EntryType::Regular => {}
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            other => return Err(format!("{shown} is no file ({other:?})")),
        }
        let path: PathBuf = path.components().filter(|c| !matches!(c, Component::CurDir)).collect();
        if path.as_os_str().is_empty() || !path.components().all(|c| matches!(c, Component::Normal(_))) {
            return Err(format!("{shown} leads out of the archive"));
        }
        let mut bytes = Vec::new();
        let read = entry.by_ref().take(left + 1).read_to_end(&mut bytes).map_err(|e| format!("{shown}: {e}"))?;
        left = left.checked_sub(read as u64).ok_or_else(|| format!("the archive has more than {LARGEST} bytes"))?;
        files.push((path, bytes));
    }
    let around = around(&files);
    for (path, bytes) in files {
        let inside = around.as_ref().and_then(|a| path.strip_prefix(a).ok()).unwrap_or(&path);
        let path = to.join(inside);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(to))?;
            fs::write(&path, &bytes)
        };
        write().map_err(|e| format!("cannot write {}: {e}", path.display()))?;
    }
    Ok(())
}

/// The folder that everything is in.
fn around(files: &[(PathBuf, Vec<u8>)]) -> Option<PathBuf> {
    let first = files.first()?.0.components().next()?;
    let first = PathBuf::from(first.as_os_str());
    files.iter().all(|(path, _)| path.starts_with(&first) && *path != first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use tar::{Builder, Header};

    fn archive(entries: &[(&str, EntryType, usize)]) -> Vec<u8> {
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, kind, size) in entries {
            let mut header = Header::new_gnu();
            // Written past the checks of the library, as an attacker would.
            header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(*size as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, std::io::repeat(b'x').take(*size as u64)).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn t7_files_arrive_without_the_folder_around_them() {
        let dir = tempfile::tempdir().unwrap();
        let file = EntryType::Regular;
        let bytes = archive(&[("mine/template.yaml", file, 3), ("./mine/examples/a.yaml", file, 2)]);
        unpack(&bytes, &dir.path().join("t")).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("t/template.yaml")).unwrap(), "xxx");
        assert!(dir.path().join("t/examples/a.yaml").is_file());
    }

    #[test]
    fn t7_what_is_no_template_is_refused_and_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = EntryType::Regular;
        let many: Vec<(String, EntryType, usize)> = (0..=MOST).map(|i| (format!("f{i}"), file, 0)).collect();
        let many: Vec<(&str, EntryType, usize)> = many.iter().map(|(n, k, s)| (n.as_str(), *k, *s)).collect();
        for (entries, why) in [
            (&[("a", file, 1), ("../evil", file, 1)][..], "leads out"),
            (&[("/etc/evil", file, 1)], "leads out"),
            (&[("a/../../evil", file, 1)], "leads out"),
            (&[("link", EntryType::Symlink, 0)], "is no file"),
            (&[("hard", EntryType::Link, 0)], "is no file"),
            (&[("null", EntryType::Char, 0)], "is no file"),
            (&[("big", file, 17 * 1024 * 1024)], "more than"),
            (&many, "entries"),
        ] {
            let refused = unpack(&archive(entries), &dir.path().join("t")).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        assert!(unpack(b"no archive", &dir.path().join("t")).is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
