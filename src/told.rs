//! An error as people read it.
//!
//! Enters: an error and its causes. Leaves: one line. Never here: a hint that the error does not give itself.

/// An error with its causes, each once: some quote their cause, some leave it to the chain.
pub fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
