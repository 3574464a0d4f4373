//! Tells the linker what an extension module needs where the system does not allow open symbols by itself.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
