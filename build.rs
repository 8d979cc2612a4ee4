//! Build script: registers `schema.graphql`, so that the compiler checks every query of the client against the
//! schema.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=schema.graphql");
    println!("cargo:rerun-if-changed=build.rs");
    cynic_codegen::register_schema("dropmail").from_sdl_file("schema.graphql")?.as_default()?;
    Ok(())
}
