//! Cells of files that people open in a spreadsheet.

/// Whether a spreadsheet would take the cell for a formula (OWASP, CSV injection).
fn is_formula(cell: &str) -> bool {
    const BEGINNINGS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    cell.trim_start_matches([' ', '\n']).starts_with(BEGINNINGS)
}

/// Puts an apostrophe before what a spreadsheet would take for a formula.
pub fn defuse(cell: &mut String) {
    if is_formula(cell) {
        cell.insert(0, '\'');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_a_formula_is_told_from_text() {
        for cell in ["=1+1", "+886", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\n=1"] {
            let mut defused = cell.to_owned();
            defuse(&mut defused);
            assert_eq!(defused, format!("'{cell}"));
        }
        for cell in ["", "陳大文", "2.16.886", "{\"a\":\"=1\"}", "a=b", "192.0.2.1"] {
            let mut same = cell.to_owned();
            defuse(&mut same);
            assert_eq!(same, cell);
        }
    }
}
