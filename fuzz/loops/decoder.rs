//! The decoder of responses against serde_json, for as many texts as are asked for: `decoder N [SEED]`.

use bigid_api::invariants::decoder;

const BATCH: u64 = 1_000_000;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u64>().expect("usage: decoder N [SEED]"));
    let texts = numbers.next().expect("usage: decoder N [SEED]");
    let seed = numbers.next().unwrap_or(1);
    let (mut done, mut json, mut records) = (0, 0, 0);
    while done < texts {
        let counts = decoder(seed.wrapping_add(done), BATCH.min(texts - done));
        (done, json, records) = (done + counts.texts, json + counts.json, records + counts.records);
        println!("{done} texts, {json} of them JSON, {records} records");
    }
}
