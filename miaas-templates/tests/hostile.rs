//! Templates that would spin or take all memory end in an error, soon and small (T1).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]
#![allow(clippy::disallowed_methods, reason = "how long it takes is what is tested")]

use std::{fs, time::Instant};

use miaas_templates::render::{Target, render};
use serde_json::json;

/// Most memory that this process ever had, in KiB, where the system tells.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

/// The error of a template, which has to come within two seconds and 64 MiB of memory.
fn ends(source: &str) -> String {
    let before = peak_kib();
    let begun = Instant::now();
    let context = json!({"params": {"text": "x".repeat(4096), "list": vec![1; 100]}});
    let outcome = render("hostile.j2", source, &context, Target::Yaml);
    let took = begun.elapsed();
    let grown = peak_kib().zip(before).map_or(0, |(now, before)| now - before);
    assert!(took.as_secs() < 2, "{source}: took {took:?}");
    assert!(grown < 64 << 10, "{source}: took {} MiB", grown >> 10);
    match outcome {
        Ok(text) => panic!("{source}: {} bytes came out", text.len()),
        Err(e) => e.message,
    }
}

const TOO_LONG: &str = "the template works for too long or builds too much text";

#[test]
fn t1_hostile_templates_end() {
    for source in [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='x') %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
        // Lists are joined lazily, and only a deep chain of them is copied: without a budget.
        "{% set ns = namespace(x=[1]) %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}",
        "{{ ([[1] * 100000000] * 40) | sum(start=[]) | length }}",
        "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x | replace('a', ns.x) %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = [ns.x, ns.x, ns.x] | join %}{% endfor %}",
        "{{ 'x' * 1073741824 }}",
        "{{ [1] * 1073741824 }}",
        "{{ ('x' * 100000) * 100000 }}",
        "{{ '%1073741824d' | format(1) }}",
        "{{ 'x' | indent(1073741824) }}",
        "{{ 'a\nb' | indent(width='x' * 1000000) }}",
        "{{ 'x' | center(1073741824) }}",
        "{{ range(1000000000) | list | length }}",
        "{{ range(100000) | list | tojson | length }}{{ range(100000) | map('string') | join | length }}{% for a in range(100000) %}{% endfor %}",
        "{{ params.list | batch(1000000000, 'x') | list | length }}",
        "{{ params.list | slice(1000000000, 'x') | list | length }}",
        "{{ 2 ** 1000000000 }}",
        "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
        "{% macro a(n) %}{{ b(n) }}{{ b(n) }}{% endmacro %}{% macro b(n) %}{{ a(n) }}{{ a(n) }}{% endmacro %}{{ a(0) }}",
        "{% for a in [[[]]] recursive %}{{ loop([[a, a], [a, a]]) }}{% endfor %}",
        "{% for a in [[1]] recursive %}{{ loop([a + a]) }}{% endfor %}",
        "{% include 'hostile.j2' %}",
        "{% extends 'hostile.j2' %}",
        "{% import 'hostile.j2' as x %}",
        "{% for a in range(20000) %}0123456789012345678901234567890123456789012345678901234567890123456789{% endfor %}",
    ] {
        let message = ends(source);
        assert!(message.starts_with("hostile.j2"), "{source}: {message}");
    }
    let doubling = format!("{{% set x = [1] %}}{}{{{{ x | length }}}}", "{% set x = x + x %}".repeat(40));
    assert!(ends(&doubling).contains("has 40 additions"));
    let long = format!("{{{{ ([[1] * 100000000, []] | first{}) | length }}}}", " + [1]".repeat(32));
    let begun = Instant::now();
    assert_eq!(render("long.j2", &long, &json!({}), Target::Yaml).unwrap(), "100000032", "counted, never made");
    assert!(begun.elapsed().as_millis() < 500);
    let deep = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(ends(&format!("{{{{ {deep} }}}}")).starts_with("hostile.j2"));
    let deep = format!("{}{}", "{% if true %}".repeat(50_000), "{% endif %}".repeat(50_000));
    assert!(ends(&deep).starts_with("hostile.j2"));
    assert!(
        ends("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}").contains(TOO_LONG)
    );
}
