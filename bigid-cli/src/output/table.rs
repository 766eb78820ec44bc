//! Rows of aligned cells.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

const GAP: &str = "  ";

/// The maximum width of a cell in a table that is not printed to a terminal.
const WIDEST: usize = 60;

pub(super) fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0).max(20))
}

/// The width of a text in a terminal.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The widths of the columns. If the terminal is too narrow, the widest columns are narrowed.
pub(super) fn widths(header: &[String], rows: &[Vec<String>], terminal: Option<usize>) -> Vec<usize> {
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let mut widths: Vec<usize> = header
        .iter()
        .enumerate()
        .map(|(at, name)| column(at).map(|cell| width(cell)).max().unwrap_or(0).min(WIDEST).max(width(name)))
        .collect();
    let Some(room) = terminal.map(|terminal| terminal.saturating_sub(GAP.len() * header.len().saturating_sub(1)))
    else {
        return widths;
    };
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 8 => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// Cells side by side. The last one is not padded.
pub(super) fn row(cells: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (at, (cell, room)) in cells.iter().zip(widths).enumerate() {
        let cell = cut(cell, *room);
        text += &cell;
        if at + 1 < cells.len() {
            text.extend(std::iter::repeat_n(' ', room.saturating_sub(width(&cell))));
            text += GAP;
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Truncates a text to a width, with an ellipsis.
pub(super) fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let (mut kept, mut taken) = (String::new(), 1);
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken > room {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_its_terminal_and_cut_cells_show_it() {
        let header = ["name", "type"].map(str::to_owned);
        let rows =
            vec![["東京のとても長い名前のデータソース".to_owned(), "x".repeat(30)], ["a".to_owned(), "b".to_owned()]]
                .map_rows();
        for terminal in [20, 30, 40, 200] {
            let widths = widths(&header, &rows, Some(terminal));
            for cells in &rows {
                let row = row(cells, &widths);
                assert!(width(&row) <= terminal, "{terminal}: {row}");
                assert_eq!(row.contains('…'), terminal < 66 && cells[0] != "a", "{terminal}: {row}");
            }
        }
    }

    trait MapRows {
        fn map_rows(self) -> Vec<Vec<String>>;
    }

    impl MapRows for Vec<[String; 2]> {
        fn map_rows(self) -> Vec<Vec<String>> {
            self.into_iter().map(Vec::from).collect()
        }
    }
}
