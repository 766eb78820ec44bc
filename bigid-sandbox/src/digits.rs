//! Numbers as text. Sorting a million records writes several million of them, and `format!` takes several times as
//! long.

/// As `{number:0width$}` does.
pub(crate) fn push_decimal(text: &mut String, number: u64, width: usize) {
    push(text, number, width, 10);
}

/// As `{number:0width$x}` does.
pub(crate) fn push_hexadecimal(text: &mut String, number: u64, width: usize) {
    push(text, number, width, 16);
}

fn push(text: &mut String, mut number: u64, width: usize, base: u64) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while number > 0 {
        first -= 1;
        digits[first] = b"0123456789abcdef"[(number % base) as usize];
        number /= base;
    }
    let first = first.min(digits.len().saturating_sub(width.max(1)));
    text.push_str(std::str::from_utf8(&digits[first..]).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_format_writes_them() {
        for number in [0, 1, 9, 10, 255, 4_096, 999_999, 1_000_000, u64::from(u32::MAX), u64::MAX] {
            for width in [0, 1, 4, 6, 8, 16, 20] {
                let (mut decimal, mut hexadecimal) = ("x".to_owned(), String::new());
                push_decimal(&mut decimal, number, width);
                push_hexadecimal(&mut hexadecimal, number, width);
                assert_eq!(decimal, format!("x{number:0width$}"));
                assert_eq!(hexadecimal, format!("{number:0width$x}"));
            }
        }
    }
}
