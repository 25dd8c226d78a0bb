//! The keys of the player: one table, read by the player and by its help.
//!
//! Enters: a key. Leaves: an action. Never here: what an action does.

/// A key, whatever terminal library reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Key {
    Char(char),
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Backspace,
    Esc,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "described in KEYS")]
pub enum Action {
    TogglePause,
    NextStep,
    PreviousStep,
    NextStatement,
    PreviousStatement,
    NextDenial,
    PreviousDenial,
    NextMask,
    PreviousMask,
    NextHold,
    PreviousHold,
    Search,
    NextFound,
    PreviousFound,
    Raw,
    OpenGroup,
    Faster,
    Slower,
    ScrollDown,
    ScrollUp,
    RowsDown,
    RowsUp,
    Start,
    End,
    Help,
    Quit,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Keys that ask for it.
    pub keys: &'static [Key],
    /// As the help names them.
    pub names: &'static str,
    /// What they ask for.
    pub action: Action,
    /// In words.
    pub help: &'static str,
}

const fn binding(
    keys: &'static [Key],
    names: &'static str,
    action: Action,
    help: &'static str,
) -> Binding {
    Binding {
        keys,
        names,
        action,
        help,
    }
}

/// Every key, as in the page where the page has it; what helps is short enough for two columns.
pub const KEYS: &[Binding] = &[
    binding(
        &[Key::Char(' ')],
        "space",
        Action::TogglePause,
        "pause, go on, play again",
    ),
    binding(
        &[Key::Right, Key::Char('l'), Key::Enter],
        "→",
        Action::NextStep,
        "next moment",
    ),
    binding(
        &[Key::Left, Key::Char('h')],
        "←",
        Action::PreviousStep,
        "moment before",
    ),
    binding(
        &[Key::Char('j')],
        "j",
        Action::NextStatement,
        "next statement",
    ),
    binding(
        &[Key::Char('k')],
        "k",
        Action::PreviousStatement,
        "statement before",
    ),
    binding(&[Key::Char('d')], "d", Action::NextDenial, "next denial"),
    binding(
        &[Key::Char('D')],
        "D",
        Action::PreviousDenial,
        "denial before",
    ),
    binding(
        &[Key::Char('m')],
        "m",
        Action::NextMask,
        "next that is masked",
    ),
    binding(
        &[Key::Char('M')],
        "M",
        Action::PreviousMask,
        "masked before",
    ),
    binding(&[Key::Char('w')], "w", Action::NextHold, "next that waited"),
    binding(
        &[Key::Char('W')],
        "W",
        Action::PreviousHold,
        "one before that waited",
    ),
    binding(&[Key::Char('/')], "/", Action::Search, "search inside"),
    binding(&[Key::Char('n')], "n", Action::NextFound, "next found"),
    binding(
        &[Key::Char('N')],
        "N",
        Action::PreviousFound,
        "found before",
    ),
    binding(&[Key::Char('r')], "r", Action::Raw, "raw JSON, or back"),
    binding(
        &[Key::Char('o')],
        "o",
        Action::OpenGroup,
        "open a group, fold it",
    ),
    binding(
        &[Key::Char('+'), Key::Char('=')],
        "+",
        Action::Faster,
        "twice as fast",
    ),
    binding(&[Key::Char('-')], "-", Action::Slower, "half as fast"),
    binding(&[Key::Down], "↓", Action::ScrollDown, "scroll down"),
    binding(&[Key::Up], "↑", Action::ScrollUp, "scroll up"),
    binding(
        &[Key::PageDown],
        "page down",
        Action::RowsDown,
        "later rows of a result",
    ),
    binding(
        &[Key::PageUp],
        "page up",
        Action::RowsUp,
        "earlier rows of a result",
    ),
    binding(
        &[Key::Home, Key::Char('g')],
        "home",
        Action::Start,
        "to the beginning",
    ),
    binding(
        &[Key::End, Key::Char('G')],
        "end",
        Action::End,
        "to the end",
    ),
    binding(&[Key::Char('?')], "?", Action::Help, "these keys"),
    binding(&[Key::Char('q'), Key::Esc], "q", Action::Quit, "quit"),
];

/// What `key` asks for.
pub fn action_of(key: Key) -> Option<Action> {
    let found = KEYS.iter().find(|binding| binding.keys.contains(&key));
    found.map(|binding| binding.action)
}
