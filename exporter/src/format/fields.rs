//! Which fields of a record a sink gets, and where a record's id is.
//!
//! Enters: paths, records in JSON. Leaves: records with those fields alone, or without them. Never here: a record without its id, its time
//! or its place: without them nothing could be reconciled.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::Format;

/// A record that was read again.
type Read = Map<String, Value>;

/// Where a part's id is, whatever the format.
const PART: &str = "firn.id";

impl Format {
    /// Where an item's id is, names with dots between; none where an item is no JSON.
    pub const fn id_field(self) -> Option<&'static str> {
        match self {
            Self::Ocsf => Some("metadata.uid"),
            Self::Ecs => Some("event.id"),
            Self::CloudEvents => Some("id"),
            Self::Udm => Some("metadata.product_log_id"),
            Self::Cef | Self::Leef => None,
        }
    }

    /// What is never left out: what the format wants, the id, the time and the place.
    const fn kept(self) -> &'static [&'static str] {
        match self {
            Self::Ocsf => &[
                "class_uid",
                "category_uid",
                "activity_id",
                "type_uid",
                "severity_id",
                "time",
                "metadata",
            ],
            Self::Ecs => &[
                "@timestamp",
                "ecs",
                "event.id",
                "event.sequence",
                "firn.position",
            ],
            Self::CloudEvents => &[
                "specversion",
                "id",
                "source",
                "type",
                "time",
                "partition",
                "offset",
            ],
            Self::Udm => &["metadata", "principal", "additional.position"],
            Self::Cef | Self::Leef => &[],
        }
    }
}

/// The id of a record in JSON, in whatever format it is.
pub fn id_of(record: &Value) -> Option<&str> {
    let formats = Format::ALL.iter().filter_map(|format| format.id_field());
    let mut fields = std::iter::once(PART).chain(formats);
    fields.find_map(|field| {
        let mut names = field.split('.');
        names
            .try_fold(record, |value, name| value.get(name))?
            .as_str()
    })
}

/// Why no fields can be chosen so.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FieldsError {
    /// Some in, some out.
    #[error(
        "`fields` either names what is sent, or, each with `-` before it, what is not; it does both"
    )]
    Mixed,
    /// Not a path.
    #[error("`fields` has {0:?}, which is no path: names with dots between, as \"actor.user\"")]
    Path(String),
    /// What must be there.
    #[error(
        "`fields` leaves out {0:?}, which each record needs: its id, its time, its place, or what the format wants"
    )]
    Needed(String),
    /// Lines have no paths.
    #[error("`fields` is for formats that are JSON")]
    NotJson,
}

/// Fields to keep, or to leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    tree: Named,
    keeps: bool,
}

/// Names below names; one without any below is meant whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Named(Vec<(String, Self)>);

impl Fields {
    /// What `paths` say of records in `format`; none where they say nothing.
    pub fn parse(paths: &[String], format: Format) -> Result<Option<Self>, FieldsError> {
        if paths.is_empty() {
            return Ok(None);
        }
        if format.id_field().is_none() {
            return Err(FieldsError::NotJson);
        }
        let without = paths.iter().filter(|path| path.starts_with('-')).count();
        let keeps = match without {
            0 => true,
            some if some == paths.len() => false,
            _ => return Err(FieldsError::Mixed),
        };
        let mut tree = Named::default();
        for path in paths {
            let plain = path.strip_prefix('-').unwrap_or(path);
            if plain.split('.').any(str::is_empty) {
                return Err(FieldsError::Path(path.clone()));
            }
            let within = |longer: &str, shorter: &str| {
                let rest = longer.strip_prefix(shorter);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let needed = |kept: &&str| within(kept, plain) || within(plain, kept);
            if !keeps && format.kept().iter().any(needed) {
                return Err(FieldsError::Needed(plain.to_owned()));
            }
            tree.add(plain);
        }
        if keeps {
            format.kept().iter().for_each(|kept| tree.add(kept));
        }
        Ok(Some(Self { tree, keeps }))
    }

    /// `record`, which is a JSON object, with those fields.
    pub fn apply(&self, record: &Bytes) -> Bytes {
        let Ok(Value::Object(object)) = serde_json::from_slice(record) else {
            return record.clone();
        };
        let chosen = if self.keeps {
            self.tree.only(object)
        } else {
            self.tree.without(object)
        };
        Value::Object(chosen).to_string().into()
    }
}

impl Named {
    fn add(&mut self, path: &str) {
        let (name, rest) = match path.split_once('.') {
            Some((name, rest)) => (name, Some(rest)),
            None => (path, None),
        };
        match (self.0.iter_mut().find(|(known, _)| known == name), rest) {
            // What is meant whole stays so.
            (Some((_, below)), Some(_)) if below.0.is_empty() => {}
            (Some((_, below)), Some(rest)) => below.add(rest),
            (Some((_, below)), None) => below.0.clear(),
            (None, rest) => {
                let mut below = Self::default();
                if let Some(rest) = rest {
                    below.add(rest);
                }
                self.0.push((name.to_owned(), below));
            }
        }
    }

    fn find(&self, name: &str) -> Option<&Self> {
        let mut each = self.0.iter();
        each.find(|(known, _)| known == name)
            .map(|(_, below)| below)
    }

    fn only(&self, object: Read) -> Read {
        let each = object.into_iter().filter_map(|(name, value)| {
            let below = self.find(&name)?;
            let value = below.of(value, &Self::only);
            Some((name, value))
        });
        each.collect()
    }

    fn without(&self, object: Read) -> Read {
        let each = object
            .into_iter()
            .filter_map(|(name, value)| match self.find(&name) {
                None => Some((name, value)),
                Some(below) if below.0.is_empty() => None,
                Some(below) => Some((name, below.of(value, &Self::without))),
            });
        each.collect()
    }

    /// `value` with `choose` made of each object at this level; whole, where nothing below is named.
    fn of(&self, value: Value, choose: &dyn Fn(&Self, Read) -> Read) -> Value {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Value::Object(object) => Value::Object(choose(self, object)),
            Value::Array(items) => {
                let each = items.into_iter().map(|item| self.of(item, choose));
                Value::Array(each.collect())
            }
            leaf => leaf,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chosen(paths: &[&str], record: &Value) -> Result<Value, FieldsError> {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let fields = Fields::parse(&paths, Format::Ocsf)?;
        let bytes = Bytes::from(record.to_string());
        let bytes = fields.map_or(bytes.clone(), |fields| fields.apply(&bytes));
        Ok(serde_json::from_slice(&bytes).unwrap())
    }

    #[test]
    fn fields_are_chosen_or_left_out_and_what_is_needed_stays() {
        let record = json!({
            "class_uid": 6005, "time": 1, "metadata": {"uid": "a", "version": "1.8.0"}, "message": "m",
            "actor": {"user": {"uid": "u", "name": "n"}, "app_name": "p"}, "attacks": [{"tactic": {"uid": "t"}, "version": "v"}],
            "unmapped": {"a": {"b": 18_446_744_073_709_551_615_u64}},
        });
        let needed =
            json!({"class_uid": 6005, "time": 1, "metadata": {"uid": "a", "version": "1.8.0"}});
        let with = |more: Value| {
            let mut all = needed.clone();
            all.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            Ok(all)
        };
        assert_eq!(chosen(&[], &record), Ok(record.clone()));
        assert_eq!(
            chosen(&["actor.user.uid", "attacks.version", "none"], &record),
            with(json!({"actor": {"user": {"uid": "u"}}, "attacks": [{"version": "v"}]}))
        );
        assert_eq!(
            chosen(
                &["-unmapped", "-actor.user.name", "-message", "-attacks"],
                &record
            ),
            with(json!({"actor": {"user": {"uid": "u"}, "app_name": "p"}}))
        );
        assert_eq!(
            chosen(&["unmapped.a.b", "unmapped"], &record),
            with(json!({"unmapped": {"a": {"b": 18_446_744_073_709_551_615_u64}}}))
        );
    }

    #[test]
    fn what_cannot_be_chosen_is_refused() {
        let record = json!({});
        for (paths, error) in [
            (&["a", "-b"][..], FieldsError::Mixed),
            (&["a..b"], FieldsError::Path("a..b".to_owned())),
            (&["-metadata"], FieldsError::Needed("metadata".to_owned())),
            (
                &["-metadata.uid"],
                FieldsError::Needed("metadata.uid".to_owned()),
            ),
        ] {
            assert_eq!(chosen(paths, &record), Err(error), "{paths:?}");
        }
        let lines = Fields::parse(&["a".to_owned()], Format::Cef);
        assert_eq!(lines, Err(FieldsError::NotJson));
    }

    #[test]
    fn an_id_is_found_in_every_format() {
        for record in [
            json!({"metadata": {"uid": "x"}}),
            json!({"event": {"id": "x"}, "firn": {"position": {}}}),
            json!({"id": "x"}),
            json!({"metadata": {"product_log_id": "x"}}),
            json!({"firn": {"id": "x"}, "time": 5}),
        ] {
            assert_eq!(id_of(&record), Some("x"), "{record}");
        }
    }
}
