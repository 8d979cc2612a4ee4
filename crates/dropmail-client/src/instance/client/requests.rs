//! Sends API requests as protocol messages to the process that owns the data directory.

use super::super::protocol::{Call, ChangeCall, Reply};
use super::super::wire::{Secret, gap_from_number};
use super::{OwnerConnection, decode_base64};
use crate::domain::delivery::{Delivery, TouchReply};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::secrets::{DomainPassword, RestoreKey};
use crate::domain::service_status::CaptchaResult;
use crate::domain::session::{Address, AddressOptions, Domain, Session};
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use bytes::Bytes;

/// Returns the error for a reply of the wrong type from the process that owns the data directory.
fn unexpected_reply_error() -> ApiError {
    ApiError::Unexpected("the window that is connected to the service sent a wrong reply".into())
}

fn expect_address(reply: Reply) -> Result<Address, ApiError> {
    let Reply::Address { address } = reply else { return Err(unexpected_reply_error()) };
    Ok(address.into())
}

fn expect_done(reply: &Reply) -> Result<(), ApiError> {
    if matches!(reply, Reply::Done) { Ok(()) } else { Err(unexpected_reply_error()) }
}

fn expect_bytes(reply: &Reply) -> Result<Bytes, ApiError> {
    let Reply::Bytes { base64 } = reply else { return Err(unexpected_reply_error()) };
    decode_base64(base64)
}

fn wire_options(options: &AddressOptions) -> (Option<String>, bool) {
    (options.domain.as_ref().map(ToString::to_string), options.permanent_only)
}

/// Each of these functions sends the request that corresponds to the method of the same name in
/// [`DropMailApi`](crate::ports::dropmail_api::DropMailApi).
impl OwnerConnection {
    async fn change_call(&self, change: ChangeCall) -> Result<Reply, ApiError> {
        self.call(Call::Change { change }).await
    }

    pub(in crate::instance) async fn sessions(&self) -> Result<Vec<Session>, ApiError> {
        let Reply::Sessions { sessions } = self.call(Call::Sessions).await? else {
            return Err(unexpected_reply_error());
        };
        Ok(sessions.into_iter().map(Into::into).collect())
    }

    pub(in crate::instance) async fn open_session(
        &self,
        options: &AddressOptions,
    ) -> Result<Session, ApiError> {
        let (domain, permanent_only) = wire_options(options);
        let reply = self.change_call(ChangeCall::OpenSession { domain, permanent_only }).await?;
        let Reply::Session { session } = reply else { return Err(unexpected_reply_error()) };
        Ok(session.into())
    }

    pub(in crate::instance) async fn touch(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
    ) -> Result<TouchReply, ApiError> {
        let after = after.map(ToString::to_string);
        let reply = self.call(Call::Touch { session: session.to_string(), after }).await?;
        let Reply::Touched { session, mails, gap } = reply else { return Err(unexpected_reply_error()) };
        let mails = mails.into_iter().map(Into::into).collect();
        Ok(TouchReply { session: session.into(), mails, gap: gap.map(gap_from_number) })
    }

    pub(in crate::instance) async fn add_address(
        &self,
        session: &SessionId,
        options: &AddressOptions,
    ) -> Result<Address, ApiError> {
        let (domain, permanent_only) = wire_options(options);
        let call = ChangeCall::AddAddress { session: session.to_string(), domain, permanent_only };
        expect_address(self.change_call(call).await?)
    }

    pub(in crate::instance) async fn restore_address(
        &self,
        session: &SessionId,
        name: &str,
        key: &RestoreKey,
    ) -> Result<Address, ApiError> {
        let key = Secret(key.expose().to_owned());
        let call = ChangeCall::RestoreAddress { session: session.to_string(), address: name.to_owned(), key };
        expect_address(self.change_call(call).await?)
    }

    pub(in crate::instance) async fn delete_address(&self, id: &AddressId) -> Result<(), ApiError> {
        expect_done(&self.change_call(ChangeCall::DeleteAddress { id: id.to_string() }).await?)
    }

    pub(in crate::instance) async fn mail(
        &self,
        session: &SessionId,
        mail: &MailId,
    ) -> Result<Option<Delivery>, ApiError> {
        let call = Call::Mail { session: session.to_string(), mail: mail.to_string() };
        let Reply::Mail { mail } = self.call(call).await? else { return Err(unexpected_reply_error()) };
        Ok(mail.map(Into::into))
    }

    /// Requests that the process that owns the data directory store a mail in the archive.
    pub(in crate::instance) async fn store(
        &self,
        session: &SessionId,
        mail: &MailId,
    ) -> Result<(), ApiError> {
        expect_done(&self.call(Call::Store { session: session.to_string(), mail: mail.to_string() }).await?)
    }

    pub(in crate::instance) async fn domains(&self) -> Result<Vec<Domain>, ApiError> {
        let Reply::Domains { domains } = self.call(Call::Domains).await? else {
            return Err(unexpected_reply_error());
        };
        Ok(domains.into_iter().map(Into::into).collect())
    }

    pub(in crate::instance) async fn add_domain(
        &self,
        name: &str,
        password: &DomainPassword,
    ) -> Result<Domain, ApiError> {
        let password = Secret(password.expose().to_owned());
        let reply = self.change_call(ChangeCall::AddDomain { name: name.to_owned(), password }).await?;
        let Reply::Domain { domain } = reply else { return Err(unexpected_reply_error()) };
        Ok(domain.into())
    }

    pub(in crate::instance) async fn delete_domain(
        &self,
        id: &DomainId,
        password: &DomainPassword,
    ) -> Result<(), ApiError> {
        let password = Secret(password.expose().to_owned());
        expect_done(&self.change_call(ChangeCall::DeleteDomain { id: id.to_string(), password }).await?)
    }

    pub(in crate::instance) async fn captcha_image(&self, drawing: u32) -> Result<Bytes, ApiError> {
        expect_bytes(&self.call(Call::CaptchaPicture { drawing }).await?)
    }

    pub(in crate::instance) async fn solve_captcha(&self, answer: &str) -> Result<CaptchaResult, ApiError> {
        let reply = self.call(Call::SolveCaptcha { answer: answer.to_owned() }).await?;
        let Reply::Verdict { verdict } = reply else { return Err(unexpected_reply_error()) };
        Ok(match verdict {
            0 => CaptchaResult::Accepted,
            1 => CaptchaResult::Rejected,
            _ => CaptchaResult::Expired,
        })
    }

    pub(in crate::instance) async fn query(&self, question: &GraphqlRequest) -> Result<Bytes, ApiError> {
        let GraphqlRequest { query, variables } = question.clone();
        expect_bytes(&self.call(Call::Query { query, variables }).await?)
    }
}
