//! Holds the border's layout still: what a library built yesterday expects must be there tomorrow.

use abi_stable::{
    StableAbi,
    type_layout::{TLData, TLField, TypeLayout},
};
use lumina_plugin_api::abi::PluginModRef;
use std::{
    collections::{BTreeSet, HashSet},
    fmt::Write as _,
    path::Path,
};

/// Where the promised layout stands, one block a type, in the order of their names.
const PROMISED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/layout.txt");

const WHAT_TO_DO: &str = "\
The layout of the border has changed: libraries built before would be refused, or worse.
- Put new fields and methods at the very end, after `last_prefix_field`, raise the crate's minor version and
  only append to tests/layout.txt.
- Everything else goes into the JSON messages (src/message.rs), which may grow freely.
- If the border must break: a new major version, ROOT_SYMBOL with its number, an ADR, and a new layout.txt.
The layout found is in ";

#[test]
fn the_layout_of_the_border_is_the_promised_one() {
    let found = described(<PluginModRef as StableAbi>::LAYOUT);
    let promised = std::fs::read_to_string(PROMISED).unwrap_or_default();
    if found != promised {
        let aside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("layout.txt");
        std::fs::write(&aside, &found).expect("the target folder can be written");
        panic!("{WHAT_TO_DO}{}", aside.display());
    }
}

#[test]
fn the_description_reaches_every_part_of_the_border() {
    let found = described(<PluginModRef as StableAbi>::LAYOUT);
    for part in ["manifest", "init", "descriptor", "create", "fini", "call", "shutdown"] {
        assert!(found.contains(&format!("  {part}:")), "`{part}` is not described:\n{found}");
    }
    for part in ["log", "service", "sleep", "spawn"] {
        assert!(found.contains(&format!("  {part}:")), "`{part}` is not described:\n{found}");
    }
}

/// Describes every type that can be reached from `root`, without addresses, lines and versions.
fn described(root: &'static TypeLayout) -> String {
    let (mut seen, mut blocks) = (HashSet::new(), BTreeSet::new());
    describe(root, &mut seen, &mut blocks);
    blocks.into_iter().collect()
}

fn describe(
    layout: &'static TypeLayout,
    seen: &mut HashSet<*const TypeLayout>,
    blocks: &mut BTreeSet<String>,
) {
    if !seen.insert(layout) {
        return;
    }
    let name = format!("{}::{}", layout.mod_path(), layout.full_type());
    let mut block = format!("{name} size {} align {}\n", layout.size(), layout.alignment());
    if let TLData::PrefixType(prefix) = layout.data() {
        writeln!(block, "  prefix of {} fields", prefix.first_suffix_field).expect("a string");
    }
    let fields = layout.get_fields().map(|fields| fields.to_vec()).unwrap_or_default();
    for field in &fields {
        block.push_str(&line(field));
    }
    blocks.insert(block);
    for reached in layout.shared_vars().type_layouts() {
        describe(reached(), seen, blocks);
    }
}

fn line(field: &TLField) -> String {
    let functions: Vec<String> =
        field.function_range().iter().map(|function| function.to_string()).collect();
    let what =
        if functions.is_empty() { field.full_type().to_string() } else { functions.join(" ") };
    let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("  {}: {what}\n", field.name())
}
