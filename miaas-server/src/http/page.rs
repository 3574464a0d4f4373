//! Pages of lists.

use axum::Json;
use miaas_core::{api::v1::Page, spec::Issue};

use crate::error::ApiError;

/// Items of a page unless the caller asks for another number.
pub(super) const DEFAULT_LIMIT: usize = 100;
/// Most items of a page.
pub(super) const MAX_LIMIT: usize = 1000;

/// Checks the number of items that a caller wants.
pub(super) fn limit(wanted: Option<usize>) -> Result<usize, ApiError> {
    checked("/limit", wanted.unwrap_or(DEFAULT_LIMIT))
}

/// Which end of a log a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The oldest, at most so many.
    Oldest(usize),
    /// The newest, at most so many.
    Newest(usize),
}

/// Checks which part of a log a caller wants.
pub(super) fn part(limit: Option<usize>, tail: Option<usize>) -> Result<Part, ApiError> {
    match (limit, tail) {
        (Some(_), Some(_)) => {
            Err(refused("/tail", "limit counts from the oldest and tail from the newest: give one of them"))
        }
        (None, Some(tail)) => checked("/tail", tail).map(Part::Newest),
        (limit, None) => self::limit(limit).map(Part::Oldest),
    }
}

fn checked(at: &str, wanted: usize) -> Result<usize, ApiError> {
    match wanted {
        n if (1..=MAX_LIMIT).contains(&n) => Ok(n),
        n => Err(refused(at, &format!("{n} is not 1 to {MAX_LIMIT}"))),
    }
}

fn refused(at: &str, message: &str) -> ApiError {
    ApiError::refused(format!("{at}: {message}"), Issue::new(at, message))
}

/// One page of `items`, which are ordered by `id`: those after `after`.
pub(super) fn page<T>(
    items: impl IntoIterator<Item = T>,
    id: impl Fn(&T) -> &str,
    after: Option<&str>,
    wanted: Option<usize>,
) -> Result<Json<Page<T>>, ApiError> {
    let limit = limit(wanted)?;
    let mut rest = items.into_iter().filter(|item| after.is_none_or(|after| id(item) > after));
    let items: Vec<T> = rest.by_ref().take(limit).collect();
    let next = rest.next().and_then(|_| items.last().map(|last| id(last).to_owned()));
    Ok(Json(Page { items, next }))
}

/// A list that always fits one page.
pub(super) fn whole<T>(items: Vec<T>) -> Json<Page<T>> {
    Json(Page { items, next: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat() {
        let all = ["a", "b", "c", "d", "e"];
        let (mut seen, mut after) = (Vec::new(), None::<String>);
        loop {
            let Json(page) = page(all, |s| s, after.as_deref(), Some(2)).unwrap();
            seen.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        assert!(limit(Some(0)).is_err() && limit(Some(1001)).is_err());
    }

    #[test]
    fn a_page_of_a_log_is_of_one_end() {
        assert_eq!(part(None, None).unwrap(), Part::Oldest(DEFAULT_LIMIT));
        assert_eq!(part(Some(7), None).unwrap(), Part::Oldest(7));
        assert_eq!(part(None, Some(7)).unwrap(), Part::Newest(7));
        assert!(part(Some(1), Some(1)).is_err() && part(None, Some(0)).is_err() && part(None, Some(1001)).is_err());
    }
}
