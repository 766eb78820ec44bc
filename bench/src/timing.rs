//! Times of rows that take turns.

use std::time::{Duration, Instant};

/// The times of one row, sorted.
pub struct Times(Vec<Duration>);

impl Times {
    fn at(&self, part: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e9
    }

    /// In nanoseconds.
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// From the lower to the upper quartile, in nanoseconds.
    pub fn quartiles(&self) -> (f64, f64) {
        (self.at(0.25), self.at(0.75))
    }
}

/// Runs every row in every round, each time another one first. Gives the times, and the median of each row's ratio to
/// the first row.
pub fn in_turns(rounds: usize, rows: &mut [&mut dyn FnMut()]) -> Vec<(Times, f64)> {
    let mut times = vec![Vec::with_capacity(rounds); rows.len()];
    for round in 0..rounds {
        for turn in 0..rows.len() {
            let row = (round + turn) % rows.len();
            let begun = Instant::now();
            rows[row]();
            times[row].push(begun.elapsed());
        }
    }
    let ratio = |row: &[Duration]| {
        let mut ratios: Vec<f64> =
            row.iter().zip(&times[0]).map(|(one, first)| one.as_secs_f64() / first.as_secs_f64()).collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    };
    let ratios: Vec<f64> = times.iter().map(|row| ratio(row)).collect();
    let sorted = times.into_iter().map(|mut row| {
        row.sort();
        Times(row)
    });
    sorted.zip(ratios).collect()
}
