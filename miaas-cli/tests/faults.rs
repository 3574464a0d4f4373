//! Plugs pulled from real processes (D7): each test ends with what is wanted, and with an account of what was acknowledged
//! against what there is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

#[allow(dead_code, reason = "shared with the tests of the store")]
#[path = "../../miaas-store/tests/postgres/cluster.rs"]
mod cluster;
mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use cluster::Cluster;
use rustix::process::Signal;
use serde_json::Value;
use support::{
    fleet::{Fleet, Running, SERVER},
    proc::related,
};

/// A document of one process that is found again by what it sleeps for.
fn sleeper(fleet: &Fleet, seconds: u32) -> PathBuf {
    let path = fleet.path(&format!("sleeper-{seconds}.yaml"));
    let text = format!(
        "services:\n  main:\n    image: none:1\n    x-process: [sleep, \"{seconds}\"]\n    deploy: {{resources: {{limits: {{cpus: \
         \"0.001\", memory: 1m}}}}}}\n"
    );
    fs::write(&path, text).unwrap();
    path
}

/// How often each sleeper runs.
fn sleepers(fleet: &Fleet) -> BTreeMap<u32, usize> {
    let mut found = BTreeMap::new();
    for line in related(fleet.dir.path()) {
        let mut words = line.split_whitespace().skip(1);
        if words.next().is_some_and(|program| program.ends_with("sleep"))
            && let Some(seconds) = words.next().and_then(|s| s.parse().ok())
        {
            *found.entry(seconds).or_default() += 1;
        }
    }
    found
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn deployments(fleet: &Fleet) -> BTreeMap<String, Value> {
    let items = fleet.json(&["get"]);
    items.as_array().unwrap().iter().map(|d| (d["name"].as_str().unwrap().to_owned(), d.clone())).collect()
}

#[test]
fn d7_kill_9_at_any_moment_of_200_deployments_loses_and_doubles_nothing() {
    const COUNT: u32 = 200;
    let fleet = Fleet::new();
    let server = Mutex::new(Some(fleet.server()));
    let agent = Mutex::new(Some(fleet.agent("alpha", Some(&fleet.token(1)))));
    fleet.until_online(1);
    let (done, mut kills) = (AtomicBool::new(false), [0, 0]);
    let mut acknowledged = Vec::new();
    std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let (mut dice, mut kills) = (Dice(7), [0, 0]);
            while !done.load(SeqCst) {
                sleep(Duration::from_millis(50 + dice.below(500)));
                let which = usize::try_from(dice.below(2)).unwrap();
                kills[which] += 1;
                // Requests that are on their way find nobody, or somebody who still reads the state.
                if which == 0 {
                    drop(server.lock().unwrap().take());
                    *server.lock().unwrap() = Some(fleet.server());
                } else {
                    drop(agent.lock().unwrap().take());
                    *agent.lock().unwrap() = Some(fleet.agent("alpha", None));
                }
            }
            kills
        });
        for i in 0..COUNT {
            let file = sleeper(&fleet, 90_000 + i);
            let name = format!("s{i}");
            if fleet.cli(&["deploy", &name, "-f", file.to_str().unwrap(), "--no-wait"]).code == Some(0) {
                acknowledged.push(i);
            }
        }
        done.store(true, SeqCst);
        kills = killer.join().unwrap();
    });
    let all_ready = || {
        let now = deployments(&fleet);
        now.len() >= acknowledged.len() && now.values().all(|d| d["status"] == "ready")
    };
    fleet.until("everything is ready", all_ready);
    let (there, running) = (deployments(&fleet), sleepers(&fleet));
    eprintln!(
        "{COUNT} asked for, {} acknowledged, {} there, {} running; killed {} times the server, {} times the agent",
        acknowledged.len(),
        there.len(),
        running.len(),
        kills[0],
        kills[1]
    );
    assert!(kills[0] > 1 && kills[1] > 1, "{kills:?}");
    for i in acknowledged {
        assert!(there.contains_key(&format!("s{i}")), "s{i} was acknowledged and is gone\n{}", fleet.logs());
    }
    let wanted: BTreeMap<u32, usize> =
        there.keys().map(|name| (90_000 + name[1..].parse::<u32>().unwrap(), 1)).collect();
    assert_eq!(running, wanted, "each deployment runs once, and nothing else does");
    let names: Vec<&str> = there.keys().map(String::as_str).collect();
    fleet.ok(&[&["rm"], &names[..]].concat());
    fleet.until("nothing runs any more", || sleepers(&fleet).is_empty());
    drop((agent, server));
}

#[test]
fn d3_the_work_of_a_node_that_stops_answering_moves_and_comes_back_once() {
    let fleet = Fleet::new();
    let _server = fleet.server();
    let token = fleet.token(3);
    let agents: Vec<Running> = ["alpha", "beta", "gamma"].iter().map(|n| fleet.agent(n, Some(&token))).collect();
    fleet.until_online(3);
    let file = sleeper(&fleet, 80_000);
    fleet.ok(&["deploy", "web", "-f", file.to_str().unwrap()]);
    let on = || fleet.json(&["get", "web"])["workloads"][0]["node_name"].as_str().unwrap().to_owned();
    let first = on();
    let at = ["alpha", "beta", "gamma"].iter().position(|n| *n == first).unwrap();
    agents[at].signal(Signal::STOP);
    let start = Instant::now();
    fleet.until("it runs elsewhere", || {
        let web = fleet.json(&["get", "web"]);
        web["ready"] == 1 && web["workloads"].as_array().unwrap().iter().any(|w| w["node_name"] != *first)
    });
    eprintln!("replaced {:.1} s after its agent stopped", start.elapsed().as_secs_f64());
    assert_eq!(sleepers(&fleet), [(80_000, 2)].into(), "the old one cannot be told while its agent stands still");
    agents[at].signal(Signal::CONT);
    fleet.until("the old one is gone", || sleepers(&fleet) == [(80_000, 1)].into());
    fleet.until_online(3);
    assert_ne!(on(), first, "what has moved stays where it is");
}

/// A small file system in memory. None where it cannot be had.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let options = format!("size={size},mode=700");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
        if !done.as_ref().is_ok_and(|o| o.status.success()) {
            eprintln!("skipped: a small file system cannot be mounted here: {done:?}");
            return None;
        }
        Some(Self(at.to_owned()))
    }

    /// Leaves no byte free.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = fs::File::create(&path).unwrap();
        let block = [0_u8; 4096];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").args(["-l"]).arg(&self.0).status().ok();
    }
}

#[test]
fn d7_a_full_disk_is_named_and_nothing_that_was_acknowledged_is_lost() {
    let fleet = Fleet::new();
    let Some(disk) = SmallDisk::mount(&fleet.path("server"), "24m") else { return };
    let server = fleet.server();
    let agent = fleet.agent("alpha", Some(&fleet.token(1)));
    fleet.until_online(1);
    let deploy = |i: u32| {
        let file = sleeper(&fleet, 70_000 + i);
        fleet.cli(&["deploy", &format!("s{i}"), "-f", file.to_str().unwrap(), "--no-wait"])
    };
    assert_eq!(deploy(0).code, Some(0));
    fleet.until("it runs", || sleepers(&fleet).contains_key(&70_000));
    let filler = disk.fill();
    let mut acknowledged = vec![0];
    let mut refused = None;
    for i in 1..60 {
        let said = deploy(i);
        if said.code == Some(0) {
            acknowledged.push(i);
        } else {
            refused = Some(said);
            break;
        }
    }
    let refused = refused.expect("a full disk refuses at last");
    assert!(refused.err.contains("full") || refused.err.contains("space"), "{refused:?}");
    assert!(fleet.cli(&["get"]).code == Some(0), "reading needs no space");
    assert!(sleepers(&fleet).contains_key(&70_000), "what runs is left alone");
    fs::remove_file(filler).unwrap();
    fleet.until("there is room again", || deploy(60).code == Some(0));
    acknowledged.push(60);
    fleet.until("everything is ready", || {
        let now = deployments(&fleet);
        acknowledged.iter().all(|i| now.get(&format!("s{i}")).is_some_and(|d| d["status"] == "ready"))
    });
    drop(server);
    let server = fleet.server();
    let there = deployments(&fleet);
    assert!(acknowledged.iter().all(|i| there.contains_key(&format!("s{i}"))), "{:?}", there.keys());
    eprintln!("{} acknowledged around a full disk, {} there after a restart", acknowledged.len(), there.len());
    drop((agent, server));
}

#[test]
fn d7_an_agent_whose_disk_is_full_says_so_and_goes_on() {
    let fleet = Fleet::new();
    let Some(disk) = SmallDisk::mount(&fleet.path("alpha"), "8m") else { return };
    let _server = fleet.server();
    let agent = fleet.agent("alpha", Some(&fleet.token(1)));
    fleet.until_online(1);
    let first = sleeper(&fleet, 60_000);
    fleet.ok(&["deploy", "first", "-f", first.to_str().unwrap()]);
    let filler = disk.fill();
    let second = sleeper(&fleet, 60_001);
    fleet.ok(&["deploy", "second", "-f", second.to_str().unwrap(), "--no-wait"]);
    sleep(Duration::from_secs(3));
    assert!(sleepers(&fleet).contains_key(&60_000), "what runs is left alone");
    let log = fs::read_to_string(fleet.path("alpha.log")).unwrap();
    assert!(log.contains("No space left") || log.contains("full"), "{log}");
    fs::remove_file(filler).unwrap();
    fleet.until("the second runs", || sleepers(&fleet) == [(60_000, 1), (60_001, 1)].into());
    drop(agent);
    let _agent = fleet.agent("alpha", None);
    fleet.until("both are ready", || deployments(&fleet).values().all(|d| d["status"] == "ready"));
    assert_eq!(sleepers(&fleet), [(60_000, 1), (60_001, 1)].into());
}

#[test]
fn o2_a_database_that_dies_is_waited_for_and_forgets_nothing() {
    let Some(mut cluster) = Cluster::start() else { return };
    let mut fleet = Fleet::new();
    let store = fleet.path("store");
    fs::write(&store, cluster.database("db")).unwrap();
    fleet.server_args = vec!["--store".to_owned(), format!("@{}", store.display())];
    let server = fleet.server();
    let agent = fleet.agent("alpha", Some(&fleet.token(1)));
    fleet.until_online(1);
    let deploy = |i: u32| {
        let file = sleeper(&fleet, 50_000 + i);
        fleet.cli(&["deploy", &format!("s{i}"), "-f", file.to_str().unwrap(), "--no-wait"]).code == Some(0)
    };
    let mut acknowledged = Vec::new();
    for round in 0..2_u32 {
        acknowledged.extend((round * 10..round * 10 + 5).filter(|i| deploy(*i)));
        cluster.crash();
        // Nobody says that it was done what is not stored.
        let meanwhile: Vec<u32> = (round * 10 + 5..round * 10 + 6).filter(|i| deploy(*i)).collect();
        assert!(meanwhile.is_empty(), "acknowledged without a database: {meanwhile:?}");
        cluster.start_again();
        fleet.until("it answers again", || deploy(round * 10 + 8));
        acknowledged.push(round * 10 + 8);
    }
    fleet.until("everything is ready", || {
        let now = deployments(&fleet);
        acknowledged.iter().all(|i| now.get(&format!("s{i}")).is_some_and(|d| d["status"] == "ready"))
    });
    let (there, running) = (deployments(&fleet), sleepers(&fleet));
    eprintln!("{} acknowledged, {} there, {} running", acknowledged.len(), there.len(), running.len());
    let wanted: BTreeMap<u32, usize> = there.keys().map(|n| (50_000 + n[1..].parse::<u32>().unwrap(), 1)).collect();
    assert_eq!(running, wanted);
    drop((agent, server));
}

/// Network namespaces with a link from the server to each node. None where they cannot be had.
struct Networks(Vec<String>);

impl Networks {
    fn new(nodes: &[&str]) -> Option<Self> {
        let name = |who: &str| format!("miaas-{}-{who}", std::process::id());
        let mut networks = Self(Vec::new());
        for who in [&[SERVER], nodes].concat() {
            networks.0.push(name(who));
            if !run(&["ip", "netns", "add", &name(who)])
                || !networks.inside(&name(who), &["ip", "link", "set", "lo", "up"])
            {
                eprintln!("skipped: network namespaces cannot be had here (they need root and iproute2)");
                return None;
            }
        }
        let server = name(SERVER);
        for (i, node) in nodes.iter().enumerate() {
            let (near, far) = (format!("to{i}"), format!("up{i}"));
            assert!(run(&[
                "ip",
                "link",
                "add",
                &near,
                "netns",
                &server,
                "type",
                "veth",
                "peer",
                "name",
                &far,
                "netns",
                &name(node)
            ]));
            for (namespace, link, host) in [(&server, &near, 1), (&name(node), &far, 2)] {
                let address = format!("10.213.{}.{host}/30", 100 + i);
                assert!(networks.inside(namespace, &["ip", "addr", "add", &address, "dev", link]));
                assert!(networks.inside(namespace, &["ip", "link", "set", link, "up"]));
            }
        }
        let filters = networks.inside(&server, &["iptables", "-L", "-n"]);
        if !filters {
            eprintln!("skipped: packets cannot be dropped here (that needs iptables)");
        }
        filters.then_some(networks)
    }

    fn inside(&self, namespace: &str, command: &[&str]) -> bool {
        run(&[&["ip", "netns", "exec", namespace], command].concat())
    }

    /// Drops what a node sends, what it gets, or both.
    fn cut(&self, node: usize, chains: &[&str]) {
        chains
            .iter()
            .for_each(|chain| assert!(self.inside(&self.0[node + 1], &["iptables", "-A", chain, "-j", "DROP"])));
    }

    fn heal(&self, node: usize) {
        assert!(self.inside(&self.0[node + 1], &["iptables", "-F"]));
    }
}

impl Drop for Networks {
    fn drop(&mut self) {
        for name in &self.0 {
            run(&["ip", "netns", "del", name]);
        }
    }
}

fn run(command: &[&str]) -> bool {
    Command::new(command[0]).args(&command[1..]).output().is_ok_and(|o| o.status.success())
}

#[test]
fn d3_a_node_that_is_cut_off_never_runs_what_may_run_once_beside_its_successor() {
    const NODES: [&str; 2] = ["alpha", "beta"];
    let Some(networks) = Networks::new(&NODES) else { return };
    let mut fleet = Fleet::new();
    let port = fleet.address.rsplit(':').next().unwrap().to_owned();
    fleet.namespaces = [SERVER, "alpha", "beta"].map(str::to_owned).into_iter().zip(networks.0.clone()).collect();
    fleet.server_args = vec!["--insecure-http".to_owned()];
    fleet.address = format!("0.0.0.0:{port}");
    let _server = fleet.server();
    let token = fleet.token(2);
    let agents: Vec<Running> = NODES
        .iter()
        .enumerate()
        .map(|(i, name)| fleet.agent_to(name, &format!("10.213.{}.1:{port}", 100 + i), Some(&token)))
        .collect();
    fleet.until_online(2);
    let file = sleeper(&fleet, 40_000);
    fleet.ok(&["deploy", "once", "-f", file.to_str().unwrap(), "--exclusive"]);
    for chains in [&["INPUT", "OUTPUT"][..], &["OUTPUT"]] {
        let web = fleet.json(&["get", "once"]);
        let first = web["workloads"][0]["node_name"].as_str().unwrap().to_owned();
        let node = NODES.iter().position(|n| *n == first).unwrap();
        networks.cut(node, chains);
        let start = Instant::now();
        let mut asked = Instant::now();
        let mut none = None;
        loop {
            let live = sleepers(&fleet).get(&40_000).copied().unwrap_or(0);
            assert!(live < 2, "it lives {live} times, {:.1} s after the cut", start.elapsed().as_secs_f64());
            none = none.or_else(|| (live == 0).then(|| start.elapsed()));
            if asked.elapsed() > Duration::from_secs(1) {
                asked = Instant::now();
                let now = fleet.json(&["get", "once"]);
                let at = &now["workloads"][0]["node_name"];
                if now["ready"] == 1 && *at != *first {
                    break;
                }
            }
            assert!(start.elapsed() < Duration::from_secs(120), "not replaced\n{}", fleet.logs());
            sleep(Duration::from_millis(100));
        }
        eprintln!(
            "{chains:?} cut: stopped there after {:.1} s, runs elsewhere after {:.1} s",
            none.expect("it stopped first").as_secs_f64(),
            start.elapsed().as_secs_f64()
        );
        networks.heal(node);
        fleet.until_online(2);
        sleep(Duration::from_secs(1));
        assert_eq!(sleepers(&fleet), [(40_000, 1)].into(), "nothing is left over");
    }
    drop(agents);
}
