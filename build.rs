//! Runs at compile time: registers `schema.graphql`, so that every query of the client is checked against it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=schema.graphql");
    println!("cargo:rerun-if-changed=build.rs");
    cynic_codegen::register_schema("dropmail").from_sdl_file("schema.graphql")?.as_default()?;
    Ok(())
}
