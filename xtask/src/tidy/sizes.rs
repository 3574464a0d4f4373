//! Invariant 9: files stay small, so that each holds one idea.

use super::source::File;

const MEDIAN: usize = 150;
const NINE_OF_TEN: usize = 350;
const LARGEST: usize = 600;
/// A file may be longer than [`LARGEST`] when a line says why: `// tidy: long because …`.
const REASON: &str = "// tidy: long because ";

/// Complains about a file over [`LARGEST`] lines without a reason, and about a drifting median or ninth decile.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let mut complaints: Vec<String> = files
        .iter()
        .filter(|file| file.production_lines().len() > LARGEST && !file.text.contains(REASON))
        .map(|file| {
            let lines = file.production_lines().len();
            format!("{}: {lines} production lines, at most {LARGEST}: split it, or state `{REASON}…`", file.path)
        })
        .collect();
    let sizes = sorted(files);
    for (name, percent, limit) in [("median", 50, MEDIAN), ("ninth decile", 90, NINE_OF_TEN)] {
        let size = percentile(&sizes, percent);
        if size > limit {
            complaints.push(format!("file sizes: the {name} is {size} production lines, at most {limit}"));
        }
    }
    complaints
}

/// One line of figures about the files.
pub(crate) fn summary(files: &[File]) -> String {
    let sizes = sorted(files);
    let (median, decile) = (percentile(&sizes, 50), percentile(&sizes, 90));
    let largest = sizes.last().copied().unwrap_or(0);
    format!("{} files, production lines: median {median}, ninth decile {decile}, largest {largest}", sizes.len())
}

fn sorted(files: &[File]) -> Vec<usize> {
    let mut sizes: Vec<usize> =
        files.iter().map(|file| file.production_lines().len()).filter(|size| *size > 0).collect();
    sizes.sort_unstable();
    sizes
}

fn percentile(sorted: &[usize], percent: usize) -> usize {
    // The smallest size that at least `percent` of the files do not exceed.
    let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(rank).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{super::source::planted, *};

    fn of(lines: usize) -> File {
        planted("a/src/x.rs", &"x\n".repeat(lines))
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        let mut files = vec![of(1), of(1), of(601)];
        files.extend((0..20).map(|_| of(1)));
        assert_eq!(check(&files).len(), 1);
        files[2].text.insert_str(0, "// tidy: long because it is one table\n");
        assert!(check(&files).is_empty());
    }

    #[test]
    fn tests_below_the_code_do_not_count() {
        assert!(check(&[planted("a/src/x.rs", &format!("x\n#[cfg(test)]\n{}", "x\n".repeat(900)))]).is_empty());
    }

    #[test]
    fn the_median_and_the_ninth_decile_are_held() {
        assert!(check(&[of(10), of(151), of(151)])[0].contains("median"));
        let mut files: Vec<File> = (0..8).map(|_| of(10)).collect();
        files.extend([of(351), of(351)]);
        assert!(check(&files)[0].contains("ninth decile"));
    }
}
