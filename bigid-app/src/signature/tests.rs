use std::time::Duration;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use bigid_auth_ext::ManualClock;
use serde_json::{Value, json};

use super::{PublicKey, SignatureVerifier, TokenError};

const NOW: u64 = 1_800_000_000;

enum Signer {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ec(EcdsaKeyPair),
}

impl Signer {
    fn rsa(encoding: &'static dyn RsaEncoding) -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), encoding)
    }

    fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> Self {
        Self::Ec(EcdsaKeyPair::generate(algorithm).unwrap())
    }

    fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Rsa(pair, _) => pair.public_key().as_der().unwrap(),
            Self::Ec(pair) => pair.public_key().as_der().unwrap(),
        };
        let text = BASE64_STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    fn key(&self) -> PublicKey {
        PublicKey::parse(self.pem().as_bytes()).unwrap()
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::Ec(pair) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

fn clock() -> ManualClock {
    let clock = ManualClock::default();
    clock.set_wall(Duration::from_secs(NOW));
    clock
}

fn verifier(key: PublicKey) -> SignatureVerifier {
    SignatureVerifier::with_key(key).clock(clock())
}

fn in_time() -> Value {
    json!({"exp": NOW + 60})
}

#[tokio::test]
async fn each_algorithm_verifies_with_its_own_key_and_under_no_other_name() {
    let signers = [
        ("RS256", Signer::rsa(&RSA_PKCS1_SHA256)),
        ("RS384", Signer::rsa(&RSA_PKCS1_SHA384)),
        ("RS512", Signer::rsa(&RSA_PKCS1_SHA512)),
        ("ES256", Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING)),
        ("ES384", Signer::ec(&ECDSA_P384_SHA384_FIXED_SIGNING)),
        ("ES512", Signer::ec(&ECDSA_P521_SHA512_FIXED_SIGNING)),
    ];
    for (name, signer) in &signers {
        for (other, owner) in &signers {
            let token = signer.token(&json!({"alg": other}), &in_time());
            let verdict = verifier(signer.key()).verify(Some(&token)).await.map(drop);
            assert_eq!(verdict, if name == other { Ok(()) } else { Err(TokenError::Signature) }, "{name} as {other}");
            if name != other {
                let token = signer.token(&json!({"alg": name}), &in_time());
                assert_eq!(
                    verifier(owner.key()).verify(Some(&token)).await,
                    Err(TokenError::Signature),
                    "{name} by {other}"
                );
            }
        }
    }
}

#[tokio::test]
async fn no_other_algorithm_is_accepted_whatever_its_signature_is() {
    let signer = Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let names =
        ["none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "PS256", "EdDSA", "ES256K", "es256", "RS1", ""];
    let algorithms = names.map(Value::from).into_iter().chain([Value::Null, json!(["ES256"]), json!({}), json!(1)]);
    for algorithm in algorithms {
        let token = signer.token(&json!({"alg": algorithm}), &in_time());
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        // The public key as the secret of an HMAC.
        let tag = {
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, signer.pem().as_bytes());
            aws_lc_rs::hmac::sign(&key, token.rsplit_once('.').unwrap().0.as_bytes())
        };
        let confused = format!("{unsigned}{}", BASE64_URL_SAFE_NO_PAD.encode(tag));
        for token in [&token, &unsigned, &confused] {
            assert_eq!(verifier(signer.key()).verify(Some(token)).await, Err(TokenError::Algorithm), "{algorithm}");
        }
    }
}

#[tokio::test]
async fn a_token_is_accepted_in_its_time_only() {
    let signer = Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let verdicts = [
        (json!({"exp": NOW + 1}), Ok(())),
        (json!({"exp": NOW as f64 + 0.5}), Ok(())),
        (json!({"exp": NOW + 1, "nbf": NOW}), Ok(())),
        (json!({"exp": NOW}), Err(TokenError::Expired)),
        (json!({"exp": NOW - 1}), Err(TokenError::Expired)),
        (json!({"exp": 0}), Err(TokenError::Expired)),
        (json!({"exp": NOW + 9, "nbf": NOW + 1}), Err(TokenError::NotYet)),
        (json!({"exp": NOW + 9, "nbf": "x"}), Err(TokenError::NotYet)),
        (json!({}), Err(TokenError::NoExpiry)),
        (json!({"exp": null}), Err(TokenError::NoExpiry)),
        (json!({"exp": "1900000000"}), Err(TokenError::NoExpiry)),
        (json!({"exp": -1}), Err(TokenError::NoExpiry)),
        (json!({"exp": 1e300}), Err(TokenError::NoExpiry)),
    ];
    for (claims, verdict) in verdicts {
        let token = signer.token(&json!({"alg": "ES256"}), &claims);
        assert_eq!(verifier(signer.key()).verify(Some(&token)).await.map(drop), verdict, "{claims}");
    }
    let critical = signer.token(&json!({"alg": "ES256", "crit": ["b64"], "b64": false}), &in_time());
    assert_eq!(verifier(signer.key()).verify(Some(&critical)).await, Err(TokenError::Extension));
}

#[tokio::test]
async fn a_token_is_accepted_once_until_it_expires() {
    let (signer, clock) = (Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING), clock());
    let verifier = SignatureVerifier::with_key(signer.key()).clock(clock.clone());
    let header = json!({"alg": "ES256"});
    let (one, other) = (signer.token(&header, &in_time()), signer.token(&header, &json!({"exp": NOW + 61})));
    verifier.verify(Some(&one)).await.unwrap();
    verifier.verify(Some(&other)).await.unwrap();
    // Each signature of ECDSA is another.
    let again = signer.token(&header, &in_time());
    assert_ne!(again, one);
    for token in [&one, &other, &format!(" {one} "), &again] {
        assert_eq!(verifier.verify(Some(token)).await, Err(TokenError::Repeated));
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(verifier.verify(Some(&one)).await, Err(TokenError::Expired));
    assert_eq!(verifier.verify(Some(&other)).await, Err(TokenError::Repeated));
}

#[tokio::test]
async fn a_changed_or_cut_token_is_refused_and_nothing_panics() {
    let signer = Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let token = signer.token(&json!({"alg": "ES256"}), &json!({"exp": NOW + 60, "sub": "s3cret"}));
    let verifier = verifier(signer.key());
    for place in 0..token.len() {
        assert!(verifier.verify(Some(&token[..place])).await.is_err(), "{place}");
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        assert!(verifier.verify(Some(std::str::from_utf8(&changed).unwrap())).await.is_err(), "{place}");
    }
    for odd in ["", ".", "..", "...", "a.b.c", "\u{0}", "é.é.é", "e30.e30.", "bnVsbA.bnVsbA."] {
        assert!(verifier.verify(Some(odd)).await.is_err(), "{odd}");
    }
    assert_eq!(verifier.verify(None).await, Err(TokenError::Missing));
    let signed = verifier.verify(Some(&token)).await.unwrap();
    assert_eq!(signed.claims()["sub"], "s3cret");
    assert!(!format!("{signed:?}").contains("s3cret"));
}

#[test]
fn a_key_is_read_from_pem_alone_and_anywhere_in_json() {
    let pem = Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING).pem();
    let key = PublicKey::parse(pem.as_bytes()).unwrap();
    let escaped = pem.replace('\n', "\\n");
    for form in [
        json!(pem),
        json!({"publicKey": pem}),
        json!({"data": {"key": pem}, "status": "success"}),
        json!([pem]),
        json!({"publicKey": escaped}),
        json!({"a": pem, "b": pem}),
    ] {
        assert_eq!(PublicKey::parse(form.to_string().as_bytes()), Ok(key.clone()), "{form}");
    }
    assert_eq!(PublicKey::parse(pem.replace('\n', "\r\n").as_bytes()), Ok(key));
    let other = Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING).pem();
    let odd = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n".to_owned();
    let private = pem.replace("PUBLIC", "PRIVATE");
    for bad in [String::new(), "{}".to_owned(), "<html>".to_owned(), format!("{pem}{other}"), odd, private] {
        assert!(PublicKey::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}
