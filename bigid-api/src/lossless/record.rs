//! The macros for the generated types.
//!
//! A record is a table of its fields. The code that decodes, encodes, compares, copies and shows records is not
//! generic, so that it is compiled once and not for each of some hundred records. What remains for each record is
//! `#[inline]`: the compiler makes code of it only in a crate that uses the record.

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
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: ::std::option::Option<$crate::lossless::record!(@type $count $type)>,)*
            /// Undeclared members, and values that do not fit their field.
            pub extra: $crate::Extra,
        }

        impl $name {
            /// An empty record.
            #[must_use]
            #[inline]
            pub fn new() -> Self {
                Self { $($field: None,)* extra: $crate::Extra::new() }
            }

            $($crate::lossless::record!(@setter $(#[$doc])* $field $count $type);)*
        }

        impl $crate::lossless::Record for $name {
            #[inline]
            fn schema(&self) -> &'static $crate::lossless::Schema {
                static SCHEMA: $crate::lossless::Schema = $crate::lossless::Schema::new(
                    stringify!($name),
                    $crate::lossless::record!(@list $($list)?),
                    concat!($(stringify!($field), "\0\"", $member, "\":\0",)*),
                );
                &SCHEMA
            }

            #[inline]
            fn fields(&self, see: &mut dyn FnMut(&[&dyn $crate::lossless::Slot], &$crate::Extra)) {
                see(&[$(&self.$field,)*], &self.extra);
            }

            #[inline]
            fn fields_mut(&mut self, see: &mut dyn FnMut(&mut [&mut dyn $crate::lossless::Slot], &mut $crate::Extra)) {
                see(&mut [$(&mut self.$field,)*], &mut self.extra);
            }
        }

        $crate::lossless::record!(@traits $name);
    };
    // Implementations that differ in nothing but the name.
    (@traits $name:ident) => {
        impl ::std::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }

        impl ::std::clone::Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                $crate::lossless::copied(self, Self::new())
            }
        }

        impl ::std::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::lossless::equal(self, other)
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::lossless::show(self, f)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                $crate::lossless::deserialize(deserializer, "an object")
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::lossless::serialize(self, serializer)
            }
        }
    };
    (@list $list:ident) => { Some(stringify!($list)) };
    (@list) => { None };
    (@type one $type:ty) => { $type };
    (@type many $type:ty) => { ::std::vec::Vec<$type> };
    (@setter $(#[$doc:meta])* $field:ident one $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, value: impl ::std::convert::Into<$type>) -> Self {
            $crate::lossless::set(&mut self.$field, value);
            self
        }
    };
    (@setter $(#[$doc:meta])* $field:ident many $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, values: impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<$type>>) -> Self {
            $crate::lossless::set_all(&mut self.$field, values);
            self
        }
    };
}
pub(crate) use record;

/// Defines a list of all records: a function that decodes each.
#[cfg(test)]
macro_rules! records {
    ($($name:ident)*) => {
        pub(crate) static RECORDS: &[fn(&str) -> Option<Box<dyn $crate::lossless::Record>>] = &[$(
            |text| Some(Box::new($crate::lossless::decode::<$name>(text).ok()??)),
        )*];
    };
}
#[cfg(test)]
pub(crate) use records;

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
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unrecognized(text) => text,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    text => Self::Unrecognized(text.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                text.as_str().into()
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
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
            #[inline]
            fn read(
                slot: &mut ::std::option::Option<Self>,
                json: &mut $crate::lossless::Reader<'_>,
            ) -> ::std::result::Result<bool, $crate::lossless::Malformed> {
                $crate::lossless::read_text(slot, json, |text| Self::from(&*text))
            }

            #[inline]
            fn view(&self) -> $crate::lossless::View<'_> {
                $crate::lossless::View::Named(self.as_str(), self)
            }
        }
    };
}
pub(crate) use open_enum;

/// A type that wraps one value of unknown shape.
macro_rules! open_value {
    ($name:ident, $inner:ty) => {
        impl $crate::lossless::Field for $name {
            #[inline]
            fn read(
                slot: &mut ::std::option::Option<Self>,
                json: &mut $crate::lossless::Reader<'_>,
            ) -> ::std::result::Result<bool, $crate::lossless::Malformed> {
                let mut inner = None;
                let fits = <$inner as $crate::lossless::Field>::read(&mut inner, json)?;
                *slot = inner.map(Self);
                Ok(fits)
            }

            #[inline]
            fn null() -> ::std::option::Option<Self> {
                <$inner as $crate::lossless::Field>::null().map(Self)
            }

            #[inline]
            fn view(&self) -> $crate::lossless::View<'_> {
                $crate::lossless::Field::view(&self.0)
            }
        }
    };
}
pub(crate) use open_value;
