//! HTML to rich text, through html2text: capped, and plain where that fails.
