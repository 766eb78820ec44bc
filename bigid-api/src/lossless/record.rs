//! The macros for the generated types.

/// Defines a lossless record: a struct with an optional field for each declared member and `extra` for everything else,
/// a setter for each field, and its JSON encoding. A field is `one` value or `many`; the string is the name of the
/// member on the wire. A record that `lists` a field is the envelope of that list.
macro_rules! record {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident $(lists $list:ident)? {
            $($(#[$doc:meta])* pub $field:ident: $count:ident $type:ty = $member:literal,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: ::std::option::Option<$crate::lossless::record!(@type $count $type)>,)*
            /// Undeclared members, and values that do not fit their field.
            pub extra: $crate::Extra,
        }

        impl $name {
            /// An empty record.
            #[must_use]
            pub fn new() -> Self {
                <Self as ::std::default::Default>::default()
            }

            $($crate::lossless::record!(@setter $(#[$doc])* $field $count $type);)*
        }

        const _: () = {
            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy)]
            enum Member { $($field,)* }

            const FIELDS: &[Member] = &[$(Member::$field,)*];

            static MEMBERS: $crate::lossless::Members<{ FIELDS.len() }> = $crate::lossless::Members::new([$($member,)*]);

            impl $crate::lossless::Record for $name {
                const LIST: ::std::option::Option<usize> = $crate::lossless::record!(@list Member $($list)?);

                fn index(member: &str) -> ::std::option::Option<usize> {
                    MEMBERS.index(member)
                }

                fn read(
                    &mut self,
                    index: usize,
                    json: &mut $crate::lossless::Reader<'_>,
                ) -> ::std::result::Result<bool, $crate::lossless::Malformed> {
                    match FIELDS.get(index) {
                        $(Some(Member::$field) => $crate::lossless::Field::read(&mut self.$field, json),)*
                        None => Ok(false),
                    }
                }

                fn is_set(&self, index: usize) -> bool {
                    match FIELDS.get(index) {
                        $(Some(Member::$field) => self.$field.is_some(),)*
                        None => false,
                    }
                }

                fn extra(&self) -> &$crate::Extra {
                    &self.extra
                }

                fn extra_mut(&mut self) -> &mut $crate::Extra {
                    &mut self.extra
                }
            }
        };

        impl $crate::lossless::Field for $name {
            fn read(
                slot: &mut ::std::option::Option<Self>,
                json: &mut $crate::lossless::Reader<'_>,
            ) -> ::std::result::Result<bool, $crate::lossless::Malformed> {
                $crate::lossless::read_record(slot, json)
            }

            fn show(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(self, f)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                $crate::lossless::deserialize(deserializer, "an object")
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                let mut map = ::serde::Serializer::serialize_map(serializer, None)?;
                $(if let Some(value) = &self.$field {
                    ::serde::ser::SerializeMap::serialize_entry(&mut map, $member, value)?;
                })*
                $crate::lossless::end(self, map)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $(if let Some(value) = &self.$field {
                    shown.field(stringify!($field), &$crate::lossless::Shown(value));
                })*
                shown.field("extra", &self.extra).finish()
            }
        }
    };
    (@list $member:ident $list:ident) => { Some($member::$list as usize) };
    (@list $member:ident) => { None };
    (@type one $type:ty) => { $type };
    (@type many $type:ty) => { ::std::vec::Vec<$type> };
    (@setter $(#[$doc:meta])* $field:ident one $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, value: impl ::std::convert::Into<$type>) -> Self {
            self.$field = Some(value.into());
            self
        }
    };
    (@setter $(#[$doc:meta])* $field:ident many $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, values: impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<$type>>) -> Self {
            self.$field = Some(values.into_iter().map(::std::convert::Into::into).collect());
            self
        }
    };
}
pub(crate) use record;

/// Defines an open enumeration: an undeclared value is decoded and encoded as itself.
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $text:literal,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// An undeclared value, as sent.
            Unrecognized(::std::string::String),
        }

        impl $name {
            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unrecognized(text) => text,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    text => Self::Unrecognized(text.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                text.as_str().into()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                <::std::string::String as ::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }

        impl $crate::lossless::Field for $name {
            fn read(
                slot: &mut ::std::option::Option<Self>,
                json: &mut $crate::lossless::Reader<'_>,
            ) -> ::std::result::Result<bool, $crate::lossless::Malformed> {
                $crate::lossless::read_text(slot, json, Self::from)
            }

            fn show(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(self, f)
            }
        }
    };
}
pub(crate) use open_enum;

/// A type that wraps one value of unknown shape.
macro_rules! open_value {
    ($name:ident, $inner:ty) => {
        impl $crate::lossless::Field for $name {
            fn read(
                slot: &mut ::std::option::Option<Self>,
                json: &mut $crate::lossless::Reader<'_>,
            ) -> ::std::result::Result<bool, $crate::lossless::Malformed> {
                let mut inner = None;
                let fits = <$inner as $crate::lossless::Field>::read(&mut inner, json)?;
                *slot = inner.map(Self);
                Ok(fits)
            }

            fn null() -> ::std::option::Option<Self> {
                <$inner as $crate::lossless::Field>::null().map(Self)
            }

            fn show(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(self, f)
            }
        }
    };
}
pub(crate) use open_value;
