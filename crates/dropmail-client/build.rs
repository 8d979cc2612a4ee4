//! Build script that registers `schema.graphql`, so that the compiler checks all of the client's queries against it.

/// Path of the GraphQL schema relative to this crate. The file is in the workspace root, because the local server
/// implements the same schema.
const SCHEMA: &str = "../../schema.graphql";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed={SCHEMA}");
    println!("cargo:rerun-if-changed=build.rs");
    cynic_codegen::register_schema("dropmail").from_sdl_file(SCHEMA)?.as_default()?;
    Ok(())
}
