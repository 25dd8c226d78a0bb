//! How fast the detectors and the masks are on one core, beside the goals and beside Presidio.
//!
//! Enters: columns made here from fixed seeds. Leaves: a table; MB/s of this thread's CPU time (other load disturbs it little) and of
//! wall time, medians. Never here: real data.

#![allow(clippy::expect_used, reason = "a bench that cannot go on stops")]
#![allow(clippy::disallowed_methods, reason = "a bench measures")]

#[path = "masking/data.rs"]
mod data;

use std::hint::black_box;
use std::time::{Duration, Instant};

use access::Detectors;
use access::{MaskPlan, Masking, MaskingConfig};
use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use cpu_time::ThreadTime;
use event::payload::ResultColumn;

use data::{CELLS, PAGE_ROWS};

/// Rows of the mixed result: about 10 MB of JSON.
const MIXED_ROWS: usize = 36_864;
/// Samples a case, each of at least `SAMPLE`.
const SAMPLES: usize = 15;
const SAMPLE: Duration = Duration::from_millis(60);
/// Presidio 2.2.366 with spaCy's small model on cells and on prose, MB/s (`make pii-bench` measures it).
const PRESIDIO: &str = "0.003-0.004";

type Rows = Vec<Vec<Option<String>>>;

fn main() {
    // cargo hands a filter over, and options meant for other harnesses.
    let filter = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    println!(
        "{:44}{:>10}{:>10}{:>8}{:>14}",
        "MB/s on one core", "CPU", "wall", "goal", "Presidio"
    );
    let bench = Bench { filter };
    detectors(&bench);
    pages(&bench);
    json_results(&bench);
    arrow_results(&bench);
}

struct Bench {
    filter: String,
}

impl Bench {
    /// Runs `work` on what `input` makes, and prints a line. Only `work` is measured.
    fn run<I, O>(
        &self,
        name: &str,
        bytes: usize,
        goal: &str,
        input: impl Fn() -> I,
        mut work: impl FnMut(I) -> O,
    ) {
        if !name.contains(&self.filter) {
            return;
        }
        let presidio = if goal.is_empty() { "" } else { PRESIDIO };
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..SAMPLES {
            let (mut cpu, mut wall, mut times) = (Duration::ZERO, Duration::ZERO, 0_usize);
            while cpu < SAMPLE {
                let input = input();
                let (on_cpu, on_wall) = (ThreadTime::now(), Instant::now());
                let output = black_box(work(black_box(input)));
                cpu += on_cpu.elapsed();
                wall += on_wall.elapsed();
                times += 1;
                drop(output);
            }
            let rate = |spent: Duration| (bytes * times) as f64 / spent.as_secs_f64() / 1e6;
            for (rates, spent) in rates.iter_mut().zip([cpu, wall]) {
                rates.push(rate(spent));
            }
        }
        let [cpu, wall] = rates.map(|mut rates| {
            rates.sort_by(f64::total_cmp);
            rates.get(rates.len() / 2).copied().unwrap_or(0.0)
        });
        println!("{name:44}{cpu:>10.0}{wall:>10.0}{goal:>8}{presidio:>14}");
    }
}

fn size(columns: &[Vec<String>]) -> usize {
    columns.iter().flatten().map(String::len).sum()
}

fn detectors(bench: &Bench) {
    for (name, goal, columns) in [
        ("detectors, nothing sensitive", "400", data::free()),
        ("detectors, full of it", "150", data::dense()),
        ("detectors, prose", "200", data::prose()),
    ] {
        let detectors = Detectors::default();
        let mut findings = Vec::new();
        bench.run(
            name,
            size(&columns),
            goal,
            || (),
            |()| {
                let mut found = 0;
                for cell in columns.iter().flatten() {
                    findings.clear();
                    detectors.find(cell, &mut findings);
                    found += findings.len();
                }
                found
            },
        );
    }
}

fn masking() -> Masking {
    Masking::new(MaskingConfig::default()).expect("the built-in detectors compile")
}

/// A page of JSON rows that are parsed already: vote, mask, digest.
fn pages(bench: &Bench) {
    for (name, columns) in [
        ("page of rows, nothing sensitive", data::free()),
        ("page of rows, full of it", data::dense()),
        ("page of rows, prose", data::prose()),
    ] {
        let described: Vec<ResultColumn> = columns
            .iter()
            .map(|_| data::described("text", None))
            .collect();
        let count = columns.first().map_or(CELLS, Vec::len);
        let rows: Rows = (0..count)
            .map(|row| {
                columns
                    .iter()
                    .map(|column| column.get(row).cloned())
                    .collect()
            })
            .collect();
        let masking = masking();
        bench.run(
            name,
            size(&columns),
            "",
            || rows.clone(),
            |rows| {
                masking
                    .result(MaskPlan::detect_only(), &described, None)
                    .json(rows)
            },
        );
    }
}

/// A result as a gateway gets it: decoded, masked page by page, encoded; beside decoding and encoding alone.
fn json_results(bench: &Bench) {
    let columns = data::mixed_columns();
    let rows = data::mixed_rows(MIXED_ROWS);
    let masking = masking();
    let pages: Vec<Vec<u8>> = rows
        .chunks(PAGE_ROWS)
        .map(|page| serde_json::to_vec(page).expect("texts are written"))
        .collect();
    let bytes = pages.iter().map(Vec::len).sum();
    let read = |page: &[u8]| serde_json::from_slice::<Rows>(page).expect("texts are read");
    let write = |rows: &Rows| serde_json::to_vec(rows).expect("texts are written").len();
    bench.run(
        "10 MB of JSON, decoded and encoded",
        bytes,
        "",
        || (),
        |()| pages.iter().map(|page| write(&read(page))).sum::<usize>(),
    );
    bench.run(
        "10 MB of JSON, masked too",
        bytes,
        "",
        || (),
        |()| {
            let mut mask = masking.result(MaskPlan::detect_only(), &columns, None);
            let masked =
                |page: &Vec<u8>| write(mask.json(read(page)).expect("rows fit").rows.get());
            pages.iter().map(masked).sum::<usize>()
        },
    );
    bench.run(
        "10 MB of JSON rows, masked only",
        bytes,
        "",
        || rows.clone(),
        |rows| {
            let mut mask = masking.result(MaskPlan::detect_only(), &columns, None);
            let mut rows = rows.into_iter();
            let mut pages = Vec::new();
            loop {
                let page: Rows = rows.by_ref().take(PAGE_ROWS).collect();
                if page.is_empty() {
                    return pages;
                }
                pages.push(mask.json(page).expect("rows fit"));
            }
        },
    );
}

/// The same result as Arrow.
fn arrow_results(bench: &Bench) {
    let columns = data::mixed_columns();
    let rows = data::mixed_rows(MIXED_ROWS);
    let masking = masking();
    let batches: Vec<RecordBatch> = rows
        .chunks(PAGE_ROWS)
        .map(|page| data::mixed_batch(page).expect("columns of one length"))
        .collect();
    let streams: Vec<Vec<u8>> = batches.iter().map(encoded).collect();
    let bytes = streams.iter().map(Vec::len).sum();
    bench.run(
        "the same as Arrow, decoded and encoded",
        bytes,
        "",
        || (),
        |()| {
            streams
                .iter()
                .map(|stream| encoded(&decoded(stream)).len())
                .sum::<usize>()
        },
    );
    bench.run(
        "the same as Arrow, masked too",
        bytes,
        "",
        || (),
        |()| {
            let mut mask = masking.result(MaskPlan::detect_only(), &columns, None);
            let masked = |stream: &Vec<u8>| {
                encoded(mask.arrow(decoded(stream)).expect("columns fit").rows.get()).len()
            };
            streams.iter().map(masked).sum::<usize>()
        },
    );
    bench.run(
        "Arrow batches, masked only",
        bytes,
        "",
        || batches.clone(),
        |batches| {
            let mut mask = masking.result(MaskPlan::detect_only(), &columns, None);
            batches
                .into_iter()
                .map(|batch| mask.arrow(batch).expect("columns fit"))
                .collect::<Vec<_>>()
        },
    );
}

fn encoded(batch: &RecordBatch) -> Vec<u8> {
    let mut writer =
        StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a schema is written");
    writer.write(batch).expect("a batch is written");
    writer.into_inner().expect("the stream ends")
}

fn decoded(stream: &[u8]) -> RecordBatch {
    let mut reader = StreamReader::try_new(stream, None).expect("a schema is read");
    reader.next().expect("one batch").expect("a batch is read")
}
