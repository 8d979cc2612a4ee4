//! The expected structure of each GraphQL response: the fields that the operation selects, and the kind of each field.

use super::super::response_repair::{FieldKind, ObjectShape, ResponseData};
use super::domains::{AddDomain, DeleteDomain};
use super::mutations::{AddAddress, DeleteAddress, OpenSession, RestoreAddress};
use super::{DomainsQuery, NodeQuery, PageQuery, SessionsQuery, Touch, Watch};

const ADDRESS: ObjectShape =
    &[("id", FieldKind::Text), ("address", FieldKind::Text), ("restoreKey", FieldKind::Text)];

const DOMAIN: ObjectShape = &[
    ("id", FieldKind::Text),
    ("name", FieldKind::Text),
    ("expiresAt", FieldKind::Moment),
    ("introducedAt", FieldKind::Moment),
    ("availableVia", FieldKind::Texts),
];

const SESSION: ObjectShape =
    &[("id", FieldKind::Text), ("expiresAt", FieldKind::Moment), ("addresses", FieldKind::Objects(ADDRESS))];

/// Expands to the `ObjectShape` of a mail: its fields and their kinds. The arguments are two lists of additional text
/// fields: those in the first list precede the fields of every mail, and those in the second list follow them.
macro_rules! mail_shape {
    ([$($first:literal),*], [$($last:literal),*]) => {
        &[
            $(($first, FieldKind::Text),)*
            ("id", FieldKind::Text),
            ("receivedAt", FieldKind::Moment),
            ("fromAddr", FieldKind::Text),
            ("toAddr", FieldKind::Text),
            ("toAddrOrig", FieldKind::Text),
            ("rawSize", FieldKind::Number),
            ("downloadUrl", FieldKind::Text),
            $(($last, FieldKind::Text),)*
        ]
    };
}

const MAIL: ObjectShape = mail_shape!([], []);
const WHOLE_MAIL: ObjectShape = mail_shape!([], ["raw"]);
const NODE: ObjectShape = mail_shape!(["__typename"], ["raw"]);

const TOUCHED: ObjectShape = &[
    ("id", FieldKind::Text),
    ("expiresAt", FieldKind::Moment),
    ("addresses", FieldKind::Objects(ADDRESS)),
    ("mailsAfterId", FieldKind::Objects(MAIL)),
];

const EDGE: ObjectShape = &[("node", FieldKind::Object(MAIL))];
const PAGE_INFO: ObjectShape = &[("hasNextPage", FieldKind::Flag), ("endCursor", FieldKind::TextOrNull)];
const CONNECTION: ObjectShape =
    &[("edges", FieldKind::Objects(EDGE)), ("pageInfo", FieldKind::Object(PAGE_INFO))];
const PAGED: ObjectShape = &[("mailsConnection", FieldKind::ObjectOrNull(CONNECTION))];

macro_rules! shapes {
    ($($answer:ident: $field:literal, $kind:expr;)*) => {
        $(impl ResponseData for $answer {
            const SHAPE: ObjectShape = &[($field, $kind)];
        })*
    };
}

shapes! {
    SessionsQuery: "sessions", FieldKind::Objects(SESSION);
    DomainsQuery: "domains", FieldKind::Objects(DOMAIN);
    Touch: "session", FieldKind::ObjectOrNull(TOUCHED);
    PageQuery: "session", FieldKind::ObjectOrNull(PAGED);
    NodeQuery: "node", FieldKind::ObjectOrNull(NODE);
    Watch: "sessionMailReceived", FieldKind::ObjectOrNull(WHOLE_MAIL);
    OpenSession: "introduceSession", FieldKind::ObjectOrNull(SESSION);
    AddAddress: "introduceAddress", FieldKind::ObjectOrNull(ADDRESS);
    RestoreAddress: "restoreAddress", FieldKind::ObjectOrNull(ADDRESS);
    DeleteAddress: "deleteAddress", FieldKind::FlagOrNull;
    AddDomain: "addDomain", FieldKind::ObjectOrNull(DOMAIN);
    DeleteDomain: "deleteDomain", FieldKind::FlagOrNull;
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;
    use crate::adapters::graphql::response_repair::parse_data;
    use crate::domain::ids::{AddressId, DomainId};
    use crate::domain::secrets::{DomainPassword, RestoreKey};
    use crate::domain::session::AddressOptions;
    use serde_json::{Value, json};

    /// Returns the sorted names of the fields that a GraphQL query selects.
    fn requested_fields(query: &str) -> Vec<String> {
        let selection = query.split_once('{').unwrap().1;
        let mut names = Vec::new();
        let mut in_arguments = 0;
        for token in selection.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
            let name = token.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
            if !name.is_empty() && in_arguments == 0 {
                names.push(name.to_owned());
            }
            in_arguments += token.matches('(').count();
            in_arguments -= token.matches(')').count();
        }
        // `... on Mail` names a type; `__typename` occurs only where fragments are spread.
        names.retain(|name| !["on", "Mail", "__typename"].contains(&name.as_str()));
        names.sort();
        names
    }

    fn shape_fields(shape: ObjectShape) -> Vec<String> {
        let mut names = Vec::new();
        for (name, kind) in shape {
            if *name != "__typename" {
                names.push((*name).to_owned());
            }
            match kind {
                FieldKind::Object(inner) | FieldKind::ObjectOrNull(inner) | FieldKind::Objects(inner) => {
                    names.extend(shape_fields(inner));
                }
                FieldKind::Text
                | FieldKind::TextOrNull
                | FieldKind::Number
                | FieldKind::Flag
                | FieldKind::FlagOrNull
                | FieldKind::Moment
                | FieldKind::Texts => {}
            }
        }
        names.sort();
        names
    }

    fn query(operation: &impl serde::Serialize) -> String {
        serde_json::to_value(operation).unwrap()["query"].as_str().unwrap().to_owned()
    }

    #[test]
    fn shapes_contain_the_fields_of_the_operations() {
        let (session, mail) = (SessionId::new("s"), MailId::new("m"));
        let (key, password) = (RestoreKey::new("k"), DomainPassword::new("p"));
        let cases = [
            (query(&sessions()), SessionsQuery::SHAPE),
            (query(&domains()), DomainsQuery::SHAPE),
            (query(&touch(&session, None)), Touch::SHAPE),
            (query(&page(&session, None)), PageQuery::SHAPE),
            (query(&super::super::mail(&mail)), NodeQuery::SHAPE),
            (query(&watch(&session, None)), Watch::SHAPE),
            (query(&open_session(AddressOptions::default())), OpenSession::SHAPE),
            (query(&add_address(&session, AddressOptions::default())), AddAddress::SHAPE),
            (query(&restore_address(&session, "a", &key)), RestoreAddress::SHAPE),
            (query(&delete_address(&AddressId::new("a"))), DeleteAddress::SHAPE),
            (query(&add_domain("d", &password)), AddDomain::SHAPE),
            (query(&delete_domain(&DomainId::new("d"), &password)), DeleteDomain::SHAPE),
        ];
        for (query, shape) in cases {
            assert_eq!(requested_fields(&query), shape_fields(shape), "{query}");
        }
    }

    #[test]
    fn every_reply_is_parsed_even_if_fields_are_missing() {
        fn assert_reads<T: ResponseData>(value: &Value) {
            for value in [value, &json!({})] {
                assert!(parse_data::<T>(value.clone()).is_some(), "{value}");
            }
        }
        let mails = json!([{}, null, {"fromAddr": {}}]);
        assert_reads::<Touch>(&json!({"session": {"mailsAfterId": mails, "addresses": mails}}));
        assert_reads::<PageQuery>(&json!({"session": {"mailsConnection": {"edges": [{}, {"node": 5}]}}}));
        assert_reads::<NodeQuery>(&json!({"node": {"__typename": "Mail"}}));
        assert_reads::<NodeQuery>(&json!({"node": {}}));
        assert_reads::<Watch>(&json!({"sessionMailReceived": {"rawSize": null}}));
        assert_reads::<OpenSession>(&json!({"introduceSession": {}}));
        assert_reads::<AddAddress>(&json!({"introduceAddress": {"id": 1}}));
        assert_reads::<RestoreAddress>(&json!({"restoreAddress": []}));
        assert_reads::<DeleteAddress>(&json!({"deleteAddress": "true"}));
        assert_reads::<AddDomain>(&json!({"addDomain": {"availableVia": [null, 1]}}));
        assert_reads::<DeleteDomain>(&json!({"deleteDomain": null}));
        // A list of sessions or domains that cannot be parsed must not be treated as an empty list.
        assert!(parse_data::<SessionsQuery>(json!({"sessions": null})).is_none());
        assert!(parse_data::<DomainsQuery>(json!({"domains": "none"})).is_none());
        assert_eq!(
            parse_data::<SessionsQuery>(json!({"sessions": [{}, null, 5]})).unwrap().sessions.len(),
            1
        );
    }
}
