//! In which order pods arrive, and which node wins among equals.

use super::{TraceError, TraceErrors};

/// One sequence of arrivals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals {
    /// Rows of the pod table, counted from 0, in the order of arrival. A row can come again: it is another pod like it.
    pub order: Vec<u32>,
    /// For each node in the order of its table its rank: of equal nodes the one with the smaller rank is taken.
    pub rank: Vec<u32>,
}

impl Arrivals {
    /// Reads a published sequence: a line of pod rows, a line with a rank for each node, numbers between blanks.
    /// `file` names it in errors.
    ///
    /// # Errors
    /// Words that are no numbers, rows or ranks out of range, ranks that are there twice, too few or too many ranks,
    /// missing or further lines.
    pub fn parse(file: &str, text: &str, pods: usize, nodes: usize) -> Result<Self, TraceErrors> {
        let error = |line, column, message: String, hint: Option<&str>| TraceError {
            file: file.to_owned(),
            line,
            column,
            message,
            hint: hint.map(str::to_owned),
        };
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let mut errors = TraceErrors::default();
        let order = numbers(lines.next().unwrap_or_default());
        if order.is_empty() {
            let hint = "the first line has the rows of the pods in order of arrival, counted from 0";
            return Err(error(1, 1, "no pod arrives".to_owned(), Some(hint)).into());
        }
        let Some(second) = lines.next().filter(|line| !line.trim().is_empty()) else {
            let hint = format!("it has a rank for each of the {nodes} nodes");
            return Err(error(2, 1, "the second line is missing".to_owned(), Some(&hint)).into());
        };
        if let Some(third) = lines.position(|line| !line.trim().is_empty()) {
            let line = 3 + u64::try_from(third).unwrap_or(0);
            errors.push(error(line, 1, "only two lines are expected".to_owned(), None));
        }
        let mut read = |line: u64, words: Vec<(u64, &str)>, below: usize, what: &str| -> Vec<u32> {
            let mut found = Vec::with_capacity(words.len());
            for (column, word) in words {
                match word.parse::<u32>() {
                    Ok(number) if usize::try_from(number).is_ok_and(|n| n < below) => found.push(number),
                    Ok(number) => errors.push(error(
                        line,
                        column,
                        format!("there is no {what} {number}"),
                        Some(&format!("there are {below}, counted from 0")),
                    )),
                    Err(_) => errors.push(error(line, column, format!("{word:?} is no {what}"), None)),
                }
            }
            found
        };
        let order = read(1, order, pods, "pod row");
        let words = numbers(second);
        if words.len() != nodes {
            let hint = format!("there are {nodes} nodes, each has one");
            errors.push(error(2, 1, format!("{} ranks are given", words.len()), Some(&hint)));
            return errors.or(Self { order, rank: Vec::new() });
        }
        let columns: Vec<u64> = words.iter().map(|(column, _)| *column).collect();
        let rank = read(2, words, nodes, "rank");
        let mut taken = vec![false; nodes];
        if rank.len() == columns.len() {
            for (number, column) in rank.iter().zip(columns) {
                let at = usize::try_from(*number).unwrap_or(usize::MAX);
                if taken.get(at).copied().unwrap_or(false) {
                    errors.push(error(2, column, format!("the rank {number} is there twice"), None));
                } else if let Some(free) = taken.get_mut(at) {
                    *free = true;
                }
            }
        }
        errors.or(Self { order, rank })
    }

    /// The sequence in the format that [`Arrivals::parse`] reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        let line = |numbers: &[u32]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        format!("{}\n{}\n", line(&self.order), line(&self.rank))
    }
}

/// The words of a line with their columns, counted from 1 in characters.
fn numbers(line: &str) -> Vec<(u64, &str)> {
    let mut found = Vec::new();
    let mut column = 1;
    for word in line.split(|c: char| c.is_whitespace()) {
        if !word.is_empty() {
            found.push((column, word));
        }
        column += u64::try_from(word.chars().count()).unwrap_or(u64::MAX) + 1;
    }
    found
}
