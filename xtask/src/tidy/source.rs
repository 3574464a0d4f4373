//! Reading the repository: its Rust and Markdown files, each with its path from the root.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// A text file of the repository.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// Its whole text.
    pub(crate) text: String,
}

impl File {
    /// Lines that ship: all before the unit tests, and none where the file is test code.
    pub(crate) fn production_lines(&self) -> Vec<&str> {
        let tests = ["/tests/", "/benches/"].iter().any(|folder| format!("/{}", self.path).contains(folder))
            || self.path.ends_with("/tests.rs");
        if tests {
            return Vec::new();
        }
        self.text.lines().take_while(|line| line.trim() != "#[cfg(test)]").collect()
    }
}

/// Every `.rs` file, in the order of their paths.
pub(crate) fn rust_files(root: &Path) -> Result<Vec<File>> {
    files(root, "rs")
}

/// Every `.md` file, in the order of their paths.
pub(crate) fn markdown_files(root: &Path) -> Result<Vec<File>> {
    files(root, "md")
}

fn files(root: &Path, extension: &str) -> Result<Vec<File>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let here = root.join(&folder);
        for entry in fs::read_dir(&here).with_context(|| format!("cannot list {}", here.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = folder.join(&name);
            let kind = entry.file_type()?;
            if kind.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str()) {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|is| is == extension) {
                let text =
                    fs::read_to_string(entry.path()).with_context(|| format!("cannot read {}", path.display()))?;
                found.push(File { path: path.to_string_lossy().replace('\\', "/"), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

#[cfg(test)]
pub(crate) fn planted(path: &str, text: &str) -> File {
    File { path: path.into(), text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_tests_and_test_folders_do_not_ship() {
        let file = planted("a/src/x.rs", "one\ntwo\n#[cfg(test)]\nmod tests {}\n");
        assert_eq!(file.production_lines(), ["one", "two"]);
        for path in ["a/tests/x.rs", "a/src/x/tests.rs", "tests/x.rs"] {
            assert!(planted(path, "one\n").production_lines().is_empty(), "{path}");
        }
    }

    #[test]
    fn walks_sources_but_not_hidden_folders_or_build_outputs() {
        let root = std::env::temp_dir().join(format!("xtask-walk-{}", std::process::id()));
        for folder in ["a/src", "target/debug", ".git"] {
            fs::create_dir_all(root.join(folder)).unwrap();
            fs::write(root.join(folder).join("x.rs"), "fn x() {}\n").unwrap();
        }
        fs::write(root.join("README.md"), "# x\n").unwrap();
        let rust: Vec<String> = rust_files(&root).unwrap().into_iter().map(|file| file.path).collect();
        let markdown = markdown_files(&root).unwrap().len();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(rust, ["a/src/x.rs"]);
        assert_eq!(markdown, 1);
    }
}
