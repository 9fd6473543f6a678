//! Rules about who may depend on whom, checked against what cargo understands of the manifests.

use serde_json::{Value, json};
use std::process::Command;

/// Packages of this repository, and those of this repository they may be built from.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("lumina-plugin-api", &[]),
    ("lumina-host", &["lumina-plugin-api"]),
    ("lumina-sandbox", &[]),
    ("xtask", &[]),
    ("lumina-bench", &["lumina-sandbox", "lumina-plugin-api", "lumina-host"]),
];

/// Pure libraries that a plugin may be built from: no threads, no sockets, no runtime.
const PLUGIN_LIBRARIES: &[&str] = &["lumina-plugin-api", "serde", "serde_json"];

/// The feature that exports a plugin's symbol.
const EXPORT: &str = "export";

#[test]
fn dependencies_point_one_way() {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().expect("metadata has packages");
    let broken: Vec<String> = packages.iter().flat_map(broken_by).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_direction_and_every_way_to_enable_export_can_be_found_broken() {
    let package = |name: &str, folder: &str, dependency: Value, features: Value| {
        json!({
            "name": name, "manifest_path": format!("/lumina/{folder}/Cargo.toml"),
            "dependencies": [dependency], "features": features,
        })
    };
    let on = |name: &str| json!({ "name": name, "kind": null, "features": [] });
    let plain = json!({ "export": [] });
    for (case, broken) in [
        (package("lumina-host", "host", on("lumina-ping"), json!({})), true),
        (package("lumina-host", "host", on("lumina-plugin-api"), json!({})), false),
        (package("lumina-sandbox", "sandbox", on("lumina-host"), json!({})), true),
        (package("xtask", "xtask", on("lumina-sandbox"), json!({})), true),
        (package("lumina-new", "new", on("lumina-host"), json!({})), true),
        (package("lumina-ping", "plugins/ping", on("lumina-help"), plain.clone()), true),
        (package("lumina-ping", "plugins/ping", on("tokio"), plain.clone()), true),
        (package("lumina-ping", "plugins/ping", on("serde"), plain.clone()), false),
        (package("lumina-ping", "plugins/ping", on("serde"), json!({})), true),
        (
            package(
                "lumina-ping",
                "plugins/ping",
                json!({ "name": "serde", "kind": null, "features": [EXPORT] }),
                plain,
            ),
            true,
        ),
        (
            package(
                "lumina-ping",
                "plugins/ping",
                on("serde"),
                json!({ "export": [], "default": [EXPORT] }),
            ),
            true,
        ),
    ] {
        assert_eq!(!broken_by(&case).is_empty(), broken, "{case}: {:?}", broken_by(&case));
    }
}

/// An author may use an older compiler than the host needs; what the API brings along must not ask
/// for more. Whether the API itself does is for clippy's `incompatible_msrv`.
#[test]
fn the_plugin_api_brings_nothing_that_needs_a_newer_compiler_than_it_names() {
    let metadata = metadata(&["--filter-platform=x86_64-unknown-linux-gnu"]);
    let packages = metadata["packages"].as_array().expect("metadata has packages");
    let find = |id: &Value| packages.iter().find(|p| p["id"] == *id).expect("a package has an id");
    let nodes = metadata["resolve"]["nodes"].as_array().expect("metadata is resolved");
    let api = packages.iter().find(|p| p["name"] == "lumina-plugin-api").expect("the API is here");
    let floor = version(api).expect("the API names its compiler");
    let mut waiting = vec![&api["id"]];
    let mut seen: Vec<&Value> = Vec::new();
    while let Some(id) = waiting.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let needed = version(find(id)).unwrap_or_default();
        assert!(needed <= floor, "{id} needs Rust {needed:?}, the API promises {floor:?}");
        let node = nodes.iter().find(|node| node["id"] == *id).expect("a package is resolved");
        let dependencies = node["deps"].as_array().into_iter().flatten();
        waiting.extend(dependencies.filter(|d| is_built_in(d)).map(|d| &d["pkg"]));
    }
    assert!(seen.len() > 5, "the API has dependencies");
}

fn metadata(arguments: &[&str]) -> Value {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version=1"]).args(arguments);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    serde_json::from_slice(&output.stdout).expect("cargo's metadata is JSON")
}

fn broken_by(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let all = || package["dependencies"].as_array().into_iter().flatten();
    let built_from = all().filter(|dependency| dependency["kind"].is_null());
    let built_from: Vec<&str> = built_from.filter_map(|d| d["name"].as_str()).collect();
    let mut broken = match group(package) {
        Some("plugins") => outside(&built_from, PLUGIN_LIBRARIES),
        Some("fixtures") => ours_outside(&built_from, &["lumina-plugin-api"]),
        _ => match DIRECTIONS.iter().find(|(package, _)| *package == name) {
            Some((_, allowed)) => ours_outside(&built_from, allowed),
            None => vec!["is not in the table of directions".to_owned()],
        },
    };
    if all().any(|dependency| names_export(&dependency["features"])) {
        broken.push("enables `export` in a dependency".to_owned());
    }
    let features = package["features"].as_object().into_iter().flatten();
    if features.into_iter().any(|(_, enabled)| names_export(enabled)) {
        broken.push("enables `export` by another feature".to_owned());
    }
    if group(package) == Some("plugins") && package["features"].get(EXPORT).is_none() {
        broken.push("has no feature `export`".to_owned());
    }
    broken.into_iter().map(|what| format!("{name}: {what}")).collect()
}

/// The folder in which the package's own folder lies.
fn group(package: &Value) -> Option<&str> {
    package["manifest_path"].as_str()?.rsplit('/').nth(2)
}

fn outside(built_from: &[&str], allowed: &[&str]) -> Vec<String> {
    let foreign = built_from.iter().filter(|name| !allowed.contains(name));
    foreign.map(|name| format!("must not be built from `{name}`")).collect()
}

fn ours_outside(built_from: &[&str], allowed: &[&str]) -> Vec<String> {
    let is_ours = |name: &str| name == "xtask" || name.starts_with("lumina-");
    let ours: Vec<&str> = built_from.iter().copied().filter(|name| is_ours(name)).collect();
    outside(&ours, allowed)
}

fn names_export(features: &Value) -> bool {
    let names = features.as_array().into_iter().flatten().filter_map(Value::as_str);
    names.into_iter().any(|name| name == EXPORT || name.ends_with("/export"))
}

fn is_built_in(dependency: &Value) -> bool {
    let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
    kinds.into_iter().any(|kind| kind["kind"].is_null())
}

/// The compiler that a package asks for: `1.88` and `1.88.0` are the same.
fn version(package: &Value) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    for (number, text) in numbers.iter_mut().zip(package["rust_version"].as_str()?.split('.')) {
        *number = text.parse().ok()?;
    }
    Some(numbers)
}
