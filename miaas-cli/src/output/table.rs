//! Columns for people: no lines, no colour, easy to cut with other tools.

use comfy_table::presets::NOTHING;

/// A table under construction.
#[derive(Debug)]
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// A table with these column heads.
    pub(crate) fn new<'a>(head: impl IntoIterator<Item = &'a str>) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING).set_header(head.into_iter().collect::<Vec<_>>());
        Self(table)
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        // A control character in a message must not move the cursor of whoever reads it.
        let clean = |cell: String| cell.replace(|c: char| c.is_control(), " ");
        self.0.add_row(cells.into_iter().map(clean).collect::<Vec<_>>());
    }

    /// The text without trailing spaces; empty when there are no rows.
    pub(crate) fn text(mut self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        self.0.column_iter_mut().for_each(|column| {
            column.set_padding((0, 2));
        });
        self.0.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

/// The text, or a dash for none.
pub(crate) fn or_dash(text: impl Into<String>) -> String {
    let text = text.into();
    if text.is_empty() { "-".to_owned() } else { text }
}

/// An amount of memory given in MiB.
pub(crate) fn mib(amount: u64) -> String {
    bytes(amount.saturating_mul(1 << 20))
}

/// An amount of memory or disk.
pub(crate) fn bytes(amount: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if amount < 1024 {
        return format!("{amount} B");
    }
    let (mut whole, mut unit) = (amount, 0);
    while whole >= 1024 * 1024 && unit + 1 < UNITS.len() {
        whole /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", whole / 1024, whole % 1024 * 10 / 1024, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_without_trailing_spaces() {
        let mut table = Table::new(["NAME", "STATUS"]);
        table.row(["a".to_owned(), "ready".to_owned()]);
        table.row(["long-name".to_owned(), "x\x1b[2Jy\nz".to_owned()]);
        assert_eq!(table.text(), "NAME       STATUS\na          ready\nlong-name  x [2Jy z");
        assert_eq!(Table::new(["NAME"]).text(), "");
    }

    #[test]
    fn amounts_are_short() {
        let cases =
            [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (64 << 20, "64.0 MiB"), (u64::MAX, "16383.9 PiB")];
        for (amount, want) in cases {
            assert_eq!(bytes(amount), want);
        }
    }
}
