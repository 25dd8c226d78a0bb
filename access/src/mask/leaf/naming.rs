//! What names a leaf: its member, or where that says too little, what is said beside it or stands around it.
//!
//! Enters: what is around a leaf. Leaves: the name that it would have as a column. Never here: the leaf's text.

use super::{Around, LeafMask, NAME_BYTES_MAX, NAMES_MAX};
use detect::Label;
use detect::hint::{
    is_code, is_number_of_paper, is_of_papers, is_papers, is_plain, is_short, kind_of_paper,
    part_of_secret,
};

impl LeafMask {
    /// Writes down what names a leaf: its member, or where that says too little, what is beside it or around it.
    pub(super) fn name_leaf(&mut self, around: Around<'_>) {
        self.name.clear();
        if around.key.len() > NAME_BYTES_MAX {
            return;
        }
        let plain = !around.key.is_empty() && is_plain(around.key);
        let numbered = !plain && is_number_of_paper(around.owner, around.key);
        let told = [around.said, around.above];
        let secret = told
            .iter()
            .find_map(|said| part_of_secret(around.key, said));
        if let Some(name) = secret.or_else(|| self.said(around, plain, numbered)) {
            self.name.push_str(name);
            return;
        }
        if (numbered || is_code(around.key)) && self.name_by_owner(around) {
            return;
        }
        // A bare `name` is that of what is around it: `store.name`, `patient.name`.
        let bare = around.key.eq_ignore_ascii_case("name");
        if (plain || bare) && (1..=NAME_BYTES_MAX).contains(&around.owner.len()) {
            self.name.push_str(around.owner);
            self.name.push('.');
        }
        self.name.push_str(around.key);
    }

    /// What a member beside it says that it is.
    fn said<'a>(&mut self, around: Around<'a>, plain: bool, numbered: bool) -> Option<&'a str> {
        let Around { key, owner, .. } = around;
        if around.said.is_empty() {
            return None;
        }
        if !plain && !numbered {
            return self.is_pair(around).then_some(around.said);
        }
        let among = is_of_papers(owner) || is_of_papers(key);
        let told = [around.said, around.also];
        let mut told = told.into_iter().filter(|said| !said.is_empty());
        let known = told.find_map(|said| {
            let kind = kind_of_paper(said, among);
            kind.or_else(|| {
                let label = self.hint_of(said).filter(|_| among || !is_short(said));
                label
                    .is_some_and(|label| plain || is_papers(label))
                    .then_some(said)
            })
        });
        // `"ids": [{"type": "sku", …}]`
        known.or_else(|| {
            let thing = among && self.known(around.said)?.thing;
            thing.then_some(around.said)
        })
    }

    /// Names the number of a paper by what is around it, where its own name says less: `passport.id`, `national_ids` of `PL`.
    fn name_by_owner(&mut self, around: Around<'_>) -> bool {
        let Around { key, owner, .. } = around;
        let code = is_code(key);
        if !is_of_papers(owner)
            || owner.len() + key.len() >= NAME_BYTES_MAX
            || self
                .hint_of(key)
                .is_some_and(|label| label != Label::NationalId)
        {
            return false;
        }
        let mut name = std::mem::take(&mut self.name);
        name.push_str(owner);
        if !code {
            name.push('.');
            name.push_str(key);
        }
        let papers = self.hint_of(&name).is_some_and(is_papers);
        if !papers {
            name.clear();
        }
        self.name = name;
        papers
    }

    /// Whether it is the value of a pair whose name stands before it: `["dob", "1985-03-12"]`.
    fn is_pair(&mut self, around: Around<'_>) -> bool {
        // What stands first in an array is data more often than a name: it must not take the names' places.
        let room = self.hints.len() < NAMES_MAX / 2 || self.hints.contains_key(around.said);
        around.place == Some(1)
            && room
            && self.hint_of(around.said).is_some()
            && (around.key.is_empty() || self.hint_of(around.key).is_none())
    }
}
