//! Facts from fixture trees (N3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::{fs, path::Path};

use miaas_agent_lib::facts::{FactsOptions, Sampler, amd_gpus, collect, parse_listening};
use miaas_core::model::ExecutorKind;

const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 23456 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:A2C4 01 00000000:00000000 00:00000000 00000000  1000        0 34567 1 0000000000000000 20 4 30 10 -1
   3: nonsense
";
const TCP6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 00000000000000000000000001000000:FFFF 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0
";

fn plant(root: &Path, files: &[(&str, &str)]) {
    for (name, content) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

#[test]
fn only_listening_sockets_count() {
    for (table, wanted) in [(TCP, &[8080, 22][..]), (TCP6, &[22, 65535]), ("", &[]), ("x\ny z\n", &[])] {
        assert_eq!(parse_listening(table), wanted, "{table}");
    }
}

#[test]
fn amd_cards_are_read_from_sysfs() {
    let root = tempfile::tempdir().unwrap();
    plant(
        root.path(),
        &[
            ("class/drm/card1/device/vendor", "0x1002\n"),
            ("class/drm/card1/device/device", "0x740f\n"),
            ("class/drm/card1/device/product_name", "AMD INSTINCT MI210\n"),
            ("class/drm/card1/device/unique_id", "68f2a1b5c3d4e6f7\n"),
            ("class/drm/card1/device/mem_info_vram_total", "68702699520\n"),
            ("class/drm/card1/device/mem_info_vram_used", "1073741824\n"),
            ("class/drm/card1/device/gpu_busy_percent", "42\n"),
            ("class/drm/card1/device/hwmon/hwmon3/temp1_input", "51500\n"),
            ("class/drm/card1/device/hwmon/hwmon3/power1_average", "120500000\n"),
            ("class/drm/card1-DP-1/status", "connected\n"),
            ("class/drm/card0/device/vendor", "0x8086\n"),
            ("class/drm/card10/device/vendor", "0x1002\n"),
            ("class/drm/card10/device/device", "0x73bf\n"),
            ("class/drm/card10/device/uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:0a:00.0\n"),
            ("class/drm/renderD128/x", ""),
            ("module/amdgpu/version", "6.3.6\n"),
        ],
    );
    let gpus = amd_gpus(root.path());
    assert_eq!(gpus.len(), 2, "Intel's card is not AMD's: {gpus:#?}");
    let full = &gpus[0];
    assert_eq!((full.index, full.vendor.as_str(), full.model.as_str()), (0, "amd", "AMD INSTINCT MI210"));
    assert_eq!((full.uuid.as_str(), full.driver.as_str()), ("AMD-68f2a1b5c3d4e6f7", "6.3.6"));
    assert_eq!((full.memory_mb, full.memory_used_mb), (65520, 1024));
    assert_eq!((full.utilization, full.temperature, full.power), (Some(42.0), Some(51.5), Some(120.5)));
    let bare = &gpus[1];
    assert_eq!((bare.index, bare.model.as_str(), bare.uuid.as_str()), (1, "AMD 0x73bf", "AMD-0000:0a:00.0"));
    assert_eq!((bare.memory_mb, bare.utilization, bare.power), (0, None, None), "what the driver hides stays empty");
    assert_eq!(amd_gpus(Path::new("/nonexistent")), []);
}

#[tokio::test]
async fn a_bare_machine_has_facts_and_no_errors() {
    let root = tempfile::tempdir().unwrap();
    plant(root.path(), &[("net/tcp", TCP), ("net/tcp6", TCP6)]);
    let mut options = FactsOptions::default();
    options.docker_socket = Some(root.path().join("no.sock"));
    options.executors = vec![ExecutorKind::Process];
    options.proc_root = root.path().to_owned();
    options.sys_root = root.path().to_owned();
    let facts = collect(&options).await;
    assert_eq!(facts.listening_ports, [22, 8080, 65535]);
    assert_eq!(facts.executors, [ExecutorKind::Process]);
    assert_eq!((facts.os.as_str(), facts.arch.as_str()), (std::env::consts::OS, std::env::consts::ARCH));
    assert!(
        facts.cpu_count > 0 && facts.mem_mb > 0 && !facts.kernel.is_empty() && !facts.hostname.is_empty(),
        "{facts:#?}"
    );
    assert!(facts.disks.iter().any(|d| d.total_mb > 0), "{facts:#?}");
    assert!(facts.interfaces.iter().any(|i| i.addresses.iter().any(|a| a == "127.0.0.1")), "{:#?}", facts.interfaces);
    let docker = facts.docker.unwrap();
    assert!(!docker.available && docker.error.unwrap().contains("no.sock"), "a missing engine is a fact");
    assert_eq!((facts.podman, facts.kubernetes), (None, None), "what is not turned on is not asked");

    let mut sampler = Sampler::new(options);
    let beat = sampler.heartbeat(false);
    assert!(beat.cpu_usage.is_some_and(|c| (0.0..=100.0).contains(&c)), "{beat:?}");
    assert!(beat.mem_usage.is_some_and(|m| m > 0.0 && m <= 100.0), "{beat:?}");
    assert!(beat.disk_free_mb.is_some_and(|d| d > 0), "{beat:?}");
    assert_eq!(beat.listening_ports.as_deref(), Some(&[22, 8080, 65535][..]));
    assert_eq!(sampler.heartbeat(false).listening_ports, None, "looked at a moment ago");
    assert_eq!(beat.gpus, None, "no cards, nothing to ask");
}

/// Where an engine runs, it is asked; elsewhere there is nothing to test.
#[tokio::test]
async fn a_running_engine_tells_its_version() {
    let socket = Path::new("/var/run/docker.sock");
    if tokio::net::UnixStream::connect(socket).await.is_err() {
        return;
    }
    let mut options = FactsOptions::default();
    options.docker_socket = Some(socket.to_owned());
    let docker = collect(&options).await.docker.unwrap();
    assert!(docker.available && docker.error.is_none(), "{docker:?}");
    assert!(!docker.version.is_empty() && docker.api_version.starts_with("1."), "{docker:?}");
    assert!(docker.runtimes.iter().any(|r| r == "runc"), "{docker:?}");
}
