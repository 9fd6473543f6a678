//! Link settings of the program `lumina`.

fn main() {
    // Nothing else of the package changes them.
    println!("cargo:rerun-if-changed=build.rs");
    // Plugin libraries are opened with RTLD_LOCAL; they bind to the host's `pthread_key_create`
    // only if the program exports it (see `src/plugins/tls_keys.rs`). Tests load plugins too.
    println!("cargo:rustc-link-arg=-Wl,--export-dynamic-symbol=pthread_key_create");
}
