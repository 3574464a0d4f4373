//! GPUs. NVIDIA's are asked of the engine by identity; AMD's are devices of the node and the groups that may open them.

use std::collections::BTreeMap;

use bollard::models::{DeviceMapping, DeviceRequest, HostConfig};
use miaas_core::model::Service;

/// Through this device the driver of all AMD cards is asked to compute; which card is used is decided by its render node.
const KFD: &str = "/dev/kfd";
const AMD: &str = "AMD-";

/// What gives access to AMD cards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Amd {
    pub devices: Vec<String>,
    pub groups: Vec<String>,
}

/// What a service needs for its AMD cards; nothing without any. `render_nodes` are the nodes of the cards by identity, as
/// `/dev/dri/renderD128`; `group_of` is the number of the group of a device.
pub(in super::super) fn amd_access(
    gpus: &[String],
    render_nodes: &BTreeMap<String, String>,
    group_of: impl Fn(&str) -> Option<u32>,
) -> Result<Amd, String> {
    let cards: Vec<&String> = gpus.iter().filter(|id| id.starts_with(AMD)).collect();
    if cards.is_empty() {
        return Ok(Amd::default());
    }
    let mut devices = vec![KFD.to_owned()];
    for id in cards {
        let node = render_nodes.get(id).ok_or_else(|| format!("GPU {id} is not on this node any more"))?;
        devices.push(node.clone());
    }
    let mut groups = Vec::new();
    for device in &devices {
        let group = group_of(device).ok_or_else(|| format!("{device} does not exist: the amdgpu driver makes it"))?;
        // By number: the image need not know the node's `video` and `render`. What root's group owns needs no more groups.
        if group != 0 && !groups.contains(&group.to_string()) {
            groups.push(group.to_string());
        }
    }
    Ok(Amd { devices, groups })
}

pub(super) fn set(service: &Service, amd: Amd, host: &mut HostConfig) {
    let nvidia: Vec<String> = service.gpus.iter().filter(|id| !id.starts_with(AMD)).cloned().collect();
    host.device_requests = (!nvidia.is_empty()).then(|| vec![request(nvidia)]);
    let device = |path: String| DeviceMapping {
        path_on_host: Some(path.clone()),
        path_in_container: Some(path),
        cgroup_permissions: Some("rwm".to_owned()),
    };
    if !amd.devices.is_empty() {
        host.devices.get_or_insert_default().extend(amd.devices.into_iter().map(device));
        host.group_add.get_or_insert_default().extend(amd.groups);
    }
}

fn request(ids: Vec<String>) -> DeviceRequest {
    DeviceRequest {
        driver: Some("nvidia".to_owned()),
        device_ids: Some(ids),
        capabilities: Some(vec![vec!["gpu".to_owned()]]),
        ..DeviceRequest::default()
    }
}

/// Why the GPUs of a service cannot be given to a container.
pub(in super::super) fn refuses(service: &Service) -> Option<String> {
    let known = |id: &String| ["GPU-", "MIG-", AMD].iter().any(|start| id.starts_with(start));
    let other = service.gpus.iter().find(|id| !known(id))?;
    Some(format!("it got GPU {other:?}: the docker executor can give GPUs of NVIDIA and AMD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn an_amd_card_is_its_render_node_and_the_groups_that_may_open_it() {
        let nodes = [("AMD-a", "/dev/dri/renderD128"), ("AMD-b", "/dev/dri/renderD129")];
        let nodes = nodes.map(|(id, node)| (id.to_owned(), node.to_owned())).into();
        let group = |device: &str| match device {
            "/dev/kfd" | "/dev/dri/renderD128" => Some(44),
            "/dev/dri/renderD129" => Some(109),
            _ => None,
        };
        let access = |ids: &[&str]| amd_access(&texts(ids), &nodes, group);
        assert_eq!(access(&["GPU-1"]), Ok(Amd::default()));
        let one = Amd { devices: texts(&["/dev/kfd", "/dev/dri/renderD129"]), groups: texts(&["44", "109"]) };
        assert_eq!(access(&["GPU-1", "AMD-b"]), Ok(one));
        let first = Amd { devices: texts(&["/dev/kfd", "/dev/dri/renderD128"]), groups: texts(&["44"]) };
        assert_eq!(access(&["AMD-a"]), Ok(first));
        assert_eq!(access(&["AMD-c"]).unwrap_err(), "GPU AMD-c is not on this node any more");
        let none = amd_access(&texts(&["AMD-a"]), &nodes, |_| None).unwrap_err();
        assert!(none.contains("/dev/kfd"), "{none}");
    }

    #[test]
    fn cards_of_two_vendors_are_asked_for_in_two_ways() {
        let service = Service { gpus: texts(&["GPU-1", "AMD-a"]), ..Service::default() };
        let mut host = HostConfig { group_add: Some(texts(&["7"])), ..HostConfig::default() };
        set(&service, Amd { devices: texts(&["/dev/kfd"]), groups: texts(&["44"]) }, &mut host);
        assert_eq!(host.device_requests.unwrap()[0].device_ids, Some(texts(&["GPU-1"])));
        assert_eq!(host.devices.unwrap()[0].path_on_host.as_deref(), Some("/dev/kfd"));
        assert_eq!(host.group_add, Some(texts(&["7", "44"])));
        assert_eq!(refuses(&service), None);
        assert!(refuses(&Service { gpus: texts(&["0"]), ..Service::default() }).is_some());
    }
}
