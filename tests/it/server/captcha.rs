//! Tests the captchas of the server: the refused call, the image, the answer, and the retried call.

use dropmail_server::{CaptchaPolicy, CaptchaSettings, ServerConfig};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::harness::{TestServer, config, first_error_of, json_of};

async fn with_captcha_policy(ask: CaptchaPolicy, seed: Option<u64>) -> TestServer {
    let harness = TestServer::with(ServerConfig { captcha: CaptchaSettings { ask, seed }, ..config() }).await;
    drop(rustls::crypto::ring::default_provider().install_default());
    harness
}

impl TestServer {
    async fn generate_token(&self, lifetime: &str, cookie: Option<&str>) -> Response {
        let body = json!({"type": "af", "lifetime": lifetime});
        let request = self.http.post(self.url("/api/token/generate")).json(&body);
        cookie
            .into_iter()
            .fold(request, |request, cookie| request.header("Cookie", cookie))
            .send()
            .await
            .unwrap()
    }

    async fn captcha_image(&self, captcha: &Value, round: &str) -> Response {
        let query: Vec<(&str, &str)> = ["v", "nonce", "key", "_sig"]
            .into_iter()
            .map(|name| (name, captcha[name].as_str().unwrap()))
            .chain([("_r", round)])
            .collect();
        self.http.get(self.url("/captcha/image.png")).query(&query).send().await.unwrap()
    }

    pub(super) async fn submit_answer(&self, captcha: &Value, answer: &str) -> (u16, Value) {
        let mut form: Vec<(&str, &str)> = vec![("response", answer)];
        form.extend(["v", "nonce", "key", "_sig"].map(|name| (name, captcha[name].as_str().unwrap())));
        let response = self.http.post(self.url("/captcha/solution")).form(&form).send().await.unwrap();
        (response.status().as_u16(), json_of(response).await)
    }
}

fn cookie_of(response: &Response) -> String {
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_solved_captcha_grants_a_long_lived_token() {
    let harness = with_captcha_policy(CaptchaPolicy::LongLived, None).await;
    assert_eq!(
        harness.generate_token("1d", None).await.status(),
        200,
        "a short-lived token needs no captcha"
    );
    let refused = harness.generate_token("90d", None).await;
    assert_eq!(refused.status(), 402);
    let cookie = cookie_of(&refused);
    let body = json_of(refused).await;
    assert_eq!((&body["error"], &body["credits_needed"]), (&json!("captcha_required"), &json!(1)));
    let captcha = &body["captcha"];
    assert_eq!(captcha["v"], "3");

    let image_response = harness.captcha_image(captcha, "0").await;
    assert_eq!(image_response.headers()["content-type"], "image/png");
    let first = image_response.bytes().await.unwrap();
    let decoded = image::load_from_memory(&first).unwrap();
    assert!(decoded.width() > 100 && decoded.height() > 30);
    assert_ne!(
        first,
        harness.captcha_image(captcha, "1").await.bytes().await.unwrap(),
        "each request returns a new image"
    );

    assert_eq!(harness.submit_answer(captcha, "wrong").await, (200, json!({"result": "incorrect"})));
    assert_eq!(harness.generate_token("90d", Some(&cookie)).await.status(), 402);
    let answer = harness.server.captcha_answer(captcha["nonce"].as_str().unwrap());
    let lowercase_answer = answer.to_lowercase();
    assert_eq!(harness.submit_answer(captcha, &lowercase_answer).await, (200, json!({"result": "correct"})));
    assert_eq!(
        harness.generate_token("90d", None).await.status(),
        402,
        "the solution is bound to the visitor's cookie"
    );
    assert_eq!(harness.generate_token("90d", Some(&cookie)).await.status(), 200);
    assert_eq!(
        harness.generate_token("90d", Some(&cookie)).await.status(),
        402,
        "a solution grants one token"
    );
    assert_eq!(harness.submit_answer(captcha, &answer).await, (200, json!({"result": "expired"})));
}

#[tokio::test]
async fn renewal_requires_a_captcha_and_rejects_a_forged_challenge() {
    let harness = with_captcha_policy(CaptchaPolicy::EveryToken, None).await;
    let url = harness.url("/api/token/renew");
    let renew = |token: &str| harness.http.post(&url).json(&json!({"token": token, "lifetime": "1h"})).send();
    assert_eq!(
        renew("af_12345678").await.unwrap().status(),
        403,
        "an invalid token is rejected before the captcha"
    );
    let refused = renew(super::harness::TOKEN).await.unwrap();
    assert_eq!(refused.status(), 402);
    let mut captcha = json_of(refused).await["captcha"].take();
    captcha["_sig"] = json!("forged");
    assert_eq!(harness.captcha_image(&captcha, "0").await.status(), 400);
    assert_eq!(harness.submit_answer(&captcha, "x").await, (400, json!({"result": "invalid"})));
}

#[tokio::test]
async fn a_seed_makes_captchas_repeatable_and_loopback_gets_the_answer() {
    let mut pictures = Vec::new();
    for _ in 0..2 {
        let harness = with_captcha_policy(CaptchaPolicy::EveryToken, Some(7)).await;
        let captcha = json_of(harness.generate_token("1h", None).await).await["captcha"].take();
        let nonce = captcha["nonce"].as_str().unwrap().to_owned();
        let url = harness.url(&format!("/admin/captcha?nonce={nonce}"));
        let answer_reply = json_of(harness.http.get(url).send().await.unwrap()).await;
        assert_eq!(answer_reply["answer"], harness.server.captcha_answer(&nonce));
        assert_eq!(
            harness.submit_answer(&captcha, answer_reply["answer"].as_str().unwrap()).await.1["result"],
            "correct"
        );
        pictures.push((nonce, harness.captcha_image(&captcha, "0").await.bytes().await.unwrap()));
    }
    assert_eq!(pictures[0], pictures[1]);
    let unseeded = with_captcha_policy(CaptchaPolicy::EveryToken, None).await;
    let answer_reply =
        Client::builder().no_proxy().build().unwrap().get(unseeded.url("/admin/captcha?nonce=a"));
    let answer_reply = answer_reply.send().await.unwrap();
    assert_eq!(answer_reply.status(), 404);
    assert_eq!(first_error_of(&json_of(answer_reply).await).0, "only_with_a_seed");
}
