//! How long it takes to read a Compose document of 2,000 lines, and to refuse hostile ones.
//! `cargo bench -p miaas-templates --bench compose`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

use std::{collections::BTreeMap, fmt::Write as _, fs, hint::black_box, time::Instant};

use miaas_templates::compose::parse;

const ROUNDS: usize = 200;

fn main() {
    let text = document(2_000);
    let env = BTreeMap::from([("TAG".to_owned(), "7".to_owned())]);
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let read = black_box(parse(black_box(&text), "c.yaml", &env)).is_ok();
            assert!(read, "the document is correct");
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    // On a busy machine the best round is the one that nobody disturbed.
    let (best, median, worst) = (times[0], times[ROUNDS / 2], times[ROUNDS * 99 / 100]);
    println!(
        "{} lines, {} KiB: best {best:.2} ms, median {median:.2} ms, 99th percentile {worst:.2} ms (limit 10 ms)",
        text.lines().count(),
        text.len() >> 10
    );
    for (what, text) in hostile() {
        let before = memory();
        let start = Instant::now();
        let refused = black_box(parse(black_box(&text), "c.yaml", &env)).is_err();
        let took = start.elapsed().as_secs_f64() * 1e3;
        assert!(refused, "{what} is refused");
        let more = match (before, memory()) {
            (Some((before, _)), Some((_, most))) => format!("{} MiB", most.saturating_sub(before) >> 10),
            _ => "unknown memory".to_owned(),
        };
        println!("{what}: refused in {took:.2} ms (limit 100 ms) with {more} more (limit 50 MiB)");
    }
}

/// Memory of this process now, and the most since the last call, in KiB; Linux only.
fn memory() -> Option<(u64, u64)> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches("kB").trim().parse().ok()
    };
    let both = (of("VmRSS:")?, of("VmHWM:")?);
    // 5 resets the peak (proc(5)).
    fs::write("/proc/self/clear_refs", "5").ok()?;
    Some(both)
}

fn document(lines: usize) -> String {
    let mut out = String::from("x-common: &common\n  restart: unless-stopped\n  logging: {driver: local}\nservices:\n");
    for i in 0..lines / 20 {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "  s{i}:
    <<: *common
    image: registry.example/app:${{TAG:-1}}
    command: [serve, --port, \"80{i}\", --tag, $TAG]
    environment:
      A: value {i}
      B: ${{MISSING:-default}}
      C: \"quoted ${{TAG}}\"
    ports:
      - \"127.0.0.1:{}:80\"
    volumes:
      - data:/data/{i}
    healthcheck:
      test: [CMD, true]
      interval: 10s
    deploy:
      resources:
        limits: {{cpus: \"0.5\", memory: 64m}}
    labels: [a=b, c=d]
    networks: {{net: {{aliases: [x{i}]}}}}
",
            10_000 + i
        );
    }
    out.push_str("volumes: {data: {}}\nnetworks: {net: {}}\n");
    out
}

fn hostile() -> Vec<(&'static str, String)> {
    let mut bomb = String::from("x-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        let refs = vec![format!("*a{}", i - 1); 10].join(", ");
        let _ = writeln!(bomb, "x-{i}: &a{i} [{refs}]");
    }
    let services = (0..15_000).map(|i| format!("a{i}: {{image: 'x:1', depends_on: [b{i}]}}, ")).collect::<String>();
    vec![
        ("a bomb of aliases", bomb),
        ("100 MB", "# x\n".repeat(25 << 20)),
        ("deep lists", "[".repeat(1 << 20)),
        ("services without end", format!("services: {{{services}}}")),
    ]
}
