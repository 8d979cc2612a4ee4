//! Decompresses the tables that the build script has compressed.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Maximum size in bytes of a decompressed table. For a larger table, an empty string would be returned.
const MAX_TABLE_BYTES: usize = 4 << 20;

/// Returns the decompressed text of a table. The argument is the file name of the table without its extension.
macro_rules! packed_text {
    ($name:literal) => {
        $crate::packed::text(include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".deflate")))
    };
}
pub(crate) use packed_text;

/// Returns the text of a compressed table.
pub(crate) fn text(compressed: &[u8]) -> String {
    let bytes = decompress_to_vec_with_limit(compressed, MAX_TABLE_BYTES).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
