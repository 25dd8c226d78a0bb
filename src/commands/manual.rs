//! `firn manual`: the man pages and shell completions that packages install.
//!
//! Enters: the command line's own description. Leaves: files, laid out as below `/usr/share`. Never here: a word that `--help` does not say.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;

/// Each shell's completions: folder and file.
const COMPLETIONS: [(Shell, &str, &str); 3] = [
    (Shell::Bash, "bash-completion/completions", "firn"),
    (Shell::Zsh, "zsh/site-functions", "_firn"),
    (Shell::Fish, "fish/vendor_completions.d", "firn.fish"),
];

/// Writes them below `folder`.
pub fn write(folder: &Path) -> Result<ExitCode> {
    let pages = made(&folder.join("man/man1"))?;
    clap_mangen::generate_to(Cli::command(), &pages)
        .with_context(|| format!("{} cannot be written", pages.display()))?;
    for (shell, place, name) in COMPLETIONS {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "firn", &mut text);
        let file = made(&folder.join(place))?.join(name);
        fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn made(folder: &Path) -> Result<std::path::PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_has_a_page_and_is_completed() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        let pages = fs::read_dir(folder.path().join("man/man1")).unwrap();
        let pages: BTreeSet<String> = pages
            .map(|page| page.unwrap().file_name().into_string().unwrap())
            .collect();
        let command = Cli::command();
        let shown = command.get_subcommands().filter(|one| !one.is_hide_set());
        for one in shown {
            let page = format!("firn-{}.1", one.get_name());
            assert!(pages.contains(&page), "{page} of {pages:?}");
            for (_, place, name) in COMPLETIONS {
                let file = folder.path().join(place).join(name);
                let text = fs::read_to_string(file).unwrap();
                assert!(text.contains(one.get_name()), "{name}: {}", one.get_name());
            }
        }
        assert!(pages.contains("firn.1") && pages.contains("firn-policy-check.1"));
        assert!(
            !pages.contains("firn-manual.1"),
            "packages run it, nobody else"
        );
    }
}
