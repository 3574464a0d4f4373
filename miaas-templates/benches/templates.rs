//! How long the built-in catalogue takes to load, and how many texts a second one core renders, beside Jinja2 where Python has
//! it. `cargo bench -p miaas-templates --bench templates`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time and runs the other implementation")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run fails")]

use std::{fs, hint::black_box, path::Path, process::Command, time::Instant};

use miaas_templates::{
    Catalog,
    render::{Target, render},
};
use serde_json::{Value, json};

const ROUNDS: usize = 50;
const RENDERINGS: u32 = 20_000;

fn main() {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(Catalog::builtin().unwrap());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let catalog = Catalog::builtin().unwrap();
    println!(
        "catalogue of {} templates: best {:.2} ms, median {:.2} ms, worst {:.2} ms (limit 20 ms)",
        catalog.list().len(),
        times[0],
        times[ROUNDS / 2],
        times[ROUNDS - 1]
    );

    let source = &catalog.get("redis").unwrap().compose;
    let context = context();
    let text = render("redis", source, &context, Target::Yaml).unwrap();
    let start = Instant::now();
    for _ in 0..RENDERINGS {
        black_box(render("redis", black_box(source), black_box(&context), Target::Yaml).unwrap());
    }
    let ours = f64::from(RENDERINGS) / start.elapsed().as_secs_f64();
    println!("rendering redis, read anew each time: {ours:.0}/s on one core (limit 20000/s)");
    jinja2(source, &context, &text, ours);
}

fn context() -> Value {
    json!({
        "params": {
            "password": "s3cret", "maxmemory": 67_108_864, "policy": "noeviction", "appendonly": true, "port": 0,
            "bind": "127.0.0.1", "registry": "docker.io/library",
        },
        "ports": {"redis": 20_000}, "executor": "docker", "variant": "", "name": "cache", "workload": "cache-0", "slot": 0,
        "node": {"name": "rack1", "ip": "10.0.0.7"}, "gpus": [], "gpu_claims": [],
    })
}

/// The same template and filters in Jinja2, compiled once and compiled anew each time.
fn jinja2(source: &str, context: &Value, text: &str, ours: f64) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).unwrap();
    let input = folder.join("jinja2.json");
    fs::write(&input, json!({"source": source, "context": context, "text": text}).to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer.py");
    match Command::new("python3").arg(script).arg(input).output() {
        Ok(out) if out.status.success() => {
            let said = String::from_utf8_lossy(&out.stdout).into_owned();
            let mut rates = said.split_whitespace().map(|n| n.parse::<f64>().unwrap());
            let (cached, anew) = (rates.next().unwrap(), rates.next().unwrap());
            println!("Jinja2, compiled once: {cached:.0}/s; read anew each time: {anew:.0}/s");
            println!("here {:.1} times and {:.0} times as many", ours / cached, ours / anew);
        }
        Ok(out) => println!("Jinja2: not measured: {}", String::from_utf8_lossy(&out.stderr).trim()),
        Err(e) => println!("Jinja2: not measured: {e}"),
    }
}
