//! Tells the compiler to embed the templates anew when a file of theirs is added, changed or removed.

fn main() {
    println!("cargo:rerun-if-changed=templates");
}
