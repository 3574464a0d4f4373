//! The model of a workload on the wire (T3).
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::sync::Arc;

use miaas_core::{
    id::{DeploymentId, NodeId},
    model::{
        Deployment, DeploymentSpec, FileMount, Mount, MountSource, Network, NodeTarget, Params, Service, Source,
        Volume, WorkloadSpec,
    },
    name::Name,
    port::{Key, Kind, Stored as _, Value},
    secret::Secret,
    testing::fake_executor::{FakeExecutor, FakeFixtures},
    time::Timestamp,
    world::World,
};

/// What is not asked for is not on the wire: a workload keeps its hash when the model grows, and is not replaced for it.
#[test]
fn t3_an_ordinary_workload_has_the_json_that_it_always_had() {
    let service = Service {
        image: "redis:7".into(),
        mounts: vec![Mount::new(MountSource::Volume("data".into()), "/data", false)],
        ..Service::default()
    };
    let spec = WorkloadSpec {
        services: [("a".to_owned(), service.into())].into(),
        volumes: [("data".to_owned(), Volume::default())].into(),
        ..WorkloadSpec::default()
    };
    let expected = concat!(
        r#"{"services":{"a":{"image":"redis:7","process":[],"entrypoint":null,"command":null,"environment":{},"ports":[],"#,
        r#""mounts":[{"source":{"volume":"data"},"target":"/data","read_only":false}],"healthcheck":null,"depends_on":{},"#,
        r#""restart":"always","limits":{"cpu_milli":null,"mem_mib":null,"pids":null},"user":null,"working_dir":null,"#,
        r#""hostname":null,"labels":{},"gpus":[],"read_only":false,"init":false,"shm_size":null,"stop_grace":null,"#,
        r#""stop_signal":null}},"volumes":{"data":{}}}"#
    );
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_str::<WorkloadSpec>(&json).unwrap(), spec);
}

#[test]
fn t3_what_is_asked_for_comes_back_and_files_are_never_shown() {
    let content = Secret::new("hunter2");
    let file =
        FileMount { content, target: "/run/secrets/p".into(), mode: 0o400, uid: Some(999), gid: None, secret: true };
    let mut service = Service { image: "x:1".into(), files: vec![file], tty: true, ..Service::default() };
    service.isolation.cap_drop = vec!["ALL".into()];
    service.tuning.cpu_shares = Some(512);
    let networks = [("back".to_owned(), Network { internal: true, ..Network::default() })].into();
    let spec =
        WorkloadSpec { services: [("a".to_owned(), service.into())].into(), networks, ..WorkloadSpec::default() };
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<WorkloadSpec>(&json).unwrap(), spec);
    assert!(!format!("{spec:?}").contains("hunter2"));
}

#[test]
fn replicas_share_what_is_equal_of_them() {
    let fixtures = FakeFixtures::new(&FakeExecutor::new());
    let mut world = World::default();
    let deployment = Deployment {
        id: DeploymentId::parse("dep-fake").unwrap(),
        name: Name::parse("fake").unwrap(),
        spec: DeploymentSpec::new(Source::Template { name: "plain".into(), params: Params::new() }),
        generation: 1,
        revision: 1,
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
        deleted_at: None,
    };
    let value = Value(serde_json::to_string(&deployment).unwrap().into());
    assert!(world.apply(&deployment.key(), Some(&value), 1).unwrap());
    for (name, images) in [("node-a", ["one", "one", "two"]), ("node-b", ["two", "two", "one"])] {
        let mut target = NodeTarget::empty(NodeId::parse(name).unwrap());
        target.workloads = (0..).zip(images).map(|(i, image)| fixtures.workload(&format!("w-{i}"), image)).collect();
        let value = Value(serde_json::to_string(&target).unwrap().into());
        assert!(world.apply(&Key::new(Kind::Target, name), Some(&value), 1).unwrap());
    }
    let workloads = world.targets().values().flat_map(|target| &target.value.workloads);
    let services: Vec<&Arc<Service>> = workloads.map(|w| &w.spec.services["main"]).collect();
    assert_eq!(services.iter().map(|s| &*s.image).collect::<Vec<_>>(), ["one", "one", "two", "two", "two", "one"]);
    assert!(Arc::ptr_eq(services[0], services[1]));
    assert!(Arc::ptr_eq(services[2], services[4]), "over nodes as well");
    assert!(!Arc::ptr_eq(services[0], services[5]), "only the newest is remembered");

    // Of what is gone nothing is remembered, whatever nodes still hold of it.
    world.apply(&deployment.key(), None, 2).unwrap();
    let mut target = NodeTarget::empty(NodeId::parse("node-c").unwrap());
    target.workloads = ["w-0", "w-1"].map(|id| fixtures.workload(id, "one")).into();
    let value = Value(serde_json::to_string(&target).unwrap().into());
    world.apply(&Key::new(Kind::Target, "node-c"), Some(&value), 3).unwrap();
    let workloads = &world.targets()["node-c"].value.workloads;
    assert!(!Arc::ptr_eq(&workloads[0].spec.services["main"], &workloads[1].spec.services["main"]));
}
