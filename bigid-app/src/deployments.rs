//! The BigID deployments that an app works for: the only hosts that anything is sent to.

use bigid_auth_ext::BaseUrl;

/// The deployments in the app's own configuration.
///
/// The sender of an unsigned request chooses `bigidBaseUrl`, and the callback carries a token and the results. A
/// callback is therefore sent only to a deployment that is listed here, at the URL that is written here.
#[derive(Clone, Debug, Default)]
pub struct Deployments(Vec<BaseUrl>);

impl Deployments {
    /// Adds a deployment.
    pub fn add(&mut self, base: BaseUrl) {
        self.0.push(base);
    }

    /// The listed deployment that a requested URL belongs to: the same scheme, host, port, and path before `/api/v1`.
    #[must_use]
    pub fn find(&self, requested: &str) -> Option<&BaseUrl> {
        let requested = BaseUrl::parse(requested).ok()?;
        self.0.iter().find(|base| base.is_same_deployment(&requested))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &BaseUrl> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_found_in_every_form_that_bigid_sends_and_in_no_other() {
        let mut deployments = Deployments::default();
        deployments.add(BaseUrl::parse("https://acme.bigid.cloud").unwrap());
        deployments.add(BaseUrl::parse("http://orch:3000/tenant-a").unwrap());
        for good in [
            "https://acme.bigid.cloud:443/api/v1/",
            "https://acme.bigid.cloud/api/v1",
            "https://ACME.bigid.cloud",
            "http://orch:3000/tenant-a/api/v1/",
        ] {
            assert!(deployments.find(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "acme.bigid.cloud",
            "http://acme.bigid.cloud/api/v1/",
            "https://acme.bigid.cloud:8443/api/v1/",
            "https://acme.bigid.cloud.evil.example/api/v1/",
            "https://acme.bigid.cloud@evil.example/api/v1/",
            "https://evil.example/acme.bigid.cloud/api/v1/",
            "https://evil.example#acme.bigid.cloud",
            "https://evil.example\\@acme.bigid.cloud/api/v1/",
            "https://acme.bigid.cloud./api/v1/",
            "https://acme.bigid.cloud/other/api/v1/",
            "http://orch:3000/api/v1/",
            "http://orch:3000/tenant-b/api/v1/",
            "http://orch:3000/tenant-a/../tenant-b/api/v1/",
            "file:///etc/passwd",
            "http://169.254.169.254/api/v1/",
        ] {
            assert!(deployments.find(bad).is_none(), "{bad}");
        }
    }
}
