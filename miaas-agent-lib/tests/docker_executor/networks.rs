//! Networks: of the workload, shared between workloads, external, and what they keep apart.

use std::time::Duration;

use bollard::{
    models::{ContainerUpdateBody, NetworkCreateRequest},
    query_parameters::{InspectNetworkOptions, ListNetworksOptions},
};
use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    model::{Attachment, Ipam, IpamRange, Network, RenderedWorkload, Service},
    port::{Executor as _, NoProgress},
    testing::executor_contract::{ExecutorFixtures as _, Step},
};

use crate::bench::{Bench, on_engine};

/// Its client finds names, which a static busybox cannot. `scripts/test-images` makes it.
const REDIS: &str = "127.0.0.1:5555/library/redis:7.4-alpine";

fn redis(bench: &Bench, command: &str) -> Service {
    let mut service = bench.service(&[]);
    service.image = REDIS.to_owned();
    service.entrypoint = Some(["sh", "-c", command].map(str::to_owned).into());
    service.command = Some(Vec::new());
    service
}

/// A service that answers.
fn page(bench: &Bench) -> Service {
    redis(bench, "exec redis-server --port 8080 --protected-mode no --save ''")
}

/// A service that ends with 0 as soon as it gets an answer from there, and with 7 when it gets none.
fn visitor(bench: &Bench, host: &str) -> Service {
    redis(
        bench,
        &format!(
            "for i in 1 2 3 4 5 6 7 8; do [ \"$(timeout 2 redis-cli -h {host} -p 8080 ping)\" = PONG ] && exit 0; sleep 0.3; done; exit 7"
        ),
    )
}

fn on(networks: &[(&str, &[&str])]) -> std::collections::BTreeMap<String, Attachment> {
    let attachment = |aliases: &[&str]| Attachment {
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        ..Attachment::default()
    };
    networks.iter().map(|(name, aliases)| ((*name).to_owned(), attachment(aliases))).collect()
}

fn shared(name: &str) -> Network {
    Network { name: Some(name.to_owned()), ..Network::default() }
}

async fn exit_code(bench: &Bench, w: &RenderedWorkload, service: &str) -> i64 {
    let seen = bench.until(&w.id, "the visitor has ended", |o| o.services[service].exit_code.is_some()).await;
    seen.services[service].exit_code.unwrap()
}

async fn exists(bench: &Bench, name: &str) -> bool {
    let all = bench.docker.list_networks(None::<ListNetworksOptions>).await.unwrap();
    all.iter().any(|n| n.name.as_deref() == Some(name))
}

#[tokio::test]
async fn workloads_reach_each_other_over_a_shared_network_that_goes_with_the_last_one() {
    on_engine("stack", |bench| async move {
        let network = format!("{}-miaas-stack-shop", bench.scope());
        let make = |name: &str, mut service: Service, aliases: &[&str]| {
            service.networks = on(&[("default", &[]), ("miaas.stack", aliases)]);
            let mut w = bench.workload(name, vec![("main", service)]);
            w.spec.networks = [("miaas.stack".to_owned(), shared(&network))].into();
            bench.hashed(w)
        };
        let web = make("web", page(&bench), &["web.shop"]);
        let client = make("client", visitor(&bench, "web.shop"), &[]);
        // Both at once: neither makes a second network of the name.
        tokio::join!(bench.run(&web), bench.run(&client));
        assert_eq!(exit_code(&bench, &client, "main").await, 0);
        let all = bench.docker.list_networks(None::<ListNetworksOptions>).await.unwrap();
        assert_eq!(all.iter().filter(|n| n.name.as_ref() == Some(&network)).count(), 1);
        bench.executor.remove(&web.id).await.unwrap();
        assert!(exists(&bench, &network).await, "the other workload still uses it");
        bench.executor.remove(&client.id).await.unwrap();
        assert!(!exists(&bench, &network).await, "nobody uses it any more");
    })
    .await;
}

#[tokio::test]
async fn a_network_of_that_name_that_is_not_ours_is_joined_only_when_that_is_asked_for() {
    on_engine("joined", |bench| async move {
        let network = format!("{}-theirs", bench.scope());
        let request = NetworkCreateRequest { name: network.clone(), ..NetworkCreateRequest::default() };
        bench.docker.create_network(request).await.unwrap();
        let mut service = bench.service(&[]);
        service.networks = on(&[("lan", &[])]);
        let mut w = bench.workload("w", vec![("main", service)]);
        w.spec.networks = [("lan".to_owned(), shared(&network))].into();
        let refused = bench.executor.prepare(&bench.hashed(w.clone()), &NoProgress).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        assert!(refused.to_string().contains(&network) && refused.hint().unwrap().contains("external"), "{refused}");
        w.spec.networks.get_mut("lan").unwrap().external = true;
        let w = bench.hashed(w);
        bench.run(&w).await;
        assert!(bench.look(&w.id).await.unwrap().services["main"].running);
        bench.executor.remove(&w.id).await.unwrap();
        let stays = exists(&bench, &network).await;
        bench.docker.remove_network(&network).await.unwrap();
        assert!(stays, "a network of somebody else was removed");
    })
    .await;
}

#[tokio::test]
async fn a_container_that_was_taken_off_its_network_is_made_anew_and_others_run_on() {
    on_engine("taken-off", |bench| async move {
        let mut main = bench.service(&[]);
        main.networks = on(&[("default", &[]), ("back", &[])]);
        let mut w = bench.workload("w", vec![("main", main), ("other", bench.service(&[]))]);
        w.spec.networks = [("back".to_owned(), Network::default())].into();
        let w = bench.hashed(w);
        bench.run(&w).await;
        let before = bench.look(&w.id).await.unwrap();
        assert_eq!(before.hash.as_ref(), Some(&w.hash));
        let request =
            bollard::models::NetworkDisconnectRequest { container: bench.container(&w, "main"), force: Some(true) };
        bench.docker.disconnect_network(&format!("{}_back", w.id), request).await.unwrap();
        bench.until(&w.id, "it is seen", |o| o.hash.as_ref() != Some(&w.hash)).await;
        bench.run(&w).await;
        let after = bench.until(&w.id, "it is as wanted", |o| o.hash.as_ref() == Some(&w.hash)).await;
        assert_ne!(before.services["main"].instance, after.services["main"].instance);
        assert_eq!(before.services["other"].instance, after.services["other"].instance);
    })
    .await;
}

#[tokio::test]
async fn a_container_whose_limits_were_edited_is_made_anew_and_a_paused_one_goes_on() {
    on_engine("edited", |bench| async move {
        let mut main = bench.service(&[]);
        main.limits.mem_mib = Some(64);
        let w = bench.hashed(bench.workload("w", vec![("main", main), ("other", bench.service(&[]))]));
        bench.run(&w).await;
        let before = bench.look(&w.id).await.unwrap();
        assert_eq!(before.hash.as_ref(), Some(&w.hash));
        // An agent always listens: that is how it learns of the edit.
        let mut changes = bench.executor.changes();
        let listening = tokio::spawn(async move { while changes.next().await.is_some() {} });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let more = ContainerUpdateBody { memory: Some(128 << 20), memory_swap: Some(-1), ..Default::default() };
        bench.docker.update_container(&bench.container(&w, "main"), more).await.unwrap();
        bench.until(&w.id, "it is seen", |o| o.hash.as_ref() != Some(&w.hash)).await;
        bench.run(&w).await;
        let after = bench.until(&w.id, "it is as wanted", |o| o.hash.as_ref() == Some(&w.hash)).await;
        assert_ne!(before.services["main"].instance, after.services["main"].instance);
        assert_eq!(before.services["other"].instance, after.services["other"].instance);
        let made = bench.docker.inspect_container(&bench.container(&w, "main"), None).await.unwrap();
        assert_eq!(made.host_config.unwrap().memory, Some(64 << 20));
        bench.docker.pause_container(&bench.container(&w, "other")).await.unwrap();
        bench.until(&w.id, "it is seen", |o| !o.services["other"].running).await;
        bench.run(&w).await;
        let last = bench.until(&w.id, "it goes on", |o| o.services["other"].running).await;
        assert_eq!(last.services["other"].instance, after.services["other"].instance);
        listening.abort();
    })
    .await;
}

#[tokio::test]
async fn an_external_network_must_be_there() {
    on_engine("external", |bench| async move {
        let name = format!("{}-lan", bench.scope());
        let mut service = bench.service(&[]);
        service.networks = on(&[("lan", &[])]);
        let mut w = bench.workload("w", vec![("main", service)]);
        w.spec.networks = [("lan".to_owned(), Network { external: true, ..shared(&name) })].into();
        let w = bench.hashed(w);
        let error = bench.executor.prepare(&w, &NoProgress).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains(w.id.as_str()) && error.to_string().contains(&name), "{error}");
        assert!(error.hint().unwrap().contains("docker network create"));
    })
    .await;
}

#[tokio::test]
async fn networks_keep_apart_what_shares_none_and_are_made_as_they_are_defined() {
    on_engine("apart", |bench| async move {
        let mut db = page(&bench);
        db.networks = on(&[("back", &["store"])]);
        db.networks.get_mut("back").unwrap().ipv4 = Some("10.213.7.9".into());
        let mut app = visitor(&bench, "store");
        app.networks = on(&[("back", &[]), ("front", &[])]);
        // By name: the engine lets a packet to an address through now and then, while it rearranges its rules for another network.
        let mut stranger = visitor(&bench, "store");
        stranger.networks = on(&[("front", &[])]);
        let mut w = bench.workload("w", vec![("app", app), ("db", db), ("stranger", stranger)]);
        let subnet = IpamRange { subnet: Some("10.213.7.0/24".into()), ..IpamRange::default() };
        let back = Network {
            internal: true,
            ipam: Ipam { config: vec![subnet], ..Ipam::default() },
            labels: [("team".to_owned(), "shop".to_owned()), ("io.miaas.workload".into(), "forged".into())].into(),
            ..Network::default()
        };
        w.spec.networks = [("back".to_owned(), back), ("front".to_owned(), Network::default())].into();
        let w = bench.hashed(w);
        bench.run(&w).await;
        assert_eq!(exit_code(&bench, &w, "app").await, 0, "both are on `back`, and the alias is known there");
        assert_eq!(exit_code(&bench, &w, "stranger").await, 7, "they share no network");
        let name = format!("{}_back", w.id);
        let made = bench.docker.inspect_network(&name, None::<InspectNetworkOptions>).await.unwrap();
        let labels = made.labels.unwrap();
        assert_eq!((made.internal, labels["team"].as_str()), (Some(true), "shop"));
        assert_eq!(labels["io.miaas.workload"], w.id.as_str(), "the mark cannot be forged");
        assert!(!exists(&bench, &format!("{}_default", w.id)).await, "nobody is on it");
        // Another definition makes the network anew, and only what is on it.
        let before = bench.look(&w.id).await.unwrap();
        let mut changed = w.clone();
        changed.spec.networks.get_mut("back").unwrap().internal = false;
        let changed = bench.hashed(changed);
        bench.run(&changed).await;
        let after = bench.until(&w.id, "it runs as wanted", |o| o.hash.as_ref() == Some(&changed.hash)).await;
        assert_eq!(before.services["stranger"].instance, after.services["stranger"].instance);
        assert_ne!(before.services["db"].instance, after.services["db"].instance);
        let made = bench.docker.inspect_network(&name, None::<InspectNetworkOptions>).await.unwrap();
        assert_eq!(made.internal, Some(false));
        bench.executor.remove(&w.id).await.unwrap();
        assert!(!exists(&bench, &name).await);
    })
    .await;
}

#[tokio::test]
async fn names_are_found_as_the_service_says() {
    on_engine("names", |bench| async move {
        let mut main = bench.service(&[]);
        let show = "cat /etc/hosts /etc/resolv.conf; cat /proc/sys/kernel/domainname; echo end; exec sleep 600";
        main.command = Some(["sh", "-c", show].map(str::to_owned).into());
        main.dns.servers = vec!["192.0.2.53".into()];
        main.dns.search = vec!["shop.example".into()];
        main.dns.options = vec!["ndots:3".into()];
        main.dns.domain = Some("example.org".into());
        main.dns.hosts = vec![miaas_core::model::ExtraHost { name: "printer".into(), address: "192.0.2.7".into() }];
        let w = bench.workload("w", vec![("main", main)]);
        bench.run(&w).await;
        let said = bench.until_said(&w, "end").await.join("\n");
        for part in
            ["192.0.2.7\tprinter", "nameserver 192.0.2.53", "search shop.example", "options ndots:3", "example.org"]
        {
            assert!(said.contains(part), "{part:?} is not in:\n{said}");
        }
        // A link is a name that only this service knows.
        let mut visitor = visitor(&bench, "db");
        visitor.dns.links = [("db".to_owned(), "store".to_owned())].into();
        visitor.depends_on = [("store".to_owned(), Default::default())].into();
        let linked = bench.workload("linked", vec![("store", page(&bench)), ("visitor", visitor)]);
        bench.run(&linked).await;
        assert_eq!(exit_code(&bench, &linked, "visitor").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_service_in_the_network_of_another_follows_its_replacement() {
    on_engine("side", |bench| async move {
        let make = |text: &str| {
            let mut main = page(&bench);
            main.environment.0.insert("VERSION".into(), text.into());
            let visit = "until [ \"$(redis-cli -p 8080 ping)\" = PONG ]; do sleep 0.1; done; echo seen; exec sleep 600";
            let mut side = redis(&bench, visit);
            side.namespaces.network = Some(miaas_core::model::Namespace::Service("main".into()));
            side.depends_on = [("main".to_owned(), Default::default())].into();
            bench.workload("w", vec![("main", main), ("side", side), ("other", bench.service(&[Step::say("other")]))])
        };
        let (old, new) = (make("1"), make("2"));
        bench.run(&old).await;
        let before = bench.until(&old.id, "all run", |o| o.services.values().all(|s| s.running)).await;
        bench.run(&new).await;
        let after = bench.until(&new.id, "it runs as wanted", |o| o.hash.as_ref() == Some(&new.hash)).await;
        assert_eq!(before.services["other"], after.services["other"]);
        assert_ne!(before.services["main"].instance, after.services["main"].instance);
        // It is made anew, in the new network: there it sees the page again.
        assert_ne!(before.services["side"].instance, after.services["side"].instance);
        for _ in 0..200 {
            if bench.said(&new).await.iter().any(|line| line == "seen") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the follower does not see the page: {:?}", bench.said(&new).await);
    })
    .await;
}
