//! Serializes and parses the pane layout, which is stored in a file.

use crate::app::layout::PaneLayout;
use dropmail_client::ports::ui_state::UiStateStore;

/// Returns the stored pane layout, or the default layout if none is stored or the stored one is invalid.
pub fn read_pane_layout(store: Option<&dyn UiStateStore>) -> PaneLayout {
    store.and_then(UiStateStore::read).and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
}

/// Serializes a pane layout to TOML, the format in which it is stored.
pub(super) fn to_toml(arrangement: &PaneLayout) -> String {
    let table = toml::to_string(arrangement).unwrap_or_default();
    format!("# How the panes were left. The program writes this file; settings are elsewhere.\n{table}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::layout::Split;

    #[derive(Debug)]
    struct FixedState(String);

    impl UiStateStore for FixedState {
        fn read(&self) -> Option<String> {
            Some(self.0.clone())
        }

        fn write(&self, _: &str) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn stored_state_is_read_back_and_invalid_state_gives_the_defaults() {
        let left = PaneLayout {
            split: Split::SideBySide,
            left: Some(40),
            hide_message: true,
            ..PaneLayout::default()
        };
        for arrangement in [left, PaneLayout::default()] {
            assert_eq!(read_pane_layout(Some(&FixedState(to_toml(&arrangement)))), arrangement);
        }
        assert_eq!(read_pane_layout(Some(&FixedState("left = 'x'".to_owned()))), PaneLayout::default());
        assert_eq!(read_pane_layout(None), PaneLayout::default());
    }
}
