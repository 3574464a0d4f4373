//! Privileges of a service.

use bollard::models::{DeviceMapping, HostConfig};
use miaas_core::model::{Device, Isolation};

use super::{some_list, some_map};

pub(super) fn set(isolation: &Isolation, host: &mut HostConfig) {
    let Isolation {
        privileged,
        cap_add,
        cap_drop,
        devices,
        device_cgroup_rules,
        security_opt,
        sysctls,
        cgroup_parent,
        groups,
    } = isolation;
    host.privileged = privileged.then_some(true);
    host.cap_add = some_list(cap_add);
    host.cap_drop = some_list(cap_drop);
    host.devices = (!devices.is_empty()).then(|| devices.iter().map(mapping).collect());
    host.device_cgroup_rules = some_list(device_cgroup_rules);
    host.security_opt = some_list(security_opt);
    host.sysctls = some_map(sysctls);
    host.cgroup_parent.clone_from(cgroup_parent);
    host.group_add = some_list(groups);
}

fn mapping(device: &Device) -> DeviceMapping {
    DeviceMapping {
        path_on_host: Some(device.host.clone()),
        path_in_container: Some(device.container.clone()),
        cgroup_permissions: Some(device.permissions.clone()),
    }
}
