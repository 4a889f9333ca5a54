//! Assertions that nobody with the key has made.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::*;

/// The token with another header.
fn under(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[tokio::test]
async fn alg_games_are_lost() {
    let signer = Signer::new();
    let claims = signer.claims();
    let honest = signer.sign(&claims);
    let kid = &signer.curve.stored.kid;
    let (head, signature) = honest.rsplit_once('.').unwrap();
    let mut other_claims = claims.clone();
    other_claims["jti"] = json!("another");
    let other_body = URL_SAFE_NO_PAD.encode(other_claims.to_string());
    let header_of_honest = honest.split('.').next().unwrap();
    let mut forged = vec![
        format!("{head}."),
        head.to_owned(),
        format!("{header_of_honest}.{other_body}.{signature}"),
        under(&honest, &json!({ "alg": "none" })),
        format!(
            "{}.{other_body}.",
            URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "kid": kid }).to_string())
        ),
        under(&honest, &json!({ "alg": "RS256", "kid": kid })),
        under(&honest, &json!({ "alg": "EdDSA", "kid": kid })),
        under(&honest, &json!({ "alg": "ES384", "kid": kid })),
        // A key that it brings along itself proves nothing.
        sign(
            &SigningKey::for_tests(keys::Algorithm::Es256),
            Algorithm::ES256,
            None,
            &claims,
        ),
        sign(
            &SigningKey::for_tests(keys::Algorithm::Es256),
            Algorithm::ES256,
            Some(kid),
            &claims,
        ),
        // The right key under the name of the other, or of none.
        sign(
            &signer.curve,
            Algorithm::ES256,
            Some(&signer.rsa.stored.kid),
            &claims,
        ),
        sign(&signer.curve, Algorithm::ES256, Some("nobody's"), &claims),
        // RSA keys sign with SHA-256 alone.
        sign(&signer.rsa, Algorithm::RS512, None, &claims),
        sign(&signer.rsa, Algorithm::PS384, None, &claims),
        "x.y.z".to_owned(),
        "..".to_owned(),
    ];
    // The public key, which everybody may know, as the secret of an HMAC.
    let public = [
        serde_json::to_string(&signer.curve.public).unwrap(),
        serde_json::to_string(&signer.rsa.public).unwrap(),
        serde_json::to_value(&signer.curve.public).unwrap()["x"]
            .as_str()
            .unwrap()
            .to_owned(),
    ];
    for secret in public {
        for algorithm in [Algorithm::HS256, Algorithm::HS512] {
            let mut header = Header::new(algorithm);
            header.kid = Some(kid.clone());
            let key = EncodingKey::from_secret(secret.as_bytes());
            forged.push(jsonwebtoken::encode(&header, &claims, &key).unwrap());
        }
    }
    for assertion in &forged {
        assert!(!signer.gets_in(assertion).await, "{assertion}");
    }
    assert!(signer.gets_in(&honest).await, "none of them has used it up");
}

#[tokio::test]
async fn an_extension_that_has_to_be_understood_is_not() {
    let signer = Signer::new();
    let mut header = Header::new(Algorithm::ES256);
    header.crit = Some(vec!["b64".to_owned()]);
    let key = EncodingKey::from_ec_pem(signer.curve.stored.pem.as_bytes()).unwrap();
    let assertion = jsonwebtoken::encode(&header, &signer.claims(), &key).unwrap();
    assert!(!signer.gets_in(&assertion).await);
}
