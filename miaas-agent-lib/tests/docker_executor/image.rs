//! A small real image, made from the busybox of this machine through the engine's API: no registry is needed.

use bollard::{Docker, body_full, query_parameters::CreateImageOptions};
use futures_util::TryStreamExt as _;

pub(crate) const IMAGE: &str = "miaas-test/busybox:1.36";
const APPLETS: [&str; 14] =
    ["sh", "sleep", "cat", "echo", "printf", "rm", "mkdir", "touch", "test", "true", "false", "wget", "httpd", "nc"];

/// Imports the image unless the engine has it.
pub(crate) async fn ensure(docker: &Docker) {
    if docker.inspect_image(IMAGE).await.is_ok() {
        return;
    }
    let busybox = ["/bin/busybox", "/usr/bin/busybox"].into_iter().find_map(|path| std::fs::read(path).ok());
    let busybox = busybox.expect("these tests need Debian's busybox-static");
    let (repo, tag) = IMAGE.split_once(':').unwrap();
    let options = CreateImageOptions {
        from_src: Some("-".into()),
        repo: Some(repo.into()),
        tag: Some(tag.into()),
        changes: vec!["ENV PATH=/bin".into(), "CMD [\"sh\"]".into()],
        ..CreateImageOptions::default()
    };
    let import = docker.create_image(Some(options), Some(body_full(archive(&busybox).into())), None);
    import.try_collect::<Vec<_>>().await.expect("the engine imports the image");
}

/// A tar archive of a root file system with busybox and its links.
fn archive(busybox: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    for folder in ["bin/", "data/", "tmp/"] {
        tar.extend(header(folder, 0o1777, 0, b'5', ""));
    }
    tar.extend(header("bin/busybox", 0o755, busybox.len(), b'0', ""));
    tar.extend(busybox);
    tar.resize(tar.len().next_multiple_of(512), 0);
    for applet in APPLETS {
        tar.extend(header(&format!("bin/{applet}"), 0o777, 0, b'2', "busybox"));
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

fn header(name: &str, mode: u32, size: usize, kind: u8, link: &str) -> [u8; 512] {
    let mut block = [0; 512];
    let mut put = |at: usize, text: &str| block[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, &format!("{mode:07o}"));
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{size:011o}"));
    put(136, "00000000000");
    put(148, "        ");
    put(157, link);
    put(257, "ustar");
    put(263, "00");
    block[156] = kind;
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}
