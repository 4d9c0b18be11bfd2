//! Standard output without panics: a closed pipe ends the command quietly.

use super::exit::Failure;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// A line on standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Err(Failure::Pipe),
        Err(e) => Err(Failure::Io(Path::new("standard output").into(), e)),
        Ok(()) => Ok(()),
    }
}

/// A line of JSON on standard output. Numbers are written so that reading them gives the same number again.
pub fn print_json<T: Serialize>(value: &T) -> Result<(), Failure> {
    print(&json(value)?)
}

/// A value as JSON.
pub fn json<T: Serialize>(value: &T) -> Result<String, Failure> {
    simd_json::to_string(value).map_err(|e| Failure::Usage(format!("this cannot be told in JSON: {e}")))
}

/// A line on standard error; that nobody reads it is no error.
pub fn tell(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A table on standard output: the first column to the left, numbers to the right.
pub fn print_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header.iter().copied());
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    print(&table.to_string())
}
