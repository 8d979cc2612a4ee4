//! The domains in the GraphQL schema.

use std::sync::Arc;

use async_graphql::{Enum, ID, Object};

use super::scalars::Timestamp;
use crate::ids::NodeId;
use crate::store::{DomainKind, DomainRecord};

/// A channel through which the service offers addresses of a domain, such as the website or the API.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccessInterface {
    Web,
    Telegram,
    Viber,
    Api,
    App,
}

pub(super) struct Domain(pub(super) Arc<DomainRecord>);

#[Object]
impl Domain {
    pub(super) async fn id(&self) -> ID {
        NodeId::Domain(self.0.number).encode()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn introduced_at(&self) -> Timestamp {
        Timestamp(self.0.introduced_at)
    }

    async fn available_via(&self) -> Option<Vec<Option<AccessInterface>>> {
        use AccessInterface::{Api, App, Telegram, Viber, Web};
        let interfaces: &[AccessInterface] = match self.0.kind {
            DomainKind::Public { chat: true } => &[Api, App, Telegram, Viber, Web],
            DomainKind::Public { chat: false } => &[Api, Web],
            DomainKind::Personal { .. } => &[Api],
            DomainKind::Caught => &[],
        };
        Some(interfaces.iter().copied().map(Some).collect())
    }

    /// The time at which a temporary domain stops working; null for a permanent domain.
    async fn expires_at(&self) -> Option<Timestamp> {
        self.0.expires_at.map(Timestamp)
    }
}
